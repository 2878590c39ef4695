"""Identify a customer in the table by an HMAC of their phone or e-mail, which does not reveal them."""

from dataclasses import dataclass

from lazo.auth.keyring import KeyRing
from lazo.text.contact_details import contact_identity, spellings_of_line

_PURPOSE = "customer"
_SIZE = 16


@dataclass(frozen=True, slots=True)
class CustomerKeys:
    """The key under which a customer's data is stored: the phone's, or without a phone the e-mail's. `also`: the
    e-mail's when both are known; without an e-mail, the one that an Argentine phone had before 30 November 2026 if it
    was written without the 9 of mobiles."""

    key: str
    also: str | None = None


def customer_keys_of(ring: KeyRing, phone: str | None, email: str | None) -> CustomerKeys | None:
    """Return the keys of a phone and an e-mail as `lazo.text.contact_details` writes them, if any."""
    known_as = [contact_identity(phone, None), contact_identity(None, email)]
    known_as += [f"phone:{former}" for former in spellings_of_line(phone or "")[1:]]
    found = [ring.sign(_PURPOSE, each.encode(), _SIZE).hex() for each in known_as if each]
    return CustomerKeys(*found[:2]) if found else None
