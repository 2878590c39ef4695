"""Writes answers as CSV, with names of people masked and without the phone or e-mail of anybody."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from lazo.survey.nps import band_of_score
from lazo.table.dynamodb.table import Table
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import EARLIEST, AnswerQuery, AnswerRow
from lazo.text import csv_cells, name_masking
from lazo.timestamps import format_timestamp

COLUMNS: Final = (
    "answer_id",
    "store_id",
    "shop",
    "touchpoint",
    "at",
    "day",
    "time",
    "timezone",
    "score",
    "band",
    "comment",
    "themes",
    "praised",
    "mentioned",
    "reasons",
    "language",
    "suspect",
    "improved",
)
"""`themes` are those complained about. `at` is UTC; `day` and `time` are by the store's clock."""

_MAX_UTC_OFFSET: Final = timedelta(hours=14)
"""How far a time zone is from UTC at most."""


@dataclass(frozen=True, slots=True)
class AnswerSelection:
    """The answers of these stores from the first day to the last, both included, by each store's calendar."""

    stores: frozenset[str]
    first: date | None = None
    last: date | None = None

    def query(self, now: datetime) -> AnswerQuery:
        """Build the query that reads at least all answers of the selection."""
        utc = now.tzinfo
        since = datetime.combine(self.first, time(), utc) - _MAX_UTC_OFFSET if self.first else EARLIEST
        until = (
            datetime.combine(self.last, time(), utc) + timedelta(days=1) + _MAX_UTC_OFFSET
            if self.last
            else now
        )
        return AnswerQuery(self.stores, since, until)

    def includes(self, row: AnswerRow) -> bool:
        """Whether the answer was given on one of the selection's days."""
        day = _local_time(row).date()
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def csv_lines(table: Table, selection: AnswerSelection, now: datetime) -> Iterator[str]:
    """Yield the header, then a line for each answer, the newest first."""
    yield csv_cells.BOM + csv_cells.csv_row(COLUMNS)
    for row in answer_feed.iterate_answers(table, selection.query(now), selection.includes):
        yield csv_cells.csv_row(_cells(row))


def _cells(row: AnswerRow) -> Collection[str | int]:
    answer, store, local = row.answer, row.store, _local_time(row)
    classification = answer.classification
    suspect = classification.suspect if classification else answer.suspect
    return (
        answer.answer_id,
        store.store_id,
        store.name,
        answer.touchpoint,
        format_timestamp(answer.at),
        f"{local:%Y-%m-%d}",
        f"{local:%H:%M}",
        store.timezone,
        "" if answer.restricted else answer.score,
        "restricted" if answer.restricted else band_of_score(answer.score),
        name_masking.mask_names(answer.comment, store, answer.language, answer.language),
        ", ".join(classification.themes if classification else ()),
        ", ".join(classification.praised if classification else ()),
        ", ".join(classification.mentioned if classification else ()),
        ", ".join(answer.reasons),
        answer.language,
        ", ".join(suspect),
        answer.improved or "",
    )


def _local_time(row: AnswerRow) -> datetime:
    return row.answer.at.astimezone(ZoneInfo(row.store.timezone))
