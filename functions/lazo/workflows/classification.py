"""Classify an accepted answer once, open its follow-up, and publish that.

classify does this for each record of the stream, the sweep for records that the stream lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aws_lambda_powertools import Logger

from lazo.followup import opening, resurvey
from lazo.followup.model import FollowUp, followup_id_for
from lazo.phrases import contact_wishes, themes
from lazo.store.model import Store
from lazo.survey import doubts
from lazo.survey.answer import Answer, Classification
from lazo.survey.nps import band_of_score
from lazo.table import case_counts, counters, customers, followups, source_marks
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put, Update
from lazo.table.stores import StoreCache
from lazo.table.visits import VisitChanged
from lazo.workflows import early_warning
from lazo.workflows.answer_cases import CaseOfAnswer, case_of_answer
from lazo.workflows.events import Topic, deliveries_due, followup_event
from lazo.workflows.later_answers import later_answer_writes

REPETITIONS: Final = 3
"""Further attempts while somebody works on the same case, or another answer of the same customer is classified."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """Classifies answers. `count_unusual_rate` is called for each answer that was marked because of the rate,
    `report_broken_rules` for each that was read by rules with mistakes, with a sentence for each mistake."""

    table: Table
    topic: Topic
    stores: StoreCache
    count_unusual_rate: Callable[[], None]
    report_broken_rules: Callable[[Sequence[str]], None]

    @property
    def early(self) -> early_warning.EarlyWarning:
        """Return what weighs early signals, with the same table, topic and stores."""
        return early_warning.EarlyWarning(self.table, self.topic, self.stores)

    def classify(self, answer: Answer, now: datetime) -> FollowUp | None:
        """Classify and count an answer. Open a follow-up for it if it needs one, or for early signals of its customer,
        publish `followup.opened` and return the follow-up; or amend the one that the answer belongs to. Raises
        UnknownStore.

        A repetition writes nothing. It publishes again while the follow-up is unchanged since it was opened: the first
        attempt may have ended between writing and publishing. A restricted answer waits until that is lifted.
        """
        if answer.restricted:
            return None
        store = self.stores.get(answer.store_id, now)
        understood = answer.with_classification(self._classify(answer, store, now))
        # Presuming that the customer was not here in the last day saves the alert a read.
        presume = answer.counted_as is None
        for _ in range(REPETITIONS):
            try:
                return self._record(understood, store, now, presume_no_visit=presume)
            except (followups.ChangedMeanwhile, VisitChanged):
                presume = False
        return self._record(understood, store, now)

    def _record(
        self, understood: Answer, store: Store, now: datetime, *, presume_no_visit: bool = False
    ) -> FollowUp | None:
        needed = opening.open_for_answer(understood, store)
        case = case_of_answer(self.table, understood, needed, store, now, presume_no_visit=presume_no_visit)
        more, early = self._customer_writes(understood, case.active, store, now)
        more = (
            *case.writes,
            *more,
            *resurvey_writes(self.table, understood),
            *later_answer_writes(self.table, understood, _changed_by(understood, case), now),
            *_rate_writes(understood),
            *source_marks.mark_counts(store, understood),
        )
        if not followups.record_classification(
            self.table,
            understood,
            store,
            case.after,
            case.alerts,
            more,
            before=case.before,
            superseded=case.superseded,
        ):
            opened = self._unpublished_followup(understood)
        else:
            self._watch_rate(understood)
            opened = early or (None if case.before else case.after)
            if case.before and case.after:
                for event in deliveries_due(case.after, case.alerts, now):
                    self.topic.publish(event)
        if opened:
            self.topic.publish(followup_event("followup.opened", opened, now))
        return opened or case.active

    def _customer_writes(
        self, understood: Answer, opened: FollowUp | None, store: Store, now: datetime
    ) -> tuple[tuple[Put | Update, ...], FollowUp | None]:
        """Return further writes about the customer who answered, and the follow-up that these open, if any."""
        if understood.classification is None or understood.classification.suspect:
            return tuple(customers.link_unsure_keys(understood.customer_key, understood.customer_also)), None
        writes = tuple(early_warning.consume_signals(understood, opened))
        early = None if opened else self.early.weigh_answer(understood, store, now)
        return (writes + early.writes, early.followup) if early else (writes, None)

    def _classify(self, answer: Answer, store: Store, now: datetime) -> Classification:
        band = band_of_score(answer.score)
        found = themes.assess_comment(
            answer.comment, answer.reasons, answer.language, store.competitors, band=band
        )
        if found.rule_problems:
            self.report_broken_rules(found.rule_problems)
        return Classification(
            band=band,
            themes=found.themes,
            urgency=found.urgency,
            leaving=found.leaving,
            competitors=found.competitors,
            suspect=answer.suspect + self._rate_signs(answer, store),
            at=now,
            asks=contact_wishes.asks_for_contact(answer.comment, answer.language),
            praised=found.praised,
            mentioned=found.mentioned,
        )

    def _rate_signs(self, answer: Answer, store: Store) -> tuple[str, ...]:
        if not doubts.is_judged_by_rate(answer):
            return ()
        # An answer that its tap was counted for is not one more.
        before = counters.rated_answers(self.table, answer) - bool(answer.counted_as)
        return doubts.rate_signs(answer, before, store.policy.answers_per_hour)

    def _watch_rate(self, understood: Answer) -> None:
        found = understood.classification
        if found and doubts.UNUSUAL_RATE in found.suspect:
            self.count_unusual_rate()

    def _unpublished_followup(self, answer: Answer) -> FollowUp | None:
        before = followups.get_followup(self.table, followup_id_for(answer.store_id, answer.ulid))
        return before if before and before.stage == "open" and before.version == 1 else None


def broken_rules_reporter(logger: Logger, count: Callable[[], None]) -> Callable[[Sequence[str]], None]:
    """Return what a Classifier does about mistakes in the rules: count them, and log each."""

    def report(problems: Sequence[str]) -> None:
        count()
        logger.error("rules of themes have mistakes (docs/runbook.md, RulesBroken)", problems=list(problems))

    return report


def _changed_by(understood: Answer, case: CaseOfAnswer) -> set[str]:
    """Return the ids of the follow-ups that the answer itself opens or changes."""
    own = followup_id_for(understood.store_id, understood.ulid)
    return {own, *(each.followup_id for each in (case.before, case.after) if each)}


def resurvey_writes(table: Table, understood: Answer) -> tuple[Put | Update, ...]:
    """Return the writes that record and count the answer to a resurvey, once: for the case, or for the improvement that
    it asks about."""
    found = understood.classification
    before = followups.get_followup(table, understood.resurvey_of) if understood.resurvey_of else None
    if before and understood.improvement_id:
        # What an erased customer replied stays as it is, without them.
        if before.erased_at:
            return ()
        return _improvement_reply_writes(table, before, understood.improvement_id, understood)
    after = resurvey.record_resurvey_answer(before, understood) if before else None
    if found is None or before is None or after is None:
        return ()
    counted = case_counts.count_change(before, after, found.at)
    return followups.followup_replacement(before, after), *counted


def _improvement_reply_writes(
    table: Table, about: FollowUp, improvement_id: str, understood: Answer
) -> tuple[Put | Update, ...]:
    from lazo.table import improvement_resurveys  # few answers need it

    asked = improvement_resurveys.get_resurvey(table, about.followup_id, improvement_id)
    replied = resurvey.record_reply(asked, about, understood) if asked else None
    return tuple(improvement_resurveys.reply_writes(about, improvement_id, replied)) if replied else ()


def _rate_writes(understood: Answer) -> tuple[Update, ...]:
    """Return the write that counts an answer for the rate, unless it is suspect: a flood uses up nothing."""
    found = understood.classification
    usual = doubts.is_judged_by_rate(understood) and found is not None and not found.suspect
    usual = usual and understood.counted_as is None
    return (counters.count_rated_answer(understood),) if usual else ()
