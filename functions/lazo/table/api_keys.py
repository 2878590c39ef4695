"""Keys of the API in the table: by their SHA-256 only, so that nobody who reads the table can use one."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Table
from lazo.table.dynamodb.writes import Key, Put, Update
from lazo.timestamps import format_timestamp, parse_timestamp

ID_LENGTH = 12
"""Of the digest, in hex: enough to tell keys apart in a list."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept. `name` says which system uses it, and is the source of its events; two keys may share one,
    while the system goes over from the old to the new."""

    digest: str
    name: str
    active: bool
    created_at: datetime

    @property
    def key_id(self) -> str:
        """How people name it."""
        return self.digest[:ID_LENGTH]


def digest_of(secret: str) -> str:
    """What a key is kept as. A plain hash is enough for 32 random bytes: nobody can try them all."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find_api_key(table: Table, digest: str) -> ApiKey | None:
    """The key of this digest, retired ones included, or None."""
    item = table.get(keys.api_key(digest), consistent=False)
    return _read(item) if item else None


def list_api_keys(table: Table) -> list[ApiKey]:
    """All keys, the oldest first."""
    items = table.query_prefix(keys.api_key("").pk, keys.API_KEY_PREFIX)
    return sorted(map(_read, items), key=lambda key: (key.created_at, key.digest))


def put_api_key(table: Table, key: ApiKey) -> None:
    """Write a new key."""
    at = keys.api_key(key.digest)
    item = {"name": key.name, "active": key.active, "created_at": format_timestamp(key.created_at)}
    table.put(Put({"pk": at.pk, "sk": at.sk, **item}, condition="attribute_not_exists(pk)"))


def retire_api_key(table: Table, digest: str) -> bool:
    """Let a key open nothing any more; False when there is no such key."""
    write = Update(keys.api_key(digest), "SET active = :no", {":no": False}, condition="attribute_exists(pk)")
    try:
        table.update(write)
    except ConditionFailed:
        return False
    return True


def _read(item: Mapping[str, Any]) -> ApiKey:
    digest = Key.key_of(item).sk.removeprefix(keys.API_KEY_PREFIX)
    return ApiKey(digest, item["name"], item["active"], parse_timestamp(item["created_at"]))
