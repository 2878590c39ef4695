"""Choose one of our languages for a reader."""

import re
from collections.abc import Iterable
from functools import lru_cache

from lazo.translations import LANGUAGES

_RANGE = re.compile(
    r"[ \t]*(?P<primary>[A-Za-z]{1,8}|\*)(?:[-_][A-Za-z0-9]{1,8})*"
    r"(?:[ \t]*;[ \t]*[qQ]=(?P<q>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?[ \t]*"
)


def choose_language(preferred: Iterable[str | None], accept_language: str, default: str) -> str:
    """Return the first of `preferred` that is one of our languages, else the best of an Accept-Language header, else
    `default`.

    Only the first subtag of a range counts: pt-BR is pt, and so is pt_BR, as some programs write it. We offer languages
    without regions, so filtering and lookup (RFC 4647) agree.
    """
    for tag in preferred:
        if tag and (language := re.split("[-_]", tag)[0].lower()) in LANGUAGES:
            return language
    return _accepted(accept_language, default)


@lru_cache(maxsize=256)
def _accepted(header: str, default: str) -> str:
    """Return the best language by RFC 9110, 12.5.4, with the weights of 12.4.2; skip what does not fit the grammar.

    Of equal weights the first in the header wins. `*` stands for every language not named, `default` first.
    """
    named: dict[str, tuple[float, int]] = {}
    others = (0.0, 0)
    for position, text in enumerate(header.split(",")):
        if not (found := _RANGE.fullmatch(text)):
            continue
        rank = (float(found["q"] or 1), -position)
        if found["primary"] == "*":
            others = max(others, rank)
        else:
            language = found["primary"].lower()
            named[language] = max(named.get(language, rank), rank)
    best = max(LANGUAGES, key=lambda language: (*named.get(language, others), language == default))
    return best if named.get(best, others)[0] > 0 else default
