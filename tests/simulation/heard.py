"""What customers were told, held to the ledger: no message names a day that no promise of its case has or had."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lazo.translations import LANGUAGES, translations
from tests.simulation.month import Month

Item = dict[str, Any]

_MONTHS = {
    name: number
    for language in LANGUAGES
    for number, name in enumerate(translations("customer_messages", language)["dates"]["months"], start=1)
}
_DAY = re.compile(rf"\b(\d{{1,2}}) (?:de )?({'|'.join(_MONTHS)})\b")


def days_without_a_promise(month: Month, items: list[Item]) -> Iterator[str]:
    """Yield the messages to customers that name a day without a promise of it."""
    promised: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for item in items:
        if item["sk"].startswith("PROMISE#"):
            zone = ZoneInfo(month.stores[item["store_id"]]["timezone"])
            moved = [each["former"] for each in item.get("moved", ())]
            promised[item["pk"]] |= {_day(at, zone) for at in (item["due"], *moved)}
    sent = {
        item["provider_id"]: item["pk"]
        for item in (*month.removed, *items)
        if item["sk"].startswith("MESSAGE#") and "provider_id" in item
    }
    for message in month.messages:
        case = sent.get(message.provider_id)
        told = {(int(day), _MONTHS[name]) for day, name in _DAY.findall(message.text)}
        if case and not told <= promised[case]:
            yield f"{message.to} was told {told}, and the ledger of {case} has {promised[case]}"


def _day(at: str, zone: ZoneInfo) -> tuple[int, int]:
    local: date = datetime.fromisoformat(at).astimezone(zone).date()
    return local.day, local.month
