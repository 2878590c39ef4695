"""The lists by which people's names are found (data/masking/, which operators may edit), read when the first comment is
masked."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from lazo.text.cleaning import fold
from lazo.translations import DATA, read_data, translations

_SHORTEST_FORM = 6


@dataclass(frozen=True)
class Cues:
    """What tells of a person in one language, folded. `also_words` are first names that mean something else."""

    first_names: frozenset[str]
    last_names: frozenset[str]
    first_endings: tuple[str, ...]
    also_words: frozenset[str]
    also_things: frozenset[str]
    titles: frozenset[str]
    roles: frozenset[str]
    brands: frozenset[tuple[str, ...]]
    cues: frozenset[tuple[str, ...]]
    cues_to_capitals: frozenset[tuple[str, ...]]
    acts: frozenset[str]
    states: frozenset[str]
    copulas: frozenset[str]
    traits: frozenset[str]
    adverbs: frozenset[str]
    objects: frozenset[str]
    not_names: frozenset[str]
    stations: frozenset[str]
    rooms: frozenset[str]
    links: frozenset[str]
    articles: frozenset[str]
    joins: frozenset[str]
    particles: frozenset[str]
    things: frozenset[str]
    things_after: frozenset[str]
    before_things: frozenset[str]
    determiners: frozenset[str]
    patients: frozenset[str]
    act_endings: tuple[str, ...]
    unlikely_endings: tuple[str, ...]
    brand_marks: tuple[str, ...]

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """What may be a name and may be something else."""
        return self.also_words | self.also_things

    @cached_property
    def never_unknown_names(self) -> frozenset[str]:
        """What a capital does not make a name: "a Recepção nem respondeu"."""
        return self.not_names | self.also_things | self.roles | self.places_of_work | self.things

    @cached_property
    def never_after_title(self) -> frozenset[str]:
        """What is no name in small letters after a title: "dr knows", "la doña del crédito"."""
        return self.acts_on_somebody | self.states | self.copulas | self.adverbs | self.particles

    def has_first_name_form(self, word: str) -> bool:
        """Return whether a word ends as only first names do: "genivaldo"."""
        return (
            len(word) >= _SHORTEST_FORM and word.endswith(self.first_endings) and word not in self.not_names
        )

    @cached_property
    def doubtful(self) -> frozenset[str]:
        """What is no surname for its capital alone."""
        return self.ambiguous | self.not_names

    @cached_property
    def acts_on_somebody(self) -> frozenset[str]:
        """Acts, and the pronouns that they begin with: "me atendió"."""
        return self.acts | self.objects

    @cached_property
    def places_of_work(self) -> frozenset[str]:
        """Stations, and rooms where things may be as well."""
        return self.stations | self.rooms

    @cached_property
    def known(self) -> frozenset[str]:
        """All names."""
        return self.possible_first_names | self.last_names

    @cached_property
    def possible_first_names(self) -> frozenset[str]:
        """First names, those that are words as well included."""
        return self.first_names | self.also_words


@lru_cache
def load_cues(language: str) -> Cues:
    """Return what tells of a person in a text in `language`."""
    names, own = _names(), translations("masking", language)
    return Cues(
        first_names=_words(names["first"]),
        last_names=_words(names["last"]),
        first_endings=tuple(fold(names["first_endings"]).split()),
        also_words=frozenset(map(fold, own["also_words"])),
        titles=frozenset(map(fold, own["titles"])),
        also_things=_words(names["also_things"]),
        brands=frozenset(tuple(fold(brand).split()) for brand in names["brands"]),
        cues=frozenset(tuple(fold(cue).split()) for cue in own["cues"]),
        cues_to_capitals=frozenset(tuple(fold(cue).split()) for cue in own["cues_to_capitals"]),
        act_endings=tuple(fold(own["act_endings"]).split()),
        brand_marks=tuple(own["brand_marks"].split()),
        unlikely_endings=tuple(fold(own["unlikely_endings"]).split()),
        **{name: _words(own[name]) for name in _WORD_LISTS},
    )


_WORD_LISTS = (
    "states",
    "copulas",
    "traits",
    "adverbs",
    "objects",
    "not_names",
    "roles",
    "acts",
    "stations",
    "rooms",
    "links",
    "articles",
    "joins",
    "particles",
    "things",
    "things_after",
    "before_things",
    "determiners",
    "patients",
)


@lru_cache
def short_forms() -> dict[str, frozenset[str]]:
    """Return the short forms of each first name, folded: a person of either name may be called by the other."""
    found: dict[str, frozenset[str]] = {}
    for line in _names()["short"]:
        group = _words(line)
        found |= {name: found.get(name, frozenset()) | group for name in group}
    return found


@lru_cache(maxsize=1)
def _names() -> dict[str, Any]:
    return read_data(DATA / "masking" / "names.toml")


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())
