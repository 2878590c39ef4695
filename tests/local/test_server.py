"""The routes under /local, and the product's beside them, over HTTP."""

import http.client
import io
import json
import runpy
import signal
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from infra.local.__main__ import MetricsLeftOut
from infra.local.cloud import LocalCloud
from infra.local.server import LocalServer, listen, serve
from infra.local.server_requests import network_address
from tests.local.small_cloud import START, Put, StartCloud, notes_of

ROOT = Path(__file__).resolve().parents[2]
BASE = "http://127.0.0.1:8000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def response_to(cloud: LocalCloud, method: str, path: str, base: str = BASE, **options: Any) -> TestResponse:
    return Client(LocalServer(cloud)).open(path, method=method, base_url=base, **options)


def test_routes_of_the_tools(start_cloud: StartCloud, put: Put) -> None:
    cloud = start_cloud()
    put(cloud, "A#1", score=3)
    assert response_to(cloud, "GET", "/local/health").status_code == 200
    assert response_to(cloud, "GET", "/local/outbox", headers={"Accept": "application/json"}).json == {
        "messages": []
    }
    assert response_to(cloud, "GET", "/local/outbox", headers={"Accept": "*/*"}).json == {"messages": []}
    items = response_to(cloud, "GET", "/local/items").json
    assert items == {"items": [{"pk": "STORE#1", "sk": "A#1", "score": 3}]}
    assert response_to(cloud, "GET", "/local/stores").json == []
    assert response_to(cloud, "GET", "/local/nothing").status_code == 404
    assert response_to(cloud, "GET", "/local/sweep").status_code == 405


def test_the_clock_moves_and_the_sweeps_run(start_cloud: StartCloud) -> None:
    cloud = start_cloud(sweep_app="def lambda_handler(event, context):\n    note(event['time'])\n")
    response = response_to(cloud, "POST", "/local/clock", json={"advance_seconds": 600})
    assert response.status_code == 200
    assert notes_of("sweep_app") == ["2026-03-02T10:05:00Z", "2026-03-02T10:10:00Z"]
    assert response.json is not None
    ahead = datetime.fromisoformat(response.json["now"]) - START
    assert timedelta(seconds=600) <= ahead < timedelta(seconds=660)
    response = response_to(cloud, "POST", "/local/clock", data="advance_seconds=300", headers=FORM)
    assert (response.status_code, response.headers["Location"]) == (303, "/local")
    assert len(notes_of("sweep_app")) == 3
    assert response_to(cloud, "POST", "/local/sweep").status_code == 200
    assert len(notes_of("sweep_app")) == 4


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '{"advance_seconds": "60"}', '{"advance_seconds": true}', '{"advance_seconds": null}',
             '{"advance_seconds": -1}', '{"advance_seconds": NaN}', '{"advance_seconds": 1e9}']
)  # fmt: skip
def test_an_invalid_advance_of_the_clock_is_refused(start_cloud: StartCloud, body: str) -> None:
    response = response_to(
        start_cloud(), "POST", "/local/clock", data=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400
    assert response.json is not None
    assert response.json["error"]["field"] == "advance_seconds"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"text": "1"}', "from"),
        ('{"from": 5, "text": "1"}', "from"),
        ('{"from": "+56922345671", "text": " "}', "text"),
        ("[]", "from"),
        ("1", "from"),
    ],
)
def test_an_invalid_sms_is_refused(start_cloud: StartCloud, body: str, field: str) -> None:
    response = response_to(
        start_cloud(), "POST", "/local/sms", data=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400
    assert response.json is not None
    assert response.json["error"]["field"] == field


def test_a_template_without_the_topic_takes_no_sms(start_cloud: StartCloud) -> None:
    response = response_to(start_cloud(), "POST", "/local/sms", json={"from": "+56922345671", "text": "1"})
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("base", "headers", "status"),
    [
        (BASE, {}, 200),
        ("http://localhost:8000", {}, 200),
        (BASE, {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}, 200),
        ("http://evil.example", {}, 403),
        ("http://127.0.0.1.evil.example", {}, 403),
        (BASE, {"Origin": "https://evil.example"}, 403),
        (BASE, {"Origin": "http://127.0.0.1:9999"}, 403),
        (BASE, {"Origin": "null"}, 403),
        (BASE, {"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_pages_of_other_origins_cannot_control_the_cloud(
    start_cloud: StartCloud, base: str, headers: dict[str, str], status: int
) -> None:
    cloud = start_cloud()
    assert response_to(cloud, "POST", "/local/sweep", base=base, headers=headers).status_code == status
    assert bool(cloud.invocations) is (status == 200)


def test_a_foreign_host_name_cannot_read_items(start_cloud: StartCloud) -> None:
    assert response_to(start_cloud(), "GET", "/local/items", base="http://evil.example").status_code == 403


def test_other_devices_of_the_network_get_the_product_without_the_tools(start_cloud: StartCloud) -> None:
    """Also where they claim to ask for this machine."""
    cloud = start_cloud(web_app=ANSWER)
    phone = Client(LocalServer(cloud, tools=False))
    for base in ("http://192.168.1.7:8000", BASE):
        assert phone.get("/items/1", base_url=base).status_code == 200
        for path in ("/local", "/local/items", "/local/outbox", "/local/aws/s3"):
            assert phone.get(path, base_url=base).status_code == 403
        assert phone.post("/local/sweep", base_url=base).status_code == 403
        assert phone.get("/", base_url=base).headers.get("Location") != "/local"
    assert network_address() not in ("127.0.0.1", "0.0.0.0", "")


ANSWER = """
def lambda_handler(event, context):
    note(event)
    return {"statusCode": 200, "cookies": ["a=1", "b=2"], "headers": {"X-Kind": "é"}, "body": "whole body"}
"""


@pytest.fixture
def listening(start_cloud: StartCloud) -> Any:
    """(cloud, connection to it): a server on a port of its own, with the reacting thread."""
    cloud = start_cloud(
        web_app=ANSWER.replace("é", "e"),
        stream_app="""
        import threading
        ARRIVED = threading.Event()
        def lambda_handler(event, context):
            note(keys(event))
            ARRIVED.set()
        """,
    )
    cloud.load_functions()
    server = serve(cloud, listen(0))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    cloud.react()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        yield cloud, connection
    finally:
        connection.close()
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_products_routes_over_a_socket(listening: tuple[LocalCloud, http.client.HTTPConnection]) -> None:
    _, connection = listening
    connection.request("POST", "/items/caf%C3%A9%20x?q=a%20b", b"score=3", {**FORM, "Cookie": "s=1; t=2"})
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"whole body")
    assert response.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert response.headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert response.headers["X-Kind"] == "e"
    (event,) = notes_of("web_app")
    assert event["rawPath"] == "/items/café x"
    assert event["rawQueryString"] == "q=a%20b"
    assert event["cookies"] == ["s=1", "t=2"]
    assert event["isBase64Encoded"]
    assert event["requestContext"]["domainName"] == f"127.0.0.1:{connection.port}"
    connection.request("HEAD", "/items/1")
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"")
    assert response.headers["Content-Length"] == "10"
    connection.request("GET", "/nothing")
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())) == (404, {"message": "Not Found"})


def test_a_write_reaches_its_function_without_a_request(
    listening: tuple[LocalCloud, http.client.HTTPConnection], put: Put
) -> None:
    cloud, _ = listening
    put(cloud, "ANSWER#1")
    assert sys.modules["stream_app"].ARRIVED.wait(5)
    assert notes_of("stream_app") == [["ANSWER#1"]]


def test_a_taken_port_ends_the_start_with_a_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run as `python -m infra.local` is, in this process, whose handlers of signals and output come back."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    with listen(0) as taken:
        port = str(taken.getsockname()[1])
        monkeypatch.setattr(sys, "argv", ["infra.local", "--port", port])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / "infra/local/__main__.py"), run_name="__main__")
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.out.startswith(f"Port {port} is taken.")
    assert said.err == ""


def test_metrics_do_not_fill_the_terminal() -> None:
    terminal = io.StringIO()
    out = MetricsLeftOut(terminal)
    print('{"_aws": {"CloudWatchMetrics": []}}', file=out)
    print("a line", "of two parts", file=out)
    print('{"level": "ERROR"}', file=out)
    assert terminal.getvalue() == 'a line of two parts\n{"level": "ERROR"}\n'
