"""What a customer's comment is about: themes of trouble, urgency, leaving, competitors named.

The rules are phrases in data/themes/{es,en,pt}.toml, which an operator edits (docs/themes.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lazo.phrases.matching import BREAK, Hit, tokens
from lazo.phrases.theme_rules import (
    THEMES,
    URGENCY,
    ThemeRules,
    function_words,
    load_theme_rules,
)
from lazo.translations import LANGUAGES

# In words, counted without crossing the end of a clause.
NEGATION_REACH = 4  # "no" to "caro": "no me pareció muy caro"
URGENCY_NEGATION_REACH = 1  # only "no me robaron": a missed danger costs more than a false alarm
OPINION_REACH = 5  # "atención" to "pésima": "la atención que nos dieron fue pésima"
BARE_MENTION = 4  # a comment of at most so many words, such as "los precios", names its trouble

LEAVING = "leaving"

_VALUING = ("trouble", "praise", "urgency", "leaving", "good", "bad")
_TELLING = ("trouble", "about", "praise", "urgency", "leaving", "unless")

# A comment has this many more function words of a language than of another to be held for written in it.
CLEAR_LEAD = 2


@dataclass(frozen=True, slots=True)
class Findings:
    """What `assess` found.

    themes: ids of THEMES that trouble the customer, in the order of THEMES; praise is no theme
    urgency: ids of URGENCY, in the order of URGENCY
    leaving: the customer announces to leave for good
    competitors: names as configured, in the order given
    """

    themes: tuple[str, ...]
    urgency: tuple[str, ...]
    leaving: bool
    competitors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _LanguageFindings:
    """What the rules of one language found.

    themes: without those that a signal brings with it, which are in `implied`
    signals: ids of URGENCY, and LEAVING; denied: those negated or excused ("olor a vómito" is no poisoning)
    understood: any of the language's words about a shop occurred
    """

    themes: set[str]
    signals: set[str]
    denied: set[str]
    implied: dict[str, str]
    understood: bool


def assess_comment(
    comment: str, reasons: Iterable[str], language: str, competitors: Iterable[str] = ()
) -> Findings:
    """Themes, urgency, leaving and competitors in an answer.

    `reasons` are the theme ids that the customer ticked; they are themes of the answer whatever the comment
    says. An id that is not in THEMES is left out: an answer from before an id was renamed stays readable.
    `language` is the answer's ("pt-BR" counts as "pt"). Its rules come first, then those of the other
    languages; but not of one that the comment, by its function words, is clearly not written in, because of
    false friends ("barata" is cheap in Spanish, a cockroach in Portuguese). Themes come from the
    first language that understands anything, urgency and leaving from all, but for what an earlier one denies.

    Raises RuleFileError when a rule file cannot be read.
    """
    found = tokens(comment)
    readings = [_read(found, load_theme_rules(each)) for each in _likely(found, language)]
    themes = next((reading.themes for reading in readings if reading.understood), set()) | set(reasons)
    signals: set[str] = set()
    denied: set[str] = set()
    for reading in readings:
        raised = reading.signals - denied
        signals |= raised
        themes |= {reading.implied[each] for each in raised & reading.implied.keys()}
        denied |= reading.denied
    return Findings(
        themes=tuple(theme for theme in THEMES if theme in themes),
        urgency=tuple(each for each in URGENCY if each in signals),
        leaving=LEAVING in signals,
        competitors=_named(found, competitors),
    )


def _likely(found: Sequence[str], language: str) -> list[str]:
    """The languages that the comment may be written in: the answer's first, then the likeliest."""
    typical = function_words()
    score = {each: sum(word in typical[each] for word in found) for each in LANGUAGES}
    answers = language.lower().replace("_", "-").split("-")[0]
    ranked = sorted(LANGUAGES, key=lambda each: (each != answers, -score[each]))
    return [each for each in ranked if score[each] > max(score.values()) - CLEAR_LEAD]


def _read(found: Sequence[str], rules: ThemeRules) -> _LanguageFindings:
    words = rules.phrasebook.expand_shorthand(found)
    hits = _without_excused(rules.phrasebook.find(words))
    negators = _negators(hits)
    signals, denied = set(), {hit.subject for hit in hits if hit.kind == "unless"}
    for hit in hits:
        if hit.kind == "leaving":
            signals.add(LEAVING)
        elif hit.kind == "urgency":
            negated = _follows(negators, hit, words, URGENCY_NEGATION_REACH)
            (denied if negated else signals).add(hit.subject)
    return _LanguageFindings(
        themes=_themes(hits, negators, words),
        signals=signals,
        denied=denied - signals,
        implied=rules.implied,
        understood=any(hit.kind in _TELLING for hit in hits),
    )


def _themes(hits: Sequence[Hit], negators: set[int], words: Sequence[str]) -> set[str]:
    lacking = {at for hit in hits if hit.kind == "lacking" for at in hit.positions}
    flipping = negators | lacking
    saying_no = {at for hit in hits if hit.kind == "negators" for at in hit.positions}
    spoken_for = _inside_longer(hits, ("trouble", "urgency", "leaving"))
    themes: set[str] = set()
    opinions: dict[int, bool] = {}
    for hit in sorted(hits, key=lambda hit: len(hit.positions)):
        if hit.kind == "trouble" and (
            not saying_no.isdisjoint(hit.positions) or not _negated(negators, hit, words)
        ):
            themes.add(hit.subject)
        elif hit.kind in ("good", "praise", "bad") and not spoken_for.issuperset(hit.positions):
            flipped = _negated(negators if hit.kind == "bad" else flipping, hit, words)
            good = (hit.kind != "bad") != flipped
            if hit.kind == "praise" and not good:
                themes.add(hit.subject)
            else:
                opinions |= dict.fromkeys(hit.positions, good)
    abouts = [hit for hit in hits if hit.kind == "about"]
    themes |= {hit.subject for hit in abouts if _nearest(opinions, hit, words) is False}
    if not any(hit.kind in _VALUING for hit in hits) and sum(word != BREAK for word in words) <= BARE_MENTION:
        return {hit.subject for hit in abouts}
    return themes


def _without_excused(hits: Sequence[Hit]) -> list[Hit]:
    """Hits but those that share a word with an "unless" phrase of the same subject."""
    excused = {(hit.subject, at) for hit in hits if hit.kind == "unless" for at in hit.positions}
    return [
        hit
        for hit in hits
        if hit.kind == "unless" or not any((hit.subject, at) in excused for at in hit.positions)
    ]


def _negators(hits: Sequence[Hit]) -> set[int]:
    """Where the negators are that can negate what follows; one inside a longer phrase belongs to that alone."""
    kinds = ("trouble", "praise", "urgency", "leaving", "unless", "good", "bad", "not_negators")
    return {at for hit in hits if hit.kind == "negators" for at in hit.positions} - _inside_longer(
        hits, kinds
    )


def _inside_longer(hits: Sequence[Hit], kinds: Sequence[str]) -> set[int]:
    """Where phrases of more than one word are."""
    return {at for hit in hits if hit.kind in kinds and len(hit.positions) > 1 for at in hit.positions}


def _negated(marks: set[int], hit: Hit, words: Sequence[str]) -> bool:
    """Whether a marked word stands before the hit or in a gap of it ("preço não é alto")."""
    return not marks.isdisjoint(range(hit.start, hit.end)) or _follows(marks, hit, words, NEGATION_REACH)


def _follows(marks: set[int], hit: Hit, words: Sequence[str], reach: int) -> bool:
    """Whether one of the marked words stands at most `reach` words before the hit, in the same clause."""
    for at in range(hit.start - 1, max(hit.start - 1 - reach, -1), -1):
        if words[at] == BREAK:
            return False
        if at in marks:
            return True
    return False


def _nearest(opinion: dict[int, bool], hit: Hit, words: Sequence[str]) -> bool | None:
    """The opinion nearest to the hit in its clause: True good, False bad (also beside a good), None none."""
    open_before = open_after = True
    for distance in range(1, OPINION_REACH + 1):
        before, after = hit.start - distance, hit.end - 1 + distance
        open_before = open_before and before >= 0 and words[before] != BREAK
        open_after = open_after and after < len(words) and words[after] != BREAK
        sides = [(open_before, before), (open_after, after)]
        near = [opinion[at] for is_open, at in sides if is_open and at in opinion]
        if near:
            return all(near)
    return None


def _named(found: Sequence[str], competitors: Iterable[str]) -> tuple[str, ...]:
    """The competitors whose names stand in the text as whole words; marks between the words do not matter."""
    text = " ".join(["", *_names_words(found), ""])
    named = []
    for name in dict.fromkeys(competitors):
        words = _names_words(tokens(name))
        if words and " ".join(["", *words, ""]) in text:
            named.append(name)
    return tuple(named)


def _names_words(found: Iterable[str]) -> list[str]:
    return [token for token in found if token[:1].isalnum()]
