"""Keys of the API in the table, as SHA-256, so that a reader of the table cannot use them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aws_lambda_powertools import Logger

from lazo.auth.api_rights import POSTING, ApiRight, read_api_rights
from lazo.runtime.ttl_cache import TtlCache
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

ID_LENGTH: Final = 12
"""Hex digits of the digest that tell keys apart in a list."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A stored key. `name` is the system that uses it and the source of its events; two keys may share it while a
    system changes keys. `may`: what can be done with it. `stores`: ids of those that it is limited to, None for all;
    `brands`: beside them, whatever stores these have, also later ones."""

    digest: str
    name: str
    active: bool
    created_at: datetime
    may: frozenset[ApiRight] = POSTING
    stores: frozenset[str] | None = None
    brands: frozenset[str] = frozenset()

    def reaches(self, store_id: str, brand: str | None) -> bool:
        """Whether the key is good for a store of a brand (None if not known)."""
        return self.stores is None or store_id in self.stores or brand in self.brands

    @property
    def key_id(self) -> str:
        """Return the short id for people."""
        return self.digest[:ID_LENGTH]


class ApiKeyCache:
    """Reads each key at most once a minute, by its digest, and uses an old copy while the table cannot be read."""

    def __init__(self, table: Table, logger: Logger) -> None:
        self._kept: TtlCache[ApiKey] = TtlCache(lambda digest: find_api_key(table, digest), logger)

    def find_active(self, secret: str, now: datetime) -> ApiKey | None:
        """Return the key; None without one, for an unknown and for a retired one alike. The digest is looked up, so how
        long it takes says nothing of the keys that there are."""
        key = self._kept.get(digest_of(secret), now) if secret else None
        return key if key and key.active else None

    def is_known(self, secret: str) -> bool:
        """Return whether a key was found before; nothing is read."""
        return bool(secret) and self._kept.knows(digest_of(secret))


def digest_of(secret: str) -> str:
    """Return the digest that is stored. A plain hash is enough for 32 random bytes: nobody can try them all."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find_api_key(table: Table, digest: str) -> ApiKey | None:
    """Return the key with this digest, also if retired, or None."""
    item = table.get(keys.api_key(digest), consistent=False)
    return _read(item) if item else None


def list_api_keys(table: Table) -> list[ApiKey]:
    """Return all keys, oldest first."""
    items = table.query_prefix(keys.api_key("").pk, keys.API_KEY_PREFIX)
    return sorted(map(_read, items), key=lambda key: (key.created_at, key.digest))


def put_api_key(table: Table, key: ApiKey) -> None:
    """Write a new key. Raises ConditionFailed if it exists."""
    item = keys.api_key(key.digest).item(
        name=key.name,
        active=key.active,
        created_at=format_timestamp(key.created_at),
        may=sorted(key.may),
        # A key of brands has stores, be it none: whoever reads no brands takes it for one of no store, not of all.
        stores=None if key.stores is None else sorted(key.stores),
        brands=sorted(key.brands) or None,
    )
    table.put(Put(item, condition="attribute_not_exists(pk)"))


def retire_api_key(table: Table, digest: str) -> bool:
    """Deactivate a key. Returns False if it does not exist."""
    write = set_attributes(keys.api_key(digest), {"active": False}, condition="attribute_exists(pk)")
    return table.update_if(write) is not None


def _read(item: Mapping[str, Any]) -> ApiKey:
    digest = Key.key_of(item).sk.removeprefix(keys.API_KEY_PREFIX)
    return ApiKey(
        digest,
        item["name"],
        item["active"],
        parse_timestamp(item["created_at"]),
        # Keys from before there were rights were made to post events, and gain no other.
        read_api_rights(frozenset(item["may"])) if "may" in item else POSTING,
        frozenset(item["stores"]) if "stores" in item else None,
        frozenset(item.get("brands", ())),
    )
