"""Identify a customer in the table by an HMAC of their phone or e-mail, which does not reveal them."""

from dataclasses import dataclass

from lazo.auth.keyring import KeyRing
from lazo.text.contact_details import contact_identity

_PURPOSE = "customer"
_SIZE = 16


@dataclass(frozen=True, slots=True)
class CustomerKeys:
    """The key under which a customer's data is stored: the phone's, or without a phone the e-mail's. `also`: the
    e-mail's when both are known."""

    key: str
    also: str | None = None


def customer_keys_of(ring: KeyRing, phone: str | None, email: str | None) -> CustomerKeys | None:
    """Return the keys of a phone and an e-mail as `lazo.text.contact_details` writes them, if any."""
    found = [
        ring.sign(_PURPOSE, known_as.encode(), _SIZE).hex()
        for known_as in (contact_identity(phone, None), contact_identity(None, email))
        if known_as
    ]
    return CustomerKeys(*found) if found else None
