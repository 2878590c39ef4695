"""The HTTP API: events and responses in payload format 2.0.

Expected values: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs" (event, response,
inference) and "Create routes for HTTP APIs" (which route wins); what is text, from captures of the real service.
"""

import base64
from typing import Any

import pytest

from infra.local.event_sources.gateway import REQUEST_LIMIT
from infra.local.event_sources.gateway_payloads import BadResponse, response_of
from tests.local.small_cloud import StartCloud, notes_of

ECHO_ROUTE = """
def lambda_handler(event, context):
    note(event)
    return {"statusCode": 200, "body": event["routeKey"]}
"""


def test_event_of_a_get(still_clock: None, start_cloud: StartCloud) -> None:
    cloud = start_cloud(web_app=ECHO_ROUTE)
    cloud.request(
        "GET",
        "/items/caf%C3%A9?b=2&a=1&a=x%20y&empty=",
        {
            "User-Agent": "curl/8",
            "Cookie": "one=1; two=2",
            "X-Forwarded-For": "10.0.0.9",
            "Connection": "close",
        },
        source_ip="192.0.2.7",
    )
    (event,) = notes_of("web_app")
    context = event.pop("requestContext")
    domain = context["domainName"]
    assert context.pop("time") == "02/Mar/2026:10:00:00 +0000"
    assert 0 <= context.pop("timeEpoch") - 1772445600000 < 1000  # date -d 2026-03-02T10:00:00Z +%s
    assert context.pop("requestId")
    assert context == {
        "accountId": "123456789012",
        "apiId": cloud.physical_id("Api"),
        "domainName": f"{cloud.physical_id('Api')}.execute-api.us-east-1.amazonaws.com",
        "domainPrefix": cloud.physical_id("Api"),
        "http": {
            "method": "GET",
            "path": "/items/café",
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.7",
            "userAgent": "curl/8",
        },
        "routeKey": "GET /items/{id}",
        "stage": "$default",
    }
    assert event == {
        "version": "2.0",
        "routeKey": "GET /items/{id}",
        "rawPath": "/items/café",
        "rawQueryString": "b=2&a=1&a=x%20y&empty=",
        "cookies": ["one=1", "two=2"],
        "headers": {
            "content-length": "0",
            "host": domain,
            "user-agent": "curl/8",
            "x-forwarded-for": "10.0.0.9, 192.0.2.7",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"b": "2", "a": "1,x y", "empty": ""},
        "pathParameters": {"id": "café"},
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    ("content_type", "is_text"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("text/plain", True),
        ("application/xml", True),
        ("application/javascript", True),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
        ("application/octet-stream", False),
        (None, False),
    ],
)
def test_only_text_types_arrive_unencoded(
    start_cloud: StartCloud, content_type: str | None, is_text: bool
) -> None:
    cloud = start_cloud(web_app=ECHO_ROUTE)
    headers = {"Content-Type": content_type} if content_type else {}
    cloud.request("POST", "/items/1", headers, "comment=¡no!".encode())
    (event,) = notes_of("web_app")
    assert event["isBase64Encoded"] is not is_text
    body = event["body"] if is_text else base64.b64decode(event["body"]).decode()
    assert body == "comment=¡no!"


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/items/latest", "GET /items/latest"),
        ("GET", "/items/7", "GET /items/{id}"),
        ("HEAD", "/items/7", "HEAD /items/{id}"),
        ("DELETE", "/files/a/b/c", "ANY /files/{path+}"),
        ("GET", "/files/a/readme", "GET /files/{name}/readme"),
        ("POST", "/files/a/readme", "ANY /files/{path+}"),
    ],
)
def test_the_most_specific_route_wins(start_cloud: StartCloud, method: str, path: str, route: str) -> None:
    cloud = start_cloud(web_app=ECHO_ROUTE)
    cloud.request(method, path)
    assert notes_of("web_app")[0]["routeKey"] == route


def test_a_greedy_parameter_holds_the_rest(start_cloud: StartCloud) -> None:
    cloud = start_cloud(web_app=ECHO_ROUTE)
    cloud.request("GET", "/files/a/b%2Fc")
    assert notes_of("web_app")[0]["pathParameters"] == {"path": "a/b/c"}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("PUT", "/items/7"), ("GET", "/items/7/"), ("GET", "/items/")]
)
def test_a_request_without_a_route_is_not_found(start_cloud: StartCloud, method: str, path: str) -> None:
    response = start_cloud().request(method, path)
    assert (response.status, response.body) == (404, b'{"message":"Not Found"}')


def test_a_handler_that_raises_is_an_internal_server_error(start_cloud: StartCloud) -> None:
    cloud = start_cloud(web_app="def lambda_handler(event, context):\n    raise KeyError('x')\n")
    response = cloud.request("GET", "/items/7")
    assert (response.status, response.body) == (500, b'{"message":"Internal Server Error"}')


def test_a_body_over_the_limit_is_refused(start_cloud: StartCloud) -> None:
    cloud = start_cloud(web_app=ECHO_ROUTE)
    response = cloud.request("POST", "/items/7", {"content-type": "text/plain"}, b"x" * (REQUEST_LIMIT + 1))
    assert response.status == 413
    # 10 MB fit through API Gateway, but not into Lambda's 6 MB.
    response = cloud.request("POST", "/items/7", {"content-type": "text/plain"}, b"x" * (7 * 1024 * 1024))
    assert response.status == 413
    assert not cloud.invocations


def test_response_with_everything() -> None:
    response = response_of(
        {
            "statusCode": 201,
            "headers": {"X-Count": 3, "Content-Type": "image/gif"},
            "cookies": ["a=1; Secure", "b=2"],
            "isBase64Encoded": True,
            "body": "R0lGODlh",
        }
    )
    assert response.status == 201
    assert response.headers == {"x-count": "3", "content-type": "image/gif"}
    assert response.cookies == ["a=1; Secure", "b=2"]
    assert response.body == b"GIF89a"


@pytest.mark.parametrize(
    ("result", "body"),
    [
        ("Hello from Lambda!", b"Hello from Lambda!"),
        ({"message": "Hi"}, b'{"message": "Hi"}'),
        (None, b"null"),
    ],
)
def test_a_result_without_status_is_a_json_body(result: Any, body: bytes) -> None:
    response = response_of(result)
    assert (response.status, response.body) == (200, body)
    assert response.headers == {"content-type": "application/json"}


def test_a_body_without_a_type_is_plain_text() -> None:
    assert response_of({"statusCode": 200, "body": "x"}).headers["content-type"] == "text/plain;charset=UTF-8"


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "ok"},
        {"statusCode": 200, "body": {"not": "a text"}},
        {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"x": ["a", "b"]}},
        {"statusCode": 200, "headers": {"x": "a\r\nset-cookie: b"}},
        {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "body": "x" * 6_300_000},
    ],
)
def test_a_response_that_api_gateway_cannot_read(start_cloud: StartCloud, result: Any) -> None:
    with pytest.raises(BadResponse):
        response_of(result)
