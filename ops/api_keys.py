"""Makes and retires the API keys of other systems. The table keeps their hashes only."""

import base64
import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from lazo.auth.api_rights import API_RIGHTS, POSTING, read_api_rights
from lazo.customer.event import OWN_SOURCE
from lazo.table import api_keys
from lazo.table.api_keys import ApiKey
from lazo.table.dynamodb.table import Table
from lazo.table.stores import brands_of_stores, every_store_id, imported_settings

PREFIX: Final = "lazo_"
"""Secret scanners find a key by it in a log or a repository."""
RANDOM_BYTES: Final = 32
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def make(
    table: Table,
    name: str,
    now: datetime,
    entropy: Callable[[int], bytes],
    may: Collection[str] = POSTING,
    stores: Collection[str] = (),
    brands: Collection[str] = (),
) -> str:
    """Make a key for the system `name`, store its hash, and return the key. `may`: its rights; `stores` and `brands`:
    those that it is limited to, all stores without one. Raises ValueError when a name, right, store or brand is not
    allowed, or does not exist."""
    if not NAME.fullmatch(name) or name == OWN_SOURCE:
        raise ValueError(
            f"{name!r}: a name has 1 to 40 of a-z, 0-9 and -, begins with no -, and is not {OWN_SOURCE!r}"
        )
    rights = read_api_rights(frozenset(may))
    if unknown := set(may) - rights:
        raise ValueError(f"{', '.join(sorted(unknown))}: a key may {', '.join(API_RIGHTS)}")
    if not rights:
        raise ValueError("a key without a right opens nothing")
    if stores and (missing := set(stores) - imported_settings(table, stores).keys()):
        raise ValueError(f"{', '.join(sorted(missing))}: there is no such store")
    if brands and (missing := set(brands) - set(brands_of_stores(table, every_store_id(table)).values())):
        raise ValueError(f"{', '.join(sorted(missing))}: no store has this brand")
    secret = PREFIX + base64.urlsafe_b64encode(entropy(RANDOM_BYTES)).rstrip(b"=").decode()
    limit = frozenset(stores) if stores or brands else None
    key = ApiKey(api_keys.digest_of(secret), name, True, now, rights, limit, frozenset(brands))
    api_keys.put_api_key(table, key)
    return secret


def retire(table: Table, key_id: str) -> ApiKey:
    """Retire the key with this `key_id` and return it; LookupError when there is none. A function that has just read
    the key accepts it for up to a minute."""
    found = next((key for key in api_keys.list_api_keys(table) if key.key_id == key_id), None)
    if found is None or not api_keys.retire_api_key(table, found.digest):
        raise LookupError(f"there is no key {key_id}")
    return found
