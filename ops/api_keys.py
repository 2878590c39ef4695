"""Makes and retires the API keys of systems that post customer events. The table keeps their hashes only."""

import base64
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from lazo.customer.event import OWN_SOURCE
from lazo.table import api_keys
from lazo.table.api_keys import ApiKey
from lazo.table.dynamodb.table import Table

PREFIX: Final = "lazo_"
"""Secret scanners find a key by it in a log or a repository."""
RANDOM_BYTES: Final = 32
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def make(table: Table, name: str, now: datetime, entropy: Callable[[int], bytes]) -> str:
    """Make a key for the system `name`, store its hash, and return the key. ValueError when the name is not allowed."""
    if not NAME.fullmatch(name) or name == OWN_SOURCE:
        raise ValueError(
            f"{name!r}: a name has 1 to 40 of a-z, 0-9 and -, begins with no -, and is not {OWN_SOURCE!r}"
        )
    secret = PREFIX + base64.urlsafe_b64encode(entropy(RANDOM_BYTES)).rstrip(b"=").decode()
    api_keys.put(table, ApiKey(api_keys.digest_of(secret), name, True, now))
    return secret


def retire(table: Table, key_id: str) -> ApiKey:
    """Retire the key with this `key_id` and return it; LookupError when there is none. A function that has just read
    the key accepts it for up to a minute."""
    found = next((key for key in api_keys.every(table) if key.key_id == key_id), None)
    if found is None or not api_keys.retire(table, found.digest):
        raise LookupError(f"there is no key {key_id}")
    return found
