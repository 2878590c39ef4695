"""Restores a table from a copy so that nothing is sent twice; docs/runbook.md, Restore, says when.

    python -m ops.restore --from lazo-restored --to lazo-Table-1ABC   copies missing items into the stack's table
    python -m ops.restore --adopt lazo-restored                       makes the copy itself the table

Messages that were pending when the copy was made are cancelled: the original has sent them since, or the deadline of
their follow-up makes up for them. Everything else that is due waits for `--resume-in` minutes.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import boto3

from lazo import clock
from lazo.table import restore_guard
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Table
from lazo.table.dynamodb.writes import Item, Key, Put, from_dynamo
from lazo.table.messaging import bundles, customer_messages, deliveries, digests, staff_mails
from lazo.timestamps import format_timestamp

RESUME_IN = 30
"""Minutes: time to warn the stores before deadlines run again."""

_UNFINISHED = {"pending", "sending"}
_DUE_ATTRIBUTES = ("due_pk", "due_at", "lease_until")
_COLLECTED = ("delivery_names", "sends_at")


def mute_item(item: Item, resume_at: datetime) -> Item:
    """Return the item for another table: a pending message is cancelled, whatever else is due waits for `resume_at`."""
    if "due_at" not in item:
        return item
    if bundles.is_collecting(Key.key_of(item)):
        return {name: value for name, value in item.items() if name not in (*_DUE_ATTRIBUTES, *_COLLECTED)}
    if _is_message(Key.key_of(item)) and item.get("state") in _UNFINISHED:
        kept = {name: value for name, value in item.items() if name not in _DUE_ATTRIBUTES}
        return {**kept, "state": "cancelled", "failure": "restored"}
    return {**item, "due_at": max(item["due_at"], format_timestamp(resume_at))}


def copy(
    source: Table, target: Table, resume_at: datetime, scan: Callable[[Table], Iterator[Item]]
) -> Counter[str]:
    """Copy the items that `target` lacks, each through `mute_item`; existing items stay as they are. Counts `copied`,
    `there` and `muted`. May be repeated."""
    done: Counter[str] = Counter()
    for item in scan(source):
        if Key.key_of(item) == keys.table_name():
            continue
        written = mute_item(item, resume_at)
        try:
            target.put(Put(written, condition="attribute_not_exists(pk)"))
        except ConditionFailed:
            done["there"] += 1
            continue
        done["copied"] += 1
        done["muted"] += written != item
    return done


def adopt(table: Table, resume_at: datetime, scan: Callable[[Table], Iterator[Item]]) -> Counter[str]:
    """Mute the items of a copy in place and make the copy the live table. Counts `muted`. May be repeated."""
    done: Counter[str] = Counter()
    for item in scan(table):
        written = mute_item(item, resume_at)
        if written != item:
            table.put(Put(written))
            done["muted"] += 1
    restore_guard.adopt_table(table)
    return done


def scanner(client: Any) -> Callable[[Table], Iterator[Item]]:
    """Return a function that reads all items of a table with consistent reads. `client`: boto3's `dynamodb`."""

    def scan(table: Table) -> Iterator[Item]:
        pages = client.get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
        return (from_dynamo(item) for page in pages for item in page["Items"])

    return scan


def _is_message(key: Key) -> bool:
    kinds = (
        deliveries.is_delivery,
        customer_messages.is_message,
        bundles.is_bundle,
        digests.is_digest,
        staff_mails.is_mail,
    )
    return any(matches(key) for matches in kinds)


def _main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ops.restore", description=__doc__.partition("\n")[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--from", dest="source", metavar="TABLE", help="copy the items of this table ...")
    what.add_argument("--adopt", metavar="TABLE", help="make this copy the home of its items")
    parser.add_argument("--to", metavar="TABLE", help="... into this one, where they are missing")
    parser.add_argument("--resume-in", type=int, default=RESUME_IN, metavar="MINUTES", help="default: 30")
    given = parser.parse_args()
    if bool(given.source) != bool(given.to):
        parser.error("--from and --to belong together")
    client = boto3.client("dynamodb")
    resume_at = clock.now() + timedelta(minutes=given.resume_in)
    if given.adopt:
        done = adopt(Table(client, given.adopt), resume_at, scanner(client))
    else:
        done = copy(Table(client, given.source), Table(client, given.to), resume_at, scanner(client))
    print(", ".join(f"{number} {what}" for what, number in sorted(done.items())) or "nothing to do")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
