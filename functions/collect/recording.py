"""Record an answer given at a touchpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collect import answer_ids
from collect.answer_ids import PageId
from collect.request import Form, Request
from collect.thanks_link import sign_thanks_link
from collect.touchpoints import SurveyTouchpoint, Touchpoints
from lazo.auth.keyring import KeyRing
from lazo.auth.source_mark import source_mark
from lazo.customer.identity import CustomerKeys, customer_keys_of
from lazo.errors import Problem, Rejected
from lazo.store.model import Touchpoint
from lazo.survey.answer import TEST_TOUCHPOINT, Answer, Consent
from lazo.survey.fields import SurveyOffer
from lazo.survey.submission import Submission, Tap, submission_from_form, submission_from_json, tap_from_json
from lazo.table import answers
from lazo.translations import translations


@dataclass(frozen=True, slots=True)
class AnswerRecorder(Touchpoints):
    """Finds touchpoints, and records answers given there."""

    customer_keys: KeyRing

    def _keys_of_resurveyed(self, followup_id: str) -> CustomerKeys | None:
        """Return the customer's keys as the earlier answer has them; None when it is gone or left no address.

        With them the customer can read this answer and have it erased, also when they leave no phone or e-mail now.
        """
        from lazo.table import followups  # few answers need it: its imports would cost every cold start

        followup = followups.get_followup(self.table, followup_id)
        earlier = answers.answer_of(self.table, followup) if followup else None
        key = earlier and earlier.customer_key
        return CustomerKeys(key, earlier.customer_also) if earlier and key else None

    def record_tap(
        self, tap: Tap, place: SurveyTouchpoint, language: str, now: datetime, received: Request
    ) -> str:
        """Write a score that was tapped on a page, as an answer that may still change, and return its id.

        Raises Rejected when the id was not signed for a page of this touchpoint.
        """
        page_id, code = PageId(tap.answer_id or "", tap.signature or ""), place.touchpoint.code
        if not answer_ids.is_signed(self.page_keys, page_id, code, now):
            raise Rejected(Problem("answer_id_invalid", "answer_id"))
        chosen = answer_ids.choose_answer_id(self.page_keys, page_id, code, now, self.entropy, from_page=True)
        answer = Answer(
            answer_id=chosen.id.text,
            ulid=chosen.id.ulid,
            store_id=place.store.store_id,
            code=code,
            touchpoint=place.touchpoint.label,
            score=tap.score,
            language=language,
            at=now,
            suspect=(*_signs_of(place.touchpoint), *chosen.suspect),
            signed=chosen.signed,
            tapped_at=int(now.timestamp() * 1000) if tap.tapped_at is None else tap.tapped_at,
            provisional=not tap.left,
            source_mark=self._mark(received, place, now),
        )
        answers.put_answer(self.table, answer)
        return answer.answer_id

    def record(
        self,
        sent: Submission,
        place: SurveyTouchpoint,
        language: str,
        now: datetime,
        received: Request,
        *,
        from_page: bool,
        resurvey_token: object = None,
    ) -> Answer:
        """Write the answer by one conditional put and return it; the same answer again succeeds too. It takes the
        place of what was tapped on its page.

        Raises Rejected when the id that a program chose is not valid, AnswerConflict when another answer has it.
        """
        chosen = answer_ids.choose_answer_id(
            self.page_keys,
            PageId(sent.answer_id or "", sent.signature or ""),
            place.touchpoint.code,
            now,
            self.entropy,
            from_page=from_page,
        )
        resurvey = self.read_resurvey_token(resurvey_token, now)
        given = customer_keys_of(self.customer_keys, sent.phone, sent.email)
        customer = given or (self._keys_of_resurveyed(resurvey.followup_id) if resurvey else None)
        consent = Consent(translations("survey", language)["consent"]["version"], language, now)
        answer = Answer(
            answer_id=chosen.id.text,
            ulid=chosen.id.ulid,
            store_id=place.store.store_id,
            code=place.touchpoint.code,
            touchpoint=place.touchpoint.label,
            score=sent.score,
            language=language,
            at=now,
            comment=sent.comment,
            reasons=tuple(sent.reasons),
            name=sent.name,
            phone=sent.phone,
            email=sent.email,
            consent=consent if given else None,
            customer_key=customer.key if customer else None,
            customer_also=customer.also if customer else None,
            suspect=(
                *_signs_of(place.touchpoint),
                *(("honeypot",) if sent.remark else ()),
                *chosen.suspect,
            ),
            resurvey_of=resurvey.followup_id if resurvey else None,
            improvement_id=resurvey.improvement_id if resurvey else None,
            improved=sent.improved if resurvey else None,
            signed=chosen.signed,
            source_mark=self._mark(received, place, now) if chosen.signed else None,
        )
        answers.put_answer(self.table, answer)
        return answer

    def _mark(self, received: Request, place: SurveyTouchpoint, now: datetime) -> int | None:
        store, code = place.store, place.touchpoint.code
        today = store.hours.local_date(now)
        return source_mark(self.page_keys, received.source, received.browser, store.store_id, code, today)

    def thanks_token(self, answer: Answer, now: datetime) -> str:
        """Return the token of the answer's thanks page; "" for one that came from no page of ours."""
        return sign_thanks_link(self.page_keys, answer.code, answer.ulid, now) if answer.signed else ""


def _signs_of(touchpoint: Touchpoint) -> tuple[str, ...]:
    return (TEST_TOUCHPOINT,) if touchpoint.test else ()


def read_form(fields: Form, place: SurveyTouchpoint, language: str) -> Submission:
    """Return the submission in a form. Raises Rejected when a field is wrong."""
    return submission_from_form(fields, _survey_offer(place, language))


def read_json(body: Mapping[str, Any], place: SurveyTouchpoint, language: str) -> Submission:
    """Return the submission in a JSON object. Raises Rejected when a field is wrong."""
    return submission_from_json(body, _survey_offer(place, language))


def read_tap(body: Mapping[str, Any]) -> Tap:
    """Return the tap in a JSON object. Raises Rejected when a field is wrong."""
    return tap_from_json(body)


def page_id_in(body: Mapping[str, Any]) -> PageId | None:
    """Return the page id in a JSON object; None without one."""
    answer_id, signature = body.get("answer_id"), body.get("signature")
    return PageId(answer_id, signature) if isinstance(answer_id, str) and isinstance(signature, str) else None


def _survey_offer(place: SurveyTouchpoint, language: str) -> SurveyOffer:
    return SurveyOffer(frozenset(translations("survey", language)["reasons"]), place.store.country)
