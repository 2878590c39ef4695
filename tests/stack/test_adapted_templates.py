"""What is deployed to the emulator is the product's template: each adaptation still has something to adapt."""

import copy
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloudformation.template_yaml import read_yaml
from tests.emulated import adapted_templates

ROOT = Path(__file__).parents[2]


def read(name: str) -> Any:
    return read_yaml((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("adapt", adapted_templates.MAIN, ids=lambda adapt: adapt.__name__)
def test_each_adaptation_is_needed(adapt: adapted_templates.Adaptation) -> None:
    template = read("template.yaml")
    before = copy.deepcopy(template)
    adapt(template)
    assert template != before


def test_every_route_is_added() -> None:
    template = adapted_templates.adapt_main(read("template.yaml"))
    events = [
        event["Properties"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::Serverless::Function"
        for event in each["Properties"]["Events"].values()
        if event["Type"] == "HttpApi"
    ]
    routes = [
        each["Properties"]["RouteKey"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::ApiGatewayV2::Route"
    ]
    assert len(routes) == len(set(routes)) == len(events)
    assert {"POST /s/{code}", "GET /desk", "$default"} <= set(routes)


def test_alarms_that_watch_one_metric_stay() -> None:
    template = read("infra/observability.yaml")
    before = set(template["Resources"])
    adapted_templates.adapt_observability(template)
    dropped = before - set(template["Resources"])
    assert 0 < len(dropped) < 5
