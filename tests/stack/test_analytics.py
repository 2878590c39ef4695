"""infra/analytics.yaml: the table fits what DynamoDB exports, and the views say what is in it.

The views are read as Athena's SQL by sqlglot, translated to DuckDB's, and run there on an export of the sample of all
kinds of items. This proves what they select and count, not that Athena's engine and SerDe do the same: that the SerDe
writes names small and passes over what is no JSON is played here, by the SerDe's documentation.
"""

import gzip
import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest
import sqlglot
from sqlglot import exp

from infra.local.cloudformation.template_yaml import read_yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE: dict[str, Any] = read_yaml((ROOT / "infra" / "analytics.yaml").read_text(encoding="utf-8"))
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
COLUMNS: dict[str, str] = {
    column["Name"]: column["Type"]
    for column in RESOURCES["TableExports"]["Properties"]["TableInput"]["StorageDescriptor"]["Columns"]
}
VIEWS = {
    resource["Properties"]["Name"].partition(" ")[2]: str(resource["Properties"]["QueryString"])
    for resource in RESOURCES.values()
    if resource["Type"] == "AWS::Athena::NamedQuery"
}
SAMPLE: list[dict[str, Any]] = json.loads((ROOT / "tests" / "data" / "stored_items.json").read_text("utf-8"))[
    "items"
]
NIGHT: dict[str, Any] = {
    "pk": {"S": "STORE#norte"},
    "sk": {"S": "ANSWER#01KKAAAAAAAAAAAAAAAAAAAAAA"},
    "ulid": {"S": "01KKAAAAAAAAAAAAAAAAAAAAAA"},
    "store_id": {"S": "norte"},
    "touchpoint": {"S": "Caja 3"},
    "at": {"S": "2026-03-10T02:59:59.999Z"},
    "language": {"S": "es"},
    "score": {"N": "10"},
    "band": {"S": "promoter"},
    "themes": {"L": []},
    "praised": {"L": [{"S": "price"}, {"S": "service"}]},
    "suspect": {"L": [{"S": "unusual_rate"}]},
    "classified_at": {"S": "2026-03-10T03:00:00.000Z"},
    "comment": {"S": "Rosa"},
}
"""An answer a moment before midnight in Santiago (UTC-3)."""


def smaller(value: Any) -> Any:
    """JSON with all names small, as the SerDe gives it."""
    if isinstance(value, dict):
        return {name.lower(): smaller(each) for name, each in value.items()}
    return [smaller(each) for each in value] if isinstance(value, list) else value


def write_export(folder: Path, export_id: str, items: list[dict[str, Any]], exported_at: str | None) -> None:
    """Write files as "DynamoDB table export output format" (Developer Guide) shows them; None for `exported_at`: the
    export has not ended."""
    place = folder / "AWSDynamoDB" / export_id
    (place / "data").mkdir(parents=True)
    lines = "".join(json.dumps(smaller({"Item": item})) + "\n" for item in items)
    (place / "data" / "a1b2c3.json.gz").write_bytes(gzip.compress(lines.encode()))
    if exported_at:
        summary = {"version": "2020-06-30", "exportTime": exported_at, "itemCount": len(items)}
        (place / "manifest-summary.json").write_text(json.dumps(smaller(summary)) + "\n")
        (place / "manifest-files.json").write_text(json.dumps(smaller({"itemCount": 1, "etag": "x"})) + "\n")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The views over three exports: an old one, the newest that has ended, and one that is being written."""
    folder = tmp_path_factory.mktemp("exports")
    write_export(folder, "01770000000000-aaaaaaaa", [NIGHT, NIGHT], "2026-02-01T00:00:00.000Z")
    write_export(folder, "01774400000000-bbbbbbbb", [*SAMPLE, NIGHT], "2026-03-25T00:00:00.000Z")
    write_export(folder, "01774500000000-cccccccc", [NIGHT] * 3, None)
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    database.execute(
        "CREATE MACRO at_timezone(instant, zone) AS timezone(zone, instant)"
    )  # as Trino names it
    types = {name: exp.DataType.build(kind, dialect="hive").sql("duckdb") for name, kind in COLUMNS.items()}
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    database.execute(
        f"""CREATE VIEW table_exports AS SELECT * EXCLUDE (filename), filename AS "$path" FROM read_json(
        '{folder}/**/*.json*', format='newline_delimited', filename=true, columns={{{columns}}})"""
    )
    for query in VIEWS.values():
        database.execute(sqlglot.transpile(query, read="athena", write="duckdb")[0])
    return database


def rows(history: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return history.execute(query).fetchall()


def of_kind(prefix: str) -> list[dict[str, Any]]:
    return [item for item in SAMPLE if item["sk"]["S"].startswith(prefix)]


def test_only_the_newest_export_that_has_ended_is_read(history: duckdb.DuckDBPyConnection) -> None:
    assert rows(history, "SELECT count(*), min(exported_at), max(exported_at) FROM items") == [
        (len(SAMPLE) + 1, "2026-03-25T00:00:00.000Z", "2026-03-25T00:00:00.000Z")
    ]


def test_an_answer_is_of_its_stores_day(history: duckdb.DuckDBPyConnection) -> None:
    query = f"SELECT * FROM answers WHERE answer_id = '{NIGHT['ulid']['S']}'"
    (row,) = history.execute(query).fetchall()
    found = dict(zip([column[0] for column in history.description or ()], row, strict=True))
    assert found["day"] == date(2026, 3, 9)
    assert found["at"] == datetime.fromisoformat("2026-03-10T02:59:59.999+00:00")
    assert (found["score"], found["band"], found["counted"], found["erased"]) == (
        10,
        "promoter",
        False,
        False,
    )
    assert (found["complained"], found["praised"], found["mentioned"]) == ([], ["price", "service"], None)
    assert "Rosa" not in str(found)


def test_answers_counted_one_by_one_are_what_the_counters_say(history: duckdb.DuckDBPyConnection) -> None:
    """The sample's counters were written by the product as the answers came in."""
    counted: Counter[tuple[str, date, str]] = Counter()
    for store_id, day, band in rows(history, "SELECT store_id, day, band FROM answers WHERE counted"):
        counted[store_id, day, band] += 1
    by_day: Counter[tuple[str, date, str]] = Counter()
    bands = ("promoter", "passive", "detractor")
    for store_id, day, *counts in rows(
        history, "SELECT store_id, day, promoters, passives, detractors FROM scores_by_day"
    ):
        by_day.update({(store_id, day, band): n for band, n in zip(bands, counts, strict=True) if n})
    assert sum(by_day.values()) > 10
    assert counted <= by_day
    # Counted all the same: of a restricted customer, and by its tap, while the form waits to be classified.
    left_out = [item for item in of_kind("ANSWER#") if {"restricted_at", "counted_as"} & item.keys()]
    assert (by_day - counted).total() == len(left_out) == 2


def test_suspect_answers_and_the_sum_of_bands(history: duckdb.DuckDBPyConnection) -> None:
    days = of_kind("DAY#")
    suspect = sum(int(v["N"]) for day in days for name, v in day.items() if name.startswith("x"))
    scores = sum(
        int(v["N"]) for day in days for name, v in day.items() if name[0] == "s" and name[1:].isdigit()
    )
    assert rows(history, "SELECT sum(n), sum(suspect), count(*) FROM scores_by_day") == [
        (scores, suspect, len(days))
    ]


def test_follow_ups_with_their_times(history: duckdb.DuckDBPyConnection) -> None:
    stored = {
        item["followup_id"]["S"]: item
        for item in of_kind("FU")
        if item["sk"]["S"] == "FU" and not {"restricted_at", "erased_at"} & item.keys()
    }
    found = rows(
        history,
        "SELECT followup_id, stage, owner, level, opened_at, resolved_at, ended_at, minutes_to_resolved FROM followups",
    )
    assert {row[0] for row in found} == stored.keys()
    for followup_id, stage, owner, level, opened_at, resolved_at, ended_at, minutes in found:
        item = stored[followup_id]
        assert (stage, str(level)) == (item["stage"]["S"], item["level"]["N"])
        assert owner == item.get("owner", {}).get("S")
        assert opened_at == datetime.fromisoformat(item["opened_at"]["S"])
        assert (resolved_at is None) == ("resolved_at" not in item) == (minutes is None)
        assert (ended_at is None) == (not {"confirmed_at", "unconfirmed_at", "unanswered_at"} & item.keys())
    assert any(row[-1] is not None for row in found)
    assert any(row[-2] is not None for row in found)


def test_themes_are_those_of_counted_answers(history: duckdb.DuckDBPyConnection) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for item in of_kind("ANSWER#"):
        if (
            "classified_at" not in item
            or item["suspect"]["L"]
            or {"restricted_at", "provisional"} & item.keys()
        ):
            continue
        for said, name in (("complained", "themes"), ("praised", "praised"), ("mentioned", "mentioned")):
            expected.update((said, theme["S"]) for theme in item.get(name, {"L": []})["L"])
    found = rows(history, "SELECT said, theme, count(*) FROM themes GROUP BY said, theme")
    assert {(said, theme): n for said, theme, n in found} == expected
    assert len(expected) > 2


def test_no_view_and_no_column_holds_who_a_customer_is() -> None:
    personal = {
        "name",
        "phone",
        "email",
        "comment",
        "customer_pk",
        "customer_also",
        "consent",
        "contacts",
        "note",
    }
    named = {field.partition(":")[0] for field in COLUMNS["item"].removeprefix("struct<").split(",")}
    assert named & personal == {"name"}  # of a store; an answer's is read by no view
    assert {view for view, query in VIEWS.items() if "item.name" in query} == {"stores"}


def test_exports_are_gone_before_a_customer_could_ask_twice() -> None:
    rules = RESOURCES["History"]["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {rule["Id"]: rule.get("ExpirationInDays") for rule in rules}
    assert days == {"exports": {"Ref": "KeepDays"}, "results": 7, "parts": None}
    assert TEMPLATE["Parameters"]["KeepDays"]["MaxValue"] == 30
    assert "VersioningConfiguration" not in RESOURCES["History"]["Properties"]


def test_the_schedule_asks_dynamodb_for_a_full_export() -> None:
    """Against botocore's model of ExportTableToPointInTime."""
    target = RESOURCES["Export"]["Properties"]["Target"]
    text, _ = target["Input"]["Fn::Sub"]
    filled = text.replace("${Encryption}", '"S3SseAlgorithm": "AES256"')
    asked = json.loads(filled)
    client = boto3.client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    shape = client.meta.service_model.operation_model("ExportTableToPointInTime").input_shape
    assert asked.keys() <= shape.members.keys()
    assert set(shape.required_members) <= asked.keys()
    for name in ("ExportFormat", "ExportType", "S3SseAlgorithm"):
        assert asked[name] in shape.members[name].enum
    assert target["Arn"]["Fn::Sub"].endswith(":scheduler:::aws-sdk:dynamodb:exportTableToPointInTime")
    assert asked["S3Prefix"] == "exports"


def test_the_schedule_has_the_rights_that_an_export_needs_and_no_more() -> None:
    """Those of "Requesting a table export in DynamoDB" (Developer Guide), and to keep a start that failed."""
    (policy,) = RESOURCES["ExportRole"]["Properties"]["Policies"]
    allowed = [statement["Action"] for statement in policy["PolicyDocument"]["Statement"]]
    assert allowed == [
        "dynamodb:ExportTableToPointInTime",
        ["s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload"],
        "sqs:SendMessage",
    ]
