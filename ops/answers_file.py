"""Answers as a file for a spreadsheet: with names of the staff masked, and without anybody's phone or e-mail."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from lazo.survey.nps import band
from lazo.table.dynamodb.table import Table
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import EARLIEST, Found, Wanted
from lazo.text import csv_cells, name_masking
from lazo.timestamps import to_text

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
    "reasons",
    "language",
    "suspect",
    "improved",
)
"""`at` is UTC; `day` and `time` are the shop's own."""

_WIDEST: Final = timedelta(hours=14)
"""How far a calendar of the world is from UTC's, at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which answers: of these shops, from the first day to the last, both included, by each shop's calendar."""

    stores: frozenset[str]
    first: date | None = None
    last: date | None = None

    def wanted(self, now: datetime) -> Wanted:
        """What has to be looked at for them."""
        utc = now.tzinfo
        since = datetime.combine(self.first, time(), utc) - _WIDEST if self.first else EARLIEST
        until = datetime.combine(self.last, time(), utc) + timedelta(days=1) + _WIDEST if self.last else now
        return Wanted(self.stores, since, until)

    def fits(self, found: Found) -> bool:
        """Whether an answer is one of them."""
        day = _local(found).date()
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def lines(table: Table, asked: Asked, now: datetime) -> Iterator[str]:
    """The file line by line, the newest answer first."""
    yield csv_cells.BOM + csv_cells.row(COLUMNS)
    for found in answer_feed.everything(table, asked.wanted(now), asked.fits):
        yield csv_cells.row(_cells(found))


def _cells(found: Found) -> Collection[str | int]:
    answer, store, local = found.answer, found.store, _local(found)
    understood = answer.classification
    suspect = understood.suspect if understood else answer.suspect
    return (
        answer.answer_id,
        store.store_id,
        store.name,
        answer.touchpoint,
        to_text(answer.at),
        f"{local:%Y-%m-%d}",
        f"{local:%H:%M}",
        store.timezone,
        answer.score,
        band(answer.score),
        name_masking.masked(answer.comment, store, answer.language, answer.language),
        ", ".join(understood.themes if understood else ()),
        ", ".join(answer.reasons),
        answer.language,
        ", ".join(suspect),
        answer.improved or "",
    )


def _local(found: Found) -> datetime:
    return found.answer.at.astimezone(ZoneInfo(found.store.timezone))
