"""Customers who want no messages. Checked before a message is written, and again before it is sent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from lazo.customer.rights import Objection
from lazo.survey.answer import Answer
from lazo.table import customer_rights
from lazo.table.dynamodb import customer_partition
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put
from lazo.timestamps import format_timestamp

Way = Literal["page", "sms", "complaint"]


def customer_keys_of(answer: Answer) -> tuple[str, ...]:
    """Return the customer keys of an answer; an opt-out may be stored under each."""
    return tuple(key for key in (answer.customer_key, answer.customer_also) if key)


def record_opt_out(customer_key: str, way: Way, at: datetime, *, proven: bool = True) -> Put:
    """Return the write that stops messages to a customer. `proven`: the sender has shown that the phone or e-mail is
    theirs; otherwise the write fails if they have opted out before."""
    return _opt_out_put(customer_key, way, at, stopped=True, proven=proven, condition="stopped = :no")


def withdraw_opt_out(customer_key: str, way: Way, at: datetime, *, proven: bool = True) -> Put:
    """Return the write that allows messages again. Unless it is `proven`, it fails if the opt-out was: a person who
    types a stranger's phone beside their own e-mail must not undo it."""
    return _opt_out_put(customer_key, way, at, stopped=False, proven=proven, condition="proven = :no")


def write_unless_refused(table: Table, write: Put) -> None:
    """Write it, and ignore a failed condition."""
    table.put_or_get(write)


def has_opted_out(table: Table, customer_keys: Iterable[str | None], *uses: Objection) -> bool:
    """Whether a customer has opted out by any of their keys, restricted the use of their data, or objects to one of
    these `uses` (consistent reads)."""
    wanted = list(dict.fromkeys(key for key in customer_keys if key))
    found = (table.get(customer_partition.customer_opt_out(key)) for key in wanted)
    if any(item is not None and item["stopped"] for item in found):
        return True
    rights = customer_rights.rights_of(table, wanted)
    return rights.restricted_at is not None or not all(map(rights.allow, uses))


def has_holder_opted_out(table: Table, customer_key: str) -> bool:
    """Whether whoever has shown that the phone or e-mail is theirs has opted out."""
    item = table.get(customer_partition.customer_opt_out(customer_key))
    return item is not None and item["stopped"] and item["proven"]


def changed_at(table: Table, customer_key: str) -> str:
    """Return when the owner of a key last stopped messages or allowed them again; "" for never."""
    item = table.get(customer_partition.customer_opt_out(customer_key))
    return str(item["at"]) if item else ""


def _opt_out_put(
    customer_key: str, way: Way, at: datetime, *, stopped: bool, proven: bool, condition: str
) -> Put:
    item = customer_partition.customer_opt_out(customer_key).item(
        stopped=stopped, proven=proven, way=way, at=format_timestamp(at)
    )
    if proven:
        return Put(item)
    return Put(item, condition=f"attribute_not_exists(pk) OR {condition}", values={":no": False})
