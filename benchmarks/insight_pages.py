"""What the pages of the insights read, and how long they take, of a brand of 2,000 stores over three years.

    python -m benchmarks.insight_pages
    python -m benchmarks.insight_pages --one-row

Counted are the calls of a warm function, one after the other at 8 ms each, and the processor time of the function
itself, on this machine, without that of the calls; `target` is 300 ms for both together. Sizes are of the page as it is
sent to a browser that knows gzip, and before.
"""

import argparse
import gzip
import io
import json
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from threading import get_ident
from time import thread_time
from typing import Any, Final

import boto3

import desk.app
from benchmarks.board import AREA_MANAGER, HEAD, MANAGER
from benchmarks.deployment import PARAMETERS, TEMPLATE
from benchmarks.desk_session import session_headers
from infra.local.aws.calls import running_function
from infra.local.cloud import LocalCloud
from infra.local.direct_items import put_directly
from lazo.runtime import settings
from lazo.store.contacts import Contact
from lazo.table import stores, users
from lazo.table.day_columns import columns_of_days, encode_columns
from lazo.table.dynamodb import figure_keys, keys, listing
from lazo.table.dynamodb.writes import Item
from lazo.table.rollups import ALL_STORES, brand_group

AT: Final = datetime(2026, 3, 20, 15, tzinfo=UTC)
STORES: Final = 2_000
LARGE_AREA, SMALL_AREA = 200, 25
MONTHS: Final = 36
CALL_MS: Final = 8
TARGET_MS: Final = 300
BRANDS: Final = ("Aurora", "Boreal")
LARGE = replace(AREA_MANAGER, contact_id="large", phone="+56922345674")
WHO: Final[Mapping[str, Contact]] = {
    "manager, 1 store": MANAGER,
    f"area, {SMALL_AREA} stores": AREA_MANAGER,
    f"area, {LARGE_AREA} stores": LARGE,
    f"head, {STORES:,} stores": HEAD,
}
PAGES: Final = (
    "/desk/insights",
    "/desk/insights?period=2026-q1",
    "/desk/insights/stores",
    "/desk/insights/stores?period=2026-q1",
    "/desk/insights/themes",
    "/desk/insights/themes?theme=price",
    "/desk/insights/touchpoints",
    "/desk/insights/team",
    "/desk/digest",
    "/desk/improvements",
    "/desk/promises",
    "/desk/answers",
    "/desk",
)
OF_DAYS: Final = (
    "/desk/insights?period=2026-w11",
    "/desk/insights?period=2026-03-18",
    "/desk/insights/themes?period=2026-w11",
    "/desk/insights/themes?theme=price&period=2026-w11",
)
OF_BRAND: Final = (
    "/desk/insights?brand=Aurora",
    "/desk/insights?brand=Aurora&period=2026-w11",
    "/desk/insights/stores?brand=Aurora",
)
THEMES: Final = (
    "service",
    "waiting_time",
    "staff_attitude",
    "product_quality",
    "price",
    "cleanliness",
    "comfort",
)


@dataclass(frozen=True)
class PageCost:
    """What a page costs: calls, its own processor time in milliseconds, and its size in bytes."""

    calls: int
    own_ms: float
    size: int
    compressed: int

    @property
    def milliseconds(self) -> float:
        """How long it takes, its calls one after the other."""
        return self.calls * CALL_MS + self.own_ms


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.insight_pages", description=__doc__)
    parser.add_argument("--one-row", action="store_true", help="only the first page")
    rows = 1 if parser.parse_args().one_row else None
    print("| who | page | calls | own ms | calls x 8 ms + own | bytes | compressed |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for who, address, cost in islice(costs(), rows):
        verdict = "ok" if cost.milliseconds < TARGET_MS else "over"
        sizes = f"{cost.size:,} | {cost.compressed:,}"
        print(
            f"| {who} | {address} | {cost.calls} | {cost.own_ms:.0f} | {cost.milliseconds:.0f} {verdict} | {sizes} |"
        )


def costs() -> Iterator[tuple[str, str, PageCost]]:
    """Yield what each page costs each of WHO: the better of two views."""
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=AT) as cloud, counted_calls() as calls:
        put_directly(cloud, [*store_items(), *figure_items()])
        for who, contact in WHO.items():
            for address in (*PAGES, *OF_DAYS, *(OF_BRAND if contact is HEAD else ())):
                seen = [view(cloud, contact, address, calls) for _ in range(2)]
                yield who, address, min(seen, key=lambda each: each.own_ms)


@contextmanager
def counted_calls() -> Iterator[list[tuple[int, float]]]:
    """Yield a list to which each call of the functions adds its thread and its processor time in seconds. Enter it
    before they are loaded: their clients come from boto3's default session."""
    found: list[tuple[int, float]] = []

    def before(context: dict[str, Any], **_: Any) -> None:
        context["began"] = thread_time()

    def after(context: dict[str, Any], **_: Any) -> None:
        if running_function.get() is not None:
            found.append((get_ident(), thread_time() - context["began"]))

    session: Any = boto3.DEFAULT_SESSION
    hooks = {"provide-client-params": before, "after-call": after}
    settings.client.cache_clear()
    for name, hook in hooks.items():
        session.events.register(name, hook)
    try:
        yield found
    finally:
        for name, hook in hooks.items():
            session.events.unregister(name, hook)
        settings.client.cache_clear()


def view(cloud: LocalCloud, who: Contact, address: str, calls: list[tuple[int, float]]) -> PageCost:
    """Look at a page. Raises RuntimeError if it is not shown."""
    headers = session_headers(cloud, who)
    took: list[tuple[int, float]] = []
    handle = desk.app.handle

    def timed(event: dict[str, Any], deps: Any) -> dict[str, Any]:
        began = thread_time()
        reply = handle(event, deps)
        took.append((get_ident(), thread_time() - began))
        return reply

    calls.clear()
    desk.app.handle = timed
    try:
        with redirect_stdout(io.StringIO()):
            page = cloud.request("GET", address, headers)
    finally:
        desk.app.handle = handle
    if page.status != 200:
        raise RuntimeError(f"GET {address}: {page.status} {page.text}")
    body = page.text.encode()
    own = took[0][1] - sum(seconds for thread, seconds in calls if thread == took[0][0])
    return PageCost(len(calls), 1000 * own, len(body), len(gzip.compress(body, 6)))


def store_items() -> Iterator[Item]:
    """Yield the stores: the first is the manager's, the first 25 and 200 are the areas'. The others have only what the
    lists hold of them."""
    for n in range(STORES):
        store_id, name = f"s{n:04}", f"Store {n:04}"
        who = [MANAGER] * (n == 0) + [AREA_MANAGER] * (n < SMALL_AREA) + [LARGE] * (n < LARGE_AREA)
        contacts = [*who, *([HEAD] if n == 0 else [])]
        of_store: dict[str, Any] = {
            "store_id": store_id,
            "name": name,
            "brand": brand_of(n),
            "language": "en",
            "timezone": "America/Santiago",
            "country": "CL",
            "hours": {"always": True},
            "contacts": [{k: v for k, v in asdict(each).items() if v or k == "level"} for each in contacts],
        }
        key = keys.store(store_id)
        position = listing.store_position(name, store_id)
        yield {"pk": key.pk, "sk": key.sk, "list_pk": listing.STORES_LIST, "list_at": position, **of_store}
        if contacts:
            yield from (put.item for put in users.membership_puts(stores.store_from_item(of_store)))


def figure_items() -> Iterator[Item]:
    """Yield what is counted of them: the manager's days and months, the areas' months, and the groups' months."""
    months = last_months()
    read_at = "2026-03-20T14:20:00.000Z"
    for n in range(60):
        on = AT.date() - timedelta(days=n)
        yield figure_keys.day("s0000", on).item(**day_counts(on.day))
    for n in range(LARGE_AREA):
        for month in months if n < SMALL_AREA else months[-12:]:
            counts = json.dumps({"answers": month_counts(n), "promises": {"made": 9, "kept": 8}})
            yield figure_keys.store_month(f"s{n:04}", month).item(
                brand=brand_of(n), counts=counts, days=month_days(month, 1), read_at=read_at
            )
    for group in (ALL_STORES, *map(brand_group, BRANDS)):
        inside = [n for n in range(STORES) if group in (ALL_STORES, brand_group(brand_of(n)))]
        bands = json.dumps({f"s{n:04}": store_bands(n) for n in inside}, separators=(",", ":"))
        total = json.dumps({"answers": {name: n * len(inside) for name, n in month_counts(1).items()}})
        for month in months:
            brands = {"brands": list(BRANDS)} if group == ALL_STORES else {}
            yield figure_keys.group_month(group, month).item(
                counts=total, days=month_days(month, len(inside)), read_at=read_at, **brands
            )
            yield figure_keys.group_stores(group, month, 0).item(stores=bands, read_at=read_at)


def brand_of(n: int) -> str:
    """Return the brand of a store by its number."""
    return BRANDS[n % 4 == 3]


def last_months() -> Sequence[str]:
    """Return the months of three years."""
    count = AT.year * 12 + AT.month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(count - MONTHS + 1, count + 1)]


def store_bands(n: int) -> list[int]:
    """Return promoters, passives, detractors and suspect answers of a store: of 30 to 1,000, every fiftieth worse."""
    size = 30 + n * 37 % 970
    detractors = size // (2 if n % 50 == 0 else 5)
    promoters = size * (45 + n % 11) // 100
    return [promoters, size - promoters - detractors, detractors, n % 3]


def month_counts(n: int) -> dict[str, int]:
    """Return the counters of a store's month, as many as a busy one has."""
    counts = {f"s{score}": 20 + score for score in range(11)}
    for band, size in (("promoter", 60), ("passive", 50), ("detractor", 150)):
        counts |= {f"h{hour:02}#{band}": size // 12 for hour in range(9, 21)}
        counts |= {f"w{day}#{band}": size // 7 for day in range(7)}
        counts |= {f"q#s{n:04}{till}#{band}": size // 4 for till in "abcd"}
        counts |= {f"{mark}#{theme}#{band}": 3 for mark in "tpm" for theme in THEMES}
    return counts


@cache
def month_days(month: str, stores: int) -> str:
    """Return the counters by day of so many stores."""
    first = date.fromisoformat(f"{month}-01")
    days = [
        figure_keys.day("s0000", first.replace(day=day + 1)).item(**day_counts(day))
        for day in range(monthrange(first.year, first.month)[1])
    ]
    columns = columns_of_days(days).items()
    return encode_columns({name: [n * stores for n in column] for name, column in columns})


def day_counts(day: int) -> dict[str, int]:
    """Return the counters of a store's day."""
    counts = {f"s{score}": 1 + day % 2 for score in (0, 3, 7, 8, 9, 10)}
    for band in ("promoter", "passive", "detractor"):
        counts |= {f"h{hour:02}#{band}": 1 for hour in range(9, 21, 2)}
        counts |= {f"q#s0000{till}#{band}": 2 for till in "abcd"}
        counts |= {f"{mark}#{theme}#{band}": 1 for mark in "tp" for theme in THEMES}
    return counts


if __name__ == "__main__":
    main()
