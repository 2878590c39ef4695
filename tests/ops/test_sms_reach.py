"""What SMS cannot do for the stores of a file is told; a contact whom nothing would reach is a mistake."""

from pathlib import Path
from typing import Any

import pytest

from lazo.messaging.two_way_sms import TwoWayNumbers
from ops.doctor.sms_senders import check_sms_countries
from ops.store_import.sms_reach import check_sms_reach
from ops.store_import.store_file import StoreEntry
from tests.builders import ANA, DIEGO
from tests.ops.conftest import Lazo
from tests.ops.sheets import store_row, write_csv

AMERICAN = "+12025550143"


def entry(store_id: str, country: str, *contacts: dict[str, str]) -> StoreEntry:
    settings: dict[str, Any] = {"store_id": store_id, "country": country, "contacts": list(contacts)}
    return StoreEntry(settings, ())


def test_a_contact_with_nothing_but_an_sms_that_cannot_arrive_is_a_mistake() -> None:
    only_phone = entry("a", "US", {"email": "m@aurora.example"}, {"phone": AMERICAN})
    found = check_sms_reach([(2, only_phone)], "", TwoWayNumbers())
    ((row, column, reason),) = [(each.row, each.column, each.reason) for each in found.mistakes]
    assert (row, column) == (2, "contacts.2.phone")
    assert "without a number of your own: give an e-mail too, or lease a short code or long code" in reason
    assert check_sms_reach([(2, only_phone)], "", TwoWayNumbers({"US": "22395"})).mistakes == ()


def test_what_does_not_work_is_told_once_for_each_country() -> None:
    reachable = {"phone": AMERICAN, "email": "m@aurora.example"}
    stores = [(2, entry("a", "CL", {"phone": "+56961000001"})), (3, entry("b", "CL", reachable))]
    found = check_sms_reach(stores, "AURORA", TwoWayNumbers())
    assert found.mistakes == ()
    chile, america = found.warnings
    assert chile.startswith("Chile shows no sender id")
    assert chile.endswith("(a and 1 more)")
    assert america.endswith("(b)")
    assert check_sms_reach(stores[:1], "", TwoWayNumbers()).warnings == ()


def test_the_import_refuses_and_warns(lazo: Lazo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [store_row(0), store_row(1, contacts__1__phone=AMERICAN)]
    refused = lazo("stores", "import", write_csv(tmp_path / "a.csv", rows), "--yes", "--json", code=1)
    assert [(each["row"], each["column"]) for each in refused.json["mistakes"]] == [(3, "contacts.1.phone")]
    monkeypatch.setitem(lazo.installation.parameters, "SmsSenderId", "AURORA")
    told = lazo("stores", "import", write_csv(tmp_path / "b.csv", rows[:1]), "--dry-run")
    assert "SMS: Chile shows no sender id" in told.err


def test_the_doctor_names_contacts_whom_no_alert_reaches(lazo: Lazo) -> None:
    lazo.product.open_store()
    assert check_sms_countries(lazo.installation).state == "ok"
    lazo.product.open_store(store_id="miami", contacts=[{**ANA, "email": None, "phone": AMERICAN}, DIEGO])
    found = check_sms_countries(lazo.installation)
    assert found.state == "failed"
    assert found.message.startswith("no alert reaches 1 of the contacts: United States takes no SMS")
