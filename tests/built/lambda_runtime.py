"""The Lambda side of a function: starts its process and exchanges events and answers over the Runtime API.

Source: "Using the Lambda runtime API for custom runtimes" (AWS Lambda Developer Guide), version 2018-06-01.
"""

import json
import queue
import subprocess
import threading
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.artefact import TASK_ROOT

WAIT = 30
"""Seconds that an invocation may take, a cold start on a busy machine included."""

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-runtime" / "bin" / "python"


class BuiltFunction:
    """One function in a process of its own, started by awslambdaric from the built folder at its first event."""

    def __init__(self, artefact: Path, environment: Mapping[str, str], arn: str) -> None:
        self._artefact = artefact
        self._arn = arn
        self._events: queue.Queue[tuple[str, str]] = queue.Queue()
        self._answers: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._api = ThreadingHTTPServer(("127.0.0.1", 0), _api(self))
        self._api.daemon_threads = True
        threading.Thread(target=self._api.serve_forever, args=(0.05,), daemon=True).start()
        self._environment = {
            **environment,
            "LAMBDA_TASK_ROOT": str(artefact),
            "AWS_DATA_PATH": environment["AWS_DATA_PATH"].replace(TASK_ROOT, str(artefact)),
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._api.server_port}",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def invoke(self, event: Any) -> Any:
        """Return the result of the handler. Raises AssertionError with the output of the process if it fails."""
        if self._process is None:
            self._process = subprocess.Popen(
                [PYTHON, "-m", "awslambdaric", self._environment["_HANDLER"]],
                cwd=self._artefact,
                env=self._environment,
                stdout=subprocess.DEVNULL,
            )
        self._events.put((str(uuid.uuid4()), json.dumps(event)))
        kind, answer = self._answers.get(timeout=WAIT)
        assert kind == "response", answer
        return answer

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
        self._api.shutdown()
        self._api.server_close()

    def next_event(self) -> tuple[dict[str, str], bytes]:
        request_id, event = self._events.get()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Invoked-Function-Arn": self._arn,
            "Lambda-Runtime-Deadline-Ms": str(2**42),
            "Content-Type": "application/json",
        }
        return headers, event.encode()

    def take(self, path: str, body: bytes) -> None:
        """`invocation/ID/response`, `invocation/ID/error` or `init/error`."""
        self._answers.put((path.rpartition("/")[2], json.loads(body)))


def _api(function: BuiltFunction) -> type[BaseHTTPRequestHandler]:
    class Api(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            assert urlsplit(self.path).path == "/2018-06-01/runtime/invocation/next"
            headers, body = function.next_event()
            self._reply(200, headers, body)

        def do_POST(self) -> None:
            if self.headers.get("Transfer-Encoding") == "chunked":
                body = self._chunks()
            else:
                body = self.rfile.read(int(self.headers["Content-Length"]))
            function.take(urlsplit(self.path).path, body)
            self._reply(202, {}, b"{}")

        def _chunks(self) -> bytes:
            held = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                held += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return held

        def _reply(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Api
