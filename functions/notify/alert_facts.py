"""What the e-mail and the SMS of an alert say alike: the values of their templates, in the reader's language."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lazo.followup.dangers import short_first_step
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import TO_ESCALATION_LEVEL, Delivery
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.text.regional_formats import format_day, format_plain_day
from lazo.translations import translations
from notify.rendering import render_line


@dataclass(frozen=True, slots=True)
class Alert:
    """A delivery with all that its texts are made of. `answer` is None where no answer opened the follow-up."""

    delivery: Delivery
    followup: FollowUp
    answer: Answer | None
    store: Store
    contact: Contact
    link: str

    @property
    def text(self) -> dict[str, Any]:
        """The texts of alerts in the reader's language."""
        return translations("alerts", self.contact.language)

    @property
    def labels(self) -> dict[str, Any]:
        """The names of themes, signals and dangers, in the reader's language."""
        return translations("labels", self.contact.language)

    def local_moment(self, at: datetime) -> tuple[str, str]:
        """Return the time and the day by the store's clock, as the desk writes it: `mar 10 mar`."""
        local = at.astimezone(ZoneInfo(self.store.timezone))
        return f"{local:%H:%M}", format_day(local.date(), self.contact.language, self.store.country)

    def plain_day(self, at: datetime) -> str:
        """Return the day without its weekday, for an SMS that has no room for it."""
        on = at.astimezone(ZoneInfo(self.store.timezone)).date()
        return format_plain_day(on, self.contact.language, self.store.country)


def text_key(alert: Alert) -> str | None:
    """Return the key of `[told]` in the data file whose texts say this delivery; None where it has texts of its own.

    Deliveries to the escalation levels of a new follow-up, and of one just assigned, have their own. A follow-up that
    is escalated after somebody had it is announced as passed up; one that the customer's own words opened, by these. A
    wish from the thanks page is said as one, and only the customer's own words are quoted.
    """
    purpose = alert.delivery.purpose
    if purpose in TO_ESCALATION_LEVEL:
        if alert.followup.released_from:
            return "passed_up"
        if alert.followup.origin == "message":
            return "customer_wrote" if purpose == "alert" else "customer_still_waits"
        return None
    if purpose == "customer_wrote" and alert.delivery.asks:
        return "customer_asks"
    return None if purpose == "assigned" else purpose


def alert_facts(alert: Alert) -> dict[str, Any]:
    """Return where, when and how the customer answered, what is urgent about it, and the deadline if there is one; for
    the texts of `[told]` also until when, which stage is next, who had it, who has it ("" where that says nothing)."""
    followup, store, labels, told = alert.followup, alert.store, alert.labels, alert.text["told"]
    former, owner = store.contact(followup.released_from or ""), store.contact(followup.owner or "")
    time, day = alert.local_moment(followup.answered_at)
    until, until_day = alert.local_moment(alert.delivery.until) if alert.delivery.until else ("", "")
    # A danger that the rules know and the labels do not yet must not hold back the alert.
    dangers = [labels["urgency"].get(danger, danger.replace("_", " ")) for danger in followup.urgency]
    first = next(iter(followup.urgency), "")
    facts: dict[str, Any] = {
        "shop": store.name,
        "place": followup.touchpoint,
        "score": followup.score,
        "urgent": followup.urgent,
        "only_asks": followup.only_asks,
        "doubtful": bool(followup.doubts),
        "time": time,
        "day": day,
        "plain_day": alert.plain_day(followup.answered_at),
        "danger": dangers[0] if dangers else "",
        "dangers": ", ".join(dangers),
        "first_step": short_first_step(first, alert.contact.language, store.country),
        "until": until,
        "until_day": until_day,
        "step": told["step"].get(followup.next_stage or "", ""),
        "former": former.name if former else told["somebody"],
        "owner": owner.name if owner else told["somebody"],
    }
    if followup.deadline:
        facts["deadline"], facts["deadline_day"] = alert.local_moment(followup.deadline)
    return facts


def asked_sentences(alert: Alert) -> list[str]:
    """Return what the customer asks for on the thanks page, a sentence each, as it reads when the alert is first
    due."""
    delivery, store = alert.delivery, alert.store
    when = ""
    if delivery.until and "call" in delivery.asks:
        from lazo.case.customer_wish import slot_text  # few alerts need it
        from lazo.promise.call_slots import LENGTH, CallSlot

        slot = CallSlot(delivery.until, delivery.until + LENGTH)
        when = slot_text(slot, store, alert.contact.language, delivery.not_before)
    return [render_line(alert.text["told"]["asks"][each], {"when": when}) for each in delivery.asks]


def counted_signals(alert: Alert) -> list[str]:
    """Return the signals as a sentence has them, the same ones counted, the heaviest first."""
    lines: dict[str, str] = alert.labels["signals_counted"]
    kinds = Counter(signal.kind for signal in alert.followup.signals)
    return [render_line(lines.get(k, k.replace("_", " ")), {"count": n}) for k, n in kinds.items()]


def theme_labels(alert: Alert) -> list[str]:
    """Return the names of the follow-up's themes; one that has none yet is left out."""
    return _named(alert, alert.followup.themes)


def liked_labels(alert: Alert) -> list[str]:
    """Return the names of the themes that the answer praises, or that its happy customer ticked."""
    found = alert.answer.classification if alert.answer else None
    liked = found.praised if found else ()
    return _named(alert, [theme for theme in liked if theme not in alert.followup.themes])


def _named(alert: Alert, themes: Iterable[str]) -> list[str]:
    names: dict[str, str] = alert.labels["themes"]
    return [names[theme] for theme in themes if theme in names]
