"""Find themes of complaint, urgency, an intent to leave and competitors in a customer's comment.

The rules are phrases in data/themes/{es,en,pt}.toml, which operators may edit (docs/themes.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lazo.phrases.matching import BREAK, Hit, tokens, without_excused
from lazo.phrases.theme_rules import (
    THEMES,
    URGENCY,
    load_theme_rules,
    typical_words,
)
from lazo.translations import LANGUAGES

# In words, within a clause.
NEGATION_REACH = 4  # "no" to "caro": "no me pareció muy caro"
OPINION_REACH = 5  # "atención" to "pésima": "la atención que nos dieron fue pésima"
BARE_MENTION = (
    4  # a comment of at most so many words that only names a theme ("los precios") complains about it
)

LEAVING = "leaving"

_SIGNAL_TEXT = ("urgency", "leaving", "unless", "not_negators")
_VALUING_TEXT = (*_SIGNAL_TEXT, "trouble", "praise", "good", "bad")
_VALUING = ("trouble", "praise", "urgency", "leaving", "good", "bad")

# A comment is in another language than its page if it has this many more words that are typical of that one.
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


def assess_comment(
    comment: str, reasons: Iterable[str], language: str, competitors: Iterable[str] = ()
) -> Findings:
    """Return themes, urgency, leaving and competitors of an answer. Raises RuleFileError if a rule file cannot be read.

    `reasons` are the theme ids that the customer ticked: always themes of the answer, whatever the comment says.
    Unknown ids are left out, so that answers from before an id was renamed stay readable. `language` is the answer's
    ("pt-BR" counts as "pt"). The comment is read by the rules of its own language alone, because of false friends
    ("legal" is fine in Portuguese, "barata" a cockroach): `language_of_text`.
    """
    found = tokens(comment)
    rules = load_theme_rules(_language_of(found, language))
    words = rules.phrasebook.expand_shorthand(found)
    hits = without_excused(rules.phrasebook.find(words))
    signals = _signals(hits)
    themes = _themes(hits, _negators(hits, _VALUING_TEXT), words) | set(reasons)
    themes |= {rules.implied[each] for each in signals & rules.implied.keys()}
    return Findings(
        themes=tuple(theme for theme in THEMES if theme in themes),
        urgency=tuple(each for each in URGENCY if each in signals),
        leaving=LEAVING in signals,
        competitors=_competitors_in(found, competitors),
    )


def language_of_text(text: str, language: str) -> str:
    """Return the language of LANGUAGES that a comment is written in: the answer's `language`, unless the words of the
    text are clearly of another one."""
    return _language_of(tokens(text), language)


def _language_of(found: Sequence[str], language: str) -> str:
    base = language.lower().replace("_", "-").split("-")[0]
    score = {each: sum(map(typical.matches, found)) for each, typical in typical_words().items()}
    own = score.get(base)
    likeliest = max(LANGUAGES, key=score.__getitem__)
    if own is None or score[likeliest] >= own + (CLEAR_LEAD if own else 1):
        return likeliest
    return base


def _signals(hits: Sequence[Hit]) -> set[str]:
    """Return ids of URGENCY, and LEAVING. A danger is denied only by a negator right before it, or with nothing but
    links between ("nunca me he intoxicado"): a missed danger is worse than a false alarm."""
    negators = _negators(hits, _SIGNAL_TEXT)
    links = {at for hit in hits if hit.kind == "links" for at in hit.positions}
    dangers = [hit for hit in hits if hit.kind == "urgency"]
    # What a denied danger consists of is denied too: the "poisoning" of "no food poisoning".
    denied = {(d.subject, at) for d in dangers if _is_denied(d, negators, links) for at in d.positions}
    signals = {d.subject for d in dangers if not denied.issuperset((d.subject, at) for at in d.positions)}
    return signals | {LEAVING for hit in hits if hit.kind == "leaving"}


def _is_denied(hit: Hit, negators: set[int], links: set[int]) -> bool:
    for before in range(hit.start - 1, hit.start - 2 - NEGATION_REACH, -1):
        if before in negators:
            return True
        if before not in links:
            return False
    return False


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


def _negators(hits: Sequence[Hit], kinds: Sequence[str]) -> set[int]:
    """Return the positions of negators that can negate what follows. One inside a longer phrase of these `kinds`
    belongs to it only."""
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
