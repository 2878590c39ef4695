"""Count cases by what became of them: one call for whatever a change of a follow-up counts, in its transaction.

Recovery counts in the month in which a case was first resolved (`lazo.table.recovery`), times and later answers in the
month in which it opened (`lazo.insight.case_counts`).
"""

from collections import Counter, defaultdict
from datetime import datetime

from lazo.followup.model import FollowUp
from lazo.insight.case_counts import CaseCount, case_counts
from lazo.table.dynamodb import counter_names, figure_keys
from lazo.table.dynamodb.writes import Update
from lazo.table.recovery import count_recovery
from lazo.table.rollup_marks import add_counts_and_mark


def count_change(before: FollowUp, after: FollowUp, now: datetime) -> list[Update]:
    """Return the writes that count a change of a follow-up: part of its transaction. [] if it changes no figure."""
    return [*count_recovery(before, after, now), *_count_times(before, after, now)]


def _count_times(before: FollowUp, after: FollowUp, now: datetime) -> list[Update]:
    months: defaultdict[str, Counter[CaseCount]] = defaultdict(Counter)
    for followup, sign in ((after, 1), (before, -1)):
        for counted, n in case_counts(followup).items():
            # One that begins again may do so in another month.
            months[followup.opened_month or ""][counted] += sign * n
    changed = {
        month: {counter_names.case(counted): n for counted, n in counts.items() if n}
        for month, counts in months.items()
    }
    return [
        add_counts_and_mark(figure_keys.times_of_month(after.store_id, month), counts, now)
        for month, counts in changed.items()
        if counts
    ]
