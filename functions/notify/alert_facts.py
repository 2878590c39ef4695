"""What the e-mail and the SMS of an alert say alike: the values of their templates, in the reader's language."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import TO_ESCALATION_LEVEL, Delivery
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.translations import translations
from notify.rendering import render_line


def text_key(delivery: Delivery, followup: FollowUp) -> str | None:
    """Return the key of `[told]` in the data file whose texts say this delivery; None where it has texts of its own.

    Deliveries to the escalation levels of a new follow-up, and of one just assigned, have their own. A follow-up that
    is escalated after somebody had it is announced as passed up.
    """
    if delivery.purpose in TO_ESCALATION_LEVEL:
        return "passed_up" if followup.released_from else None
    return None if delivery.purpose == "assigned" else delivery.purpose


def alert_facts(followup: FollowUp, store: Store, contact: Contact) -> dict[str, Any]:
    """Return where, when and how the customer answered, what is urgent about it, and the deadline if there is one."""
    zone = ZoneInfo(store.timezone)
    labels = translations("labels", contact.language)
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


def template_values(delivery: Delivery, followup: FollowUp, store: Store, contact: Contact) -> dict[str, str]:
    """Return what the texts of `[told]` say besides: until when, which stage is next, who had it, who has it.

    A value is "" where there is nothing to say.
    """
    text, zone = translations("alerts", contact.language)["told"], ZoneInfo(store.timezone)
    formats = translations("labels", contact.language)["format"]
    until = delivery.until.astimezone(zone) if delivery.until else None
    former, owner = store.contact(followup.released_from or ""), store.contact(followup.owner or "")
    return {
        "until": until.strftime(formats["time"]) if until else "",
        "until_day": until.strftime(formats["day"]) if until else "",
        "step": text["step"].get(followup.next_stage or "", ""),
        "former": former.name if former else text["somebody"],
        "owner": owner.name if owner else text["somebody"],
    }


def counted_signals(followup: FollowUp, language: str) -> list[str]:
    """Return the signals as a sentence has them, the same ones counted, the heaviest first."""
    lines: dict[str, str] = translations("labels", language)["signals_counted"]
    kinds = Counter(signal.kind for signal in followup.signals)
    return [render_line(lines.get(k, k.replace("_", " ")), {"count": n}) for k, n in kinds.items()]


def theme_labels(followup: FollowUp, language: str) -> list[str]:
    """Return the names of the follow-up's themes; one that has none yet is left out."""
    names: dict[str, str] = translations("labels", language)["themes"]
    return [names[theme] for theme in followup.themes if theme in names]
