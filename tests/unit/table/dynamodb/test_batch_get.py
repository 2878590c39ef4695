"""Reads of many items: DynamoDB takes 100 keys per call and may leave some unprocessed."""

from typing import Any

import pytest

from lazo.table.dynamodb.table import Table, UnprocessedKeys
from lazo.table.dynamodb.writes import Key

KEYS = [Key(f"FU#{n}", "FU") for n in range(250)]


class Busy:
    """A client that reads `most` keys of a call; keys with an odd number have no item."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked: list[int] = []

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        ((name, request),) = RequestItems.items()
        assert request["ConsistentRead"] is True
        keys = request["Keys"]
        assert 1 <= len(keys) <= 100
        assert len({str(key) for key in keys}) == len(keys)
        self.asked.append(len(keys))
        read, left = keys[: self.most], keys[self.most :]
        found = [{**key, "n": {"N": "1"}} for key in read if int(key["pk"]["S"][3:]) % 2 == 0]
        unread = {name: {"Keys": left, "ConsistentRead": True}} if left else {}
        return {"Responses": {name: found}, "UnprocessedKeys": unread}


def test_each_key_is_read_once_a_hundred_per_call() -> None:
    slept: list[float] = []
    client = Busy(100)
    found = Table(client, "t", pause=slept.append).batch_get([*KEYS, *KEYS])
    assert client.asked == [100, 100, 50]
    assert set(found) == set(KEYS[::2])
    assert found[KEYS[0]] == {"pk": "FU#0", "sk": "FU", "n": 1}
    assert slept == []


def test_unprocessed_keys_are_retried_with_growing_pauses() -> None:
    slept: list[float] = []
    client = Busy(10)
    assert set(Table(client, "t", pause=slept.append).batch_get(KEYS[:40])) == set(KEYS[:40:2])
    assert client.asked == [40, 30, 20, 10]
    assert len(slept) == 3
    assert slept == sorted(slept)
    assert sum(slept) < 1


def test_retries_are_limited() -> None:
    client = Busy(10)
    with pytest.raises(UnprocessedKeys):
        Table(client, "t", pause=lambda _seconds: None).batch_get(KEYS[:41])
    assert client.asked == [41, 31, 21, 11]


def test_no_keys_make_no_call() -> None:
    client = Busy(0)
    assert Table(client, "t").batch_get([]) == {}
    assert client.asked == []
