"""How pressing the dangers are that a comment names, and what to do first about each."""

from collections.abc import Iterable
from functools import cache

from lazo.followup.model import Priority
from lazo.translations import DATA, read_data, translations

NOT_PRESSING = frozenset({"allergy"})
"""Kinds that nobody is woken for: an allergy that was not minded, and nobody fell ill."""


def pressing(dangers: Iterable[str]) -> tuple[str, ...]:
    """Return the dangers that make a follow-up urgent, in the order given."""
    return tuple(each for each in dangers if each not in NOT_PRESSING)


def priority_of(dangers: Iterable[str]) -> Priority | None:
    """Return the least priority of a follow-up with these dangers; None without any."""
    given = tuple(dangers)
    if pressing(given):
        return "urgent"
    return "high" if given else None


def first_steps(dangers: Iterable[str], language: str, country: str) -> tuple[str, ...]:
    """Return for each danger, in the order given, the sentence that says what to do first, in the reader's language and
    with the emergency numbers of the store's `country`. A kind without one is left out."""
    texts = translations("first_steps", language)
    return tuple(_filled(texts, texts["full"][each], country) for each in dangers if each in texts["full"])


def short_first_step(danger: str, language: str, country: str) -> str:
    """Return the same in a few words, for an SMS; "" for a kind without one."""
    texts = translations("first_steps", language)
    return _filled(texts, texts["short"].get(danger, ""), country)


def _filled(texts: dict[str, str], line: str, country: str) -> str:
    numbers = dict.fromkeys(("ambulance", "fire", "police"), texts["no_number"])
    return line.format_map(numbers | _emergency_numbers().get(country, {}))


@cache
def _emergency_numbers() -> dict[str, dict[str, str]]:
    return read_data(DATA / "emergency_numbers.toml")
