"""A customer's history in order of time, and what recurs in it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lazo.customer.event import REPORTED_KINDS, CustomerEvent
from lazo.customer.rights import NO_WISHES, CustomerRights
from lazo.followup.model import FollowUp
from lazo.survey import nps
from lazo.survey.answer import Answer

ENTRIES_AT_MOST = 100
RECURS_FROM = 2
"""How often something must occur to count as recurring."""

_UNHAPPY = ("detractor", "passive")

RankedCounts = tuple[tuple[str, int], ...]
"""Ids with how often they occur, the most frequent first."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One item of a customer's history. `kind`: "answer", "followup", "invitation", or an event's kind; `ref`: the id
    of the answer (its ulid), follow-up or event. `text`: the words of the customer or source; for a follow-up, what
    was done. `themes` of a follow-up are its root cause's once that is known, `complaint` those that it was opened for;
    `resolved_at`: when it was last resolved; `reopened`: whether the customer ever said that it was not solved."""

    at: datetime
    kind: str
    store_id: str | None
    text: str
    score: int | None
    themes: tuple[str, ...]
    ref: str
    leaving: bool = False
    competitors: tuple[str, ...] = ()
    change: Decimal | None = None
    amount: Decimal | None = None
    source: str | None = None
    reference: str | None = None
    stage: str | None = None
    root_cause: str = ""
    complaint: tuple[str, ...] = ()
    resolved_at: datetime | None = None
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """A customer's history, newest first. `keys`: all keys of the customer; `since`: when the last follow-up of each
    key was opened, if any; `reachable`: the newest answer whose contact details may be used; `rights`: what
    the customer wants their data not to be used for."""

    keys: tuple[str, ...]
    since: Mapping[str, datetime]
    entries: tuple[TimelineEntry, ...]
    reachable: Answer | None = None
    rights: CustomerRights = NO_WISHES

    def signals_count_since(self) -> datetime | None:
        """Return when the last follow-up was opened, if any: earlier signals belong to it."""
        opened = [e.at for e in self.entries if e.kind == "followup"]
        return max([*self.since.values(), *opened], default=None)

    def last_store_id(self) -> str | None:
        """Return the store of the customer's newest answer, else of the newest event that names one."""
        here = [e for e in self.entries if e.store_id]
        answered = [e for e in here if e.kind == "answer"]
        return next((e.store_id for e in [*answered, *here]), None)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A customer's history as a page shows it.

    entries: newest first, at most 100
    recurring_themes: named in two or more answers or events; recurring_kinds: of events
    recurring_in_store: themes of the store's detractors and passives of the four weeks before today
    solved_before: the earlier follow-ups whose remedy worked, as far as is known (see `worked`)
    reachable: the newest answer whose contact details may be used
    """

    entries: tuple[TimelineEntry, ...]
    recurring_themes: RankedCounts
    recurring_kinds: RankedCounts
    recurring_in_store: RankedCounts
    solved_before: tuple[TimelineEntry, ...]
    reachable: Answer | None


def build_timeline(
    history: CustomerHistory, store_themes: Mapping[tuple[str, str], int], on: str | None = None
) -> Timeline:
    """Return the timeline of a history. `store_themes`: how many answers its store got by theme and band; `on`: the id
    of the follow-up whose page shows it, which is left out of `solved_before`."""
    entries = history.entries[:ENTRIES_AT_MOST]
    reported = [e for e in entries if e.kind != "followup"]
    return Timeline(
        entries=entries,
        recurring_themes=_recurring(theme for e in reported for theme in e.themes),
        recurring_kinds=_recurring(e.kind for e in reported if e.kind in REPORTED_KINDS),
        recurring_in_store=recurring_in_store(store_themes),
        solved_before=tuple(e for e in entries if e.ref != on and worked(e, entries)),
        reachable=history.reachable,
    )


def worked(entry: TimelineEntry, entries: Iterable[TimelineEntry]) -> bool:
    """Return whether an entry is a follow-up whose remedy worked: the customer confirmed it, never reopened it, and
    has not complained of the same since."""
    solved_at = entry.resolved_at
    if entry.stage != "confirmed" or entry.reopened or solved_at is None:
        return False
    themes = {*entry.themes, *entry.complaint}
    return not any(each.at > solved_at and themes & _complained_of(each) for each in entries)


def _complained_of(entry: TimelineEntry) -> set[str]:
    """Return the themes that an entry complains of; none of a happy customer's answer or case."""
    if entry.score is not None and nps.band_of_score(entry.score) not in _UNHAPPY:
        return set()
    return set(entry.complaint or entry.themes)


def recurring_in_store(themes: Mapping[tuple[str, str], int]) -> RankedCounts:
    """Return the recurring themes of detractors and passives, from a store's answers by theme and band."""
    total: Counter[str] = Counter()
    for (theme, band), number in themes.items():
        if band in _UNHAPPY:
            total[theme] += number
    return _ranked(total)


def entry_of_answer(answer: Answer) -> TimelineEntry:
    """Return the entry of an answer, classified or not."""
    found = answer.classification
    return TimelineEntry(
        at=answer.at,
        kind="answer",
        store_id=answer.store_id,
        text=answer.comment,
        score=answer.score,
        themes=found.themes if found else (),
        ref=answer.ulid,
        leaving=bool(found and found.leaving),
        competitors=found.competitors if found else (),
    )


def entry_of_followup(followup: FollowUp) -> TimelineEntry:
    """Return the entry of a follow-up, dated at its opening."""
    return TimelineEntry(
        at=followup.opened_at,
        kind="followup",
        store_id=followup.store_id,
        text=followup.done,
        score=followup.score,
        themes=(followup.root_cause_theme,) if followup.root_cause_theme else followup.themes,
        ref=followup.followup_id,
        stage=followup.stage,
        root_cause=followup.root_cause,
        complaint=followup.themes,
        resolved_at=followup.resolved_at,
        reopened=followup.reopened_at is not None,
    )


def entry_of_event(event: CustomerEvent) -> TimelineEntry:
    """Return the entry of an event, with what was found in its text so far."""
    found = event.understood
    return TimelineEntry(
        at=event.at,
        kind=event.kind,
        store_id=event.store_id,
        text=event.text,
        score=None,
        themes=found.themes if found else (),
        ref=event.event_id,
        leaving=bool(found and found.leaving),
        competitors=found.competitors if found else (),
        change=event.change,
        amount=event.amount,
        source=event.source,
        reference=event.reference,
    )


def newest_first(entries: Iterable[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """Return the entries in the order in which they are shown."""
    return tuple(sorted(entries, key=lambda e: (e.at, e.kind, e.ref), reverse=True))


def _recurring(ids: Iterable[str]) -> RankedCounts:
    return _ranked(Counter(ids))


def _ranked(counts: Counter[str]) -> RankedCounts:
    often = ((name, n) for name, n in counts.items() if n >= RECURS_FROM)
    return tuple(sorted(often, key=lambda each: (-each[1], each[0])))
