"""The product's own template in the local cloud."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.cloud import SWEPT_INDEX, LocalCloud
from infra.local.demo import seed

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": "http://127.0.0.1:8000", "Stage": "local"}


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud.start(ROOT / "template.yaml", GIVEN) as started:
        yield started


def test_every_source_is_wired(cloud: LocalCloud) -> None:
    assert {"GET /s/{code}", "POST /s/{code}", "GET /f/{token}"} <= {
        route.key
        for route in cloud._gateway.routes  # type: ignore[union-attr]
    }
    mappings = [
        resource.properties["FunctionName"]
        for resource in cloud.resources.values()
        if resource.type == "AWS::Lambda::EventSourceMapping"
    ]
    assert sorted(mappings) == sorted([cloud.physical_id("Classify"), cloud.physical_id("Notify")])


def test_the_base_url_comes_from_the_parameter(cloud: LocalCloud) -> None:
    assert cloud.functions["Notify"].environment["BASE_URL"] == "http://127.0.0.1:8000"
    assert cloud.stack.outputs["BaseUrl"] == "http://127.0.0.1:8000"


def test_each_function_gets_its_own_variables_only(cloud: LocalCloud) -> None:
    assert cloud.functions["Collect"].environment["LINK_KEY_SECRET"] == cloud.physical_id("LinkKey")
    assert "TOPIC_ARN" not in cloud.functions["Collect"].environment
    assert "SENDER_EMAIL" not in cloud.functions["Desk"].environment


def test_without_an_operator_nobody_is_subscribed(cloud: LocalCloud) -> None:
    assert "AlarmsToOperator" not in cloud.resources


def test_the_functions_whose_idle_ticks_are_skipped_exist(cloud: LocalCloud) -> None:
    for function, index in SWEPT_INDEX.items():
        assert function in cloud.functions
        assert cloud._tables.has_index(index)


def test_the_demo_stores_speak_three_languages_and_the_first_is_always_open(cloud: LocalCloud) -> None:
    seed.seed(cloud)
    assert {store["language"] for store in cloud.stores} == {"es", "en", "pt"}
    for store in cloud.stores:
        assert set(store) == {"store_id", "name", "language", "timezone", "touchpoints", "contacts"}
        for touchpoint in store["touchpoints"]:
            assert set(touchpoint) == {"code", "label", "survey_path"}
            assert touchpoint["survey_path"] == f"/s/{touchpoint['code']}"
        for contact in store["contacts"]:
            assert set(contact) == {"name", "phone", "email", "level"}
    first = next(item for item in cloud.items() if item["pk"] == f"STORE#{cloud.stores[0]['store_id']}")
    assert first["hours"]["always"] is True
