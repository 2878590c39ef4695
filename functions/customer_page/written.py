"""What the customer wrote, as their page shows it to whoever has proven that it is theirs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from customer_page.visit import CustomerVisit
from lazo.case.model import Case, Note
from lazo.followup.model import CUSTOMER
from lazo.messaging import date_format
from lazo.messaging.customer_templates import first_name
from lazo.translations import translations


@dataclass(frozen=True, slots=True)
class WrittenWords:
    """Something that the customer wrote, and when, by the store's clock."""

    text: str
    when: str


@dataclass(frozen=True, slots=True)
class Written:
    """All that the customer wrote on this case, oldest first, the `reasons` that they ticked, and who reads it."""

    words: tuple[WrittenWords, ...]
    reasons: str
    reader: str


def build_written(visit: CustomerVisit) -> Written:
    """Return what the customer wrote: the comments of the case's answers, and what they wrote since."""
    texts = translations("customer_page", visit.language)["written"]
    owner = visit.store.contact(visit.case.followup.owner or "")
    line: str = texts["reader"] if owner else texts["reader_nobody"]
    reader = line.format(name=first_name(owner.name) if owner else "", shop=visit.store.name)
    return Written(tuple(_words(visit)), _reasons(visit), reader)


def _reasons(visit: CustomerVisit) -> str:
    """Return the reasons of the case's answers in the reader's language, in the order of the survey."""
    own = [visit.answer] if visit.answer and _is_own(visit) else []
    ticked = {reason for each in (*own, *visit.more_answers) for reason in each.reasons}
    names: dict[str, str] = translations("survey", visit.language)["reasons"]
    return ", ".join(name for reason, name in names.items() if reason in ticked)


def _is_own(visit: CustomerVisit) -> bool:
    """Whether the case is about the visit's answer."""
    followup, answer = visit.case.followup, visit.answer
    return followup.origin == "answer" and answer is not None and answer.ulid == followup.answer_ulid


def visible_notes(case: Case, proven: Collection[str]) -> list[Note]:
    """Return the notes of the case that may be read by whoever has `proven` these keys. What came by SMS is only for
    who has proven the phone: somebody else may have typed it beside an e-mail of their own."""
    phone_proven = case.followup.customer_key in proven
    return [note for note in case.notes if phone_proven or (note.by, note.channel) != (CUSTOMER, "sms")]


def _words(visit: CustomerVisit) -> Iterator[WrittenWords]:
    answer = visit.answer
    given = [(answer.at, answer.comment)] if answer and answer.comment and _is_own(visit) else []
    given += [(each.at, each.comment) for each in visit.more_answers if each.comment]
    notes = (note for note in visible_notes(visit.case, visit.proven_keys) if note.by == CUSTOMER)
    own = ((note.at, note.text if note.said is None else note.said) for note in notes)
    given += [(at, text) for at, text in own if text]
    for at, text in given:
        when = date_format.format_moment(at, visit.store.timezone, visit.language, visit.store.country)
        yield WrittenWords(text, when[:1].upper() + when[1:])
