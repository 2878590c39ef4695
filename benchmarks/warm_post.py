"""What collect adds to an answer, once warm, over the least that could record one.

Both handlers get the same event of the HTTP API (payload format 2.0) and write the same attributes through boto3 over
a stubbed transport: collect.app.lambda_handler, and one that does json.loads and put_item and nothing else. Batches
of the two in turn, processor time, the median of the batches' ratios.

    python -m benchmarks.warm_post              the ratios
    python -m benchmarks.warm_post --profile    and where the time of the dearest answer goes
"""

import argparse
import cProfile
import json
import os
import pstats
import statistics
from collections.abc import Callable
from datetime import timedelta
from time import process_time
from typing import Any

import boto3

from benchmarks import report
from benchmarks.stubbed_transport import StubbedTransport
from infra.local.functions import runtime_environment
from infra.local.seed import DEMO
from lazo import clock, settings
from lazo.table.dynamo import Table
from ops import store_file

ENVIRONMENT = {
    **runtime_environment("us-east-1"),
    "TABLE_NAME": "lazo",
    "LINK_KEY_SECRET": "link-key",
    "CUSTOMER_KEY_SECRET": "customer-key",
    "POWERTOOLS_SERVICE_NAME": "collect",
}
CODE = "caja3"
SAID = {
    "score": 3,
    "comment": "Esperé veinte minutos en la fila y el café llegó frío. Nadie pidió disculpas.",
    "reasons": ["waiting_time", "product_quality"],
}
CONTACT = {"name": "Rosa Vidal", "phone": "+56 9 2234 5679", "email": "rosa.vidal@example.com", "consent": True}
ROUNDS, CALLS = 60, 20
TARGET = 2.0

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warm_post", description=__doc__)
    parser.add_argument("--profile", action="store_true", help="profile the dearest answer")
    profile = parser.parse_args().profile
    os.environ.update(ENVIRONMENT)
    transport = StubbedTransport()
    store_file.write(Table(settings.client("dynamodb"), "lazo"), store_file.load(DEMO))

    from collect import answer_ids, app  # after its environment is set

    issued = answer_ids.issue(app.wire().recorder.page_keys, CODE, clock.now() - timedelta(seconds=30), os.urandom)
    page_id = {"answer_id": issued.answer_id, "signature": issued.signature}
    answers = {
        "score alone": {"score": 10},
        "comment and reasons": SAID,
        "as the page sends it (signed id)": {**SAID, **page_id},
        "the same with name, phone, e-mail": {**SAID, **page_id, **CONTACT},
    }
    report.heading(
        "Warm JSON POST",
        f"Processor time as a ratio to json.loads + put_item, stubbed transport; {ROUNDS} rounds of {CALLS} calls.",
    )
    for name, answer in answers.items():
        event = _event("POST", json.dumps(answer))
        _check(app.lambda_handler(event, None), 202)
        bare = _bare_handler(transport.latest)
        _print_ratio(name, app.lambda_handler, bare, event, at_most=TARGET)
    page = _event("GET")
    _check(app.lambda_handler(page, None), 200)
    _print_ratio("GET of the page, to the last bare POST", app.lambda_handler, bare, page, other=event)
    if profile:
        _profile(app.lambda_handler, event)


def _bare_handler(item: dict[str, Any]) -> Handler:
    """The least that records an answer: no check of anything. `item`: the attributes to write beside the answer."""
    client = boto3.client("dynamodb")

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        body = json.loads(event["body"])
        answer = {"score": {"N": str(body["score"])}, "comment": {"S": body.get("comment", "")}}
        client.put_item(TableName="lazo", Item={**item, **answer})
        return {"statusCode": 202, "body": json.dumps({"answer_id": item["answer_id"]["S"]})}

    return handle


def _print_ratio(
    name: str,
    ours: Handler,
    bare: Handler,
    event: dict[str, Any],
    *,
    other: dict[str, Any] | None = None,
    at_most: float | None = None,
) -> None:
    rounds = [(_seconds(ours, event), _seconds(bare, other or event)) for _ in range(ROUNDS + 3)][3:]
    ratios = [own / least for own, least in rounds]
    own, least = (1000 * statistics.median(times) for times in zip(*rounds, strict=True))
    note = f"{own:.2f} ms to {least:.2f} ms, {report.spread(ratios)}"
    report.line(name, statistics.median(ratios), "x", at_most=at_most, note=note)


def _seconds(handler: Handler, event: dict[str, Any]) -> float:
    """Processor time of one call."""
    began = process_time()
    for _ in range(CALLS):
        handler(event, None)
    return (process_time() - began) / CALLS


def _profile(handler: Handler, event: dict[str, Any]) -> None:
    profile = cProfile.Profile()
    with profile:
        _seconds(handler, event)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(40)


def _check(reply: dict[str, Any], status: int) -> None:
    if reply["statusCode"] != status:
        raise RuntimeError(f"the reply is {reply}")


def _event(method: str, body: str | None = None) -> dict[str, Any]:
    path = f"/s/{CODE}"
    event = {
        "version": "2.0",
        "routeKey": f"{method} /s/{{code}}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "accept": "application/json" if body else "text/html,application/xhtml+xml,*/*;q=0.8",
            "accept-encoding": "gzip, deflate, br",
            "accept-language": "es-CL,es;q=0.9,en;q=0.8",
            "content-length": str(len(body or "")),
            "content-type": "application/json",
            "host": "abcdef1234.execute-api.us-east-1.amazonaws.com",
            "user-agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef1234",
            "domainName": "abcdef1234.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "abcdef1234",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "Mozilla/5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} /s/{{code}}",
            "stage": "$default",
            "time": "03/Mar/2026:15:00:00 +0000",
            "timeEpoch": 1772550000000,
        },
        "pathParameters": {"code": CODE},
        "isBase64Encoded": False,
    }
    return {**event, "body": body} if body else event


if __name__ == "__main__":
    main()
