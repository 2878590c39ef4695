"""A guide for talking with a customer: how to open, which questions to ask in which order, what to do and
avoid.

The texts are data (`data/conversation/`). The order is the one in which people answer most freely: how it went, the
detail that matters most, and what would put it right. The other details, what they expected and the alternatives are
for a talk that goes on.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lazo.survey import nps
from lazo.translations import translations

_PLACEHOLDER = re.compile(r"\{[a-z]+\}")

QUESTIONS_AT_MOST = 3
"""How many questions are asked: more would feel like an interrogation."""

THEMES_AT_MOST = 3
"""How many themes the guide has a question for."""

VERY_LOW = 3
"""Up to this score the first question asks for the whole story."""


@dataclass(frozen=True, slots=True)
class ConversationSubject:
    """What the talk is about. `score`: None when signals and no survey opened the follow-up; `leaving`: the customer
    said that they will leave, or named a competitor; `only_asks`: nothing went wrong, they only want to be
    contacted."""

    score: int | None
    themes: tuple[str, ...] = ()
    urgency: tuple[str, ...] = ()
    leaving: bool = False
    only_asks: bool = False


@dataclass(frozen=True, slots=True)
class ConversationParticipants:
    """The names of the reader, the store and the customer (None when they left none)."""

    reader: str
    store: str
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class GuideLine:
    """A sentence in the customer's language; `gloss`: in the reader's language, None if that is the same."""

    text: str
    gloss: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationGuide:
    """Openings for each way to talk, and open questions in the order in which to ask them: those that every talk has,
    and `more` for one that goes on."""

    phone: GuideLine
    in_person: GuideLine
    writing: GuideLine
    questions: tuple[GuideLine, ...]
    more: tuple[GuideLine, ...] = ()


@dataclass(frozen=True, slots=True)
class DosAndDonts:
    """A list to glance at before the call."""

    do: tuple[str, ...]
    avoid: tuple[str, ...]


def build_guide(
    subject: ConversationSubject, people: ConversationParticipants, language: str, reader_language: str
) -> ConversationGuide:
    """Return the guide in the customer's `language`, with glosses if the reader's language is another."""
    texts = _script(subject, people, language)
    gloss: Iterable[str | None] = [None] * len(texts)
    if reader_language != language:
        gloss = _script(subject, people, reader_language)
    phone, in_person, writing, *asked = (GuideLine(*pair) for pair in zip(texts, gloss, strict=True))
    questions, more = tuple(asked[:QUESTIONS_AT_MOST]), tuple(asked[QUESTIONS_AT_MOST:])
    return ConversationGuide(phone, in_person, writing, questions, more)


def dos_and_donts(language: str, *, urgency: Collection[str] = (), only_asks: bool = False) -> DosAndDonts:
    """Return the list in the reader's language: with a danger (`urgency`) only what helps with it, and without an
    apology where nothing went wrong (`only_asks`)."""
    texts = translations("conversation", language)
    if urgency:
        in_danger = texts["do_in_danger"].items()
        do = (line for key, line in in_danger if key != "self_harm" or key in urgency)
        return DosAndDonts(tuple(do), tuple(texts["avoid_in_danger"].values()))
    do = (line for key, line in texts["do"].items() if not (only_asks and key == "sorry"))
    return DosAndDonts(tuple(do), tuple(texts["avoid"].values()))


def _script(subject: ConversationSubject, people: ConversationParticipants, language: str) -> list[str]:
    """Return the three openings and the questions: the same number of lines in every language."""
    texts = translations("conversation", language)
    why = _reason_to_talk(subject)
    greeting = texts["greeting"]["named" if people.customer else "unnamed"]
    openings = [f"{greeting} {texts['opening'][way][why]}" for way in ("phone", "in_person", "writing")]
    return [*(_filled(line, people) for line in openings), *_questions(subject, texts)]


def _reason_to_talk(subject: ConversationSubject) -> str:
    if subject.urgency:
        return "danger"
    if subject.only_asks:
        return "asked"
    return "signals" if subject.score is None else "survey"


def _questions(subject: ConversationSubject, texts: Mapping[str, Mapping[str, str]]) -> list[str]:
    if subject.urgency:
        # Nothing else: the rest can wait. Who thinks of harming themselves is not asked to tell it all again.
        danger = [texts["danger"][id_] for id_ in subject.urgency if id_ in texts["danger"]][:1]
        return danger if "self_harm" in subject.urgency else [*danger, texts["general"]["very_low"]]
    if subject.only_asks:
        return list(texts["asked"].values())
    group = _score_group(subject.score)
    known = [texts["theme"][id_] for id_ in subject.themes if id_ in texts["theme"]][:THEMES_AT_MOST]
    leaving = [texts["alternatives"]["leaving"]] if subject.leaving else []
    # Whoever is angry is not asked where else they buy.
    usual = [texts["alternatives"]["usual"]] if group == "middle" and not subject.leaving else []
    unmet, wish = texts["expectations"]["unmet"], texts["expectations"]["next"]
    first, *others = [*leaving, *known, unmet]
    return [texts["general"][group], first, wish, *others, *usual]


def _score_group(score: int | None) -> str:
    if score is None:
        return "signals"
    if score <= VERY_LOW:
        return "very_low"
    return "low" if nps.band_of_score(score) == "detractor" else "middle"


def _filled(line: str, people: ConversationParticipants) -> str:
    """Fill all placeholders in one pass, so that braces within a name stay as they are."""
    facts = {"{reader}": people.reader, "{shop}": people.store, "{customer}": people.customer or ""}
    return _PLACEHOLDER.sub(lambda place: facts.get(place[0], place[0]), line)
