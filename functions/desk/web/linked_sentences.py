"""Sentences whose figures lead to what they count."""

import re
from collections.abc import Mapping

from markupsafe import Markup

from lazo.insight.statements import Statement, worded

_PARTS = re.compile(r"[^.;]+[.;]?\s*")
_VALUE = re.compile(r"\{(\w+)\}")


def linked_sentence(
    statement: Statement, language: str, addresses: Mapping[str, str | None], catalog: str = "insight"
) -> Markup:
    """Return the sentence of a statement, for a template. Each part of it (up to a full stop or semicolon) that says a
    value of `addresses`, by its name, is a link, unless the value is 0 or the address None. A form that says "1" in
    words of its own is a link as a whole, to the address of `n`."""
    line, shown = worded(statement, language, catalog)
    named = {name: to for name, to in addresses.items() if to and statement.values.get(name)}
    if "{n}" not in line and named.get("n"):
        return _link(line, shown, named["n"])
    found = Markup()
    for part in _PARTS.findall(line):
        said = next((name for name in _VALUE.findall(part) if name in named), None)
        found += _link(part, shown, named[said]) if said else Markup(part).format(**shown)  # noqa: S704 # nosec B704
    return found


def _link(part: str, shown: Mapping[str, str], address: str) -> Markup:
    words = part.rstrip()
    said = Markup(words).format(**shown)  # noqa: S704 # nosec B704 - our words, escaped values
    return Markup('<a href="{}">{}</a>{}').format(address, said, part[len(words) :])
