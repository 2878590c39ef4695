"""Record what a customer adds on the thanks page: a wish, words, a phone or e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from collect.followed import Followed
from collect.recording import AnswerRecorder
from collect.request import Form
from lazo.case.customer_wish import CustomerWish, WishOrWords, caller, wish_change
from lazo.customer.identity import CustomerKeys, customer_keys_of
from lazo.errors import Problem, Rejected
from lazo.promise.call_slots import CallSlot, call_slots
from lazo.survey.answer import Consent
from lazo.survey.fields import LONGEST_COMMENT, SurveyOffer
from lazo.survey.submission import Submission, submission_from_form
from lazo.table import answers, cases, left_contacts, promises
from lazo.text.cleaning import clean
from lazo.timestamps import format_timestamp
from lazo.translations import translations
from lazo.workflows.case_commit import CaseCommitter

if TYPE_CHECKING:
    from lazo.followup.model import FollowUp
    from lazo.survey.answer import Answer

WISHES: Final[tuple[WishOrWords, ...]] = ("come", "call", "write", "nothing")


@dataclass(frozen=True, slots=True)
class Deps:
    """What records a wish: made for the first one, since most copies of the function never see any."""

    committer: CaseCommitter


def record(recorder: AnswerRecorder, followed: Followed, fields: Form, deps: Deps) -> None:
    """Record what the form holds, once. Raises Rejected, with a problem for each field that is wrong."""
    followup, store, now = followed.followup, followed.place.store, followed.now
    if followup is None:
        raise Rejected(Problem("wrong_stage"))
    answer = answers.get_answer(recorder.table, store.store_id, followed.link.ulid)
    case = cases.load_case(recorder.table, followup.followup_id)
    if answer is None or case is None or answer.erased:
        raise Rejected(Problem("wrong_stage"))
    typed = _typed(fields, answer, store.country, followed.language)
    kind, text = _kind(fields), clean(fields.get("text", [""])[0])
    slot = _slot(recorder, followed, fields) if kind == "call" and case.followup.wish is None else None
    _check(kind, text, slot, typed, answer)
    added = _add_contact(recorder, answer, typed, followed) if typed else _added_before(answer, case.followup)
    wish = CustomerWish(kind, text, now, followed.language, slot, added)
    result = deps.committer.commit(case, store, partial(wish_change, store=store, wish=wish))
    for problem in result.problems:
        raise Rejected(Problem("slot_taken", "slot") if slot and problem.code == "retry" else problem)


def _kind(fields: Form) -> WishOrWords:
    sent = fields.get("wish", [""])[0]
    return next((each for each in WISHES if each == sent), "words")


def _typed(fields: Form, answer: Answer, country: str, language: str) -> Submission | None:
    """Return the contact details in the form, checked as those of the survey are; None without any."""
    own = {name: fields[name] for name in ("name", "phone", "email", "consent") if name in fields}
    if not any(own.get(name, [""])[0].strip() for name in ("phone", "email")):
        return None
    offer = SurveyOffer(frozenset(translations("survey", language)["reasons"]), country)
    return submission_from_form({**own, "score": [str(answer.score)]}, offer)


def _slot(recorder: AnswerRecorder, followed: Followed, fields: Form) -> CallSlot:
    """Return the chosen time, if it can still be promised."""
    chosen, store, now = fields.get("slot", [""])[0], followed.place.store, followed.now
    owner = caller(followed.followup, store, now) if followed.followup else None
    if not chosen or owner is None:
        raise Rejected(Problem("slot_required", "slot"))
    today = store.hours.local_date(now)
    loads = promises.daily_commitments(recorder.table, store.store_id, owner.contact_id, today)
    found = next(
        (s for s in call_slots(store, owner, loads, now) if format_timestamp(s.begins) == chosen), None
    )
    if found is None:
        raise Rejected(Problem("slot_taken", "slot"))
    return found


def _check(
    kind: WishOrWords, text: str, slot: CallSlot | None, typed: Submission | None, answer: Answer
) -> None:
    problems: list[Problem] = []
    if len(text) > LONGEST_COMMENT:
        problems.append(Problem("text_too_long", "text"))
    phone = answer.phone or (typed and typed.phone)
    if kind == "call" and slot and not phone:
        problems.append(Problem("phone_required", "phone"))
    if kind == "write" and not (phone or answer.email or (typed and typed.email)):
        problems.append(Problem("contact_required", "phone"))
    if kind == "words" and not (text or typed):
        problems.append(Problem("wish_required", "text"))
    if problems:
        raise Rejected(*problems)


def _added_before(answer: Answer, followup: FollowUp) -> CustomerKeys | None:
    """Return the keys of what an earlier attempt added, after which the case was not changed; None without any."""
    waits = answer.consent and answer.customer_key and not followup.reachable
    return CustomerKeys(answer.customer_key, answer.customer_also) if waits and answer.customer_key else None


def _add_contact(
    recorder: AnswerRecorder, answer: Answer, typed: Submission, followed: Followed
) -> CustomerKeys | None:
    keys = customer_keys_of(recorder.customer_keys, typed.phone, typed.email)
    if keys is None:
        return None
    consent = Consent(
        translations("survey", followed.language)["consent"]["version"], followed.language, followed.now
    )
    try:
        left_contacts.add_contact(recorder.table, answer, typed.name, typed.phone, typed.email, consent, keys)
    except left_contacts.ReachableAlready as known:
        raise Rejected(Problem("reachable", "phone")) from known
    return keys
