"""What is known of a customer: what other systems told, and with it their answers and follow-ups.

A customer may be known by several keys (`lazo.customer.identity`): each is a partition, and links between them say that
they are one customer's. Reads are bounded: at most 4 keys, and for each one look at its links, its newest 100 events
and its newest 100 answers and follow-ups.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from lazo.customer import signals
from lazo.customer.event import OWN_SOURCE, CustomerEvent, EventFindings
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
from lazo.survey.answer import Answer
from lazo.table import answers, counters, followups
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Table
from lazo.table.dynamodb.writes import Item, Key, Put, Update
from lazo.timestamps import format_timestamp, parse_timestamp

KEYS_AT_MOST = 4
LINKS_AT_MOST = 3
"""A phone or an e-mail with more links is a shop's or an office's, and says nothing about who it was."""

KEPT_FOR = timedelta(days=2 * 365)
"""How long what other systems told is kept."""

ID_KEPT_FOR = timedelta(days=3 * 366)
"""Longer than an event may be old when it is told, so that a repeat is either recognised or refused."""


class AlreadyWeighed(Exception):
    """The event was weighed before, or erased meanwhile."""


class EventConflict(Exception):
    """The source used this id for another event before."""


def put_event(table: Table, event: CustomerEvent) -> Literal["new", "same"]:
    """Write an event: first its id, then the event, each by a conditional put; what ended in between is made good by
    the next attempt. `same` when it stood there already, EventConflict when another event has its id."""
    key = keys.event_id(event.source, event.event_id)
    claim = {
        "pk": key.pk,
        "sk": key.sk,
        "fingerprint": event.fingerprint(),
        "expires_at": int((event.received_at + ID_KEPT_FOR).timestamp()),
    }
    try:
        table.put(Put(claim, condition="attribute_not_exists(pk)"))
    except ConditionFailed as error:
        if error.item.get("fingerprint") != event.fingerprint():
            raise EventConflict(event.event_id) from error
    try:
        table.put(_told(event))
    except ConditionFailed:
        return "same"
    return "new"


def invitation_put(customer_key: str, store_id: str, message_id: str, at: datetime) -> Put:
    """The write that puts an invitation to answer again into a customer's history; part of the transaction that owes
    the message. It is weighed when it has gone unanswered."""
    return _told(CustomerEvent(message_id, OWN_SOURCE, "invitation", at, at, customer_key, store_id=store_id))


def findings_update(event: CustomerEvent, found: EventFindings) -> Update:
    """The write that says what an event's text means and that it was weighed; AlreadyWeighed when that was done
    before, or the event was erased meanwhile."""
    return Update(
        _key(event),
        "SET weighed_at = :at, themes = :themes, leaving = :leaving, competitors = :competitors "
        "REMOVE due_pk, due_at",
        {
            ":at": format_timestamp(found.at),
            ":themes": list(found.themes),
            ":leaving": found.leaving,
            ":competitors": list(found.competitors),
        },
        condition="attribute_exists(pk) AND attribute_not_exists(weighed_at)",
        error=AlreadyWeighed(),
    )


def link_keys(customer_key: str | None, also: str | None) -> list[Put]:
    """The writes that make two keys one customer's, from either to the other; none without a second key."""
    if not customer_key or not also or customer_key == also:
        return []
    both = ((customer_key, also), (also, customer_key))
    found = (keys.customer_also(one, other) for one, other in both)
    return [
        Put({"pk": key.pk, "sk": key.sk, "other": other}) for key, (_, other) in zip(found, both, strict=True)
    ]


def consume_signals(customer_keys: Iterable[str | None], opened_at: datetime) -> list[Update]:
    """The writes that let signals count anew for a customer, since a follow-up of theirs was opened."""
    known = dict.fromkeys(key for key in customer_keys if key)
    return [_episode(key, opened_at) for key in known]


def consume_signals_if_unchanged(history: CustomerHistory, opened_at: datetime) -> list[Update]:
    """The same, refused when another follow-up was opened for the customer since the history was read."""
    return [_episode(key, opened_at, history.since.get(key), as_read=True) for key in history.keys]


def load_history(table: Table, customer_key: str, also: str | None = None) -> CustomerHistory:
    """All that is known of a customer. `also`: a key that is known to be theirs, and need not be linked yet."""
    found, since = _keys_of_one(table, [customer_key, *([also] if also else [])])
    own = [each for key in found for each in _of_customer(table, key)]
    told_elsewhere = (entry_of_event(event) for key in found for event in _events(table, key))
    entries = (each if isinstance(each, TimelineEntry) else entry_of_answer(each) for each in own)
    return CustomerHistory(tuple(found), since, newest_first([*told_elsewhere, *entries]), _reachable(own))


def load_timeline(
    table: Table, store: Store, customer_key: str | None, now: datetime, on: str | None = None
) -> Timeline:
    """A customer's timeline as a page of `store` shows it, that of the follow-up `on` if it is one's; without a key
    (they left no contact) only what recurs in the shop."""
    known = load_history(table, customer_key) if customer_key else CustomerHistory((), {}, ())
    return build_timeline(known, counters.theme_counts(table, store, now), on)


def reachable_answer(table: Table, followup: FollowUp) -> Answer | None:
    """The answer whose contact may be used for a follow-up: its own, else the newest one of the same customer; None, or
    one without consent, when nobody may be reached. Reads links and answers, not events."""
    own = answers.answer_of(table, followup)
    if followup.customer_key is None or (own is not None and own.wants_contact):
        return own
    known_by, _ = _keys_of_one(table, [followup.customer_key])
    return _reachable(each for key in known_by for each in _of_customer(table, key)) or own


def external_events(table: Table, customer_key: str) -> list[CustomerEvent]:
    """What other systems told under one key, the newest first, as far as a timeline goes back."""
    return list(_events(table, customer_key))


def is_event(key: Key) -> bool:
    """Whether an event stands at `key`."""
    return key.sk.startswith(keys.EVENT_PREFIX)


def read_event(item: Mapping[str, Any]) -> CustomerEvent:
    """An event from its item; KeyError or ValueError when the item is not one."""
    found = None
    if "weighed_at" in item:
        said = tuple(item["themes"]), item["leaving"], tuple(item["competitors"])
        found = EventFindings(*said, at=parse_timestamp(item["weighed_at"]))
    return CustomerEvent(
        event_id=item["event_id"],
        source=item["source"],
        kind=item["kind"],
        at=parse_timestamp(item["at"]),
        received_at=parse_timestamp(item["received_at"]),
        customer_key=item["pk"].removeprefix(keys.customer("")),
        customer_also=item.get("customer_also"),
        store_id=item.get("store_id"),
        text=item["text"],
        reference=item.get("reference"),
        change=Decimal(item["change"]) if "change" in item else None,
        amount=Decimal(item["amount"]) if "amount" in item else None,
        understood=found,
    )


def _told(event: CustomerEvent) -> Put:
    key = _key(event)
    item: Item = {
        "pk": key.pk,
        "sk": key.sk,
        "event_id": event.event_id,
        "source": event.source,
        "kind": event.kind,
        "at": format_timestamp(event.at),
        "received_at": format_timestamp(event.received_at),
        "customer_also": event.customer_also,
        "store_id": event.store_id,
        "text": event.text,
        "reference": event.reference,
        "change": event.change,
        "amount": event.amount,
        "expires_at": int((event.received_at + KEPT_FOR).timestamp()),
        "due_pk": keys.due_partition(key),
        "due_at": format_timestamp(signals.weigh_deadline(event)),
    }
    return Put(item, condition="attribute_not_exists(pk)")


def _key(event: CustomerEvent) -> Key:
    return keys.customer_event(event.customer_key, format_timestamp(event.at), event.source, event.event_id)


def _episode(key: str, opened_at: datetime, seen: datetime | None = None, *, as_read: bool = False) -> Update:
    condition, values = None, {":opened": format_timestamp(opened_at)}
    if as_read:
        condition = "opened_at = :seen" if seen else "attribute_not_exists(opened_at)"
        values |= {":seen": format_timestamp(seen)} if seen else {}
    return Update(keys.customer_episode(key), "SET opened_at = :opened", values, condition=condition)


def _keys_of_one(table: Table, wanted: list[str]) -> tuple[list[str], dict[str, datetime]]:
    """The keys that a customer is known by, from the `wanted` ones along the links; and when each one's last follow-up
    was opened, where one was."""
    since: dict[str, datetime] = {}
    found: list[str] = []
    while wanted and len(found) < KEYS_AT_MOST:
        key, *wanted = wanted
        if key in found:
            continue
        found.append(key)
        opened_at, links = _known(table, key)
        if opened_at:
            since[key] = opened_at
        wanted += links
    return found, since


def _reachable(own: Iterable[Answer | TimelineEntry]) -> Answer | None:
    """The newest answer with a contact that may be used."""
    left_contact = (each for each in own if isinstance(each, Answer) and each.wants_contact)
    return max(left_contact, key=lambda answer: answer.at, default=None)


def _known(table: Table, key: str) -> tuple[datetime | None, list[str]]:
    """When the key's last follow-up was opened, and its links; none of them when they are too many."""
    limit = 1 + LINKS_AT_MOST + 1
    items = list(table.query_prefix(keys.customer(key), keys.KNOWN_PREFIX, newest_first=True, limit=limit))
    opened = next((parse_timestamp(item["opened_at"]) for item in items if "opened_at" in item), None)
    links = [item["other"] for item in items if "other" in item]
    return opened, links if len(links) <= LINKS_AT_MOST else []


def _events(table: Table, key: str) -> Iterator[CustomerEvent]:
    """What cannot be read is left out, here and below: classify has told of it, and it must not stand in the way of all
    the rest."""
    partition = keys.customer(key)
    for item in table.query_prefix(partition, keys.EVENT_PREFIX, newest_first=True, limit=ENTRIES_AT_MOST):
        try:
            yield read_event(item)
        except (KeyError, TypeError, ValueError):
            continue


def _of_customer(table: Table, key: str) -> Iterator[Answer | TimelineEntry]:
    """Answers, suspects apart, and follow-ups as entries."""
    for item in table.query_customer_index(keys.customer(key), ENTRIES_AT_MOST):
        at = Key.key_of(item)
        try:
            if followups.is_followup(at):
                yield entry_of_followup(followups.followup_from_item(item))
            elif answers.is_answer(at):
                answer = answers.answer_from_item(item)
                found = answer.classification
                if not (found.suspect if found else answer.suspect):
                    yield answer
        except (KeyError, TypeError, ValueError):
            continue


def with_entry(known: CustomerHistory, entry: TimelineEntry) -> CustomerHistory:
    """The history with one entry as it is now, in place of what was read of it or missing."""
    others = (e for e in known.entries if (e.kind, e.ref, e.source) != (entry.kind, entry.ref, entry.source))
    return replace(known, entries=newest_first([*others, entry]))
