"""Write the SMS that tell contacts of a follow-up: one segment with who, what and where."""

from typing import Any

from lazo.followup import sms_keywords
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import CHAIN, Delivery
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.text.gsm7 import SEGMENT, gist, one_segment, septets, to_gsm7
from lazo.translations import words
from lazo.web.pages import line_template
from notify.alert_email import _counted, _facts, _themes, _told_facts, words_of

LEAST_QUOTED = 24
"""Septets of the customer's words that what can be replied leaves in an SMS."""


SHORTEST_NAME = 8
"""Septets that an SMS leaves of a shop's name and of a place's, however long its other parts are."""


def sms(
    delivery: Delivery,
    followup: FollowUp,
    answer: Answer | None,
    store: Store,
    contact: Contact,
    link: str,
    *,
    answerable: bool = False,
) -> str:
    """One segment of GSM-7: shop, place, score, the gist of the comment (without one the themes, or that there is
    none), the link. Without an answer: shop, and as many of the signals as fit.

    Where it is `answerable`, what asks somebody to take it on says before the link what they can reply, as long as that
    leaves shop, place, score, link and the beginning of the comment whole.
    """
    text = words("alerts", contact.language)["sms"]
    facts = _facts(followup, store, contact)
    if (told := words_of(delivery, followup)) is not None:
        about_it = _told_facts(delivery, followup, store, contact)
        head = _head(words("alerts", contact.language)["told"]["sms"][told], facts | about_it, link)
        quote = delivery.about or (answer.comment if answer else "")
        tail = _offered(head, quote, link, delivery, contact) if answerable else link
        return one_segment(head, quote, tail)
    if answer is None:
        head = _head(text["signals"][delivery.purpose], facts, link)
        tail = _offered(head, "", link, delivery, contact) if answerable else link
        return one_segment(_with_asides(head, _counted(followup, contact.language), "", tail), "", tail)
    head = _head(text[delivery.purpose], facts, link)
    tail = _offered(head, answer.comment, link, delivery, contact) if answerable else link
    if not answer.comment:
        head = _with_asides(head, _themes(followup, contact.language), text["no_comment"], tail)
    return one_segment(head, answer.comment, tail)


def _offered(head: str, quote: str, link: str, delivery: Delivery, contact: Contact) -> str:
    """The link, and before it what can be replied, where that is to be said and there is room: beside the head and the
    beginning of what is quoted, which matter more."""
    tail = f"{to_gsm7(sms_keywords.offer(contact.language))} {link}"
    quoted = min(septets(gist(quote, SEGMENT)), LEAST_QUOTED) + len(' ""') if quote else 0
    fits = septets(to_gsm7(head)) + quoted + len(" ") + septets(tail) <= SEGMENT
    return tail if delivery.purpose in CHAIN and fits else link


def _with_asides(head: str, said: list[str], nothing: str, link: str) -> str:
    """The head with as much of what is `said` as fits, in brackets: our words have no place in the customer's
    quotation marks."""
    asides = [f"({', '.join(said[:number])})" for number in range(len(said), 0, -1)] or [nothing]
    longer = (to_gsm7(f"{head} {aside}") for aside in asides)
    return next((each for each in longer if septets(f"{each} {link}") <= SEGMENT), head)


def digest_sms(count: int, store: Store, contact: Contact, link: str) -> str:
    """One segment for `count` alerts that the shop's cap held back; `link` opens the first of them."""
    facts = {"shop": store.name, "count": count, "has_email": bool(contact.email)}
    return one_segment(_head(words("alerts", contact.language)["sms"]["digest"], facts, link), "", link)


def _head(line: str, facts: dict[str, Any], link: str) -> str:
    """The line of an SMS with the names in it cut as far as needed, the shop's first: what stands behind them, the
    score, is not to be lost."""
    head: str = line_template(line).render(facts)
    for name in ("shop", "place"):
        excess = septets(to_gsm7(head)) + len(" ") + septets(link) - SEGMENT
        if excess > 0 and name in facts:
            room = septets(to_gsm7(facts[name])) - excess
            facts = {**facts, name: gist(facts[name], max(room, SHORTEST_NAME))}
            head = line_template(line).render(facts)
    return head
