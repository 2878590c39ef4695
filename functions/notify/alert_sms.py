"""Write the SMS of an alert: one segment of GSM-7 with who, what and where."""

import re
from collections.abc import Sequence
from typing import Any

from lazo.followup import sms_keywords
from lazo.followup.staff_deliveries import TO_ESCALATION_LEVEL
from lazo.store.contacts import Contact
from lazo.text.gsm7 import SEGMENT, SHORTEST_EXCERPT, excerpt, fit_one_segment, septet_count, to_gsm7
from lazo.translations import translations
from notify.alert_facts import (
    Alert,
    alert_facts,
    asked_sentences,
    counted_signals,
    liked_labels,
    text_key,
    theme_labels,
)
from notify.rendering import render_head, render_line, render_short_sms

LEAST_QUOTED = 24
"""Septets of the customer's words that an SMS quotes before it says what can be replied."""


def build_alert_sms(alert: Alert, *, answerable: bool = False) -> str:
    """Return one segment: store, touchpoint, score, the beginning of the comment or else the themes, the link. It has
    the themes too where an SMS cannot show the comment, which is emoji or in another script: those complained about, or
    else those that were liked.

    Without an answer it names the store, and as many of the signals as fit. If it is `answerable` and asks somebody to
    take the follow-up on, it says before the link what they can reply, as long as the rest stays whole.
    """
    text, purpose = alert.text["sms"], alert.delivery.purpose
    # Words of another day would hide what the customer wrote now.
    written = alert.answer.comment if alert.answer and alert.followup.origin != "message" else ""
    comment = written if _says_anything(written) else ""
    asides: list[str] = []
    no_aside = ""
    if (key := text_key(alert)) is not None:
        about = alert.delivery.about
        line, quote = alert.text["told"]["sms"][key], about if _says_anything(about) else comment
        if key == "customer_asks" and not about:
            written = quote = ""
        if not quote and (about or written):
            asides, no_aside = theme_labels(alert), text["comment_elsewhere"]
    elif alert.answer is None:
        line, quote = text["signals"][purpose], ""
        asides = counted_signals(alert)
    else:
        about = alert.delivery.about
        line, quote = text[purpose], about if _says_anything(about) else comment
        if not quote:
            asides = theme_labels(alert) or liked_labels(alert)
            no_aside = text["comment_elsewhere" if written else "no_comment"]
    doubt = f" {text['doubtful']}" if alert.followup.doubts else ""
    facts = _with_plain_days(alert_facts(alert)) | {"asks": next(iter(asked_sentences(alert)), "")}
    facts = _with_alarm(facts, alert)
    if not _has_room(render_line(line, facts) + doubt, quote, alert.link, SHORTEST_EXCERPT):
        facts = _with_alarm({**facts, "first_step": ""}, alert)
    if purpose != "alert" and not _has_room(render_line(line, facts), quote, alert.link):
        facts = _with_alarm({**facts, "danger": ""}, alert)
    head = render_head(line, facts, alert.link) + doubt
    tail = _with_reply_offer(head, quote, alert) if answerable else alert.link
    if asides or no_aside:
        head = _with_asides(head, asides, no_aside, tail)
    return fit_one_segment(head, quote, tail)


def bundle_sms(count: int, stores: Sequence[str], contact: Contact, link: str) -> str:
    """Return one segment that says how many cases of these stores wait, with the `link` to the board."""
    values = {"shop": stores[0] if len(stores) == 1 else "", "count": count, "stores": len(stores)}
    return render_short_sms(translations("alerts", contact.language)["sms"]["bundle"], values, link)


def _with_plain_days(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts with days without points and commas, which end a sentence or cost room."""
    days = {name: re.sub(r"[.,]| de\b", "", day) for name, day in facts.items() if name.endswith("day")}
    return facts | days


def _with_alarm(facts: dict[str, Any], alert: Alert) -> dict[str, Any]:
    """Return the facts with what the SMS of an urgent follow-up begins with: that it is, its danger, and
    what to do first about it."""
    alarm = render_line(alert.text["sms"]["alarm"], facts) if alert.followup.urgent else ""
    return {**facts, "alarm": alarm}


def _with_reply_offer(head: str, quote: str, alert: Alert) -> str:
    """Return the link, and before it what can be replied, where that is wanted and there is room.

    The head and the beginning of what is quoted matter more.
    """
    tail = f"{to_gsm7(sms_keywords.reply_hint(alert.contact.language))} {alert.link}"
    fits = _has_room(head, quote, tail)
    return tail if alert.delivery.purpose in TO_ESCALATION_LEVEL and fits else alert.link


def _has_room(head: str, quote: str, tail: str, least: int = 0) -> bool:
    """Return whether one segment has room for all of `head` and `tail`, and the beginning of what is quoted, `least`
    septets of it."""
    length = max(septet_count(excerpt(quote, SEGMENT)), least)
    quoted = min(length, LEAST_QUOTED) + len(' ""') if quote else 0
    return septet_count(to_gsm7(head)) + quoted + len(" ") + septet_count(tail) <= SEGMENT


def _says_anything(comment: str) -> bool:
    """Return whether an SMS, which has neither emoji nor most scripts, keeps enough of a comment to quote it: at least
    half of its letters, or without letters a digit. Less are scraps: the "5" of a comment in Arabic."""
    kept = to_gsm7(comment)
    letters = sum(map(str.isalpha, comment))
    if letters:
        return 2 * sum(map(str.isalpha, kept)) >= letters
    return any(map(str.isalnum, kept))


def _with_asides(head: str, asides: list[str], no_aside: str, tail: str) -> str:
    """Return the head with as many of the `asides` as fit; with `no_aside` where there are none.

    They stand in brackets, since quotation marks are for the customer's own words.
    """
    bracketed = [f"({', '.join(asides[:number])})" for number in range(len(asides), 0, -1)] or [no_aside]
    longer = (f"{head} {aside}" for aside in bracketed)
    return next((each for each in longer if septet_count(to_gsm7(f"{each} {tail}")) <= SEGMENT), head)
