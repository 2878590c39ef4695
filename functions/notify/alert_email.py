"""Write the e-mail of an alert in its reader's language; the customer's own words are quoted as they were written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from lazo.case import history_text
from lazo.case.model import HistoryEntry
from lazo.followup.model import FollowUp, Stage
from lazo.followup.staff_deliveries import Delivery
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import MAYBE_STILL_IN_STORE, Answer
from lazo.translations import translations
from notify.alert_facts import alert_facts, template_values, text_key, theme_labels
from notify.rendering import Email, render_email, render_line

_DEADLINE_OF: Final[Mapping[Stage, str]] = {
    "taken_on": "deadline",
    "contacted": "deadline_taken_on",
    "resolved": "deadline_contacted",
    "confirmed": "deadline_resolved",
}
"""The key of the sentence that says until when the stage that comes next has to be reached."""


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """What happened to a follow-up until now: its history, and when each contact (by id) was first notified."""

    history: Sequence[HistoryEntry] = ()
    notified: Sequence[tuple[datetime, str]] = ()


NO_SUMMARY: Final = CaseSummary()


def includes_summary(delivery: Delivery) -> bool:
    """Return whether the message says what happened until now; its reader is asked to step into a running case."""
    return delivery.purpose in ("escalation", "reminder", "passed_on", "late")


def build_alert_email(
    delivery: Delivery,
    followup: FollowUp,
    answer: Answer | None,
    store: Store,
    contact: Contact,
    link: str,
    summary: CaseSummary = NO_SUMMARY,
) -> Email:
    """Return the e-mail with the whole comment, or with the signals of a follow-up that no answer opened.

    The customer's contact details stay on the page behind `link`.
    """
    text = translations("alerts", contact.language)["email"]
    facts = alert_facts(followup, store, contact)
    content = (
        _answer_values(delivery, followup, answer, text, facts)
        if answer
        else _signal_values(delivery, followup, store, contact, text["signals"], facts)
    )
    values = {
        "language": contact.language,
        "shop": store.name,
        "urgent": render_line(text["urgent"], facts) if followup.urgent else "",
        "deadline": render_line(text[_DEADLINE_OF[followup.awaits]], facts) if followup.awaits else "",
        "why_you": render_line(text["why_you"], facts),
        "themes": theme_labels(followup, contact.language),
        "link": link,
        "text": text,
        **content,
        "so_far": _summary_lines(summary, store, contact),
        **_purpose_values(delivery, followup, store, contact, facts),
    }
    return render_email("alert", store.brand, values)


def _answer_values(
    delivery: Delivery, followup: FollowUp, answer: Answer, text: dict[str, Any], facts: dict[str, Any]
) -> dict[str, Any]:
    just_now = delivery.not_before - answer.at <= MAYBE_STILL_IN_STORE
    late = delivery.purpose == "alert" and not just_now
    return {
        "title": followup.touchpoint,
        **_subject_and_lead(text, delivery, facts, "alert_late" if late else delivery.purpose),
        "signals": (),
        "score": followup.score,
        "comment": answer.comment,
        "customer": answer.name or "",
        "reachable": answer.wants_contact,
        "just_now": just_now,
    }


def _signal_values(
    delivery: Delivery,
    followup: FollowUp,
    store: Store,
    contact: Contact,
    text: dict[str, Any],
    facts: dict[str, Any],
) -> dict[str, Any]:
    """Name each signal with its day by the store's calendar, the latest first."""
    labels, zone = translations("labels", contact.language), ZoneInfo(store.timezone)
    day = labels["format"]["day"]
    lines = [
        f"{labels['signals'].get(s.kind, s.kind.replace('_', ' '))} ({s.at.astimezone(zone).strftime(day)})"
        for s in sorted(followup.signals, key=lambda s: s.at, reverse=True)
    ]
    return {
        "title": text["title"],
        **_subject_and_lead(text, delivery, facts, delivery.purpose),
        "signals": tuple(dict.fromkeys(lines)),
        "comment": "",
    }


def _subject_and_lead(
    text: dict[str, Any], delivery: Delivery, facts: dict[str, Any], lead: str
) -> dict[str, str]:
    if delivery.purpose not in text["subject"]:
        return {}
    return {
        "subject": render_line(text["subject"][delivery.purpose], facts),
        "lead": render_line(text["lead"][lead], facts),
    }


def _purpose_values(
    delivery: Delivery, followup: FollowUp, store: Store, contact: Contact, facts: dict[str, Any]
) -> dict[str, Any]:
    """Return subject, lead and quotation where `text_key` gives a key; they replace those of the follow-up."""
    key = text_key(delivery, followup)
    if key is None:
        return {"about": ""}
    text = translations("alerts", contact.language)["told"]
    values = facts | template_values(delivery, followup, store, contact)
    return {
        "subject": render_line(text["subject"][key], values),
        "lead": render_line(text["lead"][key], values),
        "about": delivery.about,
    }


def _summary_lines(summary: CaseSummary, store: Store, contact: Contact) -> list[str]:
    """Return a line for each event, oldest first; that the reader was notified is left out."""
    zone = ZoneInfo(store.timezone)
    formats = translations("labels", contact.language)["format"]
    notified = translations("case", contact.language)["history"]["told"]

    def when(instant: datetime) -> str:
        local = instant.astimezone(zone)
        return f"{local.strftime(formats['day'])} {local.strftime(formats['time'])}"

    def say(line: str, **facts: str) -> str:
        return render_line(line, facts)

    lines = [
        (entry.at, history_text.describe_entry(entry, contact.language, when, say))
        for entry in summary.history
    ]
    for at, contact_id in summary.notified:
        if contact_id != contact.contact_id and (known := store.contact(contact_id)):
            lines.append((at, say(notified, names=known.name)))
    return [f"{when(at)}: {line}" for at, line in sorted(lines, key=lambda each: each[0])]
