"""Customers who are asked whether they notice an improvement, in the table, and what they reply.

What each replied stands beside their follow-up, so that it counts once; when the customer is erased both stay, as
nobody's, so that a recount finds what was counted. The transactions that write it
change the counters of the improvement, which are apart from those of recovery.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from lazo.followup.model import FollowUp, Resurvey
from lazo.insight.bands import BandCounts
from lazo.insight.improvement_replies import ImprovementReplies
from lazo.survey.nps import band_of_score
from lazo.table import due
from lazo.table.dynamodb import improvement_keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Put, Update
from lazo.table.followups import ChangedMeanwhile

REPLY_COUNTERS: Final = ("asked", "promoter", "passive", "detractor", "yes", "little", "no")
_RECORD: Final = Record(Resurvey)


class AskedBefore(Exception):
    """The customer of the follow-up was asked about this improvement."""


def resurvey_date(followup_id: str, improvement_id: str, at: datetime) -> Put:
    """Return the write that sets when the customer of a follow-up is asked about an improvement."""
    kind = improvement_keys.RESURVEY_KIND
    return due.put_date(followup_id, kind, at, ref=improvement_id, improvement_id=improvement_id)


def get_resurvey(table: Table, followup_id: str, improvement_id: str) -> Resurvey | None:
    """Return when the customer of a follow-up was asked about an improvement, with their reply; None if never."""
    item = table.get(improvement_keys.resurvey(followup_id, improvement_id))
    return _RECORD.read(item) if item else None


def asked_writes(about: FollowUp, improvement_id: str, now: datetime) -> list[Put | Update]:
    """Return the writes that record, and count, that the customer of a follow-up is asked about an improvement. Their
    error is AskedBefore."""
    item = _item(about, improvement_id, Resurvey(now))
    return [
        Put(item, condition="attribute_not_exists(pk)", error=AskedBefore(improvement_id)),
        _count(improvement_id, "asked"),
    ]


def reply_writes(about: FollowUp, improvement_id: str, replied: Resurvey) -> list[Put | Update]:
    """Return the writes that record, and count, the first reply. Their error is ChangedMeanwhile."""
    if replied.score is None:
        return []
    return [
        Put(
            _item(about, improvement_id, replied),
            condition="attribute_exists(pk) AND attribute_not_exists(answered_at)",
            error=ChangedMeanwhile(about.followup_id),
        ),
        _count(improvement_id, *_names_of(replied)),
    ]


def counters_of_reply(item: Item) -> list[str]:
    """Return the names of the counters that count the item of a customer who was asked about an improvement."""
    return ["asked", *_names_of(_RECORD.read(item))]


def _names_of(replied: Resurvey) -> list[str]:
    if replied.score is None:
        return []
    return [band_of_score(replied.score), *([replied.improved] if replied.improved else [])]


def improvement_replies(table: Table, improvement_ids: Iterable[str]) -> dict[str, ImprovementReplies]:
    """Return how many customers each improvement was told, and what those replied who were asked about it, by id; none
    is missing. One batch per hundred."""
    by_key = {improvement_keys.customers_count(each): each for each in improvement_ids}
    found = table.batch_get(by_key)
    return {improvement_id: _replies(found.get(key, {})) for key, improvement_id in by_key.items()}


def _replies(item: Item) -> ImprovementReplies:
    n = {name: item.get(name, 0) for name in REPLY_COUNTERS}
    return ImprovementReplies(
        told=item.get("n", 0),
        asked=n["asked"],
        yes=n["yes"],
        little=n["little"],
        no=n["no"],
        bands=BandCounts(n["promoter"], n["passive"], n["detractor"]),
    )


def _item(about: FollowUp, improvement_id: str, resurvey: Resurvey) -> Item:
    key = improvement_keys.resurvey(about.followup_id, improvement_id)
    return key.item(followup_id=about.followup_id, improvement_id=improvement_id, **_RECORD.item(resurvey))


def _count(improvement_id: str, *names: str) -> Update:
    places = {f"#{name}": name for name in names}
    added = ", ".join(f"{place} :one" for place in places)
    return Update(improvement_keys.customers_count(improvement_id), f"ADD {added}", {":one": 1}, names=places)
