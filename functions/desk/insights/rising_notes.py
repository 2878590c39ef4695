"""What rises in the stores that a reader sees, in sentences, from the latest look at all stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from desk.answers import filters as answer_filters
from desk.web.addresses import page_address
from lazo.insight.rising_look import RisingLook
from lazo.insight.rising_themes import RECENT_WEEKS, ThemeCounts
from lazo.insight.statements import describe, look_statements, theme_statement

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class RisingNote:
    """A theme that rises: `where` is the name of a brand, or of a store; `stores` names it as fields of a query. The
    answers behind it are those that complain of `theme` from the day `first` to `last`."""

    where: str
    sentence: str
    theme: str
    stores: Mapping[str, str]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class RisingNotes:
    """Those most certain to rise, brands before stores, how many `more` there are, and what else is to be said of the
    look: that nothing rises, that stores are missing in it."""

    notes: Sequence[RisingNote]
    more: int
    says: Sequence[str]


def rising_notes(
    look: RisingLook | None, stores: Mapping[str, str], brands: Mapping[str, str], language: str
) -> RisingNotes:
    """Return what the look found in these stores and brands, each by its id with its name; nothing without a look."""
    if look is None:
        return RisingNotes((), 0, ())
    of_brands = [each for each in look.in_brands if each.group_id in brands]
    of_stores = look.of_some(stores)
    notes = [rising_note(each, brands[each.group_id], "brand", look.week, language) for each in of_brands]
    notes += [rising_note(each, stores[each.group_id], "shop", look.week, language) for each in of_stores]
    says = [describe(each, language) for each in look_statements(look, found=bool(notes))]
    return RisingNotes(notes[:SHOWN], max(0, len(notes) - SHOWN), says)


def rising_note(counts: ThemeCounts, where: str, field: str, last: date, language: str) -> RisingNote:
    """Return what a look found in a store or brand (`field`: "shop" or "brand") in the weeks up to the day `last`."""
    first = last - timedelta(weeks=RECENT_WEEKS) + timedelta(days=1)
    sentence = describe(theme_statement(counts), language)
    return RisingNote(where, sentence, counts.theme, {field: counts.group_id}, first, last)


def rising_answers(note: RisingNote) -> str:
    """Return the address of the answers that the note counts."""
    days = {"from": note.first.isoformat(), "to": note.last.isoformat()}
    filters = {"theme": note.theme, "opinion": "complained", **days, "results": "in"}
    return page_address(answer_filters.PATH, **note.stores, **filters)
