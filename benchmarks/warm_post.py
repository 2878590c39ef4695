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

from benchmarks import deployment, report
from benchmarks.stubbed_transport import StubbedTransport
from benchmarks.survey_requests import CODE, COMPLAINT, CONTACT, http_event
from collect import answer_ids, app
from lazo import clock

ROUNDS, CALLS = 60, 20
TARGET, TARGET_OF_PAGE = 1.3, 1.5

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warm_post", description=__doc__)
    parser.add_argument("--profile", action="store_true", help="profile the dearest answer")
    profile = parser.parse_args().profile
    deployed = deployment.read()
    os.environ.update(deployed.environments["Collect"])
    transport = StubbedTransport(deployed.items)
    issued = answer_ids.issue_page_id(
        app.wire().touchpoints.page_keys, CODE, clock.now() - timedelta(seconds=30), os.urandom
    )
    page_id = {"answer_id": issued.answer_id, "signature": issued.signature}
    answers = {
        "score alone": {"score": 10},
        "comment and reasons": COMPLAINT,
        "as the page sends it (signed id)": {**COMPLAINT, **page_id},
        "the same with name, phone, e-mail": {**COMPLAINT, **page_id, **CONTACT},
    }
    report.heading(
        "Warm JSON POST",
        f"Processor time as a ratio to json.loads + put_item, stubbed transport; {ROUNDS} rounds of {CALLS} calls.",
    )
    for name, answer in answers.items():
        event = http_event("POST", json.dumps(answer))
        _check(app.lambda_handler(event, None), 202)
        bare = _bare_handler(transport.latest)
        _print_ratio(name, app.lambda_handler, bare, event, at_most=TARGET)
    page = http_event("GET")
    _check(app.lambda_handler(page, None), 200)
    _print_ratio(
        "GET of the page, to the last bare POST",
        app.lambda_handler,
        bare,
        page,
        other=event,
        at_most=TARGET_OF_PAGE,
    )
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


if __name__ == "__main__":
    main()
