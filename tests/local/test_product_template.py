"""The product's own template in the local cloud."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from collect.elsewhere import ROUTES
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


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/desk/sign-in", "GET /desk/sign-in"),
        ("HEAD", "/desk", "HEAD /desk"),
        ("GET", "/m/token/data", "GET /m/{token}/data"),
        ("POST", "/m/token/data", "POST /m/{token}/{action}"),
        ("GET", "/s/caja3/thanks", "GET /s/{code}/thanks"),
        ("GET", "/desk/", "$default"),
        ("GET", "/Desk", "$default"),
        ("GET", "/s/caja3/", "$default"),
        ("GET", "/", "$default"),
        ("GET", "/favicon.ico", "$default"),
        ("PUT", "/s/caja3", "$default"),
        ("OPTIONS", "/desk", "$default"),
        ("GET", "/v1/customers/events", "$default"),
    ],
)
def test_a_request_takes_the_route_that_api_gateway_documents(
    cloud: LocalCloud, method: str, path: str, route: str
) -> None:
    """Routing API requests (API Gateway Developer Guide): the full match of route and method, then a greedy one, then
    $default, so that its own `{"message":"Not Found"}` is never seen."""
    assert cloud._gateway
    matching = [each for each in cloud._gateway.routes if each.match(method, path) is not None]
    assert matching[0].key == route


def test_every_page_answers_head_and_the_mistyped_are_led_to_every_route(cloud: LocalCloud) -> None:
    assert cloud._gateway
    methods: dict[str, set[str]] = {}
    for route in cloud._gateway.routes:
        methods.setdefault(route.path, set()).add(route.method)
    assert methods.pop("$default") == {"ANY"}
    assert methods == {path: set(known) for path, known in ROUTES.items()}
    assert all("HEAD" in known for known in methods.values() if "GET" in known)


def test_the_base_url_comes_from_the_parameter(cloud: LocalCloud) -> None:
    assert cloud.functions["Notify"].environment["BASE_URL"] == "http://127.0.0.1:8000"
    assert cloud.stack.outputs["BaseUrl"] == "http://127.0.0.1:8000"


def test_each_function_gets_its_own_variables_only(cloud: LocalCloud) -> None:
    assert cloud.functions["Collect"].environment["LINK_KEY_SECRET"] == cloud.physical_id("LinkKey")
    assert "CUSTOMER_KEY_SECRET" not in cloud.functions["Classify"].environment
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
