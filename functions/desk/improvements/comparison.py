"""What customers said before an improvement and after it, in sentences, with the answers behind them."""

from datetime import datetime
from typing import Final

from desk.deps import Deps
from desk.improvements.permissions import ImprovementReader
from desk.web.addresses import page_address
from desk.web.linked_sentences import linked_sentence
from lazo.insight.answer_counts import AnswerCounts, ThemeOpinions, total_counts
from lazo.insight.before_after import ComparedWeeks, before_after, compared_weeks
from lazo.insight.improvements import Improvement
from lazo.insight.statements import Statement, before_after_statements, describe
from lazo.table.views.answer_counts import counts_by_day

MOST_COMPARED: Final = 25
"""Figures of so many stores are added up, as on the page of figures (record 612)."""


def compare(
    improvement: Improvement, deps: Deps, reader: ImprovementReader, now: datetime, language: str
) -> list[str]:
    """Return what changed with an improvement, in sentences; [] where it has too many stores, or none that the reader
    may see. One query for each store."""
    if not (improvement.store_ids or reader.sees_all_read):
        return []
    stores = reader.stores_of(improvement, deps.table)
    if not 0 < len(stores) <= MOST_COMPARED:
        return []
    today = min(store.hours.local_date(now) for store in stores)
    weeks = compared_weeks(improvement.in_place_from, today)
    if weeks is None:
        return [describe(each, language) for each in before_after_statements(None, improvement.theme)]
    first, last = weeks.before.first, weeks.after.last
    counted = [
        day for store in stores for day in counts_by_day(deps.table, store.store_id, first, last).items()
    ]
    before, after = (
        total_counts(counts for day, counts in counted if day in span) for span in (weeks.before, weeks.after)
    )
    found = before_after(weeks.weeks, before, after, improvement.theme)
    said = [describe(each, language) for each in before_after_statements(found, improvement.theme)]
    return said + _counts(improvement, weeks, before, after, language)


def _counts(
    improvement: Improvement, weeks: ComparedWeeks, before: AnswerCounts, after: AnswerCounts, language: str
) -> list[str]:
    """Return how many answers, complaints and praises are compared, each with where they are to read."""
    then, now = (counts.themes.get(improvement.theme, ThemeOpinions()) for counts in (before, after))
    about = {"theme": improvement.theme}
    lines: tuple[tuple[str, int, int, dict[str, str]], ...] = (
        ("answers", before.bands.n, after.bands.n, {}),
        ("complained", then.complained.n, now.complained.n, about | {"opinion": "complained"}),
        ("praised", then.praised.n, now.praised.n, about | {"opinion": "praised"}),
    )

    def answers_address(span: str, filters: dict[str, str]) -> str:
        days = weeks.before if span == "before" else weeks.after
        ends = {"from": days.first.isoformat(), "to": days.last.isoformat()}
        return page_address(
            "/desk/answers", improvement=improvement.improvement_id, **filters, **ends, results="in"
        )

    return [
        linked_sentence(
            Statement(f"before_after.{name}", {"before": n_before, "after": n_after}),
            language,
            {span: answers_address(span, filters) for span in ("before", "after")},
        )
        for name, n_before, n_after, filters in lines
        if n_before or n_after
    ]
