"""Bringing shops into the table: what differs from what is there, and the writing of it.

Nothing is ever removed: a shop or a touchpoint that the file does not name stays as it is. Written is only what
differs, so an import that ended on the way is gone on with by running it again.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any, Final, Literal

from lazo.store.model import Touchpoint
from lazo.table import retention, stores
from lazo.table.dynamodb.table import Table, TransactionConflict
from ops import store_columns
from ops.store_file import ContactRow, StoreEntry, persons_differ
from ops.store_sheet import Mistake

AT_ONCE: Final = 8
"""Shops that are written side by side; each takes a read, a transaction and a write for each touchpoint."""
CONFLICT_PAUSES: Final = (0.1, 0.4, 1.6)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a column says in the table, and what in the file; "" where nothing is said."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShopChange:
    """What importing one shop changes. `differences` are its settings', `touchpoints` those that are to be written."""

    row: int
    entry: StoreEntry
    kind: Literal["new", "changed", "same"]
    differences: tuple[Difference, ...]
    touchpoints: tuple[Touchpoint, ...]
    write_settings: bool

    @property
    def store_id(self) -> str:
        store_id: str = self.entry.settings["store_id"]
        return store_id


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. With `mistakes`, nothing may be written. `not_in_file`: shops that stay as they are."""

    shops: tuple[ShopChange, ...]
    mistakes: tuple[Mistake, ...]
    not_in_file: tuple[str, ...]

    def of_kind(self, kind: str) -> list[ShopChange]:
        return [shop for shop in self.shops if shop.kind == kind]


class Stopped(Exception):
    """Writing ended on the way; `written` shops are complete."""

    def __init__(self, written: int, of: int) -> None:
        super().__init__(f"{written} of {of} shops were written")
        self.written = written
        self.of = of


def plan(table: Table, entries: Sequence[tuple[int, StoreEntry]]) -> Plan:
    """Compare shops (each with its row) with what the table holds; reads only."""
    wanted = [entry.settings["store_id"] for _, entry in entries]
    there = stores.imported_settings(table, wanted)
    codes = stores.touchpoints(table, (place.code for _, entry in entries for place in entry.touchpoints))
    known = set(wanted)
    others = [store_id for store_id in stores.every_store_id(table) if store_id not in known]
    mistakes = [
        *_codes_elsewhere(entries, codes),
        *_persons_elsewhere(entries, stores.imported_settings(table, others)),
    ]
    shops = tuple(_change(row, entry, there, codes) for row, entry in entries)
    return Plan(shops, tuple(sorted(mistakes)), tuple(others))


def write(
    table: Table, shops: Sequence[ShopChange], now: datetime, done: Callable[[ShopChange], None]
) -> None:
    """Write these shops, several at once; `done` hears of each. Stopped, from whatever was in the way, when it ends
    before all are written."""
    stop = Event()
    written = 0

    def one(shop: ShopChange) -> None:
        nonlocal written
        if stop.is_set():
            return
        _write(table, shop, now)
        written += 1
        done(shop)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(one, shop) for shop in shops]
        try:
            finished, _ = wait(running, return_when=FIRST_EXCEPTION)
        except BaseException as error:
            stop.set()
            raise Stopped(written, len(shops)) from error
        stop.set()
        failed = next((found for each in finished if (found := each.exception())), None)
    if failed:
        raise Stopped(written, len(shops)) from failed


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Where two shops' settings differ, column by column."""
    old, new = store_columns.shown(before, ()), store_columns.shown(after, ())
    return tuple(
        Difference(column, old.get(column, ""), new.get(column, ""))
        for column in [*new, *(c for c in old if c not in new)]
        if old.get(column, "") != new.get(column, "")
    )


def _change(
    row: int, entry: StoreEntry, there: Mapping[str, Mapping[str, Any]], codes: Mapping[str, Touchpoint]
) -> ShopChange:
    before = there.get(entry.settings["store_id"])
    found = differences(before, entry.settings) if before is not None else ()
    places = tuple(place for place in entry.touchpoints if codes.get(place.code) != place)
    kind: Literal["new", "changed", "same"] = (
        "new" if before is None else "changed" if found or places else "same"
    )
    return ShopChange(row, entry, kind, found, places, before is None or bool(found))


def _codes_elsewhere(
    entries: Iterable[tuple[int, StoreEntry]], codes: Mapping[str, Touchpoint]
) -> Iterator[Mistake]:
    for row, entry in entries:
        for place in entry.touchpoints:
            held = codes.get(place.code)
            if held and held.store_id != place.store_id:
                yield Mistake(
                    row,
                    "touchpoints",
                    f"the code {place.code!r} is at {held.store_id!r}; to move it: "
                    f"lazo touchpoints move {place.code} {place.store_id}",
                )


def _persons_elsewhere(
    entries: Iterable[tuple[int, StoreEntry]], others: Mapping[str, Mapping[str, Any]]
) -> Iterator[Mistake]:
    """A contact_id that is somebody else in a shop which the file does not name."""
    known: dict[str, tuple[str, ContactRow]] = {}
    for store_id, settings in others.items():
        for contact in settings["contacts"]:
            known.setdefault(contact["contact_id"], (store_id, ContactRow.model_construct(**contact)))
    for row, entry in entries if known else ():
        for number, contact in enumerate(entry.settings["contacts"], start=1):
            at, seen = known.get(contact["contact_id"], ("", None))
            for name in persons_differ(seen, ContactRow.model_construct(**contact)) if seen else ():
                yield Mistake(
                    row,
                    f"contacts.{number}.{name}",
                    f"{contact['contact_id']!r} has another {name} at {at!r}, which is not in this file; "
                    "a contact_id is one person",
                )


def _write(table: Table, shop: ShopChange, now: datetime) -> None:
    if shop.write_settings:
        # Ahead of the shop: what ended after it would look complete.
        retention.plant(table, shop.store_id, now)
        _unhurried(lambda: stores.put_store(table, shop.entry.settings))
    for place in shop.touchpoints:
        stores.put_touchpoint(table, place)


def _unhurried(work: Callable[[], None]) -> None:
    """Try again when another write to one of the items was under way in the same moment."""
    for pause in CONFLICT_PAUSES:
        try:
            return work()
        except TransactionConflict:
            time.sleep(pause)
    return work()
