"""Write the e-mail of an alert in its reader's language; the customer's own words are quoted as they were written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lazo.case import history_text
from lazo.case.model import HistoryEntry
from lazo.followup.dangers import first_steps
from lazo.followup.model import Stage
from lazo.followup.staff_deliveries import TO_ESCALATION_LEVEL, Delivery
from lazo.survey.answer import MAYBE_STILL_IN_STORE, Answer
from lazo.survey.doubts import describe_doubts
from lazo.text.links import defang
from lazo.translations import translations
from notify.alert_facts import Alert, alert_facts, asked_sentences, liked_labels, text_key, theme_labels
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


def build_alert_email(alert: Alert, summary: CaseSummary = NO_SUMMARY) -> Email:
    """Return the e-mail with the whole comment, or with the signals of a follow-up that no answer opened.

    The customer's contact details stay on the page behind the alert's link.
    """
    text, followup, store, facts = alert.text["email"], alert.followup, alert.store, alert_facts(alert)
    button, button_hint = _button(alert)
    values = {
        "subject": subject_line(alert),
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
        "button": button,
        "button_hint": button_hint,
        "text": text,
        **(_answer_values(alert, alert.answer) if alert.answer else _signal_values(alert)),
        "so_far": _summary_lines(summary, alert),
        **_purpose_values(alert, facts),
    }
    return render_email("alert", store.brand, values, thread=followup.followup_id)


def subject_line(alert: Alert) -> str:
    """Return the subject of all e-mails of the alert's case: mailboxes show as one conversation what refers to one
    message and has one subject. It changes only with what the customer said: a new score, or a danger."""
    text, key = alert.text["email"]["headline"], "alert"
    if alert.answer is None:
        text = alert.text["email"]["signals"]["headline"]
    elif alert.followup.origin == "message":
        text, key = alert.text["told"]["headline"], "customer_wrote"
    return f"{render_line(text[key], alert_facts(alert))} {alert.followup.mark}"


def headline(alert: Alert) -> str:
    """Return in one line what the alert is about, with the mark of its case."""
    text, key = _texts(alert)
    return f"{render_line(text['headline'][key], alert_facts(alert))} {alert.followup.mark}"


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


def _texts(alert: Alert) -> tuple[dict[str, Any], str]:
    """Return the texts that say what the alert is about, and its key in them; `[told]` if `text_key` gives one."""
    if key := text_key(alert):
        return alert.text["told"], key
    text = alert.text["email"]
    return (text["signals"] if alert.answer is None else text), alert.delivery.purpose


def _purpose_values(alert: Alert, facts: dict[str, Any]) -> dict[str, str]:
    """Return the lead, what a mailbox shows beside the subject, and what is quoted."""
    answer, (text, lead) = alert.answer, _texts(alert)
    first = lead == "alert" and answer is not None
    if first and alert.followup.doubts:
        lead = "alert_doubtful"
    elif first and answer and not _answered_just_now(alert, answer):
        lead = "alert_late"
    said = " ".join((*asked_sentences(alert), render_line(text["lead"][lead], facts)))
    return {
        "lead": said,
        "preview": defang(answer.comment) if first and answer and answer.comment else said,
        "about": defang(alert.delivery.about if text_key(alert) else ""),
    }


def _button(alert: Alert) -> tuple[str, str]:
    """Return what the button says, and the line below it; it asks only those to take the case on who can."""
    if alert.delivery.purpose in TO_ESCALATION_LEVEL and alert.followup.owner is None:
        take_on = translations("case", alert.contact.language)["next"]["open"]
        return take_on, alert.text["email"]["take_on_hint"]
    return alert.text["email"]["button"], ""


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
        (entry.at, history_text.describe_entry(entry, contact.language, alert.store.country, when, say))
        for entry in summary.history
    ]
    for at, contact_id in summary.notified:
        if contact_id != contact.contact_id and (known := alert.store.contact(contact_id)):
            lines.append((at, say(notified, names=known.name)))
    return [defang(f"{when(at)}: {line}") for at, line in sorted(lines, key=lambda each: each[0])]
