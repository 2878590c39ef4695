"""Put the history of a case into words, line by line in the reader's language, for pages and alerts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from lazo.case.model import HistoryEntry
from lazo.text.regional_formats import format_money
from lazo.translations import translations

_NO_DETAIL: Mapping[str, str] = dict.fromkeys(
    (
        "to",
        "former",
        "reason",
        "until",
        "channel",
        "reached",
        "text",
        "action",
        "kind",
        "value",
        "root_cause",
        "done",
        "score",
        "of",
        "seconds",
    ),
    "",
)


def describe_entry(
    entry: HistoryEntry,
    language: str,
    country: str,
    when: Callable[[datetime], str],
    say: Callable[..., str],
) -> str:
    """Return one line of the history without its time, with amounts as `country` writes them. `when` formats a time;
    `say` fills in a template."""
    text = translations("case", language)
    facts: dict[str, str] = {**_NO_DETAIL, **entry.detail, "name": entry.by_name}
    facts["channel"] = _within(text["channel"].get(facts["channel"], facts["channel"]))
    if facts["until"]:
        facts["until"] = when(datetime.fromisoformat(facts["until"]))
    if "currency" in facts:
        facts["kind"] = text["incentives"]["kinds"].get(facts["kind"], facts["kind"])
        facts["value"] = format_money(Decimal(facts["value"]), facts["currency"], country)
    return say(text["history"][entry.what], **facts)


def _within(name: str) -> str:
    """Return a channel's name as it reads within a sentence: SMS and WhatsApp stay as they are."""
    return name if name[1:] != name[1:].lower() else name[:1].lower() + name[1:]
