"""Record with a follow-up how its customer answers the next time, so that those whom somebody spoke to can be compared
with those whom nobody reached."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from lazo.followup.model import ENDED, FollowUp, LaterAnswer
from lazo.survey.answer import Answer
from lazo.table import case_counts, followups
from lazo.table.dynamodb import customer_partition
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put, Update

RECORDS_AT_MOST: Final = 20
"""Answers and follow-ups of one key that are looked at, the newest."""


def later_answer_writes(
    table: Table, understood: Answer, written: Collection[str], now: datetime
) -> Iterator[Put | Update]:
    """Yield the writes that record a classified answer with the last follow-up of its customer at the store, if that
    has no later answer yet, and count it. None for an answer to a resurvey, one without a name, or that may not be a
    customer's. `written`: ids of follow-ups that the same transaction changes.

    One query of an index, which is behind by moments: an answer that follows at once is of the same visit.
    """
    found = understood.classification
    if understood.customer_key is None or understood.resurvey_of or found is None or found.suspect:
        return
    items = table.query_customer_index(customer_partition.customer(understood.customer_key), RECORDS_AT_MOST)
    own = (followups.followup_from_item(item) for item in items if followups.is_followup(Key.key_of(item)))
    newest = next((each for each in own if _is_past(understood, each, written)), None)
    current = followups.get_followup(table, newest.followup_id) if newest else None
    if current is None or current.later_answer or not _is_past(understood, current, written):
        return
    later = LaterAnswer(understood.at, understood.score)
    after = replace(current, later_answer=later, version=current.version + 1)
    yield followups.followup_replacement(current, after)
    yield from case_counts.count_change(current, after, now)


def _is_past(answer: Answer, followup: FollowUp, written: Collection[str]) -> bool:
    return (
        followup.store_id == answer.store_id
        and followup.followup_id not in written
        and followup.opened_month is not None
        and followup.opened_at < answer.at
        and (followup.contacted_at is not None or followup.stage in ENDED or bool(followup.late_stages))
        and not (followup.erased_at or followup.restricted_at or followup.corrected_at or followup.doubts)
    )
