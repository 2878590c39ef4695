"""`python -m infra.local` in a process of its own, and the few requests that the benchmarks make of it."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
STARTS_WITHIN = 60.0
GIVES_UP_AFTER = 600.0


@dataclass(frozen=True)
class RunningCloud:
    port: int

    def get(self, path: str) -> Any:
        """What a route under /local answers as JSON."""
        status, content = self._request("GET", path, None)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status}")
        return content

    def items(self) -> list[dict[str, Any]]:
        """Every item of the table."""
        found: list[dict[str, Any]] = self.get("/local/items")["items"]
        return found

    def post(self, path: str, answer: dict[str, Any]) -> tuple[int, Any]:
        """Status and body of an answer sent as JSON."""
        return self._request("POST", path, json.dumps(answer).encode())

    def _request(self, method: str, path: str, body: bytes | None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {
                "Accept": "application/json",
                "Content-Type": "application/json",
                "Accept-Language": "es",
            }
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@contextmanager
def running() -> Iterator[RunningCloud]:
    """A local cloud on a free port, without sample data, ended with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "LOG_LEVEL": "ERROR", "EMPTY": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        cloud = RunningCloud(port)
        _wait_until_healthy(cloud, process)
        yield cloud
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_healthy(cloud: RunningCloud, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the local cloud ended with {process.returncode}")
        try:
            cloud.get("/local/health")
        except (OSError, RuntimeError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the local cloud did not start")


def is_quiet(items: Iterable[Mapping[str, Any]]) -> bool:
    """Whether each answer is classified and no alert is still to be sent."""
    return all(
        "classified_at" in item if item["sk"].startswith("ANSWER#") else "due_at" not in item
        for item in items
        if item["sk"].startswith(("ANSWER#", "DELIVERY#"))
    )


def wait(done: Callable[[], bool], what: str, every: float) -> None:
    """Wait until `done`. Raises RuntimeError if that takes GIVES_UP_AFTER seconds."""
    until = time.monotonic() + GIVES_UP_AFTER
    while not done():
        if time.monotonic() > until:
            raise RuntimeError(f"{what} did not come within {GIVES_UP_AFTER:.0f} s")
        time.sleep(every)
