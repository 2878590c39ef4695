"""Whether two runs of one month came to the same: what is in the table, without ids that are chance, and with instants
compared by how much opening time lies between them."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.simulation.month import Month
from tests.simulation.stores import Settings
from tests.simulation.wall_clock import open_minutes

Item = dict[str, Any]

WITHIN = 45
"""Minutes, of the wall or of opening time, that the same event may be apart: a lease, a sweep or two that died, and
half an hour for what misses a bundle by them."""

WHAT: dict[str, tuple[str, ...]] = {
    "FU": (
        *("stage", "level", "round", "owner", "released_from", "score", "priority", "themes", "reached"),
        *("root_cause_theme", "root_cause", "done", "interested", "answer_ulid"),
    ),
    "ANSWER": (
        "ulid",
        "store_id",
        "score",
        "band",
        "themes",
        "praised",
        "mentioned",
        "urgency",
        "suspect",
        "comment",
        "improved",
    ),
    "ENTRY": ("what", "by"),
    "NOTE": ("text", "channel", "by"),
    "CONCERN": ("text", "state", "action", "owner", "priority"),
    "PROMISE": ("what", "state", "owner", "hears_by", "made_by", "settled_by"),
    "DELIVERY": ("level", "round", "channel", "contact_id", "purpose", "state"),
    "MESSAGE": ("template", "channel", "state", "automatic", "by"),
    "STOP": ("stopped", "way"),
    "WEEK": ("n",),
}
"""What is compared of each kind of item, by the beginning of its sort key."""

WHEN: dict[str, tuple[str, ...]] = {
    "FU": (
        "opened_at",
        "taken_on_at",
        "contacted_at",
        "resolved_at",
        "confirmed_at",
        "unconfirmed_at",
        "deadline",
    ),
    "ENTRY": ("at",),
    "PROMISE": ("due", "made_at", "settled_at"),
    "DELIVERY": ("planned_at", "sent_at"),
    "MESSAGE": ("at", "sent_at"),
}
WHOLE = ("DAY", "PROMISES", "RECOVERY", "LOAD", "INCENTIVES")
"""Counters: these have to be equal, name by name."""

Found = dict[tuple[str, str], list[tuple[str, ...]]]


@dataclass(frozen=True)
class State:
    """What is compared, and the store of each follow-up by its partition."""

    found: Found
    stores: dict[str, Settings]


def state_of(month: Month) -> State:
    """How a month ended."""
    items = month.cloud.items()
    return State(_found(items), {i["pk"]: month.stores[i["store_id"]] for i in items if i["sk"] == "FU"})


def differences(one: State, other: State) -> list[str]:
    """What is in one and not in the other, or not at the same time, in words; [] when they are the same."""
    mine, theirs = one.found, other.found
    texts = []
    for place in sorted(mine.keys() | theirs.keys()):
        here, there = _by_what(mine.get(place, [])), _by_what(theirs.get(place, []))
        for what in sorted(here.keys() | there.keys()):
            a, b = here.get(what, []), there.get(what, [])
            if len(a) != len(b):
                texts.append(f"{place}: {len(a)} and {len(b)} of {what}")
                continue
            store = one.stores.get(place[0])
            texts += [
                f"{place}: {what} at {x} and at {y}"
                for times, others in zip(sorted(a), sorted(b), strict=True)
                for x, y in zip(times, others, strict=True)
                if not (_same_time(store, x, y) or (place[1] in ("DELIVERY", "MESSAGE") and "" in (x, y)))
            ]
    return texts


def _found(items: Iterable[Item]) -> Found:
    """What is compared of each item, and then its instants, by partition and kind. The partitions of customers are
    named by a key that is another in each run: those are compared as one."""
    found: Found = defaultdict(list)
    for item in items:
        kind = item["sk"].partition("#")[0]
        place = item["pk"].partition("#")[0] if item["pk"].startswith(("CUSTOMER#", "PHONE#")) else item["pk"]
        if kind in WHOLE:
            whole = {n: v for n, v in item.items() if n not in ("pk", "expires_at") and v != 0}
            if whole.keys() - {"sk"}:
                found[place, kind].append((json.dumps(whole, sort_keys=True),))
        elif kind in WHAT and (kind != "ANSWER" or "score" in item):
            what = json.dumps({name: _value(kind, name, item) for name in WHAT[kind]}, sort_keys=True)
            found[place, kind].append((what, *(item.get(name) or "" for name in WHEN.get(kind, ()))))
    return found


def _value(kind: str, name: str, item: Item) -> Any:
    """Of a message that came late it may be that what it says was no longer true: to have been left out is then as good
    as to have been sent. So is to have been given up after two attempts of which nobody learned how they ended."""
    value = item.get(name)
    if kind in ("DELIVERY", "MESSAGE") and name == "state":
        given_up = value == "failed" and item.get("failure") == "gave_up"
        return "sent, or no longer true" if given_up or value in ("sent", "cancelled") else value
    return value


def _by_what(found: list[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    grouped: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for what, *times in found:
        grouped[what].append(tuple(times))
    return grouped


def _same_time(store: Any, x: str, y: str) -> bool:
    if not x or not y:
        return x == y
    first, last = sorted((datetime.fromisoformat(x), datetime.fromisoformat(y)))
    apart = (last - first).total_seconds() / 60
    return apart <= WITHIN or (store is not None and open_minutes(store, first, last, WITHIN + 1) <= WITHIN)
