"""Tell what a comment says of each theme: a complaint, praise, or a mention.

The customer's score helps: where an unhappy one names a theme without an opinion, it is what went wrong; a happy one
only mentions it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from lazo.phrases.matching import BREAK, Hit

# In words, within a clause.
NEGATION_REACH = 4  # "no" to "caro": "no me pareció muy caro"
OPINION_REACH = 5  # "atención" to "pésima": "la atención que nos dieron fue pésima"
BARE_MENTION = (
    4  # a comment of at most so many words that only names a theme ("los precios") complains about it
)
MOST_COMPLAINTS = 2  # nine of ten unhappy customers complain about one theme or two
LONG = 35  # words of a comment that may complain about one theme more
OVERSHADOWED = 4  # words that complain of one theme, for one word of another that is left out
ENOUGH_HINTS = 2.5  # hints that complain of a theme although nothing else does
ONLY_HINT = 1  # more hints than this do where a comment complains of nothing and praises nothing
# Who writes more words than these tells how they were served: each so many more hint at it once.
TERSE = 14
WORDS_PER_HINT = 5
MOST_STORY_HINTS = 3

Band = Literal["detractor", "passive", "promoter"]

_SIGNAL_TEXT = ("urgency", "leaving", "unless", "not_negators")
_VALUING_TEXT = (*_SIGNAL_TEXT, "trouble", "praise", "good", "bad")
_VALUING = ("trouble", "praise", "urgency", "leaving", "good", "bad")


@dataclass(slots=True)
class Opinions:
    """Ids of themes by what is said of them; one theme may be in several."""

    complained: dict[str, set[int]] = field(default_factory=dict)
    """With the positions of the words that complain."""
    praised: set[str] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)

    def add(self, hit: Hit, good: bool | None) -> None:
        """Add what a hit says of its theme: True for praise, False for a complaint, None for neither."""
        if good is False:
            self.complained.setdefault(hit.subject, set()).update(hit.positions)
        else:
            (self.praised if good else self.mentioned).add(hit.subject)


def read_opinions(hits: Sequence[Hit], words: Sequence[str], band: Band | None) -> Opinions:
    """Return what a comment says of its themes. `hits` are found in its `words`.

    A theme that is only named takes the nearest opinion in its clause. Without one it is praise from a promoter and a
    mention from others, but a complaint of a detractor unless it is a thing: "the bag" says little about goods.
    A comment of at most BARE_MENTION words that only names themes complains about them, unless a promoter wrote it.
    `liked` is praise in a promoter's comment, and says nothing in others; so does `happened`, a complaint of a
    detractor: "asked for a bigger size and she rolled her eyes" is told by others with a smile.
    Of the themes that a detractor complains about, those with most words and `hints` are kept (`_keep_weightiest`).
    A promoter does not complain about what they praise: they were braced "for an hour" and heard "in 40 seconds".
    """
    found = Opinions()
    negators = free_negators(hits, _VALUING_TEXT)
    opinions = _opinions(hits, words, negators, found)
    length = sum(word != BREAK for word in words)
    bare = length <= BARE_MENTION and not any(hit.kind in _VALUING for hit in hits)
    for hit in hits:
        if hit.kind in ("about", "things"):
            good = _nearest(opinions, hit, words)
            if good is None:
                good = _unsaid(hit.kind, band, bare)
            found.add(hit, good)
        elif hit.kind == "happened" and band == "detractor":
            found.add(hit, False)
        elif hit.kind == "liked" and band == "promoter" and not _negated(negators, hit, words):
            found.add(hit, True)
    if band == "detractor":
        _keep_weightiest(found, _hints(hits, words, opinions, found), MOST_COMPLAINTS + (length >= LONG))
    elif band == "promoter":
        praising = {hit.subject for hit in hits if hit.kind == "praise" and opinions.get(hit.start)}
        found.complained = {theme: at for theme, at in found.complained.items() if theme not in praising}
    return found


def _hints(
    hits: Sequence[Hit], words: Sequence[str], opinions: dict[int, bool], found: Opinions
) -> dict[str, float]:
    """Return the hints at each theme. A word counts once, however often it is said, and in equal parts for the themes
    that it hints at; not where it is praised, nor for a theme that it complains of anyway."""
    themes: dict[str, set[str]] = {}
    new: dict[str, set[str]] = {}
    for hit in hits:
        if hit.kind == "hints" and not opinions.get(hit.start) and not _nearest(opinions, hit, words):
            word = words[hit.start]
            themes.setdefault(word, set()).add(hit.subject)
            if hit.start not in found.complained.get(hit.subject, ()):
                new.setdefault(word, set()).add(hit.subject)
    told = sum(word != BREAK for word in words) - TERSE
    weights = {"service": min(MOST_STORY_HINTS, told / WORDS_PER_HINT)} if told > 0 else {}
    for word, hinted in new.items():
        for theme in sorted(hinted):
            weights[theme] = weights.get(theme, 0) + 1 / len(themes[word])
    return weights


def _keep_weightiest(found: Opinions, hints: dict[str, float], most: int) -> None:
    """Leave the `most` themes with most words and hints that complain, and none beside which another has
    OVERSHADOWED times as many words: who tells of a cold dinner at length also says "nobody" and "20 minutes". The
    others are mentions. Hints alone complain if they are ENOUGH_HINTS, or nothing else complains or is praised."""
    told = {theme: len(positions) for theme, positions in found.complained.items()}
    weights = {theme: hint for theme, hint in hints.items() if theme not in found.praised}
    weights |= {theme: words + hints.get(theme, 0) for theme, words in told.items()}
    heard = told.keys() | {theme for theme, weight in weights.items() if weight >= ENOUGH_HINTS}
    if not heard and not found.praised and max(weights.values(), default=0) > ONLY_HINT:
        heard = {max(weights, key=weights.__getitem__)}
    kept = set()
    for theme in heard:
        heavier = [other for other in heard if weights[other] > weights[theme]]
        overshadowed = any(told.get(other, 0) >= OVERSHADOWED * weights[theme] for other in heavier)
        if len(heavier) < most and not overshadowed:
            kept.add(theme)
    if kept:
        found.mentioned = set()  # things that are only named beside what went wrong: one in twelve is a theme
    found.mentioned |= told.keys() - kept
    found.complained = {theme: found.complained.get(theme, set()) for theme in kept}


def _unsaid(kind: str, band: Band | None, bare: bool) -> bool | None:
    """Return the opinion (True for good, None for neither) of somebody who names a theme and does not say any."""
    if band == "promoter":
        return True
    return False if bare or (band == "detractor" and kind == "about") else None


def _opinions(
    hits: Sequence[Hit], words: Sequence[str], negators: set[int], found: Opinions
) -> dict[int, bool]:
    """Return the opinion at each position that has one, True for good; add to `found` the themes whose own phrases
    complain or praise."""
    flipping = negators | {at for hit in hits if hit.kind == "lacking" for at in hit.positions}
    in_negators = {at for hit in hits if hit.kind == "negators" for at in hit.positions}
    in_praise = _inside_longer(hits, ("praise",))
    in_complaints = _inside_longer(hits, ("trouble", "urgency", "leaving"))
    opinions: dict[int, bool] = {}
    # Longer phrases last: their opinion replaces that of shorter ones on the same words.
    for hit in sorted(hits, key=lambda hit: len(hit.positions)):
        if hit.kind == "trouble":
            if len(hit.positions) == 1 and in_praise.issuperset(hit.positions):  # the "wait" of "no wait"
                continue
            # A negator before "no funciona" does not make it praise: its own "no" is part of the complaint.
            own = not in_negators.isdisjoint(hit.positions)
            denied = not own and _negated(negators, hit, words)
            found.add(hit, denied)
        elif hit.kind in ("good", "praise", "bad") and not in_complaints.issuperset(hit.positions):
            flipped = _negated(negators if hit.kind == "bad" else flipping, hit, words)
            good = (hit.kind != "bad") != flipped
            if hit.kind == "praise":
                found.add(hit, good)
            if hit.kind != "praise" or good:
                opinions |= dict.fromkeys(hit.positions, good)
    return opinions


def free_negators(hits: Sequence[Hit], kinds: Sequence[str]) -> set[int]:
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
