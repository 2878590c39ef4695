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

Band = Literal["detractor", "passive", "promoter"]

_SIGNAL_TEXT = ("urgency", "leaving", "unless", "not_negators")
_VALUING_TEXT = (*_SIGNAL_TEXT, "trouble", "praise", "good", "bad")
_VALUING = ("trouble", "praise", "urgency", "leaving", "good", "bad")


@dataclass(slots=True)
class Opinions:
    """Ids of themes by what is said of them; one theme may be in several."""

    complained: set[str] = field(default_factory=set)
    praised: set[str] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)


def read_opinions(hits: Sequence[Hit], words: Sequence[str], band: Band | None) -> Opinions:
    """Return what a comment says of its themes. `hits` are found in its `words`.

    A theme that is only named takes the nearest opinion in its clause. Without one it is praise from a promoter and a
    mention from others, but a complaint of a detractor unless it is a thing: "the bag" says little about goods.
    A comment of at most BARE_MENTION words that only names themes complains about them, unless a promoter wrote it.
    `liked` is praise in a promoter's comment, and says nothing in others; so does `happened`, a complaint of a
    detractor: "asked for a bigger size and she rolled her eyes" is told by others with a smile. `otherwise` is a
    complaint of a detractor of whose comment nothing else is understood as one: "I had to", of whatever it was.
    """
    found = Opinions()
    negators = free_negators(hits, _VALUING_TEXT)
    opinions = _opinions(hits, words, negators, found)
    bare = (
        not any(hit.kind in _VALUING for hit in hits) and sum(word != BREAK for word in words) <= BARE_MENTION
    )
    for hit in hits:
        if hit.kind in ("about", "things"):
            good = _nearest(opinions, hit, words)
            if good is None:
                good = _unsaid(hit.kind, band, bare)
            said = {True: found.praised, False: found.complained, None: found.mentioned}
            said[good].add(hit.subject)
        elif hit.kind == "happened" and band == "detractor":
            found.complained.add(hit.subject)
        elif hit.kind == "liked" and band == "promoter" and not _negated(negators, hit, words):
            found.praised.add(hit.subject)
    if band == "detractor" and not found.complained:
        found.complained.update(hit.subject for hit in hits if hit.kind == "otherwise")
    return found


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
            (found.praised if denied else found.complained).add(hit.subject)
        elif hit.kind in ("good", "praise", "bad") and not in_complaints.issuperset(hit.positions):
            flipped = _negated(negators if hit.kind == "bad" else flipping, hit, words)
            good = (hit.kind != "bad") != flipped
            if hit.kind == "praise":
                (found.praised if good else found.complained).add(hit.subject)
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
