"""What customers were told: no message names a day that no promise of its case has or had, a kept promise is told, and
so is, once, that they were erased or get no more messages."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lazo.text.cleaning import fold
from lazo.text.regional_formats import month_names
from lazo.translations import LANGUAGES, translations
from tests.simulation.arrivals import Arrival
from tests.simulation.month import Message, Month

Item = dict[str, Any]

KINDS = ("MESSAGE#", "ACKNOWLEDGEMENT")
"""What goes to customers, by the beginning of its sort key."""
_OWED = ("solved", "delay", "kept")

_MONTHS = {
    name: number for language in LANGUAGES for number, name in enumerate(month_names(language), start=1)
}
_DONE = {
    purpose: {
        fold(max(re.split(r"\{\w+\}|[\n:]", texts[channel]), key=len).strip())
        for language in LANGUAGES
        for texts in [translations("acknowledgement", language)[purpose]]
        for channel in ("sms", "email")
    }
    for purpose in ("erased", "stopped")
}
"""What the messages say that tell of an erasure or a stop: a piece of each."""
_DAY = re.compile(rf"\b(\d{{1,2}}) (?:de )?({'|'.join(_MONTHS)})\b")


def problems(month: Month, items: list[Item], arrivals: Iterable[Arrival], lost: int) -> Iterator[str]:
    """Yield what was said wrongly, or not at all."""
    yield from _days_without_a_promise(month, items)
    yield from _kept_and_not_told(items)
    yield from _done_and_not_told(month, arrivals, lost)


def is_owed(item: Item) -> bool:
    """Whether the limit of a customer's week does not hold back a message."""
    return item.get("template") in _OWED or item.get("sk") == "ACKNOWLEDGEMENT"


def acknowledges(message: Message, *purposes: str) -> bool:
    """Whether a message tells that somebody was erased or gets no more."""
    text = fold(message.text)
    return any(said in text for purpose in purposes or _DONE for said in _DONE[purpose])


def _kept_and_not_told(items: list[Item]) -> Iterator[str]:
    """Of a case whose customer was written to before and has not stopped messages, each kept promise is told: by a
    message of its own, or by what followed within minutes."""
    stopped = {i["pk"] for i in items if i["sk"] == "STOP" and i["stopped"]}
    cases = {
        i["pk"]: i for i in items if i["sk"] == "FU" and "erased_at" not in i and "restricted_at" not in i
    }
    said: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item["sk"].startswith("MESSAGE#") and item.get("automatic"):
            said[item["pk"]].append(item)
    for item in items:
        case = cases.get(item["pk"], {})
        if not item["sk"].startswith("PROMISE#") or item["state"] not in ("kept", "late") or not case:
            continue
        if "first_contact" in item or case.get("customer_pk") in stopped or not said[item["pk"]]:
            continue
        told = [m for m in said[item["pk"]] if m["template"] in ("kept", "solved")]
        if not any(m["at"] >= item["settled_at"] and m["state"] != "cancelled" for m in told):
            yield f"{item['pk']} {item['sk']} was {item['state']}, and its customer was not told"


def _done_and_not_told(month: Month, arrivals: Iterable[Arrival], lost: int) -> Iterator[str]:
    """Who had themselves erased on their page, or stopped messages by the link of an e-mail, was told once, unless they
    had stopped them before."""
    people = [{to for to in (a.customer.sms, a.customer.email) if to} for a in arrivals]
    for purpose, ending in (("erased", "/erase"), ("stopped", "/stop")):
        for who in {act.who for act, ended in month.outcomes if ended == f"{ending} 303"}:
            if purpose == "stopped" and "@" not in who:
                continue
            told = [m.at for m in month.messages if m.to == who and acknowledges(m, purpose)]
            done = [act.at for act, ended in month.outcomes if act.who == who and ended == f"{ending} 303"]
            own = {to for each in people if who in each for to in each}
            silent = any(month.stopped[to] < min(done) for to in own if to in month.stopped)
            if len(told) > (0 if silent and len(done) == 1 else len(done)) and not lost:
                yield f"{who} was told {len(told)} times that they were {purpose}"
            if not told and not silent and not lost:
                yield f"{who} was {purpose} at {min(done)}, and not told"


def _days_without_a_promise(month: Month, items: list[Item]) -> Iterator[str]:
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
