"""What the table must hold after a number of answers, worked out from the answers alone.

Nothing of the product's own counting is used: bands, days and hours are counted here again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Item = Mapping[str, Any]
DayCounters = dict[tuple[str, str], dict[str, int]]
"""By store and day (`DAY#2026-03-03`)."""


def band(score: int) -> str:
    return "detractor" if score <= 6 else "passive" if score <= 8 else "promoter"


def day_counters(answers: Iterable[Item], zones: Mapping[str, str]) -> DayCounters:
    """The counters that these answers make; `zones`: the IANA zone of each store."""
    counted: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for answer in answers:
        local = datetime.fromisoformat(answer["at"]).astimezone(ZoneInfo(zones[answer["store_id"]]))
        day = counted[answer["store_id"], f"DAY#{local:%Y-%m-%d}"]
        if answer["suspect"]:
            day.update([f"x{answer['score']}", f"y{local:%H}", f"q#{answer['code']}#suspect"])
            day.update(f"z#{sign}" for sign in set(answer["suspect"]))
        else:
            of = band(answer["score"])
            day.update(
                [f"s{answer['score']}", f"h{local:%H}", f"h{local:%H}#{of}", f"q#{answer['code']}#{of}"]
            )
            for mark, said in (("t", "themes"), ("p", "praised"), ("m", "mentioned")):
                day.update(f"{mark}#{theme}#{band(answer['score'])}" for theme in answer.get(said, ()))
    return {place: dict(counter) for place, counter in counted.items()}


def stored_counters(items: Iterable[Item]) -> DayCounters:
    """The counters as the table holds them."""
    return {
        (item["pk"].removeprefix("STORE#"), item["sk"]): {
            name: n for name, n in item.items() if name not in ("pk", "sk", "changes", "due_pk", "due_at")
        }
        for item in items
        if item["sk"].startswith("DAY#")
    }


def differences(expected: DayCounters, found: DayCounters) -> int:
    """How many counters are not what they must be."""
    return sum(
        expected.get(place, {}).get(name, 0) != found.get(place, {}).get(name, 0)
        for place in expected.keys() | found.keys()
        for name in expected.get(place, {}).keys() | found.get(place, {}).keys()
    )


def channels_owed(answer: Item) -> set[str]:
    """Where the first in the chain (who has a phone and an e-mail) must be told of an answer without danger.

    What may come from a bot is told by e-mail alone, and only if it says something. A happy customer who leaves a
    contact asks for an answer, which an e-mail tells; an SMS comes beside it if the words complain, which is not judged
    here."""
    asks = bool(answer.get("phone") or answer.get("email"))
    if answer["suspect"]:
        says = answer["comment"] or answer["reasons"]
        return {"email"} if says and (answer["score"] <= 6 or asks) else set()
    if answer["score"] <= 6:
        return {"sms", "email"}
    return {"email"} if asks else set()


def channels_told(items: Iterable[Item], sent: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """How often the first level was told of each follow-up on each channel: alone, or in the bundle that collects.

    `sent`: follow-up and channel of each alert that was sent alone. Only the bundle's own list says what is in it, so a
    delivery that claims to be bundled and is in no list counts as missing."""
    waiting = (
        name.split("#DELIVERY#", 1)
        for item in items
        if item["sk"].startswith(("COLLECTING#", "BUNDLE#"))
        for name in item["delivery_names"]
    )
    return Counter(sent) + Counter((followup, rest.split("#")[2]) for followup, rest in waiting)
