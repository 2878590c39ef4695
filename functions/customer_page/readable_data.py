"""Turn the file of a customer's data into a page that people read: names and times in their language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from customer_page.visit import Visit
from lazo.customer.rights import OBJECTIONS
from lazo.messaging import date_format
from lazo.translations import translations


def readable_content(content: Mapping[str, Any], visit: Visit) -> dict[str, Any]:
    """Return the content as named mappings, lists and texts, without what is empty. Times are by the store's clock."""
    readable: dict[str, Any] = _readable("", content, visit)
    return readable


def _readable(name: str, value: Any, visit: Visit) -> Any:
    texts = translations("customer_page", visit.language)["file"]
    if isinstance(value, Mapping):
        shown = (
            (_label(key, each, texts["labels"]), _readable(key, each, visit)) for key, each in value.items()
        )
        return {label: each for label, each in shown if each}
    if isinstance(value, bool):
        return texts["yes" if value else "no"]
    if isinstance(value, datetime):
        when = date_format.format_moment(value, visit.store.timezone, visit.language, visit.store.country)
        return when[:1].upper() + when[1:]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [shown for each in value if (shown := _readable(name, each, visit))]
    return (
        ""
        if value is None
        else _names(visit.language).get(str(value), str(value))
        if name in _CODED
        else str(value)
    )


_CODED = frozenset({"state", "kind", "by", "language", "objects_to"})
"""Names whose values are ids."""


def _label(name: str, value: Any, labels: Mapping[str, str]) -> str:
    return labels["by_when" if name == "by" and isinstance(value, datetime) else name]


@cache
def _names(language: str) -> dict[str, str]:
    """Return what ids are called, as staff read them too."""
    case = translations("case", language)
    concerns = {state: case["concerns"][state] for state in ("open", "planned", "solved")}
    return {
        **case["timeline"]["kind"],
        **case["incentives"]["kinds"],
        **case["promises"]["state"],
        **concerns,
        **case["channel"],
        **case["language"],
        **{each: translations("customer_page", language)["objections"][each] for each in OBJECTIONS},
    }
