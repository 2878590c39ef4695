"""What a customer is called in the table: an HMAC of their phone or e-mail, which tells nobody who it is."""

from dataclasses import dataclass

from lazo.auth.keyring import KeyRing
from lazo.text.contact_details import contact_identity

_PURPOSE = "customer"
_SIZE = 16


@dataclass(frozen=True, slots=True)
class CustomerKeys:
    """The key that what a customer left stands under: the phone's, or without one the e-mail's. `also` is the
    e-mail's where both are known."""

    key: str
    also: str | None = None


def customer_keys_of(ring: KeyRing, phone: str | None, email: str | None) -> CustomerKeys | None:
    """The keys of a phone and an e-mail as `contact_details.e164` and `normal_email` give them; None without either."""
    found = [
        ring.sign(_PURPOSE, known_as.encode(), _SIZE).hex()
        for known_as in (contact_identity(phone, None), contact_identity(None, email))
        if known_as
    ]
    return CustomerKeys(*found) if found else None
