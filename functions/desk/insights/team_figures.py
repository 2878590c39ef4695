"""Who has which cases and how promises are kept, person by person, and how fast each store is: by name, not by rank."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from desk.board.filters import UNOWNED, BoardFilters
from desk.insights.step_figures import StepRow, step_row
from desk.promises.filters import PromiseFilters
from lazo.auth.users import user_id_of
from lazo.insight.case_figures import CaseFigures
from lazo.promise.kept_rate import PromiseFigures
from lazo.promise.model import JUDGED
from lazo.store.model import Store
from lazo.table.views.owned_followups import OwnedFollowUps


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of the stores: the cases that they have now, and their promises. `links`: where those are, by what is
    counted ("open", "late" cases; "kept", ... promises)."""

    name: str
    cases: OwnedFollowUps
    promises: PromiseFigures
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoreRow:
    """How fast a store contacts its customers, and where its page is."""

    store_id: str
    name: str
    contacted: StepRow
    address: str


def person_rows(
    stores: Sequence[Store],
    owned: Mapping[tuple[str, str], OwnedFollowUps],
    promises: Mapping[str, Mapping[str, PromiseFigures]],
    board: BoardFilters,
    ledger: PromiseFilters,
) -> list[PersonRow]:
    """Return everybody in these stores who has a case or made a promise, by name. A person who is a contact of several
    stores has one row. `owned` is by store and contact's id, `promises` by store, then contact's id; `board` and
    `ledger`: the filters that the links to cases and promises keep."""
    found: dict[str, PersonRow] = {}
    for store in stores:
        of_store = promises.get(store.store_id, {})
        cases = {
            owner: each for (store_id, owner), each in owned.items() if store_id == store.store_id and owner
        }
        for owner in {*cases, *of_store}:
            contact = store.contact(owner)
            links = _links(f"{owner}@{store.store_id}", board, ledger)
            row = PersonRow(contact.name if contact else owner, OwnedFollowUps(), PromiseFigures(), links)
            person = user_id_of(contact) if contact else f"{store.store_id}#{owner}"
            before = found.get(person, row)
            found[person] = PersonRow(
                before.name,
                before.cases + cases.get(owner, OwnedFollowUps()),
                before.promises + of_store.get(owner, PromiseFigures()),
                before.links,
            )
    shown = (row for row in found.values() if row.cases.open or row.promises.judged)
    return sorted(shown, key=lambda row: row.name.casefold())


def _links(owner: str, board: BoardFilters, ledger: PromiseFilters) -> dict[str, str]:
    ended: dict[str, str] = {each: ledger.address(owner=owner, outcome=each) for each in JUDGED}
    return {**_case_links(owner, board), **ended, "overdue": ledger.address(owner=owner, due="overdue")}


def _case_links(owner: str, board: BoardFilters) -> dict[str, str]:
    return {"open": board.address(owner=owner), "late": board.address(owner=owner, view="overdue")}


def nobodys_cases(
    owned: Mapping[tuple[str, str], OwnedFollowUps], board: BoardFilters
) -> tuple[OwnedFollowUps, Mapping[str, str]]:
    """Return the cases that nobody has, and the links to them."""
    cases = sum((each for (_, owner), each in owned.items() if not owner), OwnedFollowUps())
    return cases, _case_links(UNOWNED, board)


def with_overdue(
    promises: Mapping[str, Mapping[str, PromiseFigures]], overdue: Mapping[tuple[str, str], int]
) -> dict[str, dict[str, PromiseFigures]]:
    """Return the outcomes of promises with those that are overdue now, by store and owner."""
    every = {store_id: dict(owners) for store_id, owners in promises.items()}
    for (store_id, owner), n in overdue.items():
        of_store = every.setdefault(store_id, {})
        of_store[owner] = replace(of_store.get(owner, PromiseFigures()), overdue=n)
    return every


def store_rows(
    stores: Sequence[Store],
    figures: Mapping[str, CaseFigures],
    address: Callable[[str], str],
    language: str,
) -> list[StoreRow]:
    """Return how fast each store contacts its customers, by name; `address` is that of a store's page."""
    return [
        StoreRow(
            store.store_id,
            store.name,
            step_row("contacted", figures.get(store.store_id, CaseFigures()).step("contacted"), language),
            address(store.store_id),
        )
        for store in stores
    ]
