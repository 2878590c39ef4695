"""Customers in the table: external events, and with them their answers and follow-ups.

A customer may have several keys (`lazo.customer.identity`): each is a partition, and links join those of one customer.
Reads are bounded: at most 4 keys, and for each its links, its newest 100 events and its newest 100 answers and
follow-ups.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from lazo.customer import signals
from lazo.customer.event import OWN_SOURCE, CustomerEvent, EventFindings
from lazo.customer.rights import CustomerRights, of_all
from lazo.customer.timeline import (
    ENTRIES_AT_MOST,
    CustomerHistory,
    Timeline,
    TimelineEntry,
    build_timeline,
    entry_of_answer,
    entry_of_event,
    entry_of_followup,
    newest_first,
)
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.survey.answer import ANSWERED_AGAIN, Answer
from lazo.table import answers, counters, customer_rights, followups
from lazo.table.dynamodb import customer_partition, keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put, Update, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

KEYS_AT_MOST = 4
LINKS_AT_MOST = 3
"""A phone or e-mail with more links belongs to a store or an office, and does not identify anybody."""

KEPT_FOR = timedelta(days=2 * 365)
"""How long external events are kept."""

ID_KEPT_FOR = timedelta(days=3 * 366)
"""Longer than the greatest age at which an event is accepted, so that a duplicate is either recognised or rejected."""

_EVENT = Record(CustomerEvent, without=("customer_key", "understood"))
_FINDINGS = Record(EventFindings, stored_as={"at": "weighed_at"})


class AlreadyWeighed(Exception):
    """The event was weighed before, or erased meanwhile."""


class EventConflict(Exception):
    """The source used this id for another event before."""


def put_event(table: Table, event: CustomerEvent) -> Literal["new", "same"]:
    """Write an event's id, then the event, each by a conditional put; a repetition completes what was interrupted in
    between. Returns `same` if it was written before. Raises EventConflict if another event has its id."""
    claim = customer_partition.event_id(event.source, event.event_id).item(
        fingerprint=event.fingerprint(), expires_at=int((event.received_at + ID_KEPT_FOR).timestamp())
    )
    before = table.put_or_get(Put(claim, condition="attribute_not_exists(pk)"))
    if before is not None and before.get("fingerprint") != event.fingerprint():
        raise EventConflict(event.event_id)
    return "new" if table.put_or_get(_event_put(event)) is None else "same"


def invitation_put(customer_key: str, store_id: str, message_id: str, at: datetime) -> Put:
    """Return the write that records an invitation to answer again as an event; part of the transaction that enqueues
    the message. It is weighed once it has gone unanswered."""
    return _event_put(
        CustomerEvent(message_id, OWN_SOURCE, "invitation", at, at, customer_key, store_id=store_id)
    )


def findings_update(event: CustomerEvent, found: EventFindings) -> Update:
    """Return the write of what an event's text says, which marks the event as weighed. Its error is AlreadyWeighed."""
    return set_attributes(
        _key(event),
        _FINDINGS.item(found),
        "REMOVE due_pk, due_at",
        condition="attribute_exists(pk) AND attribute_not_exists(weighed_at)",
        error=AlreadyWeighed(),
    )


def link_keys(customer_key: str | None, also: str | None) -> list[Put]:
    """Return the writes that link two keys of one customer, in both directions; none without a second key."""
    if not customer_key or not also or customer_key == also:
        return []
    both = ((customer_key, also), (also, customer_key))
    return [Put(customer_partition.customer_link(one, other).item(other=other)) for one, other in both]


def link_unsure_keys(customer_key: str | None, also: str | None) -> list[Put]:
    """Return the writes that let an erasure by either key find an answer which may not be a customer's."""
    if not customer_key or not also or customer_key == also:
        return []
    both = ((customer_key, also), (also, customer_key))
    return [Put(customer_partition.unsure_customer_link(one, other).item(other=other)) for one, other in both]


def consume_signals(customer_keys: Iterable[str | None], opened_at: datetime) -> list[Update]:
    """Return the writes after which only newer signals of a customer count, since a follow-up was opened."""
    known = dict.fromkeys(key for key in customer_keys if key)
    return [_consume(key, opened_at) for key in known]


def consume_signals_if_unchanged(history: CustomerHistory, opened_at: datetime) -> list[Update]:
    """Return the same writes, which fail if another follow-up was opened for the customer since the history was
    read."""
    return [_consume(key, opened_at, history.since.get(key), as_read=True) for key in history.keys]


def load_history(table: Table, customer_key: str, also: str | None = None) -> CustomerHistory:
    """Return what is known of a customer. `also`: another key of theirs, which need not be linked yet."""
    found, since, rights = _linked_keys(table, [customer_key, *([also] if also else [])])
    own = [each for key in found for each in _answers_and_followups(table, key)]
    usable = [key for key in found if rights[key].restricted_at is None]
    told_elsewhere = (entry_of_event(event) for key in usable for event in _events(table, key))
    entries = (each if isinstance(each, TimelineEntry) else entry_of_answer(each) for each in own)
    newest = newest_first([*told_elsewhere, *entries])
    return CustomerHistory(tuple(found), since, newest, _reachable(own), of_all(rights.values()))


def load_timeline(
    table: Table, store: Store, customer_key: str | None, now: datetime, on: str | None = None
) -> Timeline:
    """Return a customer's timeline for a page of `store`, of the follow-up `on` if given. Without a key (they left no
    contact) it holds only the themes that recur in the store."""
    known = load_history(table, customer_key) if customer_key else CustomerHistory((), {}, ())
    return build_timeline(known, counters.theme_counts(table, store, now), on)


def linked_keys(table: Table, customer_key: str) -> list[str]:
    """Return the keys of the customer with this key: itself and those that are linked to it, one query each."""
    return _linked_keys(table, [customer_key])[0]


def reachable_answer(table: Table, followup: FollowUp) -> Answer | None:
    """Return the answer whose contact may be used for a follow-up: its own, else the newest of the same customer. None,
    or an answer without consent, if nobody may be contacted. Reads no events."""
    own = answers.answer_of(table, followup)
    if followup.customer_key is None or (own is not None and own.wants_contact):
        return own
    known_by, _, _ = _linked_keys(table, [followup.customer_key])
    return _reachable(each for key in known_by for each in _answers_and_followups(table, key)) or own


def external_events(table: Table, customer_key: str) -> list[CustomerEvent]:
    """Return the external events under one key, newest first, as far back as a timeline goes."""
    return list(_events(table, customer_key))


def is_event(key: Key) -> bool:
    """Whether `key` is that of an event."""
    return key.sk.startswith(customer_partition.EVENT_PREFIX)


def event_from_item(item: Mapping[str, Any]) -> CustomerEvent:
    """Return the event of an item. Raises KeyError, TypeError or ValueError if the item is not one."""
    found = _FINDINGS.read(item) if "weighed_at" in item else None
    key = customer_partition.customer_key_in(item["pk"])
    # Every event has a text, which may be empty: an item without one is broken.
    return _EVENT.read(item, customer_key=key, text=item["text"], understood=found)


def _event_put(event: CustomerEvent) -> Put:
    key = _key(event)
    item = key.item(
        **_EVENT.item(event),
        expires_at=int((event.received_at + KEPT_FOR).timestamp()),
        due_pk=keys.due_partition(key),
        due_at=format_timestamp(signals.weigh_deadline(event)),
    )
    return Put(item, condition="attribute_not_exists(pk)")


def _key(event: CustomerEvent) -> Key:
    return customer_partition.customer_event(
        event.customer_key, format_timestamp(event.at), event.source, event.event_id
    )


def _consume(key: str, opened_at: datetime, seen: datetime | None = None, *, as_read: bool = False) -> Update:
    # The condition stops two events that arrive at once from opening a follow-up each.
    condition = "opened_at = :seen" if seen else "attribute_not_exists(opened_at)"
    return set_attributes(
        customer_partition.customer_signals(key),
        {"opened_at": format_timestamp(opened_at)},
        condition=condition if as_read else None,
        values={":seen": format_timestamp(seen)} if seen else None,
    )


def _linked_keys(
    table: Table, wanted: list[str]
) -> tuple[list[str], dict[str, datetime], dict[str, CustomerRights]]:
    """Return the keys of a customer, found from `wanted` along the links, for each when its last follow-up was opened,
    if any, and for each its rights."""
    since: dict[str, datetime] = {}
    rights: dict[str, CustomerRights] = {}
    found: list[str] = []
    while wanted and len(found) < KEYS_AT_MOST:
        key, *wanted = wanted
        if key in found:
            continue
        found.append(key)
        opened_at, links, rights[key] = _known_of(table, key)
        if opened_at:
            since[key] = opened_at
        wanted += links
    return found, since, rights


def _reachable(own: Iterable[Answer | TimelineEntry]) -> Answer | None:
    """Return the newest answer with consent to contact."""
    left_contact = (each for each in own if isinstance(each, Answer) and each.wants_contact)
    return max(left_contact, key=lambda answer: answer.at, default=None)


def _known_of(table: Table, key: str) -> tuple[datetime | None, list[str], CustomerRights]:
    """Return when the key's last follow-up was opened, its links, [] if they are too many, and its rights."""
    # One item with the time, one with the rights, and one link more than allowed.
    limit = 2 + LINKS_AT_MOST + 1
    items = list(
        table.query_prefix(
            customer_partition.customer(key),
            customer_partition.IDENTITY_PREFIX,
            newest_first=True,
            limit=limit,
        )
    )
    opened = next((parse_timestamp(item["opened_at"]) for item in items if "opened_at" in item), None)
    links = [item["other"] for item in items if "other" in item]
    rights = of_all(
        customer_rights.rights_from_item(i) for i in items if customer_rights.is_rights(Key.key_of(i))
    )
    return opened, links if len(links) <= LINKS_AT_MOST else [], rights


def _events(table: Table, key: str) -> Iterator[CustomerEvent]:
    """Yield events. Skips, as below, what cannot be read: classify reports it, and it must not hide the rest."""
    partition = customer_partition.customer(key)
    for item in table.query_prefix(
        partition, customer_partition.EVENT_PREFIX, newest_first=True, limit=ENTRIES_AT_MOST
    ):
        try:
            yield event_from_item(item)
        except (KeyError, TypeError, ValueError):
            continue


def _answers_and_followups(table: Table, key: str) -> Iterator[Answer | TimelineEntry]:
    """Yield answers that are not suspect, also those that a later one of the visit stands for, and follow-ups as
    entries, except what is restricted."""
    for item in table.query_customer_index(customer_partition.customer(key), ENTRIES_AT_MOST):
        at = Key.key_of(item)
        try:
            if followups.is_followup(at):
                followup = followups.followup_from_item(item)
                if followup.restricted_at is None:
                    yield entry_of_followup(followup)
            elif answers.is_answer(at):
                answer = answers.answer_from_item(item)
                found = answer.classification
                doubted = set(found.suspect if found else answer.suspect) - {ANSWERED_AGAIN}
                if not answer.restricted and not doubted:
                    yield answer
        except (KeyError, TypeError, ValueError):
            continue


def with_entry(known: CustomerHistory, entry: TimelineEntry) -> CustomerHistory:
    """Return the history with an entry in its current state, added or in place of the one that was read."""
    others = (e for e in known.entries if (e.kind, e.ref, e.source) != (entry.kind, entry.ref, entry.source))
    return replace(known, entries=newest_first([*others, entry]))
