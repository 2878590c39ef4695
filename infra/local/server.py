"""The local cloud over HTTP: the product's own routes, and beside them the tools under /local.

The tools can move the clock and show every message, so they answer this machine's own pages and tools only: a
foreign page in the developer's browser is refused by its Origin, a foreign name for this address by its Host.
"""

import json
import os
import socket
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from infra.local import aws_endpoint
from infra.local.aws import downloads
from infra.local.aws.destinations import timestamp
from infra.local.cloud import INBOUND_SMS, LocalCloud
from infra.local.event_sources.gateway import REQUEST_LIMIT
from infra.local.pages.outbox_page import outbox_page
from infra.local.pages.start_page import start_page
from infra.local.server_requests import (
    FORM,
    HOST,
    HttpError,
    advance_seconds,
    check_host,
    check_origin,
    sender_and_text,
    target_of,
    wants_html,
)

_SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # with no-referrer a form's Origin would be null, and refused below
    "X-Content-Type-Options": "nosniff",
}


class LocalServer:
    """A WSGI application. Without `tools` it serves the product alone, and files by links that it signed."""

    def __init__(self, cloud: LocalCloud, *, tools: bool = True) -> None:
        self._cloud = cloud
        self._has_tools = tools
        self._tools: dict[str, dict[str, Callable[[Request], Response]]] = {
            "/local": {"GET": self._start},
            "/local/health": {"GET": self._health},
            "/local/stores": {"GET": self._stores},
            "/local/outbox": {"GET": self._outbox},
            "/local/items": {"GET": self._items},
            "/local/stack": {"GET": self._stack},
            "/local/clock": {"POST": self._clock},
            "/local/sweep": {"POST": self._sweep},
            "/local/sms": {"POST": self._sms},
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = REQUEST_LIMIT
        request.max_form_memory_size = REQUEST_LIMIT
        if request.path == "/local" or request.path.startswith("/local/"):
            response = self._tool(request)
            response.headers.update(_SAFE)
        else:
            response = self._product(request)
        return response(environ, start_response)

    def _product(self, request: Request) -> Response:
        bare = request.path == "/" and not request.query_string and request.method in ("GET", "HEAD")
        if (
            bare and self._has_tools
        ):  # whoever types the address of this machine; `/?lang=es` is the product's
            return _redirect("/local")
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            body = b"-" * (REQUEST_LIMIT + 1)  # the gateway has the answer to that
        answer = self._cloud.request(
            request.method,
            target_of(request),
            dict(request.headers),
            body,
            source_ip=request.remote_addr or HOST,
        )
        response = Response(answer.body, answer.status)
        del response.headers["Content-Type"]
        for name, value in answer.headers.items():
            response.headers[name] = value
        for cookie in answer.cookies:
            response.headers.add("Set-Cookie", cookie)
        return response

    def _tool(self, request: Request) -> Response:
        try:
            if request.path.startswith(downloads.PATH) and request.method == "GET":
                return self._download(request)  # the link is signed
            if not self._has_tools:
                raise HttpError(403, "this_machine_only", "what is under /local answers this machine only")
            check_host(request)
            if request.path.startswith(aws_endpoint.PATH):
                check_origin(request)
                return self._aws(request)
            methods = self._tools.get(request.path.rstrip("/"))
            if methods is None:
                raise HttpError(404, "not_found", f"there is no {request.path}")
            handler = methods.get("GET" if request.method == "HEAD" else request.method)
            if handler is None:
                raise HttpError(405, "method_not_allowed", f"use {', '.join(methods)}")
            if request.method == "POST":
                check_origin(request)
            return handler(request)
        except HttpError as error:
            return _json(error.body, error.status)
        except HTTPException as error:
            return _json(
                {"error": {"code": "bad_request", "message": error.description, "field": None}}, error.code
            )

    def _start(self, request: Request) -> Response:
        if wants_html(request, by_default=True):
            return _html(start_page(self._cloud))
        links = [
            touchpoint["survey_path"] for store in self._cloud.stores for touchpoint in store["touchpoints"]
        ]
        return _json({"now": timestamp(self._cloud.now()), "surveys": links, "routes": list(self._tools)})

    def _health(self, _request: Request) -> Response:
        return _json({"status": "ok", "now": timestamp(self._cloud.now())})

    def _stores(self, _request: Request) -> Response:
        return _json(self._cloud.stores)

    def _outbox(self, request: Request) -> Response:
        if wants_html(request, by_default=False):
            return _html(outbox_page(self._cloud, request.args))
        return _json({"messages": self._cloud.outbox()})

    def _items(self, _request: Request) -> Response:
        return _json({"items": self._cloud.items()})

    def _stack(self, _request: Request) -> Response:
        return _json({**aws_endpoint.describe_stack(self._cloud), "now": timestamp(self._cloud.now())})

    def _aws(self, request: Request) -> Response:
        target = target_of(request).removeprefix(aws_endpoint.PATH)
        status, headers, body = aws_endpoint.forward_call(
            self._cloud, request.method, target, dict(request.headers), request.get_data(cache=False)
        )
        return Response(body, status, headers)

    def _download(self, request: Request) -> Response:
        target = target_of(request)
        if not downloads.is_signed(f"{request.scheme}://{request.host}{target}", datetime.now(UTC)):
            raise HttpError(403, "access_denied", "this link was not signed here, or is over")
        found = downloads.read(self._cloud.client("s3"), urlsplit(target).path)
        if found is None:
            raise HttpError(404, "no_such_key", "there is no such object")
        return Response(found[0], headers=dict(found[1]))

    def _clock(self, request: Request) -> Response:
        seconds = advance_seconds(request)
        self._cloud.advance(seconds)
        return self._moved(request)

    def _sweep(self, request: Request) -> Response:
        self._cloud.sweep()
        return self._moved(request)

    def _sms(self, request: Request) -> Response:
        sender, text = sender_and_text(request)
        if INBOUND_SMS not in self._cloud.resources:
            raise HttpError(404, "no_topic", f"the template has no {INBOUND_SMS}")
        self._cloud.receive_sms(sender, text)
        return self._moved(request)

    def _moved(self, request: Request) -> Response:
        if request.mimetype == FORM:
            return _redirect("/local")
        return _json({"now": timestamp(self._cloud.now())})


class _Quiet(WSGIRequestHandler):
    """Logs no request: a path can hold a manager's token."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def listen(port: int, host: str = HOST) -> socket.socket:
    """Takes the port (0: any that is free) of an address of this machine; who connects now waits for `serve`. OSError:
    taken."""
    return socket.create_server((host, port), backlog=128)


def serve(cloud: LocalCloud, listening: socket.socket, *, tools: bool = True) -> BaseWSGIServer:
    """A server on that socket; run it with `serve_forever`. `tools`: whether it serves /local too."""
    host, port = listening.getsockname()
    handle = listening.detach()
    try:
        app = LocalServer(cloud, tools=tools)
        return make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=handle)
    finally:
        os.close(handle)  # the server has its own copy


def _html(text: str) -> Response:
    return Response(text, content_type="text/html; charset=utf-8")


def _json(value: Any, status: int | None = 200) -> Response:
    return Response(
        json.dumps(value, ensure_ascii=False), status, content_type="application/json; charset=utf-8"
    )


def _redirect(where: str) -> Response:
    return Response(status=303, headers={"Location": where})
