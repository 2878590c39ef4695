"""The cases behind a figure: those that never got as far as a step, or what became of those that were resolved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Final

from desk.account.access import Access
from desk.deps import Deps
from desk.insights.navigation import page_path
from desk.insights.periods import first_of_month, month_span, months_of_span, period_of
from desk.insights.selection import Selection
from desk.web.addresses import page_address
from desk.web.render import PageHeader, Times, html_reply, render
from lazo.followup.model import FollowUp
from lazo.followup.recovery import RECOVERY_GROUPS, RecoveryFigures, counted_as, total_recovery
from lazo.insight.case_counts import NOT_REACHED, STEPS, CaseCount, case_counts
from lazo.insight.case_figures import CaseFigures
from lazo.store.model import Store
from lazo.table.recovery import recovery_by_store
from lazo.table.views.case_figures import case_figures_by_store
from lazo.table.views.every_followup import OpenedPage, find_followups
from lazo.translations import translations
from lazo.web.responses import Response

PATH: Final = page_path("team")
COMPARED_STORES: Final = 25
COMPARED_MONTHS: Final = 12
"""Of so many stores and months at most the list is compared with the figure."""
LOOKED_BACK: Final = timedelta(days=93)
"""A case that was resolved in a month is looked for among those that opened in it, or so long before."""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """Cases that a figure counts: as `counted` in the month in which they opened, or else in one of the `groups` of
    RecoveryFigures in the month in which they were first resolved, or ended without anybody taking them on."""

    counted: CaseCount | None = None
    groups: tuple[str, ...] = ()

    def matches(self, followup: FollowUp, store: Store, months: tuple[str, ...]) -> bool:
        """Return whether a case of a store is counted in these months."""
        if self.counted:
            return followup.opened_month in months and case_counts(followup)[self.counted] > 0
        if "unanswered" in self.groups:
            at = followup.unanswered_at
            return at is not None and f"{store.hours.local_date(at):%Y-%m}" in months
        return followup.recovery_month in months and any(counted_as(followup)[each] for each in self.groups)

    def figure(self, cases: CaseFigures, recovered: RecoveryFigures) -> int:
        """Return how many the figures count."""
        if self.counted == NOT_REACHED:
            return cases.not_reached
        if self.counted:
            times = next(cases.step(step) for step in STEPS if step == self.counted[1])
            return times.never if self.counted[0] == "never" else times.in_time
        return sum(getattr(recovered, each) for each in self.groups)

    @property
    def looks_back(self) -> timedelta:
        """How long before the months a case may have opened."""
        return timedelta(0) if self.counted else LOOKED_BACK


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it is listed."""

    followup: FollowUp
    store_name: str
    times: Times


def show_cases(
    kind: str, query: Mapping[str, str], chosen: Selection, deps: Deps, access: Access
) -> Response:
    """Answer `GET /desk/insights/team` with `cases` (in KINDS): the cases of the months `from` to `to`, or of the
    period, the first first; `after` is a cursor."""
    first, last = month_span(query)
    months = months_of_span(first, last, chosen.today) if first or last else chosen.period.months
    known = _StoresRead(chosen, deps)
    what = KINDS[kind]
    # A day more at each end, for whatever zone a store is in; its calendar then decides.
    since = datetime.combine(first_of_month(months[0]), time.min, UTC) - timedelta(days=1) - what.looks_back
    until = datetime.combine(first_of_month(months[-1]), time.min, UTC) + timedelta(days=33)
    after = query.get("after")
    page = find_followups(
        deps.table,
        frozenset(chosen.store_ids),
        (since, until),
        lambda each: known.holds(each, what, months),
        after,
    )
    language = chosen.scope.language
    address = partial(page_address, PATH, **chosen.filters.stores, cases=kind)
    span = {"from": months[0], "to": months[-1]}
    html = render(
        "insight_cases.html.j2",
        language,
        words="insights_cases",
        header=PageHeader(chosen.scope.name, deps.new_form_token(access.session)),
        here="insights",
        page_path=PATH,
        times=Times(chosen.zone, deps.clock(), language, chosen.country),
        chosen=chosen,
        kind=kind,
        months=[
            period_of("month", first_of_month(each)).label(translations("insights_frame", language))
            for each in dict.fromkeys((months[0], months[-1]))
        ],
        rows=[_row(each, known.stores[each.store_id], deps, language) for each in page.followups],
        many_stores=len(chosen.store_ids) > 1,
        missing=_missing(page, what, chosen, months, deps) if after is None else 0,
        looks_back=bool(what.looks_back),
        next=address(**span, after=page.cursor) if page.cursor else None,
        first=address(**span) if after else None,
        team=chosen.filters.address(path=PATH),
    )
    return html_reply(html, language)


class _StoresRead:
    """The stores of cases, each read once by the cache, if the reader may see them by their contacts."""

    def __init__(self, chosen: Selection, deps: Deps) -> None:
        self._scope, self._deps = chosen.scope, deps
        self.stores: dict[str, Store] = {}

    def holds(self, followup: FollowUp, what: CaseKind, months: tuple[str, ...]) -> bool:
        """Return whether the reader may see a case and it is one that is looked for."""
        store = self.stores.get(followup.store_id)
        if store is None:
            store = self._deps.stores.find(followup.store_id, self._deps.clock())
            if store is None or not self._scope.includes(store):
                return False
            self.stores[followup.store_id] = store
        return what.matches(followup, store, months)


def _missing(page: OpenedPage, what: CaseKind, chosen: Selection, months: tuple[str, ...], deps: Deps) -> int:
    """Return how many cases the figure counts beyond those of the only page; 0 where that is not compared."""
    if page.cursor or len(chosen.store_ids) > COMPARED_STORES or len(months) > COMPARED_MONTHS:
        return 0
    named = dict.fromkeys(chosen.store_ids, months)
    cases = sum(case_figures_by_store(deps.table, named).values(), CaseFigures())
    recovered = total_recovery(recovery_by_store(deps.table, named).values())
    return max(0, what.figure(cases, recovered) - len(page.followups))


def _row(followup: FollowUp, store: Store, deps: Deps, language: str) -> CaseRow:
    return CaseRow(followup, store.name, Times(store.timezone, deps.clock(), language, store.country))


KINDS: Final[Mapping[str, CaseKind]] = {
    **{f"never_{step}": CaseKind(("never", step)) for step in STEPS},
    **{f"in_time_{step}": CaseKind(("in_time", step)) for step in STEPS if step != "alerted"},
    "not_reached": CaseKind(NOT_REACHED),
    "solved": CaseKind(groups=RECOVERY_GROUPS),
    **{each: CaseKind(groups=(each,)) for each in (*RECOVERY_GROUPS, "nothing_wrong", "yes", "unanswered")},
}
"""What the query may name: cases that reached a step in time, or never, or whose customer could not be reached, by the
month in which they opened; what became of those resolved in a month, and those that ended in it without anybody taking
them on."""
