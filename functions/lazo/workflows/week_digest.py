"""Read what the weekly digest of a user's stores says, for e-mail and page alike, by a bounded number of calls."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lazo.followup.deadlines import has_missed_deadline
from lazo.followup.model import FollowUp
from lazo.insight import praise
from lazo.insight.response_rate import response_rate
from lazo.insight.rising_themes import ThemeCounts
from lazo.insight.week_figures import OpenCases, WeekFigures
from lazo.insight.weekly_digest import WeekDigest, WeekNotes
from lazo.insight.weeks import Week
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, stores, week_figures
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.views.open_cases import OpenFollowUps, open_followups_of
from lazo.table.views.rising import latest_look
from lazo.table.week_figures import CountedWeek

CASES_NAMED: Final = 3
"""How many of the cases that nobody attends have a link of their own."""
COUNTED_NOW: Final = 10
"""Up to so many stores whose week is not counted yet are counted at once, by two calls each; or looked at, by one, for
whether they asked their customers yet."""
VISITORS_READ: Final = 11
"""Up to so many stores their visitors are those entered by now, by one call; of more, by when the week was counted."""
_ANSWERS_TRIED: Final = 12


@dataclass(frozen=True, slots=True)
class PraiseFound:
    """A promoter's answer whose words are read to others, and its store."""

    answer: Answer
    store: Store

    def words(self, reader: str) -> str:
        """Return the words for a reader of a language: with people's names if the store shows them."""
        shown = self.store.policy.names_in_praise
        return praise.quoted_praise(self.answer, self.store, reader, names=shown)


@dataclass(frozen=True, slots=True)
class WeekRead:
    """A digest with what it names: the cases that nobody attends, and words of praise. `read_at`: as of when the
    figures are; None without any. `uncounted`: the stores whose week is not counted yet, by id."""

    digest: WeekDigest
    unattended: tuple[FollowUp, ...]
    praise: PraiseFound | None
    read_at: datetime | None
    uncounted: tuple[str, ...]


def read_week(table: Table, stores_by_id: Mapping[str, str], week: Week, now: datetime) -> WeekRead:
    """Return the digest of a week of these stores, given as their names by id. Of a week that is not counted yet, the
    figures are those of this moment."""
    store_ids = list(stores_by_id)
    counted = week_figures.counted_weeks(table, store_ids, week)
    uncounted = [store_id for store_id in store_ids if store_id not in counted]
    few = len(uncounted) <= COUNTED_NOW
    live = uncounted if few and _is_recent(week, now) else []
    unknown = [] if live else uncounted
    begun = [each for each in unknown if not few or week_figures.has_answers_by(table, each, week.sunday)]
    # Visitors may be entered after the week is counted.
    entered = week_figures.visitors_of_week(table, counted, week) if 0 < len(counted) <= VISITORS_READ else {}
    figures = [
        replace(each.figures, visitors=entered.get(store_id, each.figures.visitors))
        for store_id, each in counted.items()
    ]
    figures += [week_figures.count_week(table, store_id, week) for store_id in live]
    opened = open_followups_of(table, store_ids)
    total = sum(figures, WeekFigures())
    digest = WeekDigest(
        week,
        total,
        open_cases(opened, now),
        stores=len(store_ids),
        missing=len(begun),
        not_begun=len(unknown) - len(begun),
        notes=WeekNotes(
            _rising(table, stores_by_id, week, now),
            response_rate(total.visitors.bands, total.visitors.visitors) if total.visitors.visitors else None,
        ),
    )
    read_at = now if live else min((each.read_at for each in counted.values()), default=None)
    unattended = tuple(each for each in opened.found if each.unattended_since is not None)
    quoted = find_praise(table, counted, week)
    return WeekRead(digest, unattended[:CASES_NAMED], quoted, read_at, tuple(uncounted))


def _rising(
    table: Table, stores_by_id: Mapping[str, str], week: Week, now: datetime
) -> tuple[tuple[str, ThemeCounts], ...]:
    """Return what rises in these stores by the look of this week, with the name of each store if they are several."""
    look = latest_look(table, now)
    if look is None or not week.monday <= look.week <= week.sunday:
        return ()
    several = len(stores_by_id) > 1
    return tuple(
        (stores_by_id[each.group_id] if several else "", each) for each in look.of_some(stores_by_id)
    )


def open_cases(opened: OpenFollowUps, now: datetime) -> OpenCases:
    """Return how many cases are open, and how many of them wait too long."""
    unattended = sum(each.unattended_since is not None for each in opened.found)
    missed = sum(has_missed_deadline(each, now) for each in opened.found)
    solved = sum(each.stage == "resolved" for each in opened.found)
    return OpenCases(len(opened.found), unattended, missed - unattended, solved, opened.every)


def find_praise(table: Table, counted: Mapping[str, CountedWeek], week: Week) -> PraiseFound | None:
    """Return the words of one promoter of the week, of another store each week; None if there are none any more."""
    tried = [
        keys.answer(store_id, ulid)
        for store_id in praise.stores_in_turn(counted, week)
        for ulid in counted[store_id].praise
    ][:_ANSWERS_TRIED]
    found = table.batch_get(tried) if tried else {}
    for answer in (answers.answer_from_item(found[key]) for key in tried if key in found):
        if praise.is_praise(answer) and (store := stores.get_store(table, answer.store_id)):
            return PraiseFound(answer, store)
    return None


def _is_recent(week: Week, now: datetime) -> bool:
    """Return whether what was done in the week is still counted by itself: the week that runs and the one before it,
    wherever the stores are."""
    return 0 <= (now.date() - week.monday).days + 1 <= 15
