"""The local cloud's AWS over HTTP, for functions in processes of their own."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber

_SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
_HOSTS = {"ses": "email"}
_SERVICES = {"ses": "sesv2"}


class AwsEndpoint:
    """Serve all services on one port; the signature of a request names its service."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        signed_for = _SIGNED_FOR.search(self.headers["Authorization"])
        assert signed_for, "AWS would not take what is not signed"
        region, service = signed_for.groups()
        url = f"https://{_HOSTS.get(service, service)}.{region}.amazonaws.com{self.path}"
        headers: Any = HTTPHeaders()
        for name, value in self.headers.items():
            headers[name] = value
        request = AWSPreparedRequest(self.command, url, headers, body, stream_output=False)
        event = f"before-send.{_SERVICES.get(service, service)}.{self._operation(body)}"
        answer = botocore_stubber(event, request)
        assert answer is not None, f"moto knows nothing of {url}"
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "date", "server"):
                self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815 - named by http.server

    def _operation(self, body: bytes) -> str:
        """Return the operation by its name in botocore, if the request names one."""
        if target := self.headers.get("X-Amz-Target"):
            return target.rpartition(".")[2]
        if self.path.endswith("/outbound-emails"):
            return "SendEmail"
        form = self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
        return parse_qs(body.decode()).get("Action", ["?"])[0] if form else "?"

    def log_message(self, *_: object) -> None:
        pass
