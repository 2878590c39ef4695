"""The journey of an unhappy answer through the functions as they ship, each in a process that awslambdaric started."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloud import LocalCloud
from infra.local.demo.seed import demo_key
from infra.local.event_sources.gateway_payloads import Response
from tests.provider_reports import bounce

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def alert(cloud: LocalCloud) -> str:
    """Submit an unhappy answer and return the SMS to the manager."""
    body = json.dumps({"score": 2, "comment": "Esperé 40 minutos y nadie me atendió"}).encode()
    reply = cloud.request("POST", "/s/caja3", JSON, body)
    assert reply.status == 202, reply.text
    cloud.drain()
    sent = [message["text"] for message in cloud.outbox() if message["channel"] == "sms"]
    assert len(sent) == 1
    return str(sent[0])


def test_an_unhappy_answer_reaches_the_manager_in_seconds(alert: str) -> None:
    assert "Esper" in alert
    assert "https://lazo.example/f/" in alert


def test_the_managers_link_opens_the_follow_up(cloud: LocalCloud, alert: str) -> None:
    link = re.search(r"https://lazo\.example(/f/\S+)", alert)
    assert link
    opened = cloud.request("GET", link[1])
    assert opened.status == 303
    page = cloud.request(
        "GET",
        opened.headers["location"],
        {"cookie": opened.cookies[0].partition(";")[0], "accept": "text/html"},
    )
    assert page.status == 200
    assert "40 minutos" in page.text


def test_the_survey_page_is_served(cloud: LocalCloud) -> None:
    page = cloud.request("GET", "/s/caja3", {"accept": "text/html"})
    assert page.status == 200
    assert page.text.count('type="radio"') == 11


def test_a_complaint_of_another_system_is_taken(cloud: LocalCloud) -> None:
    complaint = {
        "event_id": "1",
        "kind": "complaint",
        "at": cloud.now().isoformat(),
        "store_id": cloud.stores[0]["store_id"],
        "customer": {"phone": "+56987654321"},
    }
    headers = {**JSON, "x-api-key": demo_key(cloud)}
    reply = cloud.request("POST", "/v1/customers/events", headers, json.dumps(complaint).encode())
    assert reply.status == 202, reply.text
    cloud.drain()


def test_a_bounce_is_recorded_on_its_message(cloud: LocalCloud, alert: str) -> None:
    sent = next(i for i in cloud.items() if i["sk"].startswith("DELIVERY#") and i["channel"] == "email")
    assert sent["state"] == "sent"
    cloud.client("sns").publish(
        TopicArn=cloud.physical_id("MailEvents"), Message=json.dumps(bounce(sent["provider_id"], cloud.now()))
    )
    cloud.drain()
    after = next(i for i in cloud.items() if (i["pk"], i["sk"]) == (sent["pk"], sent["sk"]))
    assert (after["state"], after["failure"]) == ("failed", "bounced")


def test_an_sms_reply_is_processed(cloud: LocalCloud, alert: str) -> None:
    phone = next(m["to"] for m in cloud.outbox() if m["channel"] == "sms")
    cloud.receive_sms(phone, "STOP")
    cloud.drain()
    assert any(i["pk"] == f"PHONE#{phone}" and i["sk"] == "STOP" for i in cloud.items())


def test_every_route_is_answered_by_the_function_behind_it(cloud: LocalCloud) -> None:
    """An unknown token, code or session gives a page of the product, never an error of the runtime."""
    ask: Callable[[str, str], Response] = lambda method, path: cloud.request(  # noqa: E731
        method,
        path,
        FORM if method == "POST" else {"accept": "text/html"},
        b"" if method != "POST" else b"a=b",
    )
    assert cloud._gateway
    for route in cloud._gateway.routes:
        method, path = ("GET", "/none") if route.key == "$default" else (route.method, route.path)
        reply = ask(method, re.sub(r"\{[^}]+\}", "none", path))
        assert reply.status < 500, (route.key, reply.text)
        assert reply.body or route.method == "HEAD" or 300 <= reply.status < 400, route.key


def test_a_sweep_runs_to_its_end(cloud: LocalCloud) -> None:
    assert cloud.invoke("FollowupScheduler", {}).keys() == {"acted", "failed"}


@pytest.fixture
def used(cloud: LocalCloud) -> dict[str, Any]:
    return cloud.started  # type: ignore[attr-defined, no-any-return]


def test_every_function_ran_and_none_had_to_compile(
    cloud: LocalCloud, used: dict[str, Any], elsewhere: Path, files: dict[Path, int]
) -> None:
    """Runs last. Python would have written new bytecode for modules whose bytecode it cannot use."""
    assert used.keys() == cloud.functions.keys()
    now = {f.relative_to(elsewhere): f.stat().st_mtime_ns for f in elsewhere.rglob("*") if f.is_file()}
    assert now == files
