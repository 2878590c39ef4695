"""The words around one of a text, as far as they tell whether it names a person."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from lazo.text.name_cues import Cues

SPACE = frozenset([" ", "\u00a0", "-", "‑"])
_LONGEST_CUE = 3
_LONGEST_ROLE = 4


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text without a possessive 's: text[start:end]. `plain` is its folded form, `before` what stands
    between it and the word before, `after` what stands up to the next. `capital`: it begins with a capital and is not
    part of a text in capitals; `acronym`: it is capitals only, and the words beside it are not; `opens`: it begins a
    sentence."""

    start: int
    end: int
    plain: str
    before: str
    after: str
    capital: bool
    acronym: bool
    opens: bool


def places_of(phrases: Collection[tuple[str, ...]], words: Sequence[str]) -> Iterator[int]:
    """Yield the index of each word that is part of one of `phrases`, which have two or three words."""
    for length in (2, 3):
        for at in range(len(words) - length + 1):
            if tuple(words[at : at + length]) in phrases:
                yield from range(at, at + length)


class WordsAround:
    """What stands before and after words[at]."""

    def __init__(self, words: Sequence[Word], cues: Cues) -> None:
        self._words = words
        self._cues = cues

    def before(self, at: int) -> Sequence[Word]:
        """Return the words right before words[at], at most _LONGEST_CUE, with nothing but blanks between, or a comma
        where somebody is spoken to ("Valeu, Lu!")."""
        spoken_to = self._words[at].before == ", " and self._words[at].after.strip()[:1] in {"", "!", "."}
        first = at
        while first and at - first < _LONGEST_CUE:
            if self._words[first].before not in (*SPACE, ": ") and not (spoken_to and first == at):
                break
            first -= 1
        return self._words[first:at]

    def is_enclosed(self, at: int) -> bool:
        word = self._words[at]
        return word.before.strip() in {",", "("} and word.after.strip()[:1] in {",", ")"}

    def is_beside_role(self, at: int) -> bool:
        """Return whether words[at] stands between marks after who it is: "the physio, Anneliese, had", "el de
        seguridad, Britos, me siguió"."""
        first = at - 1
        while first > 0 and at - first < _LONGEST_ROLE and not self._words[first].opens:
            first -= 1
        cues, preceding = self._cues, self._words[max(first, 0) : at]
        return self.is_enclosed(at) and any(
            word.plain in cues.roles or word.plain in cues.stations for word in preceding
        )

    def follows_role_and_copula(self, at: int) -> bool:
        """Return whether a role and "was" stand right before words[at]: "our waitress was Précieuse"."""
        preceding = [word.plain for word in self.before(at)][-2:]
        return len(preceding) > 1 and preceding[0] in self._cues.roles and preceding[1] in self._cues.copulas

    def is_followed_by_role(self, at: int) -> bool:
        """Return whether words[at] is followed by who that is: "the so-called concierge", "la del guardarropa"."""
        cues, following = self._cues, list(self.after(at))
        if not following or following[0] not in cues.determiners:
            return False
        works = following[1:2] and following[1] in cues.particles and following[2:3]
        return not cues.roles.isdisjoint(following[1:]) or bool(works and following[2] in cues.places_of_work)

    def is_followed_by_act_form(self, at: int) -> bool:
        """Return whether what follows words[at] has the form of an act on somebody ("towed me"), after a first name on
        anything ("rewired the shed")."""
        cues, following = self._cues, [word for word in self.after(at, 3) if word not in self._cues.adverbs]
        if not following[:1] or not following[0].endswith(cues.act_endings):
            return False
        plain = self._words[at].plain
        first = plain in cues.first_names or (plain in cues.also_words and plain not in cues.last_names)
        return not (cues.patients | cues.determiners if first else cues.patients).isdisjoint(following[1:])

    def opens_clause(self, at: int) -> bool:
        word = self._words[at]
        return word.opens or not at or word.before.strip() in {",", ";", ":", "("}

    def follows_article(self, at: int) -> bool:
        word = self._words[at]
        return at > 0 and word.before in SPACE and self._words[at - 1].plain in self._cues.articles

    def is_followed_by_act_on_writer(self, at: int) -> bool:
        """Return whether what follows words[at] is an act on the writer: "a clara do caixa me tratou mal"."""
        cues, following = self._cues, self.after_station(at)[:2]
        return len(following) > 1 and any(
            one in cues.objects and other in cues.acts for one, other in (following, following[::-1])
        )

    def works_at(self, at: int, places: frozenset[str]) -> bool:
        """Return whether a place of `places` follows, after `links`: "de la caja"."""
        following = list(self.after(at))
        while following and following[0] in self._cues.links:
            following = following[1:]
            if following and following[0] in places:
                return True
        return False

    def is_followed_by(self, at: int, words: frozenset[str]) -> bool:
        """Return whether one of `words` comes right after words[at], or after an adverb there."""
        following = list(self.after(at))
        verbs = [word for word in following if word not in self._cues.adverbs]
        return not words.isdisjoint((*following[:1], *verbs[:1]))

    def after_station(self, at: int) -> list[str]:
        """Return up to four folded words after words[at] and, if it stands there, where one works ("de la caja")."""
        following = list(self.after(at, 7))
        place = 0
        while following[place : place + 1] and following[place] in self._cues.links:
            place += 1
        works = place and following[place : place + 1] and following[place] in self._cues.places_of_work
        return following[place + 1 if works else 0 :][:4]

    def after(self, at: int, most: int = 4) -> Iterator[str]:
        """Yield up to `most` folded words after words[at], with nothing but blanks or hyphens between."""
        for word in self._words[at + 1 : at + 1 + most]:
            if word.before not in SPACE:
                return
            yield word.plain
