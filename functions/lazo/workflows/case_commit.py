"""Commit a case change: build it on the current case, write it once, measure and publish it."""

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
from lazo.table.dynamodb.conflicts import TransactionConflict
from lazo.table.dynamodb.table import Table
from lazo.table.followups import ChangedMeanwhile
from lazo.table.messaging.contact_limits import WeekExhausted
from lazo.workflows.events import Topic, events_after_change

TRIES: Final = 3
"""Attempts at a change while a sweep or somebody at the desk changes the same case."""

CONFLICTS: Final = (ChangedMeanwhile, TransactionConflict)
"""Somebody else changed the case meanwhile: load it again before the next attempt."""


@dataclass(frozen=True, slots=True)
class CommitResult:
    """The result of a commit.

    case: as loaded for the last attempt; once `change` is written, with its follow-up, concerns and promises
    change: what was written; None if nothing was, because it was written before or was rejected
    problems: why it was rejected; empty if it was not
    """

    case: Case
    change: CaseChange | None = None
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class CaseCommitter:
    """Commits case changes. `record_stage_time` takes stage, priority and seconds since the customer answered."""

    table: Table
    topic: Topic
    logger: Logger
    record_stage_time: Callable[[str, str, float], None]

    def commit(self, case: Case, store: Store, build: Callable[[Case], CaseChange | None]) -> CommitResult:
        """Write the change that `build` makes of the loaded `case`, whole or not at all.

        On a conflict, load the case and call `build` again, TRIES times in all; then the problem is `retry`. `build`
        returns None if there is nothing to do (it must recognise its idempotency key in the history) and may raise
        Rejected, whose problems are returned. The problem is `customer_week` if the customer's week has no room for
        the message, and `wrong_stage` for a restricted case, which has no stage. Raises errors of AWS, after which the
        change may have been written nevertheless.
        """
        for _ in range(TRIES):
            if case.followup.restricted_at:
                return CommitResult(case, problems=(Problem("wrong_stage"),))
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
            # `build` itself reports an exhausted month, once it reads what is left.
            except (cases.DoneBefore, cases.MonthExhausted, *CONFLICTS):
                case = cases.load_case(self.table, case.followup.followup_id) or case
            else:
                self._publish(case.followup, written)
                return CommitResult(case.apply(written), written)
        return CommitResult(case, problems=(Problem("retry"),))

    def _publish(self, before: FollowUp, written: CaseChange) -> None:
        """Record the stage time and publish the events."""
        after, now = written.after, written.entry.at
        # What was taken back has reached no stage.
        if after.stage != before.stage and written.entry.what != "undone":
            self.record_stage_time(after.stage, before.priority, (now - before.answered_at).total_seconds())
        try:
            for event in events_after_change(written, now):
                self.topic.publish(event)
        # The change is written, so it must not fail now: the sweep finds what is due within minutes.
        except Exception as error:
            self.logger.error("event not told", followup_id=after.followup_id, **error_fields(error))
