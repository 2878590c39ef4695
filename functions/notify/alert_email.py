"""Write the e-mail of an alert in its reader's language; the customer's own words are quoted as they were written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lazo.case import history_text
from lazo.case.model import HistoryEntry
from lazo.followup.dangers import first_steps
from lazo.followup.model import Stage
from lazo.followup.staff_deliveries import Delivery
from lazo.survey.answer import MAYBE_STILL_IN_STORE, Answer
from lazo.survey.doubts import describe_doubts
from lazo.text.links import defang
from lazo.translations import translations
from notify.alert_facts import Alert, alert_facts, liked_labels, text_key, theme_labels
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


CASE_MARK: Final = 4
"""Characters of a case's mark in subjects: of a million pairs of cases, one has the same."""

NO_SUMMARY: Final = CaseSummary()


def includes_summary(delivery: Delivery) -> bool:
    """Return whether the message says what happened until now; its reader is asked to step into a running case."""
    return delivery.purpose in ("escalation", "reminder", "passed_on", "late")


def build_alert_email(alert: Alert, summary: CaseSummary = NO_SUMMARY) -> Email:
    """Return the e-mail with the whole comment, or with the signals of a follow-up that no answer opened.

    The customer's contact details stay on the page behind the alert's link.
    """
    text, followup, store, facts = alert.text["email"], alert.followup, alert.store, alert_facts(alert)
    values = {
        "language": alert.contact.language,
        "shop": store.name,
        "urgent": render_line(text["urgent"], facts) if followup.urgent else "",
        "first_steps": first_steps(followup.urgency, alert.contact.language, store.country),
        "doubt": describe_doubts(followup.doubts, alert.contact.language),
        "deadline": _deadline_line(alert, facts),
        "why_you": render_line(text["why_you"], facts),
        "themes": theme_labels(alert),
        "liked": liked_labels(alert),
        "link": alert.link,
        "text": text,
        **(_answer_values(alert, alert.answer) if alert.answer else _signal_values(alert)),
        "so_far": _summary_lines(summary, alert),
        **_purpose_values(alert, facts),
    }
    return render_email("alert", store.brand, values, thread=followup.followup_id)


def subject_line(alert: Alert) -> str:
    """Return the subject of the alert's e-mail."""
    return _purpose_values(alert, alert_facts(alert))["subject"]


def case_mark(alert: Alert) -> str:
    """Return four characters by which a reader tells one case from another."""
    return alert.followup.followup_id[:CASE_MARK].upper()


def _deadline_line(alert: Alert, facts: dict[str, Any]) -> str:
    """Return the sentence of the present deadline, or of the one that was missed; "" without one."""
    followup, text = alert.followup, alert.text
    if followup.awaits is None or followup.deadline is None:
        return ""
    if followup.deadline <= alert.delivery.not_before:
        return render_line(text["email"]["missed"], facts | {"step": text["told"]["step"][followup.awaits]})
    return render_line(text["email"][_DEADLINE_OF[followup.awaits]], facts)


def _answer_values(alert: Alert, answer: Answer) -> dict[str, Any]:
    return {
        "title": alert.followup.touchpoint,
        "signals": (),
        "score": alert.followup.score,
        "comment": defang(answer.comment if text_key(alert) else alert.delivery.about or answer.comment),
        "customer": defang(answer.name or ""),
        "reachable": answer.wants_contact,
        "asks": bool(answer.classification and answer.classification.asks),
        "in_words": answer.asks_in_words,
        "just_now": _answered_just_now(alert, answer),
    }


def _signal_values(alert: Alert) -> dict[str, Any]:
    """Name each signal with its day by the store's calendar, the latest first."""
    names = alert.labels["signals"]
    lines = [
        f"{names.get(s.kind, s.kind.replace('_', ' '))} ({alert.local_moment(s.at)[1]})"
        for s in sorted(alert.followup.signals, key=lambda s: s.at, reverse=True)
    ]
    title = alert.text["email"]["signals"]["title"]
    return {"title": title, "signals": tuple(dict.fromkeys(lines)), "comment": ""}


def _answered_just_now(alert: Alert, answer: Answer) -> bool:
    return alert.delivery.not_before - answer.at <= MAYBE_STILL_IN_STORE


def _purpose_values(alert: Alert, facts: dict[str, Any]) -> dict[str, str]:
    """Return subject and lead, of `[told]` where `text_key` gives a key, and then what is quoted."""
    purpose, answer = alert.delivery.purpose, alert.answer
    if key := text_key(alert):
        text, subject, lead, about = alert.text["told"], key, key, alert.delivery.about
    else:
        text, subject, lead, about = alert.text["email"], purpose, purpose, ""
        if answer is None:
            text = text["signals"]
        elif purpose == "alert" and alert.followup.doubts:
            lead = "alert_doubtful"
        elif purpose == "alert" and not _answered_just_now(alert, answer):
            lead = "alert_late"
    return {
        # Two customers who give one score at one till are two conversations.
        "subject": f"{render_line(text['subject'][subject], facts)} [{case_mark(alert)}]",
        "lead": render_line(text["lead"][lead], facts),
        "about": defang(about),
    }


def _summary_lines(summary: CaseSummary, alert: Alert) -> list[str]:
    """Return a line for each event, oldest first; that the reader was notified is left out."""
    contact = alert.contact
    notified = translations("case", contact.language)["history"]["told"]

    def when(instant: datetime) -> str:
        time, day = alert.local_moment(instant)
        return f"{day} {time}"

    def say(line: str, **facts: str) -> str:
        return render_line(line, facts)

    lines = [
        (entry.at, history_text.describe_entry(entry, contact.language, when, say))
        for entry in summary.history
    ]
    for at, contact_id in summary.notified:
        if contact_id != contact.contact_id and (known := alert.store.contact(contact_id)):
            lines.append((at, say(notified, names=known.name)))
    return [defang(f"{when(at)}: {line}") for at, line in sorted(lines, key=lambda each: each[0])]
