"""Counters of days and months as they stand in the table, and counted anew from the answers."""

import base64
import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.product import Item

NOT_COUNTED = ("pk", "sk", "changes", "due_pk", "due_at", "due_failures", "failed_after")
"""Attributes of an item with counters that count nothing."""


def counters_of(item: Item) -> Counter[str]:
    """Return what an item counts, by name."""
    return Counter({name: n for name, n in item.items() if name not in NOT_COUNTED})


def recount(items: Iterable[Item], timezone: str) -> dict[str, Counter[str]]:
    """Day counters, counted anew from the answers: by the day's sort key."""
    days: dict[str, Counter[str]] = {}
    for item in items:
        if not item["sk"].startswith("ANSWER#") or "classified_at" not in item:
            continue
        local = datetime.fromisoformat(item["at"]).astimezone(ZoneInfo(timezone))
        day = days.setdefault(f"DAY#{local.date()}", Counter())
        odd = bool(item["suspect"])
        day[f"{'x' if odd else 's'}{item['score']}"] += 1
        day[f"{'y' if odd else 'h'}{local.hour:02}"] += 1
        day[f"q#{item['code']}#{'suspect' if odd else item['band']}"] += 1
        if not odd:
            day[f"h{local.hour:02}#{item['band']}"] += 1
        for sign in set(item["suspect"]):
            day[f"z#{sign}"] += 1
        for mark, said in (("t", "themes"), ("p", "praised"), ("m", "mentioned")):
            for theme in [] if odd else item.get(said, ()):
                day[f"{mark}#{theme}#{item['band']}"] += 1
    return days


def counted(items: Iterable[Item]) -> dict[str, Counter[str]]:
    """Day counters as they stand in the table: by the day's sort key."""
    return {item["sk"]: counters_of(item) for item in items if item["sk"].startswith("DAY#")}


Months = Mapping[tuple[str, str], Counter[str]]
"""Counters by store or group, and month (`2026-03`)."""


def months_recounted(items: Iterable[Item], zones: Mapping[str, str]) -> tuple[Months, Months]:
    """Answers counted anew from the answers, by store and month: weekdays included, and by day (`07 s9`); `zones`: the
    IANA zone of each store."""
    months: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    by_day: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for store_id, zone in zones.items():
        own = [item for item in items if item["pk"] == f"STORE#{store_id}"]
        for day, counts in recount(own, zone).items():
            months[store_id, day[4:11]] += counts
            by_day[store_id, day[4:11]] += Counter(
                {
                    f"{day[12:]} {name}": n
                    for name, n in counts.items()
                    if re.fullmatch(r"[sx]\d+|h\d\d#\w+|[tpmz]#.+", name)
                }
            )
        for item in own:
            if item["sk"].startswith("ANSWER#") and "classified_at" in item and not item["suspect"]:
                local = datetime.fromisoformat(item["at"]).astimezone(ZoneInfo(zone))
                months[store_id, f"{local:%Y-%m}"][f"w{local.weekday()}#{item['band']}"] += 1
    return months, by_day


def wrong_months(items: list[Item], zones: Mapping[str, str], brands: Mapping[str, str]) -> list[str]:
    """What is wrong of the months that wait for no roll-up, in words; `brands`: the brand of each store."""
    waiting = {
        (item["pk"].removeprefix("STORE#"), item["sk"].partition("#")[2][:7])
        for item in items
        if "due_at" in item and item["sk"].split("#")[0] in ("DAY", "PROMISES", "RECOVERY", "TIMES")
    }
    rolled = {(item["pk"], item["sk"]): item for item in items if item["pk"].startswith(("MONTH#", "GROUP#"))}
    months, by_day = months_recounted(items, zones)
    problems: list[str] = []
    groups: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    days_of_groups: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (store_id, month), counts in months.items():
        of_groups = Counter({name: n for name, n in counts.items() if not name.startswith("q#")})
        for group in ("all", f"brand#{brands[store_id]}"):
            groups[group, month] += of_groups
            days_of_groups[group, month] += by_day[store_id, month]
        if (store_id, month) not in waiting:
            found = rolled.get((f"MONTH#{month}", f"STORE#{store_id}"))
            problems += _differs(found, counts, by_day[store_id, month])
    unfinished = {month for _, month in waiting}
    unfinished |= {sk[6:] for (pk, sk), item in rolled.items() if pk == "GROUP#all" and "due_at" in item}
    for (group, month), counts in groups.items():
        if month not in unfinished:
            found = rolled.get((f"GROUP#{group}", f"MONTH#{month}"))
            problems += _differs(found, counts, days_of_groups[group, month])
            stores = rolled.get((f"GROUP#{group}", f"STORES#{month}#000"))
            held = json.loads(stores["stores"]) if stores else {}
            n = sum(sum(bands) for bands in held.values())
            if n != sum(n for name, n in counts.items() if re.fullmatch(r"[sx]\d+", name)):
                problems.append(f"the stores of {group} in {month} have {n} answers")
    return problems


def _differs(item: Item | None, counts: Counter[str], by_day: Counter[str]) -> Iterator[str]:
    held, days = Counter[str](), Counter[str]()
    if item and "counts" in item:
        held = Counter(json.loads(item["counts"])["answers"])
        columns = json.loads(zlib.decompress(base64.b64decode(item["days"])))
        days = Counter(
            {f"{day:02} {name}": n for name, each in columns.items() for day, n in enumerate(each, 1) if n}
        )
    for found, wanted in ((held, counts), (days, by_day)):
        if found != wanted:
            place = f"{item['pk']} {item['sk']}" if item else "a month that is not rolled up"
            yield f"{place}: {dict(found - wanted)} too many, {dict(wanted - found)} missing"
