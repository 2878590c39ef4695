"""The import of stores: the whole sheet is checked, compared with the table, then written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lazo.table import retention, stores
from tests.ops.conftest import Lazo
from tests.ops.sheets import Cells, store_row, write_csv

BAD: dict[str, tuple[Callable[[int], Cells], str]] = {
    "store_id": (lambda n: {"store_id": f"Store {n}"}, "must be small letters, digits and hyphens"),
    "name": (lambda n: {"name": ""}, "is missing"),
    "language": (lambda n: {"language": "fr"}, "must be 'es', 'en' or 'pt'"),
    "timezone": (lambda n: {"timezone": "Chile"}, "is not a place in the IANA time zone database"),
    "country": (lambda n: {"country": "XX"}, "XX"),
    "hours.mon": (lambda n: {"hours.mon": "9 to 5"}, "must be times like 09:00-18:00"),
    "hours.tue": (lambda n: {"hours.tue": "09:00-25:00"}, "25:00"),
    "hours.special": (lambda n: {"hours.special": "Navidad"}, "must be dates with their hours"),
    "contacts.1.phone": (
        lambda n: {"contacts.1.phone": "961000000"},
        "must be a phone number with its country",
    ),
    "contacts.1.role": (lambda n: {"contacts.1.role": "boss"}, "must be 'store', 'area' or 'head'"),
    "contacts.1.level": (lambda n: {"contacts.1.level": "ten"}, "must be a whole number"),
    "contacts.1": (lambda n: {"contacts.1.phone": ""}, "needs a phone or an e-mail"),
    "contacts.2.email": (lambda n: {"contacts.2.email": "diego"}, "@"),
    "contacts.2.name": (lambda n: {"contacts.2.name": "Somebody else"}, "another name than in row"),
    "policy.take_on_minutes": (lambda n: {"policy.take_on_minutes": "0"}, "greater than or equal to 1"),
    "policy.light_take_on_minutes": (lambda n: {"policy.take_on_minutes": "300"}, "240 is shorter than"),
    "touchpoints": (lambda n: {"touchpoints": f"c{n - 1}-1: Caja 1"}, "stands in row"),
}
"""A mistake of each kind: the column that has to be named, what makes it, and part of the reason."""


@pytest.mark.long
def test_37_mistakes_in_10000_rows_are_listed_and_nothing_is_written(lazo: Lazo, tmp_path: Path) -> None:
    rows = [store_row(n) for n in range(10_000)]
    kinds = list(BAD)
    # Row 1 names the columns. Nowhere a multiple of 20, so that the area's first row is always a good one.
    wrong = {137 + 263 * number: kinds[number % len(kinds)] for number in range(37)}
    for n, column in wrong.items():
        rows[n] |= BAD[column][0](n)
    before = lazo.product.cloud.items()
    ended = lazo("stores", "import", write_csv(tmp_path / "stores.csv", rows), "--yes", "--json", code=1)
    found = ended.json["mistakes"]
    assert [(each["row"], each["column"]) for each in found] == [
        (n + 2, column) for n, column in wrong.items()
    ]
    for each, column in zip(found, wrong.values(), strict=True):
        assert BAD[column][1] in each["reason"], each
    assert "Nothing was written: 37 mistakes in 37 rows of stores.csv." in ended.err
    assert lazo.product.cloud.items() == before == []


def test_a_sheet_is_compared_and_written_once(lazo: Lazo, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "stores.csv", [store_row(n) for n in range(5)], delimiter=";", encoding="utf-8-sig"
    )
    dry = lazo("stores", "import", file, "--dry-run", "--json")
    assert dry.json["new"] == [f"store-{n}" for n in range(5)]
    assert dry.json["written"] == 0
    assert lazo.product.cloud.items() == []
    refused = lazo("stores", "import", file, code=2)
    assert "--yes" in refused.err, "nobody is there to be asked"
    assert lazo.product.cloud.items() == []

    assert lazo("stores", "import", file, "--yes", "--json").json["written"] == 5
    store_3 = stores.get_store(lazo.product.table, "store-3")
    assert store_3 is not None
    assert [c.name for c in store_3.contacts] == ["Ana 3", "Diego 0"]
    assert store_3.contacts[0].phone == "+56961000003"
    assert not store_3.hours.always
    place = stores.get_touchpoint(lazo.product.table, "c3-2")
    assert place is not None
    assert (place.store_id, place.label, place.active) == ("store-3", "Caja 2", True)
    looked_after = lazo.product.items(f"DATE#{retention.RETENTION_KIND}")
    assert len(looked_after) == 5, "what is too old is removed in each store"
    again = lazo("stores", "import", file, "--yes", "--json")
    assert again.json == {
        "mistakes": [],
        "warnings": [],
        "new": [],
        "changed": {},
        "same": 5,
        "not_in_file": [],
        "written": 0,
    }


def test_changes_are_shown_by_column_and_nothing_else_is_written(lazo: Lazo, tmp_path: Path) -> None:
    lazo("stores", "import", write_csv(tmp_path / "a.csv", [store_row(n) for n in range(3)]), "--yes")
    before = {item["pk"]: item for item in lazo.product.cloud.items() if item["sk"] == "STORE"}
    changed = store_row(
        1, policy__take_on_minutes="15", touchpoints="c1-1: Caja 1; c1-3: Bar", hours__sun="10:00-14:00"
    )
    ended = lazo("stores", "import", write_csv(tmp_path / "b.csv", [changed]), "--yes", "--json")
    assert ended.json["changed"] == {
        "store-1": {
            "row": 2,
            "columns": [
                {"column": "hours.sun", "before": "closed", "after": "10:00-14:00"},
                {"column": "policy.take_on_minutes", "before": "", "after": "15"},
            ],
            "touchpoints": [
                {"code": "c1-3", "store_id": "store-1", "label": "Bar", "active": True, "test": False}
            ],
        }
    }
    assert ended.json["not_in_file"] == ["store-0", "store-2"]
    after = {item["pk"]: item for item in lazo.product.cloud.items() if item["sk"] == "STORE"}
    assert {pk for pk in after if after[pk] != before[pk]} == {"STORE#store-1"}
    assert stores.get_touchpoint(lazo.product.table, "c1-2") is not None, "nothing is removed"


def test_an_interrupted_import_can_be_completed(lazo: Lazo, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stores.csv", [store_row(n) for n in range(12)])
    client = lazo.installation.client("dynamodb")
    transact, calls = client.transact_write_items, []

    def failing(**request: Any) -> Any:
        calls.append(1)
        if len(calls) == 5:
            raise OSError("the network went away")
        return transact(**request)

    client.transact_write_items = failing
    ended = lazo("stores", "import", file, "--yes", code=3)
    client.transact_write_items = transact
    assert "the network went away" in ended.err
    assert "Run the same command again" in ended.err
    written = len([item for item in lazo.product.cloud.items() if item["sk"] == "STORE"])
    assert 0 < written < 12
    assert lazo("stores", "import", file, "--yes", "--json").json["written"] >= 12 - written
    assert len([item for item in lazo.product.cloud.items() if item["sk"] == "QR"]) == 24
    assert lazo("stores", "import", file, "--yes", "--json").json["same"] == 12


def test_codes_and_contacts_of_stores_outside_the_file_are_refused(lazo: Lazo, tmp_path: Path) -> None:
    lazo("stores", "import", write_csv(tmp_path / "a.csv", [store_row(1), store_row(2)]), "--yes")
    thief = store_row(3, touchpoints="c1-1: Caja 1", contacts__2__email="another@aurora.example")
    ended = lazo("stores", "import", write_csv(tmp_path / "b.csv", [thief]), "--yes", "--json", code=1)
    assert [(each["row"], each["column"]) for each in ended.json["mistakes"]] == [
        (2, "contacts.2.email"),
        (2, "touchpoints"),
    ]
    assert "lazo touchpoints move c1-1 store-3" in ended.json["mistakes"][1]["reason"]
    assert stores.get_store(lazo.product.table, "store-3") is None


def test_an_unknown_column_is_reported_with_a_suggestion(lazo: Lazo, tmp_path: Path) -> None:
    file = tmp_path / "stores.csv"
    file.write_text("store_id,contacts.1.fone\nx,y\n")
    (mistake,) = lazo("stores", "import", str(file), "--json", code=1).json["mistakes"]
    assert (mistake["row"], mistake["column"]) == (1, "contacts.1.fone")
    assert "contacts.1.phone" in mistake["reason"]
