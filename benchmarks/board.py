"""What a page of the board reads, by how many cases are open in 2,000 stores and by who looks at it.

    python -m benchmarks.board             the table
    python -m benchmarks.board --write     docs/costs.md with the table as it is now
    python -m benchmarks.board --one-row   its first row

The cases of the manager and of the area are the last of all, so that those of the other stores would hide them. Counted
are the calls of a warm function, the items that they scan, also those that are filtered out, and the read units. The
first page is read, which is full, or all that is open in these stores.
"""

import argparse
import io
import re
from collections.abc import Collection, Iterator
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from benchmarks.deployment import PARAMETERS, TEMPLATE
from benchmarks.desk_session import session_headers
from benchmarks.metering import Call, Meter
from benchmarks.sweep import opened_by_an_answer
from benchmarks.write_units import AT
from infra.local import direct_items
from infra.local.cloud import LocalCloud
from infra.local.direct_items import in_the_indexes, put_directly
from infra.local.event_sources.gateway_payloads import Response
from lazo.followup.model import FollowUp
from lazo.store.contacts import Contact
from lazo.table import followups, stores, users
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.writes import Item
from lazo.table.views.open_followups import READ_AT_MOST

OPEN: Final = (100, 1_000, 10_000, 100_000)
STORES: Final = 2_000
AREA: Final = 40
DOC: Final = Path(__file__).parents[1] / "docs" / "costs.md"
BEGIN: Final = "<!-- made by `python -m benchmarks.board --write` -->"
END: Final = "<!-- end of the board -->"

MANAGER = Contact("manager", "Manager", "store", 0, "es", phone="+56922345671")
AREA_MANAGER = Contact("area", "Area manager", "area", 1, "es", phone="+56922345672")
HEAD = Contact("head", "Head", "head", 2, "es", phone="+56922345673")
WHO: Final = {
    "manager, 1 store": MANAGER,
    f"area manager, {AREA} stores": AREA_MANAGER,
    f"head, {STORES:,} stores": HEAD,
}


@dataclass(frozen=True)
class Cost:
    """What a page costs."""

    shown: int
    calls: int
    scanned: int
    read_units: float
    again: tuple[int, float]
    """Calls and read units of asking again while nothing has changed."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/costs.md")
    parser.add_argument("--one-row", action="store_true", help="the first row of the table only")
    asked = parser.parse_args()
    lines = list(HEADING)
    print(*lines, sep="\n", flush=True)
    if asked.one_row:
        print(row(OPEN[0], *next(iter(costs(OPEN[0]).items()))))
        return
    for count in OPEN:
        for who, cost in costs(count).items():
            lines.append(row(count, who, cost))
            print(lines[-1], flush=True)
    if asked.write:
        before, _, rest = DOC.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        DOC.write_text("\n".join([before + BEGIN, *lines, END + after]), encoding="utf-8")


HEADING: Final = (
    "| open cases | who | cases shown | calls | items scanned | read units | asked again: calls | read units |",
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
)


def row(count: int, who: str, cost: Cost) -> str:
    """A line of the table."""
    figures = f"{cost.shown} | {cost.calls} | {cost.scanned:,} | {cost.read_units:,g}"
    return f"| {count:,} | {who} | {figures} | {cost.again[0]} | {cost.again[1]:,g} |"


def costs(count: int) -> dict[str, Cost]:
    """What the first page costs each of WHO with so many open cases."""
    settings, case = _examples()
    cases = list(_cases(case, count))
    shown = {item["store_id"] for item in cases if "deadline" in item}
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=AT) as cloud, Meter.on(cloud) as meter:
        put_directly(cloud, [*_stores(settings, shown), *cases])
        return {who: _cost(cloud, meter, contact) for who, contact in WHO.items()}


def _examples() -> tuple[Item, FollowUp]:
    """Return a store's settings, and a follow-up that an answer opened there."""
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=AT) as cloud:
        opened_by_an_answer(cloud, direct_items.held(cloud))
        items = {item["sk"]: item for item in cloud.items()}
        return items["STORE"], replace(followups.followup_from_item(items["FU"]), answer_ulid=None)


def _stores(settings: Item, shown: Collection[str]) -> Iterator[Item]:
    """Yield the stores, of which the last is the manager's and the last 40 are the area's. Those that are not `shown`
    have only what the index holds of them."""
    model = stores.store_from_item(settings)
    for n in range(STORES):
        contacts = (HEAD, *[AREA_MANAGER] * (n >= STORES - AREA), *[MANAGER] * (n == STORES - 1))
        store = replace(model, store_id=f"s{n:04}", name=f"Store {n:04}", contacts=contacts)
        key, position = keys.store(store.store_id), listing.store_position(store.name, store.store_id)
        own: Item = {"store_id": store.store_id, "list_pk": listing.STORES_LIST, "list_at": position}
        if store.store_id in shown:
            own |= {**settings, **own, "name": store.name, "contacts": list(map(_settings, contacts))}
        yield {**own, "pk": key.pk, "sk": key.sk}
        yield from (put.item for put in users.membership_puts(store))


def _settings(contact: Contact) -> Item:
    return {name: value for name, value in asdict(contact).items() if value or name == "level"}


def _cases(case: FollowUp, count: int) -> Iterator[Item]:
    """Yield open cases, as many in each store, or one each in the last ones. Those of the last stores are due last."""
    of_each = max(1, count // STORES)
    for n in range(count):
        left = count - 1 - n
        store_id, deadline = f"s{STORES - 1 - left // of_each:04}", AT + timedelta(minutes=n)
        each = replace(case, followup_id=f"f{n:06}", store_id=store_id, deadline=deadline)
        item = followups.followup_put(each).item
        may_be_shown = n <= READ_AT_MOST or left < AREA * of_each
        yield item if may_be_shown else in_the_indexes(item)


def _cost(cloud: LocalCloud, meter: Meter, who: Contact) -> Cost:
    headers = session_headers(cloud, who)

    def ask(**tag: str) -> tuple[Response, list[Call]]:
        meter.restart()
        with redirect_stdout(io.StringIO()):
            page = cloud.request("GET", "/desk", {**headers, **tag})
        if page.status not in (200, 304):
            raise RuntimeError(f"GET /desk: {page.status} {page.text}")
        return page, [call for call in meter.calls if call.function == "Desk"]

    page, calls = ask()
    latest, again = ask(**{"if-none-match": page.headers["etag"]})
    while latest.status != 304:  # a deadline passed meanwhile
        latest, again = ask(**{"if-none-match": latest.headers["etag"]})
    return Cost(
        shown=len(re.findall(r'<li class="entry', page.text)),
        calls=len(calls),
        scanned=sum(call.scanned for call in calls),
        read_units=sum(call.read for call in calls),
        again=(len(again), sum(call.read for call in again)),
    )


if __name__ == "__main__":
    main()
