"""Find words that name a person, by lists of names and by the words around them: "la señora Rosa", "thanks to Mark".

The lists are those of `lazo.text.name_cues`.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from lazo.text.name_cues import Cues
from lazo.text.words_around import SPACE, Word, WordsAround

Listed = Literal["", "word", "name"]
"""What the store's own list says of a word: nothing, a name that may mean something else, or surely a name."""

_NOTHING: frozenset[str] = frozenset()
_DIMINUTIVE = re.compile(r"(\w{3,}?)(c?it|z?inh)[ao]")
_LONGEST_PARTICLE = 2


def _places_of(phrases: Collection[tuple[str, ...]], words: Sequence[str]) -> Iterator[int]:
    """Yield the index of each word that is part of one of `phrases`, which have two or three words."""
    for length in (2, 3):
        for at in range(len(words) - length + 1):
            if tuple(words[at : at + length]) in phrases:
                yield from range(at, at + length)


def find_people(words: Sequence[Word], listed: Sequence[Listed], cues: Cues) -> list[bool]:
    """Return for each word whether it names a person. `listed` has what the store's list says of it."""
    reader = _Reader(words, listed, cues)
    for at in range(len(words)):
        reader.found.append(reader.names_a_person(at))
    for at in range(len(words) - 1, -1, -1):
        reader.found[at] = reader.found[at] or reader.begins_a_name(at)
    return reader.found


class _Reader:
    """Reads a text from left to right; `found` says of the words so far whether they name a person."""

    def __init__(self, words: Sequence[Word], listed: Sequence[Listed], cues: Cues) -> None:
        self.found: list[bool] = []
        self._words = words
        self._listed = listed
        self._cues = cues
        self._around = WordsAround(words, cues)
        self._thing_ends = 0
        self._branded = frozenset(_places_of(cues.brands, [word.plain for word in words]))

    def names_a_person(self, at: int) -> bool:
        """Return whether words[at] names a person, given those before it."""
        word, cues = self._words[at], self._cues
        if self._listed[at] == "name":
            return True
        if not (word.capital or self._listed[at] or word.plain in cues.known or self._follows_title(at)):
            return False
        if at in self._branded or self._is_of_a_thing(at) or self._begins_a_thing(at):
            return False
        first = word.plain in cues.first_names or self._is_diminutive(at) or self._listed[at] == "word"
        last = word.plain in cues.last_names
        if first and word.plain not in cues.ambiguous and not self._listed[at]:
            return True
        inner = self._is_inner_capital(at)
        if first and inner and (self._listed[at] or word.plain not in cues.also_things):
            return True
        if last and inner and word.plain not in cues.doubtful:
            return True
        first = first or word.plain in cues.also_words
        if self._is_introduced(at, first or last) or self._goes_on(at, first or last):
            return True
        if (first or last) and self._is_described(at, first):
            return True
        if first or last:
            if word.capital or (first and self._around.opens_clause(at)):
                return self._acts(at, cues.states)
            return (
                bool(self._listed[at])
                and (self._around.is_followed_by(at, cues.acts) or self._around.works_at(at, cues.stations))
            ) or (self._around.follows_article(at) and self._around.is_followed_by_act_on_writer(at))
        if not word.capital or word.plain in cues.never_unknown_names:
            return False
        return self._acts(at, cues.states if self._around.follows_article(at) else _NOTHING)

    def _is_diminutive(self, at: int) -> bool:
        """Return whether words[at] has a capital and is a diminutive of a first name: "Rosita", "Paulinho"."""
        word = self._words[at]
        found = _DIMINUTIVE.fullmatch(word.plain) if word.capital else None
        if not found:
            return False
        endings = ("o", "a", "e") if found[2] == "inh" else ("", "o", "a", "e")
        return any(found[1] + ending in self._cues.possible_first_names for ending in endings)

    def begins_a_name(self, at: int) -> bool:
        """Return whether a name that was found goes on with words[at] to the left: "Luz María", "Del Valle", "Joy and
        Hope"."""
        word, cues = self._words[at], self._cues
        if not word.capital or not any(self.found[at + 1 : at + 3]) or word.after not in SPACE:
            return False
        if word.plain in cues.particles:
            return self._is_inner_capital(at) and self.found[at + 1]
        known = word.plain in cues.possible_first_names and not self._is_of_a_thing(at)
        return known and (self.found[at + 1] or self._words[at + 1].plain in cues.joins)

    def _is_inner_capital(self, at: int) -> bool:
        return self._words[at].capital and not self._words[at].opens

    def _is_of_a_thing(self, at: int) -> bool:
        """Return whether words[at] belongs to what a word like "calle" begins: "calle Simón Bolívar"."""
        word, cues = self._words[at], self._cues
        before = self._words[at - 1].plain if at and word.before in SPACE else ""
        if before in cues.particles and at > 1 and self._words[at - 1].before in SPACE:  # "Rua das Flores"
            begins = word.capital and self._words[at - 2].plain in cues.things
        else:
            begins = word.capital and before in cues.things and not self.found[at - 1]
        in_thing = self._thing_ends == at and at and word.before in SPACE and word.capital
        in_place = word.plain in cues.also_things and before in cues.before_things and not self._listed[at]
        following = self._words[at + 1] if at + 1 < len(self._words) and word.after in SPACE else word
        ends = following.plain in cues.things_after and word.capital and not self._listed[at]
        if begins or in_thing or in_place or ends:
            self._thing_ends = at + 1
            return True
        return False

    def _begins_a_thing(self, at: int) -> bool:
        """Return whether words[at] is one like "vila" with a capital behind it: "Vila Madalena"."""
        word, cues = self._words[at], self._cues
        if (
            word.plain not in cues.things
            or word.plain in cues.possible_first_names
            or not self._is_inner_capital(at)
        ):
            return False
        return any(each.capital and each.before in SPACE for each in self._words[at + 1 : at + 2])

    def _is_introduced(self, at: int, known: bool) -> bool:
        """Return whether a role ("señora") or a cue ("gracias a") stands right before words[at]."""
        word, cues = self._words[at], self._cues
        if self._follows_title(at):
            return True
        unknown = self._is_inner_capital(at) and word.plain not in cues.never_unknown_names
        if not at or not (known or unknown):
            return False
        if self._words[at - 1].plain in cues.roles and (
            word.before in {*SPACE, ". ", ".", ": "} or self._around.is_enclosed(at)
        ):
            return True
        if known and self._words[at - 1].plain in cues.stations and self._around.is_enclosed(at):
            return True
        alone = self._is_alone_after_article(at) and word.plain not in cues.also_things
        if alone and (known or self._is_apposition(at)):
            return True
        preceding = [each.plain for each in self._around.before(at)]
        tails = {tuple(preceding[-length:]) for length in range(1, len(preceding) + 1)}
        capital = known and (word.capital or self._listed[at])
        return bool(tails & cues.cues or (capital and tails & cues.cues_to_capitals))

    def _follows_title(self, at: int) -> bool:
        """Return whether words[at] stands after a title ("Sra."), and is no "que" or "de"."""
        word, cues = self._words[at], self._cues
        return (
            at > 0
            and self._words[at - 1].plain in cues.titles
            and len(word.plain) > _LONGEST_PARTICLE
            and word.plain not in cues.not_names
            and word.before in {*SPACE, ". "}
        )

    def _goes_on(self, at: int, known: bool) -> bool:
        """Return whether a name goes on or is joined by another: "Elvira Sáez", "Mia and Noah"."""
        word = self._words[at]
        if not at or not (known or word.capital):
            return False
        if word.before in SPACE and self.found[at - 1]:
            sure = known and word.plain not in self._cues.ambiguous
            return sure or (word.capital and word.plain not in self._cues.not_names)
        joined = at > 1 and self._words[at - 1].plain in self._cues.joins and self.found[at - 2]
        listed_on = word.before == ", " and self.found[at - 1] and known and word.capital
        return known and word.capital and (joined or listed_on)

    def _is_alone_after_article(self, at: int) -> bool:
        """Return whether words[at] has a capital inside a sentence and an article before it ("la Sol"), and neither a
        second capital nor a "de" after it ("la Cruz Roja")."""
        following = self._words[at + 1 : at + 2]
        goes_on = any(
            each.before in SPACE and (each.capital or each.plain in self._cues.particles)
            for each in following
        )
        return self._is_inner_capital(at) and self._around.follows_article(at) and not goes_on

    def _is_apposition(self, at: int) -> bool:
        """Return whether words[at] and the article before it stand between marks after a role: "o chefe, o Leitão,"."""
        role = any(word.plain in self._cues.roles for word in self._words[max(0, at - 4) : at - 1])
        return (
            role and self._words[at - 1].before == ", " and self._words[at].after[:1] in {",", ".", ";", ")"}
        )

    def _acts(self, at: int, states: frozenset[str]) -> bool:
        """Return whether what follows words[at] is what a person does, or is (one of `states`), where one works ("de la
        caja"), or after a first name at the beginning a remark on who it is (", la enfermera")."""
        cues, word, following = self._cues, self._words[at], list(self._around.after(at))
        if not following:
            first = word.plain in cues.possible_first_names
            article = at + 1 < len(self._words) and self._words[at + 1].plain in cues.articles
            return (
                word.opens
                and word.after[:2] == ", "
                and (first or (article and word.plain in cues.last_names))
            )
        if self._around.is_followed_by(at, cues.acts_on_somebody if states else cues.acts):
            return True
        if self._around.is_followed_by(at, states) and (
            word.plain not in cues.also_things or self._listed[at]
        ):
            return True
        return self._around.works_at(at, cues.places_of_work if word.capital else cues.stations)

    def _is_described(self, at: int, first: bool) -> bool:
        """Return whether words[at] is said to be as only people are: "a clara é um amor". In small letters that takes
        a `first` name behind an article or where a clause begins."""
        cues, following = self._cues, self._around.after_station(at)
        if not (
            self._words[at].capital
            or (first and (self._around.follows_article(at) or self._around.opens_clause(at)))
        ):
            return False
        return bool(following) and following[0] in cues.copulas and not cues.traits.isdisjoint(following[1:])
