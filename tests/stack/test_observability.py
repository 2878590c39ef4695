"""Alarms: each is explained, each goes to the operator, and each looks at something that is really measured."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from infra.local.cloudformation.template import load
from tests.builders import START
from tests.product import Product, output
from tests.provider_reports import bounce, sms_log, tell

ROOT = Path(__file__).resolve().parents[2]
ABOVE: dict[str, Any] = load(
    ROOT / "template.yaml", {"SenderEmail": "lazo@example.com"}, "us-east-1"
).resources
BELOW: dict[str, Any] = yaml_parse((ROOT / "infra" / "observability.yaml").read_text(encoding="utf-8"))
GIVEN: dict[str, Any] = ABOVE["Observability"]["Properties"]["Parameters"]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")

ALARMS: dict[str, dict[str, Any]] = {
    name: resource["Properties"]
    for name, resource in {**ABOVE, **BELOW["Resources"]}.items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}


def metrics(alarm: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "MetricName" in alarm:
        yield alarm
    for each in alarm.get("Metrics", []):
        if "MetricStat" in each:
            yield each["MetricStat"]["Metric"]


def test_each_alarm_has_its_entry_in_the_runbook_and_each_entry_its_alarm() -> None:
    alarms = RUNBOOK.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^### (\w+)$", alarms, re.MULTILINE)) == sorted(ALARMS)


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_entry_says_what_it_means_and_what_to_do(name: str) -> None:
    entry = RUNBOOK.partition(f"\n### {name}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    for part in ("**Means.**", "**Harm.**", "**Look.**", "**Do.**"):
        assert part in entry, f"{name} lacks {part}"


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_tells_the_operator_where_to_read_on(name: str) -> None:
    alarm = ALARMS[name]
    topic = {"Ref": "AlarmsTopic" if name in BELOW["Resources"] else "Alarms"}
    assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
    assert alarm["AlarmDescription"].endswith(f"docs/runbook.md, {name}.")
    assert alarm["TreatMissingData"]


def test_what_is_asked_for_is_watched() -> None:
    seen = {m["MetricName"] for alarm in ALARMS.values() for m in metrics(alarm)}
    assert seen >= {
        "5xx",
        "IteratorAge",
        "ApproximateNumberOfMessagesVisible",
        "OldestUnfinishedSeconds",
        "OldestDueSeconds",
        "SMSMonthToDateSpentUSD",
        "MessagesFailed",
        "AlertDelay",
    }
    slow = ALARMS["AlertsSlow"]
    assert (slow["ExtendedStatistic"], slow["Threshold"]) == ("p95", 60)


def test_every_dead_letter_store_is_watched() -> None:
    stores = {n for n, r in ABOVE.items() if r["Type"] == "AWS::SQS::Queue" and n.endswith("DeadLetters")}
    assert len(stores) == 6
    assert {name: GIVEN[name] for name in stores} == {
        name: {"Fn::GetAtt": [name, "QueueName"]} for name in stores
    }
    watched = {
        dimension["Value"]["Ref"]
        for alarm in ALARMS.values()
        if alarm.get("Namespace") == "AWS/SQS"
        for dimension in alarm["Dimensions"]
    }
    assert watched == stores


def test_the_stack_below_is_given_all_that_it_asks_for_and_every_function() -> None:
    assert GIVEN.keys() == BELOW["Parameters"].keys()
    functions = {n for n, r in ABOVE.items() if r["Type"] == "AWS::Lambda::Function"}
    assert {name: GIVEN[name] for name in functions} == {name: {"Ref": name} for name in functions}


def test_when_no_sweep_runs_that_is_an_alarm() -> None:
    assert ALARMS["DueItemsLate"]["TreatMissingData"] == "breaching"


@pytest.fixture
def written(product: Product) -> list[dict[str, Any]]:
    """What the functions write when an alert is sent, one is refused, and one bounces."""
    with output() as lines:
        product.open_shop()
        product.unhappy()
        product.drain()
        for sent in product.deliveries().values():
            if sent["channel"] == "sms":
                product.cloud.invoke("DeliveryEvents", sms_log(sent["provider_id"], START, "Blocked"))
            else:
                tell(product, bounce(sent["provider_id"], START))
        product.refuse_sms(times=3)
        product.refuse_email()
        product.accept(score=1)
        product.drain()
        product.advance(timedelta(minutes=2))
    return [entry for entry in map(json.loads, lines.getvalue().splitlines()) if "_aws" in entry]


def test_every_metric_of_ours_that_an_alarm_looks_at_is_written_so(written: list[dict[str, Any]]) -> None:
    there = {
        (metric["Name"], frozenset((name, entry[name]) for name in dimensions))
        for entry in written
        for told in entry["_aws"]["CloudWatchMetrics"]
        for metric in told["Metrics"]
        for dimensions in told["Dimensions"]
    }
    looked_at = {
        (m["MetricName"], frozenset((d["Name"], d["Value"]) for d in m["Dimensions"]))
        for alarm in ALARMS.values()
        for m in metrics(alarm)
        if m["Namespace"] == {"Ref": "Namespace"}
    }
    assert len(looked_at) == 7
    assert looked_at <= there
    namespaces = {told["Namespace"] for entry in written for told in entry["_aws"]["CloudWatchMetrics"]}
    assert namespaces == {"Lazo/local"}
    assert GIVEN["Namespace"] == {"Fn::Sub": "Lazo/${Stage}"}


def test_the_dashboard_is_one_that_cloudwatch_takes() -> None:
    text = BELOW["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    body = json.loads(re.sub(r"\$\{SmsBudgetUsd\}", "100", text))
    names = set(re.findall(r"\$\{([\w:]+)\}", text))
    assert names <= BELOW["Parameters"].keys() | {"AWS::Region"}
    taken = set()
    for widget in body["widgets"]:
        assert widget["x"] + widget["width"] <= 24
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken, "two widgets overlap"
        taken |= cells
