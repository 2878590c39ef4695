"""What the events of a month use: an answer of each kind, a survey that is only looked at, one step up the chain, and
one unhappy customer's case, worked at the desk from the alert to the day on which the customer says that it is
solved.

Counted on the local cloud, warm, as in `benchmarks.write_units`. `benchmarks.costs` multiplies it by prices.
"""

import io
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks import capacity
from benchmarks.deployment import PARAMETERS, TEMPLATE
from benchmarks.metering import Meter
from benchmarks.survey_requests import COMPLAINT, CONTACT, PATH
from benchmarks.write_units import AT, CASES, WARM_UP, deadline, open_page, post, send
from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed
from infra.local.event_sources.pump import move_clock
from lazo.text import gsm7

FRONT = ("Collect", "Desk", "CustomerPage")
"""The functions behind the API."""
UNHAPPY = {**COMPLAINT, **CONTACT}


@dataclass(frozen=True)
class Usage:
    """What one event uses. `invocations` are of the functions, `requests` those of them that came through the API,
    `calls` all that the functions ask of AWS; `sms` counts parts as they are billed, `kilobytes` is what the event
    leaves in the table and its indexes."""

    requests: int
    invocations: int
    calls: int
    read_units: float
    write_units: int
    publishes: int
    emails: int
    sms: int
    kilobytes: float


def measured() -> dict[str, Usage]:
    """By the name of the event. What escalates, and the case that is worked, began as an answer; that is not in
    them."""
    answers = {case.name.partition(" (")[0]: case.answer for case in CASES if not case.escalates}
    return {
        "page": _event(lambda cloud: _get(cloud, PATH)),
        **{name: _answer(answer) for name, answer in answers.items()},
        "escalation": _event(lambda cloud: cloud.sweep(), before=_up_to_the_deadline),
        # The warm-up is of the same visit: a case of its own would have dates in these weeks.
        "case worked": _event(
            _work, before=lambda cloud: post(cloud, UNHAPPY), warm_up={**WARM_UP, **CONTACT}
        ),
    }


def _answer(answer: dict[str, Any]) -> Usage:
    """What an answer uses, without the page that it is sent from."""
    page: dict[str, str] = {}
    return _event(lambda cloud: send(cloud, answer, page), before=lambda cloud: page.update(open_page(cloud)))


def _event(
    act: Callable[[LocalCloud], object],
    before: Callable[[LocalCloud], object] | None = None,
    warm_up: dict[str, Any] = WARM_UP,
) -> Usage:
    with (
        redirect_stdout(io.StringIO()),  # the functions' metrics
        LocalCloud.start(TEMPLATE, PARAMETERS, at=AT) as cloud,
        Meter.on(cloud) as meter,
    ):
        seed(cloud)
        cloud.drain()
        _get(cloud, PATH)
        post(cloud, warm_up)
        if before:
            before(cloud)
        bytes_before, sent_before, run_before = (
            stored_bytes(cloud),
            len(cloud.outbox()),
            len(cloud.invocations),
        )
        meter.restart()
        act(cloud)
        sent = cloud.outbox()[sent_before:]
        run = [each.function for each in list(cloud.invocations)[run_before:]]
        texts = [message["text"] for message in sent if message["channel"] == "sms"]
        return Usage(
            requests=sum(name in FRONT for name in run),
            invocations=len(run),
            calls=len(meter.calls),
            read_units=sum(call.read for call in meter.calls),
            write_units=sum(sum(call.written.values()) for call in meter.calls),
            # An SMS is published as well, and has a price of its own.
            publishes=sum(call.operation == "Publish" for call in meter.calls) - len(texts),
            emails=len(sent) - len(texts),
            sms=sum(map(gsm7.gsm7_segment_count, texts)),
            kilobytes=round((stored_bytes(cloud) - bytes_before) / 1024, 1),
        )


def stored_bytes(cloud: LocalCloud) -> int:
    """Bytes of all items and of their entries in indexes, 100 more for each ("DynamoDB item sizes and formats")."""
    client, table = cloud.client("dynamodb"), cloud.physical_id("Table")
    indexes = capacity.indexes(client.describe_table(TableName=table)["Table"])
    items = client.scan(TableName=table)["Items"]
    entries = [index.entry(item) for index in indexes for item in items]
    return sum(capacity.size(each) + 100 for each in (*items, *entries) if each)


def _up_to_the_deadline(cloud: LocalCloud) -> None:
    post(cloud, COMPLAINT)
    cloud.advance((deadline(cloud, COMPLAINT["score"]) - cloud.now()).total_seconds())


def _work(cloud: LocalCloud) -> None:
    """A manager follows the link, takes the case on, calls, notes a point and settles it, looks twice at the board,
    writes to the customer and resolves; the customer looks at their page, says that it is solved, and is asked again
    two weeks later."""
    manager = _Browser(cloud)
    manager.open(_newest_link(cloud, "/f/"))
    manager.send("take-on")
    _pass_undo(cloud)
    manager.send("contacted", channel="phone", reached="yes", text="La llamé y le pedí disculpas.")
    manager.send("concern")
    manager.send("settle", how="solved", action="Le devolvimos el café.")
    manager.open("/desk")
    manager.open("/desk")
    manager.open(manager.case)
    manager.send("message", channel="sms", text="Hola Rosa, ya hablamos con el equipo de la mañana. Gracias.")
    manager.send(
        "resolve", root_cause_theme="waiting_time", root_cause="Faltaba gente.", done="Sumamos un turno."
    )
    _pass_undo(cloud)
    customer = _Browser(cloud)
    customer.open(_newest_link(cloud, "/m/"))
    customer.send("solved")
    move_clock(cloud.now() + timedelta(days=15))
    cloud.sweep()


def _pass_undo(cloud: LocalCloud) -> None:
    """Let the minute of undo pass, and the sweep send the message to the customer."""
    move_clock(cloud.now() + timedelta(minutes=1))
    cloud.sweep()


def _newest_link(cloud: LocalCloud, path: str) -> str:
    texts = [message["text"] for message in cloud.outbox() if path in message["text"]]
    found: list[str] = re.findall(rf"{PARAMETERS['PublicBaseUrl']}({path}[\w-]+)", texts[-1])
    return found[-1]


def _get(cloud: LocalCloud, path: str) -> None:
    reply = cloud.request("GET", path, {"accept-encoding": "gzip"})
    if reply.status != 200:
        raise RuntimeError(f"GET {path}: {reply.status}")


class _Browser:
    """Keeps its cookie and the page that it sees; `case` is where the first link led."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._cookie = self._page = self.case = ""

    def open(self, path: str) -> None:
        reply = self._cloud.request("GET", path, {"cookie": self._cookie})
        if reply.cookies:
            self._cookie = reply.cookies[0].partition(";")[0]
        if reply.status == 303:
            self.case = self.case or reply.headers["location"]
            self.open(reply.headers["location"])
            return
        if reply.status != 200:
            raise RuntimeError(f"GET {path}: {reply.status}")
        self._page = reply.text

    def send(self, action: str, /, **typed: str) -> None:
        """Send the page's first form of an action with what it hides, let everything that follows happen, and see the
        page behind it."""
        form = re.search(rf'<form[^>]*action="([^"]+/{action})".*?</form>', self._page, re.DOTALL)
        if form is None:
            raise RuntimeError(f"the page has no form to {action}")
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
        headers = {"cookie": self._cookie, "content-type": "application/x-www-form-urlencoded"}
        reply = self._cloud.request("POST", form[1], headers, urlencode({**hidden, **typed}).encode())
        if reply.status != 303:
            raise RuntimeError(f"POST {form[1]}: {reply.status}")
        self._cloud.drain()
        self.open(urlsplit(reply.headers["location"])._replace(fragment="").geturl())
