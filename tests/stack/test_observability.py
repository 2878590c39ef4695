"""Alarms: each has an entry in the runbook, notifies the operator, and watches a metric that is written."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloudformation.template import load
from infra.local.cloudformation.template_yaml import read_yaml
from lazo.phrases.theme_rules import load_theme_rules
from tests.builders import START
from tests.product import Product, output
from tests.provider_reports import bounce, sms_log, tell

ROOT = Path(__file__).resolve().parents[2]
MAIN: dict[str, Any] = load(
    ROOT / "template.yaml", {"SenderEmail": "lazo@example.com"}, "us-east-1"
).resources
NESTED: dict[str, Any] = read_yaml((ROOT / "infra" / "observability.yaml").read_text(encoding="utf-8"))
PASSED: dict[str, Any] = MAIN["Observability"]["Properties"]["Parameters"]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")

ALARMS: dict[str, dict[str, Any]] = {
    name: resource["Properties"]
    for name, resource in {**MAIN, **NESTED["Resources"]}.items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}

ANALYTICS: dict[str, Any] = read_yaml((ROOT / "infra" / "analytics.yaml").read_text(encoding="utf-8"))
OF_ANALYSTS = {n: r for n, r in ANALYTICS["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm"}
"""Alarms of the optional stack, which have entries in the same runbook."""


def metrics(alarm: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each metric of an alarm, as it names one or as its expression combines several."""
    if "MetricName" in alarm:
        yield alarm
    for each in alarm.get("Metrics", []):
        if "MetricStat" in each:
            yield each["MetricStat"]["Metric"]


def test_the_runbook_has_an_entry_for_each_alarm_and_no_other() -> None:
    entries = RUNBOOK.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^### (\w+)$", entries, re.MULTILINE)) == sorted({*ALARMS, *OF_ANALYSTS})


@pytest.mark.parametrize("name", sorted({*ALARMS, *OF_ANALYSTS}))
def test_a_runbook_entry_says_what_the_alarm_means_and_what_to_do(name: str) -> None:
    entry = RUNBOOK.partition(f"\n### {name}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    for part in ("**Means.**", "**Harm.**", "**Look.**", "**Do.**"):
        assert part in entry, f"{name} lacks {part}"


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_notifies_the_operator_and_names_its_runbook_entry(name: str) -> None:
    alarm = ALARMS[name]
    topic = {"Ref": "AlarmsTopic" if name in NESTED["Resources"] else "Alarms"}
    assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
    assert alarm["AlarmDescription"].endswith(f"docs/runbook.md, {name}.")
    assert alarm["TreatMissingData"]


def test_an_alarm_of_the_optional_stack_names_its_runbook_entry() -> None:
    for name, alarm in OF_ANALYSTS.items():
        assert alarm["Properties"]["AlarmDescription"].endswith(f"docs/runbook.md, {name}.")


def test_the_required_metrics_have_alarms() -> None:
    watched = {m["MetricName"] for alarm in ALARMS.values() for m in metrics(alarm)}
    assert watched >= {
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


def test_every_dead_letter_queue_has_an_alarm() -> None:
    queues = {n for n, r in MAIN.items() if r["Type"] == "AWS::SQS::Queue" and n.endswith("DeadLetters")}
    assert len(queues) == 6
    assert {name: PASSED[name] for name in queues} == {
        name: {"Fn::GetAtt": [name, "QueueName"]} for name in queues
    }
    watched = {
        dimension["Value"]["Ref"]
        for alarm in ALARMS.values()
        if alarm.get("Namespace") == "AWS/SQS"
        for dimension in alarm["Dimensions"]
    }
    assert watched == queues


def test_the_nested_stack_gets_every_parameter_and_every_function() -> None:
    assert PASSED.keys() == NESTED["Parameters"].keys()
    functions = {n for n, r in MAIN.items() if r["Type"] == "AWS::Lambda::Function"}
    assert {name: PASSED[name] for name in functions} == {name: {"Ref": name} for name in functions}


def test_an_alarm_goes_off_when_no_sweep_runs() -> None:
    assert ALARMS["DueItemsLate"]["TreatMissingData"] == "breaching"


@contextmanager
def without_rules() -> Iterator[None]:
    """No file of themes can be read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lazo.phrases.theme_rules.FOLDER", Path("nowhere"))
        load_theme_rules.cache_clear()
        yield
    load_theme_rules.cache_clear()


@pytest.fixture
def written(product: Product) -> list[dict[str, Any]]:
    """The metrics (EMF) that the functions write when an alert is sent, one is refused, and one bounces; when a store
    gets too many answers, of which the stream lost one; when the rules cannot be read; and while SMS are paused."""
    with output() as lines:
        product.open_store(store_id="sur", policy={"answers_per_hour": 1})
        product.classify(*(product.accept(store_id="sur", score=10) for _ in range(2)))
        product.accept(store_id="sur", score=10)
        product.wait(timedelta(minutes=3))
        product.scheduler()
        with without_rules():
            product.classify(product.accept(store_id="sur", score=9))
            product.accept(store_id="sur", score=9)
            product.wait(timedelta(minutes=3))
            product.scheduler()
        product.open_store()
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
        product.cloud.invoke("DeliveryEvents", sms_log("else", START, "No quota left for account"))
        product.advance(timedelta(minutes=2))
    return [entry for entry in map(json.loads, lines.getvalue().splitlines()) if "_aws" in entry]


def test_every_metric_of_lazo_with_an_alarm_is_written(written: list[dict[str, Any]]) -> None:
    found = {
        (metric["Name"], frozenset((name, entry[name]) for name in dimensions))
        for entry in written
        for directive in entry["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]
        for dimensions in directive["Dimensions"]
    }
    watched = {
        (m["MetricName"], frozenset((d["Name"], d["Value"]) for d in m["Dimensions"]))
        for alarm in ALARMS.values()
        for m in metrics(alarm)
        if m["Namespace"] == {"Ref": "Namespace"}
    }
    assert len(watched) == 12
    assert watched <= found
    namespaces = {each["Namespace"] for entry in written for each in entry["_aws"]["CloudWatchMetrics"]}
    assert namespaces == {"Lazo/local"}
    assert PASSED["Namespace"] == {"Fn::Sub": "Lazo/${Stage}"}


def test_cloudwatch_can_show_the_dashboard() -> None:
    text = NESTED["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    body = json.loads(re.sub(r"\$\{SmsBudgetUsd\}", "100", text))
    names = set(re.findall(r"\$\{([\w:]+)\}", text))
    assert names <= NESTED["Parameters"].keys() | {"AWS::Region"}
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
