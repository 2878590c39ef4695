"""What a store's wall shows: figures and words without anybody's name, for everybody in the back office."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lazo.followup.model import STAGES, Stage
from lazo.insight import praise
from lazo.insight.answer_counts import AnswerCounts, counted_score
from lazo.insight.score import ScoreFigure
from lazo.insight.statements import describe, not_counted_statements
from lazo.insight.week_figures import OpenCases
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table.dynamodb.table import Table
from lazo.table.views import answer_counts
from lazo.table.views.answer_times import count_provisional
from lazo.table.views.open_cases import open_followups_of
from lazo.workflows.closed_weeks import newest_praise
from lazo.workflows.week_digest import open_cases

PRAISE_NOT_OLDER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WallView:
    """Today's score, sentences about what is `not_counted` in it, the open cases (all, and by stage), since when the
    oldest that is not solved has waited, and the latest praise with its time and language, if there is any."""

    today: ScoreFigure
    not_counted: tuple[str, ...]
    cases: OpenCases
    stages: tuple[tuple[Stage, int], ...]
    oldest: datetime | None
    words: str
    words_language: str
    words_at: datetime | None


def read_wall(table: Table, store: Store, language: str, now: datetime) -> WallView:
    """Return the wall of a store at this moment for readers of a language: about seven calls."""
    day = store.hours.local_date(now)
    counted = answer_counts.counts_by_day(table, store.store_id, day, day).get(day, AnswerCounts())
    today = counted_score(counted, count_provisional(table, store.store_id, now))
    opened = open_followups_of(table, {store.store_id})
    stages = Counter(each.stage for each in opened.found)
    said = newest_praise(table, store, now - PRAISE_NOT_OLDER, now)
    return WallView(
        today=today,
        not_counted=tuple(describe(each, language) for each in not_counted_statements(today)),
        cases=open_cases(opened, now),
        stages=tuple((stage, stages[stage]) for stage in STAGES if stages[stage]),
        oldest=min((each.opened_at for each in opened.found if each.stage != "resolved"), default=None),
        words=_masked(said, store, language),
        words_language=said.language if said else language,
        words_at=said.at if said else None,
    )


def _masked(said: Answer | None, store: Store, language: str) -> str:
    """Return the words with people's names masked, whatever the store's policy: who passes a screen is not the team."""
    return praise.quoted_praise(said, store, language, names=False) if said else ""
