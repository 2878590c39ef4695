"""Each setting of a store's policy: its column in a sheet, and the attribute that the table holds."""

import csv
from pathlib import Path
from typing import Any

from lazo.followup.model import PRIORITIES
from lazo.table import stores
from ops.store_import.columns import FIXED_COLUMNS
from tests.builders import settings
from tests.ops.conftest import Lazo

SETTINGS: list[tuple[str, str, dict[str, Any]]] = [
    ("take_on_minutes", "20", {"N": "20"}),
    ("urgent_take_on_minutes", "6", {"N": "6"}),
    ("light_take_on_minutes", "300", {"N": "300"}),
    ("contact_hours", "48", {"N": "48"}),
    ("contact_clock", "open", {"S": "open"}),
    ("resolve_days", "4", {"N": "4"}),
    ("confirm_days", "8", {"N": "8"}),
    ("close_light_days", "9", {"N": "9"}),
    ("remind_minutes.taken_on", "1", {"N": "1"}),
    ("remind_minutes.contacted", "2", {"N": "2"}),
    ("remind_minutes.resolved", "3", {"N": "3"}),
    ("remind_minutes.confirmed", "4", {"N": "4"}),
    ("promises_per_day", "6", {"N": "6"}),
    ("promise_grace_days", "2", {"N": "2"}),
    ("delay_notice", "send", {"S": "send"}),
    ("delay_notice_hours", "5", {"N": "5"}),
    ("tell_customer", "no", {"BOOL": False}),
    ("customer_update_days", "3", {"N": "3"}),
    ("customer_messages_per_week", "4", {"N": "4"}),
    ("customer_quiet", "20:00-10:00", {"L": [{"S": "20:00"}, {"S": "10:00"}]}),
    ("ask_again_days", "15", {"N": "15"}),
    ("ask_again_every_days", "91", {"N": "91"}),
    ("retention_days", "365", {"N": "365"}),
    ("sms_per_hour", "21", {"N": "21"}),
    ("contact_messages_per_hour", "22", {"N": "22"}),
    ("answers_per_hour", "61", {"N": "61"}),
    ("currency", "CLP", {"S": "CLP"}),
    ("incentive_most.urgent", "40", {"N": "40"}),
    ("incentive_most.high", "30", {"N": "30"}),
    ("incentive_most.normal", "20", {"N": "20"}),
    ("incentive_most.light", "10", {"N": "10"}),
    ("incentive_month", "1000", {"N": "1000"}),
    ("risk_threshold", "5", {"N": "5"}),
    ("names_in_praise", "yes", {"BOOL": True}),
    ("names_on_thanks", "no", {"BOOL": False}),
]
"""The column after `policy.`, a cell, and the attribute that DynamoDB then holds, in the order of the columns."""


def stored_policy() -> dict[str, Any]:
    policy: dict[str, Any] = {}
    for name, _, attribute in SETTINGS:
        setting, _, entry = name.partition(".")
        if entry:
            policy.setdefault(setting, {"M": {}})["M"][entry] = attribute
        else:
            policy[setting] = attribute
    return policy


def test_a_sheet_has_a_column_for_each_setting() -> None:
    columns = [column for column in FIXED_COLUMNS if column.startswith("policy.")]
    assert columns == [f"policy.{name}" for name, _, _ in SETTINGS]


def test_a_cell_is_stored_and_read_and_exported(lazo: Lazo, tmp_path: Path) -> None:
    stores.put_store(lazo.product.table, settings())
    lazo("touchpoints", "add", "norte", "caja1", "Caja 1")
    file = tmp_path / "stores.csv"
    lazo("stores", "export", str(file))
    with file.open(encoding="utf-8-sig", newline="") as sheet:
        (row,) = csv.DictReader(sheet)
    row |= {f"policy.{name}": cell for name, cell, _ in SETTINGS}
    with file.open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.DictWriter(sheet, list(row))
        writer.writeheader()
        writer.writerow(row)
    lazo("stores", "import", str(file), "--yes")

    key = {"pk": {"S": "STORE#norte"}, "sk": {"S": "STORE"}}
    item = lazo.installation.client("dynamodb").get_item(
        TableName=lazo.installation.resources["Table"], Key=key
    )["Item"]
    assert item["policy"] == {"M": stored_policy()}
    store = stores.get_store(lazo.product.table, "norte")
    assert store is not None
    assert store.policy.customer_quiet == ("20:00", "10:00")
    assert store.policy.incentive_most["light"] == 10
    lazo("stores", "export", str(file))
    with file.open(encoding="utf-8-sig", newline="") as sheet:
        assert next(csv.DictReader(sheet)) == row


def test_entries_of_incentives_are_the_priorities() -> None:
    entries = [name.partition(".")[2] for name, _, _ in SETTINGS if name.startswith("incentive_most.")]
    assert tuple(entries) == PRIORITIES
