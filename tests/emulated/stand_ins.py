"""Two things of AWS that ministack does not play, as threads of this process: the address of the HTTP API, and what SES
tells its topic of a message that bounces."""

import http.client
import json
import threading
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3

from tests.provider_reports import bounce

NOT_FORWARDED = {"host", "connection", "x-forwarded-proto", "transfer-encoding", "content-length"}
POLL_SECONDS = 0.5


class ApiAddress:
    """Stands where API-ID.execute-api.REGION.amazonaws.com stands: `url` takes requests for the API, whose id is asked
    for at each. The client of a real one comes over TLS: x-forwarded-proto says https."""

    def __init__(self, emulator_port: int, api_id: Callable[[], str]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _forwarding(emulator_port, api_id))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _forwarding(port: int, api_id: Callable[[], str]) -> type[BaseHTTPRequestHandler]:
    class Forwarding(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            upstream.putheader("host", f"{api_id()}.execute-api.localhost:{port}")
            upstream.putheader("x-forwarded-proto", "https")
            for name, value in self.headers.items():
                if name.lower() not in NOT_FORWARDED:
                    upstream.putheader(name, value)
            if body:
                upstream.putheader("content-length", str(len(body)))
            upstream.endheaders(body or None)
            reply = upstream.getresponse()
            content = reply.read()
            upstream.close()
            self.send_response_only(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in NOT_FORWARDED:
                    self.send_header(name, value)
            length = reply.getheader("content-length") or "0"
            self.send_header("content-length", length if self.command == "HEAD" else str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                with suppress(ConnectionError):  # who asked has given up
                    self.wfile.write(content)

        def do_GET(self) -> None:
            self.forward()

        def do_HEAD(self) -> None:
            self.forward()

        def do_POST(self) -> None:
            self.forward()

        def log_message(self, *_: object) -> None:
            pass

    return Forwarding


class MailboxSimulator:
    """SES's mailbox simulator: tells the topic of a bounce for each message to bounce@ or bounce+LABEL@ ("Using the
    mailbox simulator", SES Developer Guide)."""

    def __init__(self, emulator_url: str, topic: Callable[[], str]) -> None:
        self._messages = f"{emulator_url}/_ministack/ses/messages"
        self._topic = topic
        self._told: set[str] = set()
        self._stopped = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(POLL_SECONDS):
            for message in sent_emails(self._messages):
                if message["MessageId"] not in self._told and any(
                    to.startswith("bounce") for to in message["To"]
                ):
                    self._told.add(message["MessageId"])
                    report = bounce(message["MessageId"], datetime.now(UTC))
                    boto3.client("sns").publish(TopicArn=self._topic(), Message=json.dumps(report))


def sent_emails(address: str) -> list[dict[str, Any]]:
    """Return what the emulator's SES took, oldest first."""
    with urllib.request.urlopen(address, timeout=10) as reply:
        accounts: dict[str, list[dict[str, Any]]] = json.load(reply)["messages"]
    return [message for messages in accounts.values() for message in messages]
