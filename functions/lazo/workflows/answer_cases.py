"""Find the follow-up that an answer belongs to, and what the answer makes of it.

Its own, if the answer was counted by its tap and is now completed or corrected; that of the customer's visit, if they
answered at the store minutes ago; else a new one, if it needs one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from lazo.case.model import HistoryKind
from lazo.followup import amendment, lifecycle, staff_deliveries
from lazo.followup.model import FollowUp, followup_id_for
from lazo.followup.staff_deliveries import Delivery
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, case_counts, case_records, followups, visits
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put, Update
from lazo.table.visits import Visit


@dataclass(frozen=True, slots=True)
class CaseOfAnswer:
    """The follow-up of an answer as it was (`before`, None if it is new) and is afterwards (None without one), the
    alerts that this calls for, and further writes. `superseded`: an earlier answer of the same visit, which does not
    count any more."""

    after: FollowUp | None = None
    before: FollowUp | None = None
    alerts: tuple[Delivery, ...] = ()
    writes: tuple[Put | Update, ...] = ()
    superseded: Answer | None = None

    @property
    def active(self) -> FollowUp | None:
        """The follow-up, if somebody is to work on it."""
        return self.after if self.after and not self.after.ended else None


def case_of_answer(
    table: Table,
    answer: Answer,
    opened: FollowUp | None,
    store: Store,
    now: datetime,
    *,
    presume_no_visit: bool = False,
) -> CaseOfAnswer:
    """Return the case of a classified answer. `opened`: the follow-up that it would open alone. With `presume_no_visit`
    its customer was not here in the last day: writing says VisitChanged if they were."""
    suspect = bool(answer.classification and answer.classification.suspect)
    if answer.erased:
        return CaseOfAnswer()
    own = answer.counted_as and followups.get_followup(table, followup_id_for(answer.store_id, answer.ulid))
    if suspect and not own:
        # A stranger may have left the customer's number: it joins nothing of theirs.
        alerts = staff_deliveries.plan_deliveries(opened, store, "alert", now) if opened else ()
        return CaseOfAnswer(opened, alerts=alerts)
    visit = visits.presume_none(answer) if presume_no_visit else visits.load_visit(table, answer)
    other = followups.get_followup(table, visit.followup_id) if visit.followup_id else None
    if other and (suspect or other.ended or (own and own.followup_id == other.followup_id)):
        other = None
    if own and (other is None or own.ended or _is_worked_on(table, own)):
        case = _completed(table, own, answer, opened, store, now)
        return case if other or suspect else _in_visit(case, replace(visit, begun_at=answer.at))
    if other:
        case = _amended(other, answer, opened, "answered_again", store, now)
        closing = _closed_for(own, answer, now) if own else ()
        superseded = _counted_before(table, visit)
        return _in_visit(replace(case, writes=(*case.writes, *closing), superseded=superseded), visit)
    if opened is None:
        return CaseOfAnswer()
    alerts = staff_deliveries.plan_deliveries(opened, store, "alert", now)
    return _in_visit(CaseOfAnswer(opened, alerts=alerts), replace(visit, begun_at=answer.at))


def _counted_before(table: Table, visit: Visit) -> Answer | None:
    """Return the answer that counts for the visit until now, if it does."""
    earlier = answers.get_answer(table, visit.answer.store_id, visit.answer_ulid or "")
    found = earlier.classification if earlier else None
    return earlier if earlier and found and not (found.suspect or earlier.erased) else None


def _closed_for(own: FollowUp, answer: Answer, now: datetime) -> tuple[Put | Update, ...]:
    """Return the writes that end the follow-up which the tap opened: the answer belongs to the case of its visit."""
    ended = amendment.withdraw(own, answer, now)
    entry = case_records.system_entry_put(ended, "answer_joined", now, {"score": str(answer.score)})
    return followups.followup_replacement(own, ended), entry, *case_counts.count_change(own, ended, now)


def _completed(
    table: Table, own: FollowUp, answer: Answer, opened: FollowUp | None, store: Store, now: datetime
) -> CaseOfAnswer:
    """Return what the answer's own follow-up becomes. One that has ended begins again if the answer needs one."""
    if own.ended:
        return _begun_again(own, answer, opened, store, now) if opened else CaseOfAnswer()
    found = answer.classification
    matters = bool(opened or (found and (found.suspect or found.urgency)))
    if matters or _is_worked_on(table, own):
        return _amended(own, answer, opened, "answer_completed", store, now)
    return _with_entry(
        CaseOfAnswer(amendment.withdraw(own, answer, now), own), "answer_corrected", answer, now
    )


def _begun_again(
    own: FollowUp, answer: Answer, opened: FollowUp, store: Store, now: datetime
) -> CaseOfAnswer:
    """Return the follow-up open again: a new round of alerts; one that was resolved goes back to its owner."""
    if own.resolved_at is None:
        again = amendment.open_again(own, opened)
        alerts = staff_deliveries.plan_deliveries(again, store, "alert", now)
        return _with_entry(CaseOfAnswer(again, own, alerts), "answer_completed", answer, now)
    back = replace(lifecycle.reopen_by_customer(own, store, now), version=own.version)
    case = _amended(own, answer, opened, "answer_completed", store, now, back)
    after = case.after or back
    told = case.alerts or staff_deliveries.deliveries_to_contact(
        after, store, after.owner, "not_solved", now, ref=str(after.version), about=answer.comment
    )
    return replace(case, alerts=told)


def _is_worked_on(table: Table, followup: FollowUp) -> bool:
    if followup.stage != "open" or followup.owner:
        return True
    return any(entry.by for entry in case_records.load_history(table, followup.followup_id))


def _amended(
    before: FollowUp,
    answer: Answer,
    opened: FollowUp | None,
    what: HistoryKind,
    store: Store,
    now: datetime,
    reopened: FollowUp | None = None,
) -> CaseOfAnswer:
    """Return what the answer makes of the follow-up, or of it as `reopened`, the same version. A danger reopens one
    that is resolved."""
    current = reopened or before
    danger = bool(amendment.dangers_to_tell(current, answer, opened))
    if danger and current.stage == "resolved":
        current = replace(lifecycle.reopen_by_customer(current, store, now), version=before.version)
    after = amendment.amend(current, answer, opened, store, now)
    alerts: tuple[Delivery, ...] = ()
    if danger:
        alerts = staff_deliveries.danger_deliveries(after, store, now, answer.comment)
    elif amendment.turns_out_unhappy(current, after):
        alerts = staff_deliveries.plan_deliveries(after, store, "alert", now, about=answer.comment)
    return _with_entry(CaseOfAnswer(after, before, alerts), what, answer, now)


def _with_entry(case: CaseOfAnswer, what: HistoryKind, answer: Answer, now: datetime) -> CaseOfAnswer:
    """Return the case with an entry of its history, and what the change counts."""
    if case.after is None or case.before is None:
        return case
    entry = case_records.system_entry_put(case.after, what, now, {"score": str(answer.score)})
    counted = case_counts.count_change(case.before, case.after, now)
    return replace(case, writes=(*case.writes, *counted, entry))


def _in_visit(case: CaseOfAnswer, visit: Visit) -> CaseOfAnswer:
    """Return the case with the writes that let the next answer of the visit find it."""
    if case.active is None:
        return case
    marks: Iterable[Put] = visit.puts(case.active.followup_id)
    return replace(case, writes=(*case.writes, *marks))
