"""Find themes of complaint, urgency, an intent to leave and competitors in a customer's comment.

The rules are phrases in data/themes/{es,en,pt}.toml, which operators may edit (docs/themes.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lazo.phrases.matching import BREAK, Hit, tokens, without_excused
from lazo.phrases.theme_rules import (
    THEMES,
    URGENCY,
    ThemeRules,
    function_words,
    load_theme_rules,
)
from lazo.translations import LANGUAGES

# In words, within a clause.
NEGATION_REACH = 4  # "no" to "caro": "no me pareció muy caro"
URGENCY_NEGATION_REACH = 1  # only "no me robaron": a missed danger is worse than a false alarm
OPINION_REACH = 5  # "atención" to "pésima": "la atención que nos dieron fue pésima"
BARE_MENTION = (
    4  # a comment of at most so many words that only names a theme ("los precios") complains about it
)

LEAVING = "leaving"

_VALUING = ("trouble", "praise", "urgency", "leaving", "good", "bad")
_UNDERSTOOD = ("trouble", "about", "praise", "urgency", "leaving", "unless")

# A comment with this many more function words of one language is not in the other.
CLEAR_LEAD = 2


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of `assess_comment`.

    themes: ids of THEMES that the customer complains about, in the order of THEMES; praise does not count
    urgency: ids of URGENCY, in the order of URGENCY
    leaving: the customer says that they will not come back
    competitors: names as configured, in the order given
    """

    themes: tuple[str, ...]
    urgency: tuple[str, ...]
    leaving: bool
    competitors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _LanguageFindings:
    """What the rules of one language found.

    themes: without those that a signal implies, which are in `implied`
    signals: ids of URGENCY, and LEAVING
    denied: signals that are negated or excused ("olor a vómito" is no poisoning)
    understood: any phrase about a store occurred
    """

    themes: set[str]
    signals: set[str]
    denied: set[str]
    implied: dict[str, str]
    understood: bool


def assess_comment(
    comment: str, reasons: Iterable[str], language: str, competitors: Iterable[str] = ()
) -> Findings:
    """Return themes, urgency, leaving and competitors of an answer. Raises RuleFileError if a rule file cannot be read.

    `reasons` are the theme ids that the customer ticked: always themes of the answer, whatever the comment says.
    Unknown ids are left out, so that answers from before an id was renamed stay readable. `language` is the answer's
    ("pt-BR" counts as "pt"). Its rules come first, then those of the other languages, except languages that the
    comment, by its function words, is clearly not written in, because of false friends ("barata" is cheap in Spanish,
    a cockroach in Portuguese). Themes come from the first language that understands anything, urgency and leaving from
    all, except what an earlier one denies.
    """
    found = tokens(comment)
    results = [_apply_rules(found, load_theme_rules(each)) for each in _likely_languages(found, language)]
    themes = next((result.themes for result in results if result.understood), set()) | set(reasons)
    signals: set[str] = set()
    denied: set[str] = set()
    for result in results:
        raised = result.signals - denied
        signals |= raised
        themes |= {result.implied[each] for each in raised & result.implied.keys()}
        denied |= result.denied
    return Findings(
        themes=tuple(theme for theme in THEMES if theme in themes),
        urgency=tuple(each for each in URGENCY if each in signals),
        leaving=LEAVING in signals,
        competitors=_competitors_in(found, competitors),
    )


def _likely_languages(found: Sequence[str], language: str) -> list[str]:
    """Return the languages that the comment may be written in: the answer's first, then the likeliest."""
    typical = function_words()
    score = {each: sum(word in typical[each] for word in found) for each in LANGUAGES}
    base = language.lower().replace("_", "-").split("-")[0]
    ranked = sorted(LANGUAGES, key=lambda each: (each != base, -score[each]))
    return [each for each in ranked if score[each] > max(score.values()) - CLEAR_LEAD]


def _apply_rules(found: Sequence[str], rules: ThemeRules) -> _LanguageFindings:
    words = rules.phrasebook.expand_shorthand(found)
    hits = without_excused(rules.phrasebook.find(words))
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
        understood=any(hit.kind in _UNDERSTOOD for hit in hits),
    )


def _themes(hits: Sequence[Hit], negators: set[int], words: Sequence[str]) -> set[str]:
    lacking = {at for hit in hits if hit.kind == "lacking" for at in hit.positions}
    flipping = negators | lacking
    in_negators = {at for hit in hits if hit.kind == "negators" for at in hit.positions}
    in_complaints = _inside_longer(hits, ("trouble", "urgency", "leaving"))
    themes: set[str] = set()
    opinions: dict[int, bool] = {}
    # Longer phrases last: their opinion replaces that of shorter ones on the same words.
    for hit in sorted(hits, key=lambda hit: len(hit.positions)):
        # A negator before "no funciona" does not make it praise: its own "no" is part of the complaint.
        if hit.kind == "trouble" and (
            not in_negators.isdisjoint(hit.positions) or not _negated(negators, hit, words)
        ):
            themes.add(hit.subject)
        elif hit.kind in ("good", "praise", "bad") and not in_complaints.issuperset(hit.positions):
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


def _negators(hits: Sequence[Hit]) -> set[int]:
    """Return the positions of negators that can negate what follows; one inside a longer phrase belongs to it only."""
    kinds = ("trouble", "praise", "urgency", "leaving", "unless", "good", "bad", "not_negators")
    return {at for hit in hits if hit.kind == "negators" for at in hit.positions} - _inside_longer(
        hits, kinds
    )


def _inside_longer(hits: Sequence[Hit], kinds: Sequence[str]) -> set[int]:
    """Return the positions of phrases of these kinds with more than one word."""
    return {at for hit in hits if hit.kind in kinds and len(hit.positions) > 1 for at in hit.positions}


def _negated(marks: set[int], hit: Hit, words: Sequence[str]) -> bool:
    """Return whether a marked word is before the hit or in one of its gaps ("preço não é alto")."""
    return not marks.isdisjoint(range(hit.start, hit.end)) or _follows(marks, hit, words, NEGATION_REACH)


def _follows(marks: set[int], hit: Hit, words: Sequence[str], reach: int) -> bool:
    """Return whether a marked word is at most `reach` words before the hit, in the same clause."""
    for at in range(hit.start - 1, max(hit.start - 1 - reach, -1), -1):
        if words[at] == BREAK:
            return False
        if at in marks:
            return True
    return False


def _nearest(opinion: dict[int, bool], hit: Hit, words: Sequence[str]) -> bool | None:
    """Return the opinion nearest to the hit in its clause: True good, False bad (also at equal distance to a good one),
    None if there is none."""
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


def _competitors_in(found: Sequence[str], competitors: Iterable[str]) -> tuple[str, ...]:
    """Return the competitors whose names are in the text as whole words; marks between the words do not matter."""
    text = " ".join(["", *_without_marks(found), ""])
    named = []
    for name in dict.fromkeys(competitors):
        words = _without_marks(tokens(name))
        if words and " ".join(["", *words, ""]) in text:
            named.append(name)
    return tuple(named)


def _without_marks(found: Iterable[str]) -> list[str]:
    return [token for token in found if token[:1].isalnum()]
