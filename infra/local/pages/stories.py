"""The newest stories of answers and early signs, and what the clock will bring next."""

import heapq
from collections.abc import Iterator
from datetime import datetime

from infra.local.pages.records import Item, Records
from infra.local.pages.story import AT_RISK, CHANNELS, Step, Story, story_of
from infra.local.pages.time_format import format_moment
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.table import followups
from lazo.timestamps import parse_timestamp

_Case = tuple[Item | None, Item | None]
"""An answer and its follow-up; either may be missing, never both."""


def newest_stories(records: Records, now: datetime, count: int) -> tuple[list[Story], int]:
    """List the `count` answers and signs to which something happened last, the latest first; and tell how many more
    there are. What is sample data did not just happen."""
    about = {(item["store_id"], item.get("answer_ulid")): item for item in records.followups.values()}
    known: list[_Case] = [(a, about.get((a["store_id"], a["ulid"]))) for a in records.answers]
    known += [(None, item) for item in records.followups.values() if "answer_ulid" not in item]
    here = [case for case in known if _is_live(case[0] or case[1] or {}, records)]
    chosen = heapq.nlargest(count, here, key=lambda case: max(_instants(case[0], case[1], records)))
    return [story_of(answer, followup, records, now) for answer, followup in chosen], len(here) - len(chosen)


def _is_live(item: Item, records: Records) -> bool:
    return "sample" not in item and item["store_id"] in records.stores


def coming_steps(records: Records, now: datetime, count: int) -> list[Step]:
    """List the next things that the clock will bring: deadlines, and messages that wait for their time."""
    ahead = [*_deadlines(records, now), *_waiting_messages(records, now)]
    return heapq.nsmallest(count, ahead, key=lambda step: step.at)


def _deadlines(records: Records, now: datetime) -> Iterator[Step]:
    for item in records.followups.values():
        store = records.stores.get(item["store_id"])
        followup = followups.followup_from_item(item)
        if store and followup.stage == "open" and followup.deadline and followup.deadline > now:
            place = followup.touchpoint or AT_RISK.lower()
            what = f"Deadline for {place}, {store.name}: then {_told_next(followup, store)}"
            yield Step(followup.deadline, format_moment(followup.deadline, store.hours.zone, now), what)


def _waiting_messages(records: Records, now: datetime) -> Iterator[Step]:
    for item in (item for owed in records.deliveries.values() for item in owed):
        store, at = records.stores.get(item["store_id"]), parse_timestamp(item["not_before"])
        contact = store and store.contact(item["contact_id"])
        if store and contact and item["state"] == "pending" and at > now:
            what = f"{contact.name} gets the {CHANNELS[item['channel']]} that waits until then"
            yield Step(at, format_moment(at, store.hours.zone, now), what)


def _told_next(followup: FollowUp, store: Store) -> str:
    above = store.next_level(followup.level)
    if above is None:
        return "a reminder"
    return " and ".join(contact.name for contact in store.contacts_at_level(above)) + " is told"


def _instants(answer: Item | None, followup: Item | None, records: Records) -> Iterator[str]:
    if answer:
        yield answer["at"]
        yield answer.get("classified_at", "")
    if followup:
        yield followup["opened_at"]
        yield followup.get("taken_on_at", "")
        for owed in records.deliveries.get(followup["followup_id"], ()):
            yield owed.get("sent_at", "")
