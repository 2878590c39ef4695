"""Compares the stores of a file with the table, and writes what differs.

Nothing is ever removed: a store or touchpoint that the file does not name stays as it is. Only differences are written,
so running an interrupted import again continues it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any, Final, Literal

from lazo.store.model import Touchpoint
from lazo.table import retention, stores
from lazo.table.dynamodb.table import Table
from ops.store_import.columns import row_cells
from ops.store_import.store_file import ContactRow, StoreEntry, differing_identity_fields
from ops.store_import.validate_sheet import Mistake

PARALLEL_WRITES: Final = 8
"""Stores that are written at once; each takes a read, a transaction, and a write for each touchpoint."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The cell of a column as the table has it and as the file has it; "" for none."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StoreChange:
    """What importing one store changes: `differences` in its settings, and the `touchpoints` to be written."""

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
class ImportPlan:
    """What an import would do. With `mistakes`, nothing may be written. `not_in_file`: ids of the stores left alone."""

    changes: tuple[StoreChange, ...]
    mistakes: tuple[Mistake, ...]
    not_in_file: tuple[str, ...]

    def of_kind(self, kind: str) -> list[StoreChange]:
        return [change for change in self.changes if change.kind == kind]


class ImportInterrupted(Exception):
    """Writing ended early; `written` stores are complete."""

    def __init__(self, written: int, of: int) -> None:
        super().__init__(f"{written} of {of} stores were written")
        self.written = written
        self.of = of


def plan_import(table: Table, entries: Sequence[tuple[int, StoreEntry]]) -> ImportPlan:
    """Compare stores, each with its row in the file, with what the table holds. Reads only."""
    store_ids = [entry.settings["store_id"] for _, entry in entries]
    in_file = set(store_ids)
    stored = stores.imported_settings(table, store_ids)
    codes = stores.get_touchpoints(
        table, (touchpoint.code for _, entry in entries for touchpoint in entry.touchpoints)
    )
    others = [store_id for store_id in stores.every_store_id(table) if store_id not in in_file]
    mistakes = [
        *_codes_of_other_stores(entries, codes),
        *_persons_of_other_stores(entries, stores.imported_settings(table, others)),
    ]
    changes = tuple(_change(row, entry, stored, codes) for row, entry in entries)
    return ImportPlan(changes, tuple(sorted(mistakes)), tuple(others))


def write_stores(
    table: Table, changes: Sequence[StoreChange], now: datetime, done: Callable[[StoreChange], None]
) -> None:
    """Write these stores, several at once, and call `done` after each. ImportInterrupted, with its cause, if that
    ends early."""
    stop = Event()
    written = 0

    def write_one(change: StoreChange) -> None:
        nonlocal written
        if stop.is_set():
            return
        _write(table, change, now)
        written += 1
        done(change)

    with ThreadPoolExecutor(PARALLEL_WRITES) as pool:
        running = [pool.submit(write_one, change) for change in changes]
        try:
            finished, _ = wait(running, return_when=FIRST_EXCEPTION)
        except BaseException as error:
            stop.set()
            raise ImportInterrupted(written, len(changes)) from error
        stop.set()
        failed = next((found for each in finished if (found := each.exception())), None)
    if failed:
        raise ImportInterrupted(written, len(changes)) from failed


def setting_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Compare the settings of a store column by column."""
    old, new = row_cells(before, ()), row_cells(after, ())
    return tuple(
        Difference(column, old.get(column, ""), new.get(column, ""))
        for column in [*new, *(c for c in old if c not in new)]
        if old.get(column, "") != new.get(column, "")
    )


def _change(
    row: int, entry: StoreEntry, stored: Mapping[str, Mapping[str, Any]], codes: Mapping[str, Touchpoint]
) -> StoreChange:
    before = stored.get(entry.settings["store_id"])
    found = setting_differences(before, entry.settings) if before is not None else ()
    touchpoints = tuple(
        touchpoint for touchpoint in entry.touchpoints if codes.get(touchpoint.code) != touchpoint
    )
    kind: Literal["new", "changed", "same"] = (
        "new" if before is None else "changed" if found or touchpoints else "same"
    )
    return StoreChange(row, entry, kind, found, touchpoints, before is None or bool(found))


def _codes_of_other_stores(
    entries: Iterable[tuple[int, StoreEntry]], codes: Mapping[str, Touchpoint]
) -> Iterator[Mistake]:
    """Find each code of a touchpoint that hangs in another store."""
    for row, entry in entries:
        for touchpoint in entry.touchpoints:
            held = codes.get(touchpoint.code)
            if held and held.store_id != touchpoint.store_id:
                yield Mistake(
                    row,
                    "touchpoints",
                    f"the code {touchpoint.code!r} is at {held.store_id!r}; to move it: "
                    f"lazo touchpoints move {touchpoint.code} {touchpoint.store_id}",
                )


def _persons_of_other_stores(
    entries: Iterable[tuple[int, StoreEntry]], others: Mapping[str, Mapping[str, Any]]
) -> Iterator[Mistake]:
    """Find each contact_id that is another person in a store that the file does not name."""
    known: dict[str, tuple[str, ContactRow]] = {}
    for store_id, settings in others.items():
        for contact in settings["contacts"]:
            known.setdefault(contact["contact_id"], (store_id, ContactRow.model_construct(**contact)))
    for row, entry in entries if known else ():
        for number, contact in enumerate(entry.settings["contacts"], start=1):
            at, seen = known.get(contact["contact_id"], ("", None))
            for name in (
                differing_identity_fields(seen, ContactRow.model_construct(**contact)) if seen else ()
            ):
                yield Mistake(
                    row,
                    f"contacts.{number}.{name}",
                    f"{contact['contact_id']!r} has another {name} at {at!r}, which is not in this file; "
                    "a contact_id is one person",
                )


def _write(table: Table, change: StoreChange, now: datetime) -> None:
    if change.write_settings:
        # Before the store: interrupted after the store, the import would look complete.
        retention.start_retention(table, change.store_id, now)
        stores.put_store(table, change.entry.settings)
    for touchpoint in change.touchpoints:
        stores.put_touchpoint(table, touchpoint)
