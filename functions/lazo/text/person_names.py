"""Find words that name a person, by lists of names and by the words around them: "la señora Rosa", "thanks to Mark".

The lists are those of `lazo.text.name_cues`.
"""

import re
from collections.abc import Sequence
from typing import Literal

from lazo.text.name_cues import Cues
from lazo.text.words_around import SPACE, Word, WordsAround, places_of

Listed = Literal["", "word", "name"]
"""What the store's own list says of a word: nothing, a name that may mean something else, or surely a name."""

_NOTHING: frozenset[str] = frozenset()
_DIMINUTIVE = re.compile(r"(\w{3,}?)(c?it|z?inh)[ao]|(\w{4,})ao")
_HARD_BEFORE_I = {"gu": "g", "qu": "c"}
_LONGEST_PARTICLE = 2
_JOINING = frozenset([" & ", "/", " / ", " + "])


def find_people(words: Sequence[Word], listed: Sequence[Listed], cues: Cues) -> list[bool]:
    """Return for each word whether it names a person. `listed` has what the store's list says of it."""
    reader = _Reader(words, listed, cues)
    for at in range(len(words)):
        reader.found.append(reader.names_a_person(at))
    for at in range(len(words) - 1, -1, -1):
        reader.found[at] = reader.found[at] or reader.begins_a_name(at) or reader.joins_a_name(at)
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
        self._branded = frozenset(places_of(cues.brands, [word.plain for word in words]))

    def names_a_person(self, at: int) -> bool:
        """Return whether words[at] names a person, given those before it."""
        word, cues = self._words[at], self._cues
        if self._listed[at] == "name":
            return True
        known = word.plain in cues.known or cues.has_first_name_form(word.plain)
        if not (word.capital or self._listed[at] or known or self._follows_title(at)):
            return False
        if not self._listed[at] and self._is_a_mere_word(at):
            return False
        branded = at in self._branded or (word.after.startswith(cues.brand_marks) and not self._listed[at])
        if branded or self._is_of_a_thing(at) or self._begins_a_thing(at):
            return False
        form = cues.has_first_name_form(word.plain) or self._is_diminutive(at)
        first = form or word.plain in cues.first_names or self._listed[at] == "word"
        last = word.plain in cues.last_names
        if first and word.plain not in cues.ambiguous and not self._listed[at]:
            return True
        inner = self._is_inner_capital(at)
        if first and inner and (self._listed[at] or word.plain not in cues.also_things):
            return True
        if last and inner and word.plain not in cues.doubtful:
            return True
        return self._is_told_by_others(at, first or word.plain in cues.also_words, last)

    def _is_told_by_others(self, at: int, first: bool, last: bool) -> bool:
        """Return whether the words around words[at], which may be a `first` or `last` name, tell of a person."""
        word, cues = self._words[at], self._cues
        if self._is_introduced(at, first or last) or self._goes_on(at, first or last):
            return True
        unknown = not (first or last)
        if unknown and not self._may_be_unknown(at):
            return False
        if word.capital and (self._has_role_behind(at) or self._around.is_followed_by_act_form(at)):
            return True
        if unknown:
            return self._around.is_followed_by_act_on_writer(at) or self._acts(
                at, cues.states if self._around.follows_article(at) else _NOTHING
            )
        if self._is_described(at, first):
            return True
        if word.capital or (first and self._around.opens_clause(at)):
            return self._acts(at, cues.states if word.capital else cues.objects)
        return (
            bool(self._listed[at])
            and (self._around.is_followed_by(at, cues.acts) or self._around.works_at(at, cues.stations))
        ) or (self._around.follows_article(at) and self._around.is_followed_by_act_on_writer(at))

    def _is_a_mere_word(self, at: int) -> bool:
        """Return whether words[at] is a letter, a title before a name, or a word like "chico" without a capital
        inside a sentence."""
        word, cues = self._words[at], self._cues
        if self._is_inner_capital(at):
            title = word.plain in cues.titles and any(each.capital for each in self._words[at + 1 : at + 2])
            return title or len(word.plain) == 1
        verb = not word.capital and word.plain in cues.never_after_title and word.plain not in cues.also_words
        never = word.plain in cues.not_names and word.plain not in cues.also_things
        return len(word.plain) == 1 or word.plain in cues.roles or verb or never

    def _may_be_unknown(self, at: int) -> bool:
        """Return whether words[at] may be a name that no list has: it has a capital, and neither its form nor the word
        before ("in Leeds") tells of something else."""
        word, cues = self._words[at], self._cues
        if not word.capital or word.acronym or word.plain in cues.never_unknown_names:
            return False
        place = not word.opens and at and self._words[at - 1].plain in cues.before_things
        return not place and not word.plain.endswith(cues.unlikely_endings)

    def _has_role_behind(self, at: int) -> bool:
        """Return whether who it is follows words[at]: "Jonty the sommelier", "Concha la del guardarropa"."""
        known = self._words[at].plain in self._cues.known
        inner = self._is_inner_capital(at) and not self._around.follows_article(at)
        return (known or inner) and self._around.is_followed_by_role(at)

    def _is_diminutive(self, at: int) -> bool:
        """Return whether words[at] has a capital and is a diminutive of a first name, or the contrary: "Rosita",
        "Paulinho", "Robertão"."""
        word, cues = self._words[at], self._cues
        found = _DIMINUTIVE.fullmatch(word.plain) if word.capital else None
        if not found or word.plain in cues.not_names:
            return False
        stem = found[1] or found[3]
        stem = stem[:-2] + _HARD_BEFORE_I.get(stem[-2:], stem[-2:])
        endings = ("", "o", "a", "e") if found[2] and found[2] != "inh" else ("o", "a", "e")
        return any(stem + ending in cues.possible_first_names for ending in endings)

    def begins_a_name(self, at: int) -> bool:
        """Return whether a name that was found goes on with words[at] to the left: "Luz María", "Del Valle", "Joy and
        Hope"."""
        word, cues = self._words[at], self._cues
        if not word.capital or not any(self.found[at + 1 : at + 3]) or word.after not in SPACE:
            return False
        if word.plain in cues.particles:
            return self._is_inner_capital(at) and self.found[at + 1]
        joined = [each.plain in cues.joins for each in self._words[at + 1 : at + 2]] == [True]
        if joined and self.found[at + 2 : at + 3] == [True] and self._may_be_unknown(at):
            return True
        first = word.plain in cues.possible_first_names and word.plain not in cues.roles
        return (
            first
            and not self._is_of_a_thing(at)
            and (self.found[at + 1] or self._words[at + 1].plain in cues.joins)
        )

    def joins_a_name(self, at: int) -> bool:
        """Return whether words[at] stands inside a name that was found: "Ana de la Fuente"."""
        word, left = self._words[at], at - 1
        if word.plain not in self._cues.particles or not {word.before, word.after} <= SPACE:
            return False
        if left > 0 and self._words[left].plain in self._cues.particles and not self.found[left]:
            left -= 1
        return left >= 0 and self.found[left] and self.found[at + 1 : at + 2] == [True]

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
        unknown = (
            self._is_inner_capital(at) and not word.acronym and word.plain not in cues.never_unknown_names
        )
        if not at or not (known or unknown):
            return False
        if word.capital and (self._around.follows_role_and_copula(at) or self._around.is_beside_role(at)):
            return True
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
            and (word.capital or word.plain not in cues.never_after_title)
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
        if (joined or (word.before in _JOINING and self.found[at - 1])) and self._may_be_unknown(at):
            return True
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
            return word.opens and word.after[:2] == ", " and self._is_called_out(at)
        if self._around.is_followed_by(at, cues.acts_on_somebody if states else cues.acts):
            return True
        if self._around.is_followed_by(at, states) and (
            word.plain not in cues.also_things or self._listed[at]
        ):
            return True
        if word.opens and word.plain not in cues.known:  # not "Fizeram a limpeza", "Asked at reception"
            return following[0] in cues.particles and self._around.works_at(at, cues.stations)
        return self._around.works_at(at, cues.places_of_work if word.capital else cues.stations)

    def _is_called_out(self, at: int) -> bool:
        """Return whether words[at], before a comma at the beginning, is followed by who it is ("Rosa, la enfermera") or
        is a first name with a capital."""
        cues, word = self._cues, self._words[at]
        behind = [each.plain for each in self._words[at + 1 : at + 4]]
        if behind and behind[0] in cues.determiners and not cues.roles.isdisjoint(behind[1:]):
            return word.plain in cues.known
        first = word.plain in cues.possible_first_names and word.plain not in cues.also_things
        return (first and word.capital) or (
            word.plain in cues.last_names and behind[:1] != [] and behind[0] in cues.articles
        )

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
