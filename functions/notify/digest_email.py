"""Write the e-mail that stands for several alerts, in its reader's language: a line and a link for each case."""

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from lazo.followup.model import FollowUp
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.survey.doubts import describe_doubts
from lazo.text.cleaning import one_line
from lazo.translations import translations
from notify.rendering import Email, render_email, render_line

CASES_AT_MOST: Final = 20
"""How many cases a digest lists; the others are on the board, to which each link leads as well."""
_EXCERPT: Final = 140

DigestCase = tuple[FollowUp, Answer | None, str]
"""A follow-up, the answer that opened it, and the reader's link to it."""


def build_digest_email(cases: Sequence[DigestCase], total: int, store: Store, contact: Contact) -> Email:
    """Return the e-mail about `total` follow-ups, of which it lists the given ones."""
    text = translations("alerts", contact.language)["email"]
    facts = {"shop": store.name, "count": total}
    left = total - len(cases)
    values = {
        "language": contact.language,
        "subject": render_line(text["digest"]["subject"], facts),
        "shop": store.name,
        "lead": render_line(text["digest"]["lead"], facts),
        "cases": [_case(*each, store, contact, text["digest"]) for each in cases],
        "more": render_line(text["digest"]["more"], {"count": left}) if left else "",
        "button": text["button"],
        "why_you": render_line(text["why_you"], facts),
    }
    return render_email("digest", store.brand, values)


def _case(
    followup: FollowUp, answer: Answer | None, link: str, store: Store, contact: Contact, text: dict[str, str]
) -> dict[str, Any]:
    formats = translations("labels", contact.language)["format"]
    answered = followup.answered_at.astimezone(ZoneInfo(store.timezone))
    facts = {
        "place": followup.touchpoint,
        "score": followup.score,
        "day": answered.strftime(formats["day"]),
        "time": answered.strftime(formats["time"]),
    }
    comment = one_line(answer.comment) if answer else ""
    return {
        "title": text["signals"] if followup.score is None else render_line(text["line"], facts),
        "comment": comment if len(comment) <= _EXCERPT else comment[: _EXCERPT - 1] + "…",
        "doubt": describe_doubts(followup.doubts, contact.language),
        "link": link,
    }
