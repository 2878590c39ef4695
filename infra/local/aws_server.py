"""All services of AWS on one port, for functions in processes of their own. Moto answers, unless another is named."""

import re
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber

_SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
_HOSTS = {"ses": "email"}
_SERVICES = {"ses": "sesv2"}
_NOT_PASSED_ON = {"content-length", "date", "server"}


@dataclass(frozen=True)
class AwsRequest:
    """A signed request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """Its operation by its name in botocore, as far as the request says it; else "?"."""
        if target := self.headers.get("X-Amz-Target"):
            return target.rpartition(".")[2]
        if self.path.endswith("/outbound-emails"):
            return "SendEmail"
        form = self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
        return parse_qs(self.body.decode()).get("Action", ["?"])[0] if form else "?"


@dataclass(frozen=True)
class AwsReply:
    """What is answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class AwsServer:
    """Serves on a free port of 127.0.0.1, at `url`, until it is stopped. Also a context manager. `tls`: the server's
    side of HTTPS, which it speaks then."""

    def __init__(
        self,
        answer: "Callable[[AwsRequest], AwsReply] | None" = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answer or ask_moto))
        if tls:
            # The handshake comes with the first read, in a thread of the connection.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "AwsServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def ask_moto(asked: AwsRequest) -> AwsReply:
    """Return moto's answer; the signature of a request names its service."""
    signed_for = _SIGNED_FOR.search(asked.headers["Authorization"])
    assert signed_for, "AWS would not take what is not signed"
    region, service = signed_for.groups()
    url = f"https://{_HOSTS.get(service, service)}.{region}.amazonaws.com{asked.path}"
    headers: Any = HTTPHeaders()
    for name, value in asked.headers.items():
        headers[name] = value
    request = AWSPreparedRequest(asked.method, url, headers, asked.body, stream_output=False)
    answer = botocore_stubber(f"before-send.{_SERVICES.get(service, service)}.{asked.operation}", request)
    assert answer is not None, f"moto knows nothing of {url}"
    passed_on = {k: str(v) for k, v in answer.headers.items() if k.lower() not in _NOT_PASSED_ON}
    return AwsReply(answer.status_code, passed_on, answer.content)


def _handler(answer: Callable[[AwsRequest], AwsReply]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = answer(AwsRequest(self.command, self.path, self.headers, body))  # type: ignore[arg-type]
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815 - named by http.server

        def log_message(self, *_: object) -> None:
            pass

    return Handler
