"""The first step of a case once it is taken on: who the customer is, what they said, and the talk with them."""

from collections.abc import Mapping
from typing import Any, Final

from desk.case.view import CaseView
from lazo.case import conversation_guide
from lazo.case.concerns import complaint_themes
from lazo.case.conversation_guide import ConversationGuide, ConversationParticipants, ConversationSubject
from lazo.case.customer_wish import wish_for_staff
from lazo.case.model import NOTE_CHANNELS, Case, NoteChannel
from lazo.case.permissions import Permissions
from lazo.case.whatsapp_link import whatsapp_link
from lazo.followup.dangers import first_steps
from lazo.followup.model import CUSTOMER
from lazo.messaging import customer_templates
from lazo.phrases.wording_guard import Blocked, clear_text
from lazo.translations import translations

_MEANS_LEAVING: Final = frozenset({"leaving", "competitor"})


def conversation_step(view: CaseView) -> dict[str, Any]:
    """Return the template variables of who the customer is, what they said, and how to talk to them.

    `in_person`: the script is for walking up to them, because they may still be there, or left no contact; `whatsapp`:
    the link to their chat, None if there is none; `talk_ways`: the ways in which they may have been talked to, the
    likeliest first. Until somebody has talked to them, `wish` is what they asked for on the thanks page, "" for
    nothing, and `added` what they wrote since.
    """
    followup, answer, reach = view.case.followup, view.answer, view.reachable_answer
    labels = translations("labels", view.reader.language)
    found = answer.classification if answer else None
    ticked = dict.fromkeys(reason for each in (answer, *view.more_answers) if each for reason in each.reasons)
    signals = labels.get("signals", {})
    notified = sorted(
        (c for c in view.store.contacts if c.contact_id in view.case.notified_contacts), key=lambda c: c.level
    )
    guide = _conversation_guide(view)
    in_person = view.in_store or (answer is not None and reach is None)
    waits = followup.stage in ("open", "taken_on")
    # Only where the page offers it: the guard's rules take a while to read.
    talks = followup.stage == "taken_on" and Permissions(view.case, view.store, view.reader).may_act
    whatsapp = _whatsapp(view, guide.writing.text) if talks else None
    return {
        "answer": answer,
        "found": found,
        "reach": reach,
        "customer_name": view.customer_name,
        "customer_language": view.customer_language,
        "added": _added_words(view.case) if waits else (),
        "wish": wish_for_staff(followup, view.store, view.reader.language, view.now) if waits else "",
        "in_person": in_person,
        "whatsapp": whatsapp,
        "talk_ways": _talk_ways(view, whatsapp, in_person=in_person),
        "dangers": ", ".join(labels["urgency"].get(u, u.replace("_", " ")) for u in followup.urgency),
        "first_steps": first_steps(followup.urgency, view.reader.language, view.store.country)
        if followup.awaits
        else (),
        "ticked": [theme_name(each, labels) for each in ticked],
        "heard": [theme_name(each, labels) for each in followup.themes if each not in ticked],
        "signals": [
            (signals.get(each.kind, each.kind.replace("_", " ")), each.at) for each in followup.signals
        ],
        "guide": guide,
        "advice": conversation_guide.dos_and_donts(
            view.reader.language, urgency=followup.urgency, only_asks=followup.only_asks
        ),
        "chain_names": ", ".join(contact.name for contact in view.store.contacts),
        "notified_names": [contact.name for contact in notified],
        "theme_name": lambda theme: theme_name(theme, labels),
        "theme_names": lambda themes: ", ".join(theme_name(theme, labels) for theme in themes),
    }


def _added_words(case: Case) -> list[str]:
    """Return the customer's own words in the notes of their case, oldest first."""
    written = (each.text if each.said is None else each.said for each in case.notes if each.by == CUSTOMER)
    return [words for words in written if words]


def _conversation_guide(view: CaseView) -> ConversationGuide:
    followup = view.case.followup
    found = view.answer.classification if view.answer else None
    leaving = bool(found and (found.leaving or found.competitors))
    leaving = leaving or any(signal.kind in _MEANS_LEAVING for signal in followup.signals)
    themes = complaint_themes(followup, view.answer)
    subject = ConversationSubject(followup.score, themes, followup.urgency, leaving, followup.only_asks)
    called = customer_templates.first_name(view.customer_name) or None
    people = ConversationParticipants(view.reader.name, view.store.name, called)
    return conversation_guide.build_guide(subject, people, view.customer_language, view.reader.language)


def _whatsapp(view: CaseView, words: str) -> str | None:
    """Return the link to the customer's chat with these words in it; None if they may not be written to, have no
    mobile, or the wording guard stops the words."""
    reach = view.reachable_answer
    if reach is None or view.opted_out:
        return None
    names = (view.store.name, view.reader.name, view.customer_name or "")
    try:
        cleared = clear_text(words, view.customer_language, names)
    except Blocked:
        return None
    return whatsapp_link(reach.phone, cleared)


def _talk_ways(view: CaseView, whatsapp: str | None, *, in_person: bool) -> list[tuple[NoteChannel, str]]:
    """Return the ways in which the customer may have been talked to, with their names, the likeliest first."""
    names, reach = translations("case", view.reader.language)["channel"], view.reachable_answer
    by_phone = reach is not None and reach.phone is not None
    likely: list[NoteChannel] = ["in_person"] if in_person else []
    likely += ["phone"] if by_phone else []
    likely += ["whatsapp"] if whatsapp else []
    likely += ["email"] if reach and reach.email else []
    return [(way, names[way]) for way in dict.fromkeys((*likely, *NOTE_CHANNELS))]


def theme_name(theme: str, labels: Mapping[str, Any]) -> str:
    """Return the name of a theme for staff, its id for one that is no longer known."""
    return str(labels["themes"].get(theme, theme.replace("_", " ")))
