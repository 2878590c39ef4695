"""From what was sent to an answer in the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from collect import answer_ids
from collect.answer_ids import PageId
from collect.request import Form
from collect.touchpoints import SurveyTouchpoint, TouchpointCache
from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.customer.identity import CustomerKeys, customer_keys_of
from lazo.survey.answer import Answer, Consent
from lazo.survey.fields import SurveyOffer
from lazo.table import answers
from lazo.table.dynamodb.table import Table
from lazo.translations import translations
from lazo.web.responses import HttpError

if TYPE_CHECKING:
    from lazo.survey.submission import Submission


@dataclass(frozen=True, slots=True)
class AnswerRecorder:
    """Finds the place that is answered, and records answers."""

    table: Table
    places: TouchpointCache
    page_keys: KeyRing
    customer_keys: KeyRing
    entropy: Callable[[int], bytes]

    def place(
        self, code: str, now: datetime, *, carried: PageId | None = None, retired_too: bool = False
    ) -> SurveyTouchpoint:
        """The place of a QR code ("": of none); HttpError when there is none (404) or it is retired (410).

        What a page of ours `carried` lets its answer in although the code was retired since: it may have waited in a
        phone without network.
        """
        place = self.places.find(code, now) if code else None
        if place is None:
            raise HttpError(404, "unknown_code")
        if place.touchpoint.active or retired_too:
            return place
        if carried and answer_ids.is_signed(self.page_keys, carried, code, now):
            return place
        raise HttpError(410, "retired_code")

    def page_id(self, place: SurveyTouchpoint, now: datetime, carried: PageId | None = None) -> PageId:
        """The id for a page that is about to be shown: the one it `carried` before, while that is good."""
        code = place.touchpoint.code
        if carried and answer_ids.is_signed(self.page_keys, carried, code, now):
            return carried
        return answer_ids.issue(self.page_keys, code, now, self.entropy)

    def asked_about(self, token: object, now: datetime) -> str | None:
        """Id of the follow-up that a customer is asked again about; None without a token of ours, and then the survey
        is like any other."""
        if not isinstance(token, str) or not token:
            return None
        return links.read_resurvey_link(self.page_keys, token, now)

    def _known(self, followup_id: str) -> CustomerKeys | None:
        """Whose link it is that they answer by: what they write is theirs to read and to have erased, also without a
        phone or an e-mail."""
        from lazo.table import followups  # of few answers: its imports would cost every cold start

        about = followups.get_followup(self.table, followup_id)
        before = answers.answer_of(self.table, about) if about else None
        known = before and before.customer_key
        return CustomerKeys(known, before.customer_also) if before and known else None

    def record(
        self,
        sent: Submission,
        place: SurveyTouchpoint,
        language: str,
        now: datetime,
        *,
        from_page: bool,
        asked: object = None,
    ) -> str:
        """Write the answer by one conditional put; the same success for the same answer again. Returns its id.
        `asked`: the token that came with it, if one did.

        Rejected when the id that a program chose will not do, AnswerConflict when another answer has it.
        """
        settled = answer_ids.settle(
            self.page_keys,
            PageId(sent.answer_id or "", sent.signature or ""),
            place.touchpoint.code,
            now,
            self.entropy,
            from_page=from_page,
        )
        resurvey_of = self.asked_about(asked, now)
        left = customer_keys_of(self.customer_keys, sent.phone, sent.email)
        customer = left or (self._known(resurvey_of) if resurvey_of else None)
        consent = Consent(translations("survey", language)["consent"]["version"], language, now)
        answer = Answer(
            answer_id=settled.id.text,
            ulid=settled.id.ulid,
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
            consent=consent if left else None,
            customer_key=customer.key if customer else None,
            customer_also=customer.also if customer else None,
            suspect=(*(("honeypot",) if sent.website else ()), *settled.suspect),
            resurvey_of=resurvey_of,
            improved=sent.improved if resurvey_of else None,
        )
        answers.put_answer(self.table, answer)
        return answer.answer_id


def read_form(fields: Form, place: SurveyTouchpoint, language: str) -> Submission:
    """What a form says; Rejected when a field is wrong."""
    from lazo.survey import submission

    return submission.submission_from_form(fields, _asked(place, language))


def read_json(body: Mapping[str, Any], place: SurveyTouchpoint, language: str) -> Submission:
    """What a JSON object says; Rejected when a field is wrong."""
    from lazo.survey import submission

    return submission.submission_from_json(body, _asked(place, language))


def carried(body: Mapping[str, Any]) -> PageId | None:
    """The page id in a JSON object, or None."""
    answer_id, signature = body.get("answer_id"), body.get("signature")
    return PageId(answer_id, signature) if isinstance(answer_id, str) and isinstance(signature, str) else None


def _asked(place: SurveyTouchpoint, language: str) -> SurveyOffer:
    return SurveyOffer(frozenset(translations("survey", language)["reasons"]), place.store.country)
