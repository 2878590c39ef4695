"""Find the answer whose thanks page is open, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from collect import thanks_news
from collect.recording import AnswerRecorder
from collect.thanks_link import ThanksLink, read_thanks_link
from collect.thanks_news import News
from collect.touchpoints import SurveyTouchpoint
from lazo.followup.model import FollowUp, followup_id_for
from lazo.survey.answer import Answer
from lazo.table import answers, followups, visits
from lazo.table.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class Followed:
    """An answer whose thanks page is open. `followup` is None while it is not understood, or if it needs none."""

    link: ThanksLink
    token: str
    place: SurveyTouchpoint
    language: str
    followup: FollowUp | None
    answer: Answer | None
    now: datetime

    @property
    def left_contact(self) -> bool:
        """Whether the customer can be contacted."""
        return bool(self.followup and self.followup.reachable) or bool(
            self.answer and self.answer.wants_contact
        )

    @property
    def score(self) -> int | None:
        """The score, as far as it was read."""
        known = self.answer or self.followup
        return known.score if known else None

    @property
    def news(self) -> News:
        """What its customer reads."""
        if self.followup is None:
            understood = self.answer is None or self.answer.classification is not None
            return News() if understood else thanks_news.waiting_news(self.link.issued, self.now)
        label, store = self.place.touchpoint.label, self.place.store
        return thanks_news.news_of(self.followup, label, store, self.language, self.link.issued, self.now)


def find_followed(
    recorder: AnswerRecorder, place: SurveyTouchpoint, token: str, language: str, now: datetime
) -> Followed | None:
    """Return the answer that the token is for; None if it is not valid. One read once its follow-up is open, else
    two or three."""
    link = read_thanks_link(recorder.page_keys, place.touchpoint.code, token, now)
    if link is None:
        return None
    table, store_id = recorder.table, place.store.store_id
    followup = followups.get_followup(table, followup_id_for(store_id, link.ulid))
    if followup and not followup.corrected_at:
        return Followed(link, token, place, language, followup, None, now)
    answer = answers.get_answer(table, store_id, link.ulid)
    joined = _case_of_visit(table, answer) if answer else None
    return Followed(link, token, place, language, joined or followup, answer, now)


def _case_of_visit(table: Table, answer: Answer) -> FollowUp | None:
    """Return the follow-up that the customer's visit led to, if they answered before."""
    found = visits.load_visit(table, answer).found.values() if answer.customer_key else ()
    cases = (followups.get_followup(table, each["followup_id"]) for each in found)
    return next((each for each in cases if each and answer.ulid in each.more_answers), None)
