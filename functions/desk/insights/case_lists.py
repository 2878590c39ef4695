"""The cases behind a figure: those that never got as far as a step, or what became of those that were resolved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Final

from desk.account.access import Access
from desk.deps import Deps
from desk.insights.listed_cases import CaseList, cases_reply
from desk.insights.navigation import DIGEST_PATH, page_path
from desk.insights.periods import first_of_month, month_span, months_between, months_of_span, period_of
from desk.insights.selection import Selection
from desk.web.addresses import page_address
from lazo.followup.model import FollowUp
from lazo.followup.recovery import RECOVERY_GROUPS, RecoveryFigures, counted_as, total_recovery
from lazo.insight.case_counts import NOT_REACHED, STEPS, CaseCount, case_counts
from lazo.insight.case_figures import CaseFigures
from lazo.insight.weeks import Week, parse_week, week_of
from lazo.store.model import Store
from lazo.table.case_records import load_history
from lazo.table.recovery import recovery_by_store
from lazo.table.views.case_figures import case_figures_by_store
from lazo.table.views.every_followup import OpenedPage, find_followups
from lazo.table.week_figures import counted_weeks
from lazo.text.regional_formats import format_plain_day
from lazo.translations import translations
from lazo.web.responses import Response

PATH: Final = page_path("team")
COMPARED_STORES: Final = 25
COMPARED_MONTHS: Final = 12
HISTORIES_READ: Final = 30
"""Of so many stores and months at most the list is compared with the figure; of so many cases for a page the history
tells when they were first resolved."""
LOOKED_BACK: Final = timedelta(days=93)
"""A case that was resolved in a month is looked for among those that opened in it, or so long before."""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """Cases that a figure counts: as one of `counted` (or of what begins so, such as ("took", step)) in the month in
    which they opened, or else in one of the `groups` of RecoveryFigures in the month in which they were first resolved,
    or ended without anybody taking them on; of a week, whatever was first resolved in it."""

    counted: tuple[CaseCount, ...] = ()
    groups: tuple[str, ...] = ()
    of_week: bool = False

    def matches(self, followup: FollowUp, store: Store, months: tuple[str, ...]) -> bool:
        """Return whether a case of a store is counted in these months; of a week, whether it may be."""
        if self.counted:
            counts = case_counts(followup) if followup.opened_month in months else {}
            return any(
                n and any(name[: len(each)] == each for each in self.counted) for name, n in counts.items()
            )
        if "unanswered" in self.groups:
            at = followup.unanswered_at
            return at is not None and f"{store.hours.local_date(at):%Y-%m}" in months
        resolved = followup.recovery_month in months
        return resolved and (self.of_week or any(counted_as(followup)[each] for each in self.groups))

    def figure(self, cases: CaseFigures, recovered: RecoveryFigures) -> int:
        """Return how many the figures count."""
        if self.counted:
            return sum(_counted(cases, each) for each in self.counted)
        return sum(getattr(recovered, each) for each in self.groups)

    @property
    def looks_back(self) -> timedelta:
        """How long before the months a case may have opened."""
        return timedelta(0) if self.counted else LOOKED_BACK


def _counted(cases: CaseFigures, name: CaseCount) -> int:
    match name:
        case ("not_reached",):
            return cases.not_reached
        case ("spoken_to",):
            return sum(cases.spoken_to.values())
        case ("nobody_reached",):
            return sum(cases.nobody_reached.values())
    times = next(cases.step(step) for step in STEPS if step == name[1])
    return {"never": times.never, "in_time": times.in_time, "took": times.n - times.never}[name[0]]


def show_cases(
    kind: str, query: Mapping[str, str], chosen: Selection, deps: Deps, access: Access
) -> Response:
    """Answer `GET /desk/insights/team` with `cases` (in KINDS): the cases of the months `from` to `to`, of the `week`,
    or of the period, the first first; `after` is a cursor."""
    what, week = KINDS[kind], None
    first, last = month_span(query)
    months = months_of_span(first, last, chosen.today) if first or last else chosen.period.months
    if what.of_week:
        week = parse_week(query.get("week", "")) or week_of(chosen.today)
        months = months_between(week.monday, week.sunday)
    known = _StoresRead(chosen, deps)
    # A day more at each end, for whatever zone a store is in; its calendar then decides.
    since = datetime.combine(first_of_month(months[0]), time.min, UTC) - timedelta(days=1) - what.looks_back
    until = datetime.combine(first_of_month(months[-1]), time.min, UTC) + timedelta(days=33)
    after = query.get("after")
    page = find_followups(
        deps.table,
        frozenset(chosen.store_ids),
        (since, until),
        lambda each: known.holds(each, what, months, week),
        after,
    )
    back = (chosen.filters.address(path=PATH), "back")
    if week:
        back = (page_address(DIGEST_PATH, week=str(week)), "back_to_week")
    span = {"week": str(week)} if week else {"from": months[0], "to": months[-1]}
    return cases_reply(
        CaseList(
            kind,
            page,
            known.stores,
            place=chosen.place,
            span=_days_of(week, chosen) if week else _names_of(months, chosen),
            many_stores=len(chosen.store_ids) > 1,
            missing=0 if after else _missing(page, what, chosen, months, week, deps),
            looks_back=bool(what.looks_back),
        ),
        partial(page_address, PATH, **chosen.filters.stores, cases=kind, **span),
        back,
        after,
        deps,
        access,
    )


def _names_of(months: tuple[str, ...], chosen: Selection) -> str:
    frame = translations("insights_frame", chosen.scope.language)
    ends = dict.fromkeys((months[0], months[-1]))
    return " – ".join(period_of("month", first_of_month(each)).label(frame) for each in ends)


def _days_of(week: Week, chosen: Selection) -> str:
    days = (week.monday, week.sunday)
    return " – ".join(format_plain_day(day, chosen.scope.language, chosen.country, year=True) for day in days)


class _StoresRead:
    """The stores of cases, each read once by the cache, if the reader may see them by their contacts."""

    def __init__(self, chosen: Selection, deps: Deps) -> None:
        self._scope, self._deps = chosen.scope, deps
        self._histories = 0
        self.stores: dict[str, Store] = {}

    def holds(self, followup: FollowUp, what: CaseKind, months: tuple[str, ...], week: Week | None) -> bool:
        """Return whether the reader may see a case and it is one that is looked for."""
        store = self.stores.get(followup.store_id)
        if store is None:
            store = self._deps.stores.find(followup.store_id, self._deps.clock())
            if store is None or not self._scope.includes(store):
                return False
            self.stores[followup.store_id] = store
        if not what.matches(followup, store, months):
            return False
        at = self._first_resolved_at(followup) if week else None
        return week is None or (at is not None and week_of(store.hours.local_date(at)) == week)

    def _first_resolved_at(self, followup: FollowUp) -> datetime | None:
        """Return when a case was first resolved: one that was reopened since, by its history, of HISTORIES_READ at
        most."""
        if followup.reopened_at is None:
            return followup.resolved_at
        self._histories += 1
        if self._histories > HISTORIES_READ:
            return None
        entries = load_history(self._deps.table, followup.followup_id)
        return min((each.at for each in entries if each.what == "resolved"), default=followup.resolved_at)


def _missing(
    page: OpenedPage,
    what: CaseKind,
    chosen: Selection,
    months: tuple[str, ...],
    week: Week | None,
    deps: Deps,
) -> int:
    """Return how many cases the figure counts beyond those of the only page; 0 where that is not compared."""
    if page.cursor or len(chosen.store_ids) > COMPARED_STORES or len(months) > COMPARED_MONTHS:
        return 0
    if week:
        counted = counted_weeks(deps.table, chosen.store_ids, week).values()
        return max(0, sum(each.figures.solved for each in counted) - len(page.followups))
    named = dict.fromkeys(chosen.store_ids, months)
    cases = sum(case_figures_by_store(deps.table, named).values(), CaseFigures())
    recovered = total_recovery(recovery_by_store(deps.table, named).values())
    return max(0, what.figure(cases, recovered) - len(page.followups))


_ANSWERED_AGAIN: Final = ("recovered", "unchanged")
_ASKED_AGAIN: Final = (*_ANSWERED_AGAIN, "silent")
KINDS: Final[Mapping[str, CaseKind]] = {
    **{f"never_{step}": CaseKind((("never", step),)) for step in STEPS},
    **{f"in_time_{step}": CaseKind((("in_time", step),)) for step in STEPS if step != "alerted"},
    **{f"all_{step}": CaseKind((("took", step), ("never", step))) for step in STEPS},
    "not_reached": CaseKind((NOT_REACHED,)),
    **{each: CaseKind(((each,),)) for each in ("spoken_to", "nobody_reached")},
    "solved": CaseKind(groups=RECOVERY_GROUPS),
    **{each: CaseKind(groups=(each,)) for each in (*RECOVERY_GROUPS, "nothing_wrong", "yes", "unanswered")},
    "asked": CaseKind(groups=_ASKED_AGAIN),
    "answered": CaseKind(groups=_ANSWERED_AGAIN),
    "never_asked": CaseKind(groups=tuple(each for each in RECOVERY_GROUPS if each not in _ASKED_AGAIN)),
    "solved_in_week": CaseKind(of_week=True),
}
"""What the query may name: cases whose times of a step are counted, that reached it in time, or never, or whose
customer could not be reached, or answered again, by the month in which they opened; what became of those resolved in a
month or a week, and those that ended in it without anybody taking them on."""
