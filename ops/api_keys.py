"""Keys for systems that post customer events: made and retired. The table keeps their hashes."""

import base64
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from lazo.customer.event import OWN
from lazo.table import api_keys
from lazo.table.api_keys import ApiKey
from lazo.table.dynamodb.table import Table

PREFIX: Final = "lazo_"
"""By it a key is recognised where it should not be, in a log or a repository."""
RANDOM_BYTES: Final = 32
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def make(table: Table, name: str, now: datetime, entropy: Callable[[int], bytes]) -> str:
    """A new key for the system `name`, whose hash now stands in the table; ValueError for a name that will not do."""
    if not NAME.fullmatch(name) or name == OWN:
        raise ValueError(
            f"{name!r}: a name has 1 to 40 of a-z, 0-9 and -, begins with no -, and is not {OWN!r}"
        )
    secret = PREFIX + base64.urlsafe_b64encode(entropy(RANDOM_BYTES)).rstrip(b"=").decode()
    api_keys.put(table, ApiKey(api_keys.digest_of(secret), name, True, now))
    return secret


def retire(table: Table, key_id: str) -> ApiKey:
    """Retire the key that a list shows under `key_id`; LookupError when there is none. A copy of the function that has
    just read it goes on taking it for up to a minute."""
    found = [key for key in api_keys.every(table) if key.key_id == key_id]
    if not found or not api_keys.retire(table, found[0].digest):
        raise LookupError(f"there is no key {key_id}")
    return found[0]
