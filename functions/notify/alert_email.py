"""The words of an alert, in its reader's language; the customer's own words are quoted as they were written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from lazo.case import history_text
from lazo.case.model import Entry
from lazo.followup.model import FollowUp, Stage
from lazo.followup.staff_deliveries import CHAIN, Delivery
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import JUST_NOW, Answer
from lazo.translations import words
from lazo.web.pages import line_template
from notify.rendering import Email, _one_line, templates

_DEADLINE_OF: Final[Mapping[Stage, str]] = {
    "taken_on": "deadline",
    "contacted": "deadline_taken_on",
    "resolved": "deadline_contacted",
    "confirmed": "deadline_resolved",
}
"""The sentence for what has to be done next; it is only owed to somebody where there is something to do."""


@dataclass(frozen=True, slots=True)
class SoFar:
    """What happened to a follow-up until now: the lines of its history, and when each contact was first told of it."""

    history: Sequence[Entry] = ()
    told: Sequence[tuple[datetime, str]] = ()


NOTHING_YET: Final = SoFar()


def words_of(delivery: Delivery, followup: FollowUp) -> str | None:
    """Which words say what was not said to the chain of a new follow-up, by `[told]` of the data file; None for what
    was. A follow-up that goes up after somebody had it is told of as one that was passed up."""
    if delivery.purpose in CHAIN:
        return "passed_up" if followup.released_from else None
    return None if delivery.purpose == "assigned" else delivery.purpose


def tells_so_far(delivery: Delivery) -> bool:
    """Whether the message says what happened so far: to whoever is asked to step in."""
    return delivery.purpose in ("escalation", "reminder", "passed_on", "late")


def email(
    delivery: Delivery,
    followup: FollowUp,
    answer: Answer | None,
    store: Store,
    contact: Contact,
    link: str,
    so_far: SoFar = NOTHING_YET,
) -> Email:
    """Subject, text and HTML with the whole comment, or without an answer with the signals; contact details stay on
    the page behind the link. `so_far` is for whoever is asked to step in."""
    text = words("alerts", contact.language)["email"]
    facts = _facts(followup, store, contact)
    shown = {
        "language": contact.language,
        "shop": store.name,
        "urgent": line_template(text["urgent"]).render(facts) if followup.urgent else "",
        "deadline": line_template(text[_DEADLINE_OF[followup.awaits]]).render(facts)
        if followup.awaits
        else "",
        "why_you": line_template(text["why_you"]).render(facts),
        "themes": _themes(followup, contact.language),
        "link": link,
        "text": text,
        **(
            _of_answer(delivery, followup, answer, text, facts)
            if answer
            else _of_signals(delivery, followup, store, contact, text["signals"], facts)
        ),
        "so_far": _so_far(so_far, store, contact),
        **_told(delivery, followup, store, contact, facts),
    }
    return Email(
        sender_name=_one_line(store.brand),
        subject=_one_line(shown["subject"]),
        text=templates().get_template("alert.txt.j2").render(shown),
        html=templates().get_template("alert.html.j2").render(shown),
    )


def _of_answer(
    delivery: Delivery, followup: FollowUp, answer: Answer, text: dict[str, Any], facts: dict[str, Any]
) -> dict[str, Any]:
    just_now = delivery.not_before - answer.at <= JUST_NOW
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


def _of_signals(
    delivery: Delivery,
    followup: FollowUp,
    store: Store,
    contact: Contact,
    text: dict[str, Any],
    facts: dict[str, Any],
) -> dict[str, Any]:
    """Each signal with its day by the shop's calendar, the latest first."""
    labels, zone = words("labels", contact.language), ZoneInfo(store.timezone)
    day = labels["format"]["day"]
    told = [
        f"{labels['signals'].get(s.kind, s.kind.replace('_', ' '))} ({s.at.astimezone(zone).strftime(day)})"
        for s in sorted(followup.signals, key=lambda s: s.at, reverse=True)
    ]
    return {
        "title": text["title"],
        **_subject_and_lead(text, delivery, facts, delivery.purpose),
        "signals": tuple(dict.fromkeys(told)),
        "comment": "",
    }


def _subject_and_lead(
    text: dict[str, Any], delivery: Delivery, facts: dict[str, Any], lead: str
) -> dict[str, str]:
    if delivery.purpose not in text["subject"]:
        return {}
    subject = line_template(text["subject"][delivery.purpose]).render(facts)
    return {"subject": subject, "lead": line_template(text["lead"][lead]).render(facts)}


def _told(
    delivery: Delivery, followup: FollowUp, store: Store, contact: Contact, facts: dict[str, Any]
) -> dict[str, Any]:
    """Subject, lead and quotation of what is said to somebody by name, or after somebody had the follow-up."""
    told = words_of(delivery, followup)
    if told is None:
        return {"about": ""}
    text, about_it = (
        words("alerts", contact.language)["told"],
        _told_facts(delivery, followup, store, contact),
    )
    return {
        "subject": line_template(text["subject"][told]).render(facts | about_it),
        "lead": line_template(text["lead"][told]).render(facts | about_it),
        "about": delivery.about,
    }


def _told_facts(delivery: Delivery, followup: FollowUp, store: Store, contact: Contact) -> dict[str, str]:
    """Until when, which stage is next, who had it: "" for what there is none of."""
    text, zone = words("alerts", contact.language)["told"], ZoneInfo(store.timezone)
    formats = words("labels", contact.language)["format"]
    until = delivery.until.astimezone(zone) if delivery.until else None
    former = store.contact(followup.released_from or "")
    return {
        "until": until.strftime(formats["time"]) if until else "",
        "until_day": until.strftime(formats["day"]) if until else "",
        "step": text["step"].get(followup.next_stage or "", ""),
        "former": former.name if former else text["somebody"],
        "owner": owner.name if (owner := store.contact(followup.owner or "")) else text["somebody"],
    }


def _so_far(so_far: SoFar, store: Store, contact: Contact) -> list[str]:
    """Line by line, oldest first; not that the reader was told."""
    zone = ZoneInfo(store.timezone)
    formats, told = (
        words("labels", contact.language)["format"],
        words("case", contact.language)["history"]["told"],
    )

    def when(instant: datetime) -> str:
        local = instant.astimezone(zone)
        return f"{local.strftime(formats['day'])} {local.strftime(formats['time'])}"

    def say(line: str, **facts: str) -> str:
        return str(line_template(line).render(facts))

    lines = [(entry.at, history_text.line(entry, contact.language, when, say)) for entry in so_far.history]
    for at, contact_id in so_far.told:
        if contact_id != contact.contact_id and (known := store.contact(contact_id)):
            lines.append((at, say(told, names=known.name)))
    return [f"{when(at)}: {line}" for at, line in sorted(lines, key=lambda each: each[0])]


def _facts(followup: FollowUp, store: Store, contact: Contact) -> dict[str, Any]:
    zone = ZoneInfo(store.timezone)
    labels = words("labels", contact.language)
    formats = labels["format"]
    answered = followup.answered_at.astimezone(zone)
    facts: dict[str, Any] = {
        "shop": store.name,
        "place": followup.touchpoint,
        "score": followup.score,
        "urgent": followup.urgent,
        "time": answered.strftime(formats["time"]),
        "day": answered.strftime(formats["day"]),
        # A danger that the rules know and the labels do not yet must not hold back the alert.
        "dangers": ", ".join(labels["urgency"].get(u, u.replace("_", " ")) for u in followup.urgency),
    }
    if followup.deadline:
        deadline = followup.deadline.astimezone(zone)
        facts |= {
            "deadline": deadline.strftime(formats["time"]),
            "deadline_day": deadline.strftime(formats["day"]),
        }
    return facts


def _counted(followup: FollowUp, language: str) -> list[str]:
    """The signals as a sentence has them, the same ones counted, the heaviest first."""
    lines: dict[str, str] = words("labels", language)["signals_counted"]
    kinds = Counter(signal.kind for signal in followup.signals)
    return [line_template(lines.get(k, k.replace("_", " "))).render(count=n) for k, n in kinds.items()]


def _themes(followup: FollowUp, language: str) -> list[str]:
    names: dict[str, str] = words("labels", language)["themes"]
    return [names[theme] for theme in followup.themes if theme in names]
