"""First calls of the built functions: recorded on a journey of a few answers, made again in fresh processes.

Each function of the artefact runs in a process of its own, with the packages of Lambda's runtime (.venv-runtime) and
nothing of this checkout. What AWS answered is recorded, so that a call can be made again, alone, as often as wanted.
"""

import json
import os
import re
import ssl
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.deployment import PARAMETERS, TEMPLATE
from benchmarks.survey_requests import COMPLAINT, CONTACT, PATH
from infra.artefact import TASK_ROOT
from infra.local.aws_server import AwsReply, AwsRequest, AwsServer, ask_moto
from infra.local.cloud import LocalCloud
from infra.local.demo.seed import demo_key, seed
from infra.local.event_sources.gateway_payloads import Response
from infra.local.event_sources.lambda_runtime import Function
from lazo.auth import links
from lazo.auth.keyring import keyring_from_secret

PYTHON = Path(__file__).resolve().parents[1] / ".venv-runtime" / "bin" / "python"
BARE = "boto3, one client, one PutItem"
NAMES = (
    "collect GET",
    "collect POST",
    "collect POST with contact",
    "classify",
    "notify",
    "case page",
    "board",
    "customer's page",
    "events",
    "API, scores",
    "replies",
    "sweep",
)

_JSON = {"content-type": "application/json", "accept": "application/json", "accept-language": "es"}
_PAGE = {"accept": "text/html", "accept-language": "es"}

_BARE_CALL = """
import json, os, sys
import boto3
boto3.client("dynamodb").put_item(TableName="lazo", Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
with open(sys.argv[2], "w") as written:
    json.dump(None, written)
os._exit(0)
"""

_FIRST_CALL = """
import importlib, json, os, sys, types
sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
with open(sys.argv[1]) as given:
    event = json.load(given)
module, _, name = os.environ["_HANDLER"].rpartition(".")
context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)
handler = getattr(importlib.import_module(module), name)
for _ in range(int(sys.argv[3])):
    answer = handler(event, context)
with open(sys.argv[2], "w") as written:
    json.dump(answer, written)
sys.stdout.flush()
os._exit(0)
"""
"""Import, `wire()`, and the event as often as is said. The process ends at once: what Python takes down at its end is
no cold start."""

Replies = dict[str, list[AwsReply]]
"""What each operation was answered, in order."""


class FirstCallFailed(RuntimeError):
    """A fresh process failed, or answered otherwise than when it was recorded."""


@dataclass(frozen=True)
class FirstCall:
    """One event of a function, for a fresh process, which handles it `times` times."""

    name: str
    code: str
    environment: Mapping[str, str]
    event: Any
    times: int = 1

    def run(
        self,
        answer: Callable[[AwsRequest], AwsReply],
        command: tuple[str, ...] = (),
        tls: "Tls | None" = None,
    ) -> "Ran":
        """Make the call in a fresh process, which `command` starts. Raises FirstCallFailed."""
        over = tls.environment if tls else {}
        with AwsServer(answer, tls.server if tls else None) as aws, tempfile.TemporaryDirectory() as place:
            given, written = Path(place) / "event.json", Path(place) / "answer.json"
            given.write_text(json.dumps(self.event), encoding="utf-8")
            before = os.times()
            done = subprocess.run(
                [*command, str(PYTHON), "-c", self.code, str(given), str(written), str(self.times)],
                env={**self.environment, **over, "AWS_ENDPOINT_URL": aws.url, "PYTHONHASHSEED": "0"},
                cwd=os.sep,
                capture_output=True,
                text=True,
                check=False,
            )
            after = os.times()
            if done.returncode or not written.exists():
                raise FirstCallFailed(f"{self.name}: {done.stderr[-2000:] or done.stdout[-2000:]}")
            seconds = after.children_user - before.children_user
            return Ran(json.loads(written.read_text(encoding="utf-8")), seconds, done.stderr)


@dataclass(frozen=True)
class Tls:
    """For calls over HTTPS: the server's side, and the variables that tell a function whom to trust."""

    server: ssl.SSLContext
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Ran:
    """What a fresh process answered, the processor time that it took (user, in seconds), and its stderr."""

    answer: Any
    seconds: float
    stderr: str


@dataclass(frozen=True)
class Recorded:
    """A first call with what AWS answered and what came of it."""

    call: FirstCall
    replies: Replies
    answer: Any

    def again(self, *command: str, tls: Tls | None = None) -> Ran:
        """Make the same call again. Raises FirstCallFailed also if it ends otherwise."""
        left = {operation: list(replies) for operation, replies in self.replies.items()}
        ran = self.call.run(lambda asked: left[asked.operation].pop(0), command, tls)
        if _outcome(ran.answer) != _outcome(self.answer):
            raise FirstCallFailed(
                f"{self.call.name}: {_outcome(ran.answer)}, recorded {_outcome(self.answer)}"
            )
        return ran


def _outcome(answer: Any) -> Any:
    """Return what of an answer has to be the same: a page's status, else all."""
    return answer["statusCode"] if isinstance(answer, dict) and "statusCode" in answer else answer


def record(artefact: Path, look: Callable[[FirstCall], None] = lambda _: None) -> list[Recorded]:
    """Live through a journey in which each function meets its first events; the bare client comes first. `look` is
    called before each of these events."""
    with LocalCloud.start(TEMPLATE, PARAMETERS) as cloud:
        seed(cloud)
        recorder = _Recorder(artefact, look)
        with patch.object(Function, "invoke", lambda function, event: recorder.invoke(function, event)):
            _live_through(cloud, recorder)
        assert not recorder.awaited, f"never happened: {recorder.awaited}"
        environment = dict(recorder.recorded[0].call.environment)
    del environment["AWS_DATA_PATH"]  # whole models, as boto3 brings them
    put = AwsReply(200, {"Content-Type": "application/x-amz-json-1.0"}, b"{}")
    bare = Recorded(FirstCall(BARE, _BARE_CALL, environment, None), {"PutItem": [put]}, None)
    return [bare, *sorted(recorder.recorded, key=lambda each: NAMES.index(each.call.name))]


class _Recorder:
    """Runs each event in a fresh process, and keeps the next event of each function that is awaited."""

    def __init__(self, artefact: Path, look: Callable[[FirstCall], None]) -> None:
        self._artefact, self._look = artefact, look
        self.awaited: dict[str, str] = {}
        """Name by the function's logical id."""
        self.recorded: list[Recorded] = []

    def invoke(self, function: Function, event: Any) -> Any:
        name = self.awaited.pop(function.logical_id, None)
        replies: Replies = defaultdict(list)

        def answer(asked: AwsRequest) -> AwsReply:
            reply = ask_moto(asked)
            replies[asked.operation].append(reply)
            return reply

        call = FirstCall(name or function.logical_id, _FIRST_CALL, self._environment(function), event)
        if name:
            self._look(call)
        ran = call.run(answer)
        if name:
            self.recorded.append(Recorded(call, replies, ran.answer))
        return ran.answer

    def _environment(self, function: Function) -> dict[str, str]:
        """Return the function's variables, without those for Python, which Lambda would not set."""
        kept = {
            k: v
            for k, v in function.environment.items()
            if not k.startswith(("PYTHON", "COV", "VIRTUAL_ENV"))
        }
        at = str(self._artefact)
        return kept | {"LAMBDA_TASK_ROOT": at, "AWS_DATA_PATH": kept["AWS_DATA_PATH"].replace(TASK_ROOT, at)}


def _live_through(cloud: LocalCloud, recorder: _Recorder) -> None:
    """One unhappy answer with nothing but words, one with phone and e-mail, and what they bring about."""

    def ask(
        name: str, function: str, method: str, path: str, headers: Mapping[str, str], body: Any = None
    ) -> Response:
        recorder.awaited[function] = name
        given = b"" if body is None else json.dumps(body).encode()
        reply = cloud.request(method, path, headers, given)
        if reply.status not in (200, 202):
            raise FirstCallFailed(f"{name}: {reply.status} {reply.text[:500]}")
        return reply

    ask("collect GET", "Collect", "GET", PATH, _PAGE)
    ask("collect POST", "Collect", "POST", PATH, _JSON, COMPLAINT)
    recorder.awaited |= {"Classify": "classify", "Notify": "notify"}
    cloud.drain()
    opened = cloud.request("GET", _manager_link(cloud), _PAGE)
    cookie = {**_PAGE, "cookie": opened.cookies[0].partition(";")[0]}
    ask("case page", "Desk", "GET", opened.headers["location"], cookie)
    ask("board", "Desk", "GET", "/desk", cookie)
    ask("collect POST with contact", "Collect", "POST", PATH, _JSON, {**COMPLAINT, **CONTACT})
    cloud.drain()
    ask("customer's page", "CustomerPage", "GET", _customer_link(cloud), _PAGE)
    key = {**_JSON, "x-api-key": demo_key(cloud)}
    reported = {"event_id": "1", "kind": "complaint", "at": cloud.now().isoformat()}
    customer = {"store_id": cloud.stores[0]["store_id"], "customer": {"phone": CONTACT["phone"]}}
    ask("events", "CustomerEvents", "POST", "/v1/customers/events", key, {**reported, **customer})
    ask("API, scores", "ReadApi", "GET", "/v1/scores?from=2026-01-01&to=2026-12-01", key)
    recorder.awaited |= {"SmsReplies": "replies"}
    cloud.receive_sms(next(m["to"] for m in cloud.outbox() if m["channel"] == "sms"), "STOP")
    cloud.drain()
    recorder.awaited |= {"FollowupScheduler": "sweep"}
    cloud.invoke("FollowupScheduler", {})


def _manager_link(cloud: LocalCloud) -> str:
    """Return the path of the link in the first alert."""
    sent = (re.search(r"https://[^/\s]+(/f/[\w-]+)", message["text"]) for message in cloud.outbox())
    return next(link[1] for link in sent if link)


def _customer_link(cloud: LocalCloud) -> str:
    """Return the path of the page of whoever left a phone."""
    by_customer = [item for item in cloud.items() if item["sk"] == "FU" and "customer_pk" in item]
    ring = keyring_from_secret(
        cloud.client("secretsmanager"), cloud.physical_id("LinkKey"), cloud.now, lambda _: None
    )
    return f"/m/{links.sign_customer_link(ring, by_customer[0]['followup_id'], 'sms', cloud.now())}"
