"""The OpenAPI document and the handlers say the same: schemathesis makes requests of the document, valid and invalid
ones, and holds each response to it (status, content type, body, headers, methods)."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import schemathesis
from jsonschema import Draft202012Validator
from schemathesis import hooks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import ScenarioRecorder

from api.openapi import PAGES, document
from infra.local.server import LocalServer
from lazo.auth.api_rights import API_RIGHTS
from lazo.insight.response_rate import MOST_VISITORS
from lazo.web.json_body import MOST_ROWS
from tests.feed import put_answer
from tests.functions.api_client import VISITORS, ApiClient
from tests.parts import WHOLE
from tests.product import Product

EXAMPLES = int(os.environ.get("LAZO_API_EXAMPLES", "10" if WHOLE else "4"))
"""Requests to each list, beside those that schemathesis makes of every document; `make test-api` makes more."""


@pytest.fixture
def client(brand: Product) -> ApiClient:
    for n in range(3):
        put_answer(brand, "lento", n, store_id=("norte", "sur")[n % 2])
    brand.accept(score=1)
    brand.drain()
    return ApiClient(brand, may=API_RIGHTS)


@pytest.fixture
def acceptable() -> Iterator[None]:
    schemathesis.hook("before_call")(_make_acceptable)
    yield
    hooks.unregister(_make_acceptable)


@pytest.mark.long
@pytest.mark.usefixtures("acceptable")
def test_requests_of_the_document_get_what_it_says(client: ApiClient) -> None:
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "headers": {"x-api-key": client.key, "accept-encoding": "identity"},
            "generation": {"max-examples": EXAMPLES, "database": "none"},
            # Cannot send its request through WSGI (schemathesis 4.32); test_api asks without a key.
            "checks": {"ignored_auth": {"enabled": False}},
            "phases": {"stateful": {"enabled": False}},
        }
    )
    server = LocalServer(client.product.cloud)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        del environ["RAW_URI"]  # werkzeug's test client leaves the query out of it
        return server(environ, start_response)

    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", application, config=config)
    asked: Counter[int] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, (NonFatalError, FatalError)):
            raise event.value if isinstance(event, NonFatalError) else event.exception
        if isinstance(event, ScenarioFinished):
            _hold(event.recorder, asked)
    assert asked[200] > 50
    assert asked[422] > 100


def _make_acceptable(_context: object, case: schemathesis.Case, _kwargs: object) -> None:
    """Give a request that fits the document what no schema can say: a store that is there, a range that holds
    days, no cursor, which only a page can give; and days that have been, each once."""
    if not (case.meta and case.meta.generation.mode.is_positive):
        return
    if case.path == VISITORS and isinstance(case.body, dict):
        # Of the longest lists schemathesis 4.32 makes rows that are not valid either.
        rows = [{**row, "visitors": min(max(row["visitors"], 0), MOST_VISITORS)} for row in case.body["days"]]
        days = [str(date(2025, 9, 1) + timedelta(days=n)) for n in range(MOST_ROWS)]
        case.body = {
            "days": [{**row, "store_id": "norte", "day": day} for row, day in zip(rows, days, strict=False)]
        }
    if not case.query:
        return
    fitting = {"store": ["norte"], "from": "2026-03-09", "to": "2026-03-12"}
    case.query = {name: fitting.get(name, value) for name, value in case.query.items() if name != "cursor"}


def _hold(recorder: ScenarioRecorder, asked: Counter[int]) -> None:
    """Count the responses of a scenario by status. Fails with what a check found."""
    for case_id, checks in recorder.checks.items():
        failed = [f"{check.name}: {check.failure_info.failure}" for check in checks if check.failure_info]
        assert not failed, f"{recorder.interactions[case_id].request.uri}: {'; '.join(failed)}"
    for interaction in recorder.interactions.values():
        assert interaction.response is not None
        asked[interaction.response.status_code] += 1


def test_each_example_is_what_the_handler_could_say() -> None:
    schemas = document()["components"]["schemas"]
    for name, page in PAGES.items():
        reply = document()["paths"][f"/v1/{name}"]["get"]["responses"]["200"]["content"]["application/json"]
        assert reply["schema"] == {"$ref": f"#/components/schemas/{page.__name__}"}
        Draft202012Validator({**reply["schema"], "components": {"schemas": schemas}}).validate(
            reply["example"]
        )
        (row,) = reply["example"]["items"]
        rows = schemas[page.__name__]["properties"]["items"]["items"]["$ref"].rpartition("/")[2]
        assert list(row) == list(schemas[rows]["properties"])
