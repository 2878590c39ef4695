"""Committing a case change: built on the case as it is, written once, measured, and published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aws_lambda_powertools import Logger

from lazo.case.model import Case, CaseChange
from lazo.errors import Problem, Rejected
from lazo.followup.model import FollowUp
from lazo.runtime.error_logging import error_fields
from lazo.store.model import Store
from lazo.table import cases
from lazo.table.dynamodb.table import Table, TransactionConflict
from lazo.table.followups import ChangedMeanwhile
from lazo.table.messaging.contact_limits import WeekExhausted
from lazo.workflows.events import Topic, events_after_change

TRIES: Final = 3
"""How often a change is tried against what changes the case in the same moment: a sweep, somebody at the desk."""

CONFLICTS: Final = (ChangedMeanwhile, TransactionConflict)
"""Somebody else changed the case in between: it is to be loaded again before the next try."""


@dataclass(frozen=True, slots=True)
class CommitResult:
    """What became of a change.

    case: as loaded for the last try; once `change` is written, with its follow-up, concerns and promises
    change: what was written; None when nothing was, because it stands already or was rejected
    problems: why it was rejected; empty when it was not
    """

    case: Case
    change: CaseChange | None = None
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class CaseCommitter:
    """Commits case changes. `record_stage_time` measures how long a stage took: stage, priority, seconds since the
    customer answered."""

    table: Table
    topic: Topic
    logger: Logger
    record_stage_time: Callable[[str, str, float], None]

    def commit(self, case: Case, store: Store, build: Callable[[Case], CaseChange | None]) -> CommitResult:
        """Write the change that `build` makes of the loaded `case`, whole or not at all.

        On a conflict the case is loaded again and `build` called again, TRIES times in all; then the problem is
        `retry`. `build` returns None when there is nothing to do (it must know its own form again) and may raise
        Rejected, whose problems are returned. The problem is `customer_week` when the customer's week has no room for
        the message. Errors of AWS pass through: then the change may stand all the same.
        """
        for _ in range(TRIES):
            try:
                change = build(case)
                if change is None:
                    return CommitResult(case)
                written = cases.commit_change(self.table, case, change, store)
            except Rejected as refused:
                return CommitResult(case, problems=refused.problems)
            except WeekExhausted:
                most = store.policy.customer_messages_per_week
                return CommitResult(case, problems=(Problem("customer_week", None, {"most": most}),))
            # Of an exhausted month `build` gives the problem, once it reads what is left of it.
            except (cases.DoneBefore, cases.MonthExhausted, *CONFLICTS):
                case = cases.load_case(self.table, case.followup.followup_id) or case
            else:
                self._publish(case.followup, written)
                return CommitResult(case.apply(written), written)
        return CommitResult(case, problems=(Problem("retry"),))

    def _publish(self, before: FollowUp, written: CaseChange) -> None:
        """Measure the stage and publish the events. What is not published, the sweep publishes within minutes."""
        after, now = written.after, written.entry.at
        if after.stage != before.stage:
            self.record_stage_time(after.stage, before.priority, (now - before.answered_at).total_seconds())
        try:
            for event in events_after_change(written, now):
                self.topic.publish(event)
        except Exception as error:
            self.logger.error(
                "event not told", extra={"followup_id": after.followup_id, **error_fields(error)}
            )
