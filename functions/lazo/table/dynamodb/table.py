"""Read and write plain values in the table."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from time import sleep
from typing import Any

from lazo.table.dynamodb.conflicts import cancellation_codes, chance, write_despite_conflicts
from lazo.table.dynamodb.writes import (
    Delete,
    Item,
    Key,
    Put,
    Update,
    Where,
    from_dynamo,
    in_transaction,
    put_request,
    to_dynamo,
    typed_key,
    update_request,
)

BATCH_GET_LIMIT = 100
"""Keys of one BatchGetItem (DynamoDB)."""
RETRY_PAUSES = (0.05, 0.1, 0.2)
"""Seconds before BatchGetItem is repeated for unprocessed keys."""

_BETWEEN = "pk = :pk AND sk BETWEEN :first AND :last"

HIGHEST = "\U0010ffff"
"""Sorts after all text."""


class ConditionFailed(Exception):
    """The condition of a write did not hold. `item` is the current item, {} if there is none."""

    def __init__(self, item: Item) -> None:
        super().__init__("the item is not as expected")
        self.item = item


class TransactionRefused(Exception):
    """A transaction was cancelled by a condition that has no error of its own."""


class UnprocessedKeys(Exception):
    """DynamoDB is busy and left keys unprocessed after all attempts."""


class Table:
    """One DynamoDB table. `client` is boto3's `dynamodb`; errors other than failed conditions are botocore's.

    Every write may raise TransactionConflict. `pause` waits for some seconds before a repetition; `chance` gives a
    number from 0 to 1.
    """

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        pause: Callable[[float], None] = sleep,
        chance: Callable[[], float] = chance,
    ) -> None:
        self._client = client
        self._name = name
        self._pause = pause
        self._chance = chance

    @property
    def name(self) -> str:
        return self._name

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        """Return the item at `key`, or None."""
        found = self._client.get_item(TableName=self._name, Key=typed_key(key), ConsistentRead=consistent)
        return from_dynamo(found["Item"]) if "Item" in found else None

    def batch_get(self, wanted: Iterable[Key]) -> dict[Key, Item]:
        """Return the items at these keys that exist, by key (consistent reads). Raises UnprocessedKeys."""
        found: dict[Key, Item] = {}
        keys = [typed_key(key) for key in dict.fromkeys(wanted)]
        for start in range(0, len(keys), BATCH_GET_LIMIT):
            for item in self._read(keys[start : start + BATCH_GET_LIMIT]):
                found[Key(item["pk"], item["sk"])] = item
        return found

    def read_ahead(self, wanted: Iterable[Key]) -> "ReadAhead":
        """Return the table with what stands at these keys now, read in one call: `get` asks for none of them again."""
        keys = frozenset(wanted)
        return ReadAhead(self, keys, self.batch_get(keys))

    def _read(self, keys: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
        for pause in (*RETRY_PAUSES, None):
            request = {self._name: {"Keys": keys, "ConsistentRead": True}}
            page = self._client.batch_get_item(RequestItems=request)
            yield from (from_dynamo(item) for item in page["Responses"].get(self._name, ()))
            keys = page.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", ())
            if not keys:
                return
            if pause is not None:
                self._pause(pause)
        raise UnprocessedKeys(f"{len(keys)} items")

    def put(self, write: Put) -> None:
        """Write an item. If its condition fails, raises the write's error, or else ConditionFailed."""
        try:
            self._write(
                self._client.put_item,
                TableName=self._name,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **put_request(write),
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise write.error or ConditionFailed(from_dynamo(error.response.get("Item", {}))) from error

    def put_or_get(self, write: Put) -> Item | None:
        """Write an item, or if the condition fails return the current one, {} if there is none."""
        try:
            self.put(write)
        except ConditionFailed as failed:
            return failed.item
        return None

    def update(self, write: Update) -> Item:
        """Change an item and return it as it is afterwards. If its condition fails, raises the write's error, or else
        ConditionFailed."""
        try:
            done = self._write(
                self._client.update_item,
                TableName=self._name,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **update_request(write),
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise write.error or ConditionFailed(from_dynamo(error.response.get("Item", {}))) from error
        return from_dynamo(done["Attributes"])

    def update_if(self, write: Update) -> Item | None:
        """Change an item and return it as it is afterwards, or return None if the condition fails."""
        try:
            return self.update(write)
        except ConditionFailed:
            return None

    def transact(self, writes: Sequence[Put | Update | Delete]) -> None:
        """Write all or nothing. If conditions fail, raises the error of the first such write that has one, or else
        TransactionRefused.

        Raises botocore's error if the transaction was cancelled for another reason (throttling).
        """
        request = [in_transaction(self._name, write) for write in writes]
        try:
            self._write(self._client.transact_write_items, TransactItems=request)
        except self._client.exceptions.TransactionCanceledException as error:
            codes = cancellation_codes(error)
            if "ConditionalCheckFailed" not in codes:
                raise
            failed = [w for w, code in zip(writes, codes, strict=False) if code == "ConditionalCheckFailed"]
            errors = (w.error for w in failed if not isinstance(w, Delete) and w.error)
            raise next(errors, TransactionRefused(f"{len(failed)} conditions failed")) from error

    def _write(self, operation: Callable[..., Any], **request: Any) -> Any:
        return write_despite_conflicts(self._client, partial(operation, **request), self._pause, self._chance)

    def query_prefix(
        self, pk: str, prefix: str = "", *, newest_first: bool = False, limit: int | None = None
    ) -> Iterator[Item]:
        """Yield the items of a partition whose sort key begins with `prefix`, by sort key. With `limit`, at most so
        many, by one query."""
        # DynamoDB rejects an empty string in a key condition.
        condition = "pk = :pk AND begins_with(sk, :prefix)" if prefix else "pk = :pk"
        values = {":pk": pk, ":prefix": prefix or None}
        yield from self._consistent_query(condition, values, limit, ScanIndexForward=not newest_first)

    def query_between(self, first: Key, last: Key) -> Iterator[Item]:
        """Yield the items of a partition from `first` to `last`, inclusive, as they are now: one query per 1 MB."""
        values = {":pk": first.pk, ":first": first.sk, ":last": last.sk}
        yield from self._consistent_query(_BETWEEN, values, None)

    def _consistent_query(
        self, condition: str, values: Mapping[str, Any], limit: int | None, **request: Any
    ) -> Iterator[Item]:
        while True:
            items, stopped = self._query(condition, values, limit, ConsistentRead=True, **request)
            yield from items
            if limit or not stopped:
                return
            request["ExclusiveStartKey"] = stopped

    def query_range(
        self, first: Key, last: Key, limit: int | None = None, *, newest_first: bool = False
    ) -> tuple[list[Item], Key | None]:
        """Query a partition once, from `first` to `last`, inclusive, or back. Returns up to `limit` items (or 1 MB),
        and the key where it stopped, None if nothing is left."""
        items, stopped = self._query(
            _BETWEEN,
            {":pk": first.pk, ":first": first.sk, ":last": last.sk},
            limit,
            ScanIndexForward=not newest_first,
        )
        return items, Key.key_of(from_dynamo(stopped)) if stopped else None

    def query_attributes(self, first: Key, last: Key, attributes: Sequence[str]) -> Iterator[Item]:
        """Yield the items of a partition from `first` to `last`, inclusive, each with those of the `attributes` (100 at
        most) that it has: what is not asked for is read, but not sent. One query per 1 MB."""
        names = {f"#a{n}": name for n, name in enumerate(attributes)}
        request: dict[str, Any] = {
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
        }
        values = {":pk": first.pk, ":first": first.sk, ":last": last.sk}
        while True:
            items, stopped = self._query(_BETWEEN, values, None, **request)
            yield from items
            if not stopped:
                return
            request["ExclusiveStartKey"] = stopped

    def query_customer_index(self, customer_pk: str, limit: int) -> list[Item]:
        """Return the newest items of a partition of the index `customer`, newest first. The index is eventually
        consistent."""
        index = {"IndexName": "customer", "ScanIndexForward": False}
        return self._query("customer_pk = :pk", {":pk": customer_pk}, limit, **index)[0]

    def due_keys(self, due_pk: str, until: str, limit: int) -> list[Key]:
        """Return keys from one partition of the index `due` with a date up to `until`, oldest first."""
        due, values = "due_pk = :pk AND due_at <= :until", {":pk": due_pk, ":until": until}
        return [Key.key_of(item) for item in self._query(due, values, limit, IndexName="due")[0]]

    def query_listing(
        self,
        list_pk: str,
        first: str,
        last: str,
        *,
        where: Where | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> tuple[list[Item], str | None]:
        """Query a partition of the index `listing` once, from `first` to `last`, inclusive. Returns `list_at`,
        `store_id`, `owner` and `stage` of the entries that match `where`, among `limit` entries or 1 MB, and the
        `list_at` where it stopped, None if nothing is left."""
        pk, order = "list_pk", not newest_first
        returned = "list_at, store_id, #owner, stage"
        return self._query_list("listing", pk, list_pk, first, last, where, limit, returned, order)

    def query_store_listing(
        self,
        store_list_pk: str,
        first: str,
        last: str,
        *,
        where: Where | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> tuple[list[Item], str | None]:
        """Query a partition of the index `store_listing` once, as `query_listing` does. Returns no `store_id`."""
        pk, order, returned = "store_list_pk", not newest_first, "list_at, #owner, stage"
        return self._query_list(
            "store_listing", pk, store_list_pk, first, last, where, limit, returned, order
        )

    def every_entry(self, list_pk: str, first: str = " ", last: str = HIGHEST) -> Iterator[Item]:
        """Yield `list_at` and `store_id` of all entries of a partition of the index `listing`, from `first` to
        `last`."""
        start: str | None = first
        previous = None
        while start is not None:
            rows, start = self.query_listing(list_pk, start, last)
            for row in rows:
                # A query begins with the entry where the one before stopped.
                if row["list_at"] != previous:
                    yield row
                previous = row["list_at"]

    def _query_list(
        self,
        index: str,
        partition: str,
        pk: str,
        first: str,
        last: str,
        where: Where | None,
        limit: int | None,
        returned: str,
        forward: bool = True,
    ) -> tuple[list[Item], str | None]:
        request: dict[str, Any] = {"FilterExpression": where.expression} if where else {}
        request["ExpressionAttributeNames"] = {"#owner": "owner", **(where.names if where else {})}
        items, stopped = self._query(
            f"{partition} = :pk AND list_at BETWEEN :first AND :last",
            {":pk": pk, ":first": first, ":last": last, **(where.values if where else {})},
            limit,
            IndexName=index,
            ProjectionExpression=returned,
            ScanIndexForward=forward,
            **request,
        )
        return items, stopped["list_at"]["S"] if stopped else None

    def _query(
        self, condition: str, values: Mapping[str, Any], limit: int | None, **more: Any
    ) -> tuple[list[Item], Mapping[str, Any] | None]:
        """Query once. Returns the items, and where it stopped, None if nothing is left."""
        page = self._client.query(
            TableName=self._name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_dynamo(values),
            **({"Limit": limit} if limit else {}),
            **more,
        )
        return [from_dynamo(item) for item in page["Items"]], page.get("LastEvaluatedKey")


class ReadAhead(Table):
    """A table that knows what stood at some keys when it was made; all else it asks for."""

    def __init__(self, table: Table, known: Collection[Key], found: Mapping[Key, Item]) -> None:
        super().__init__(table._client, table._name, pause=table._pause, chance=table._chance)
        self._known, self._found = known, found

    def batch_get(self, wanted: Iterable[Key]) -> dict[Key, Item]:
        keys = list(wanted)
        found = {key: self._found[key] for key in keys if key in self._found}
        return found | super().batch_get(key for key in keys if key not in self._known)

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        return self._found.get(key) if key in self._known else super().get(key, consistent=consistent)
