"""What the desk shows without a connection: its service worker, and the page that says so in each language."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Final

from desk.web.assets import OF_THE_BOARD, PATH
from desk.web.render import CSP, render
from desk.web.session import READER_COOKIE
from lazo.translations import LANGUAGES
from lazo.web.pages import compact
from lazo.web.responses import Response, html_response
from lazo.web.security_headers import content_security_policy

WORKER: Final = "worker.js"
_SOURCE: Final = Path(__file__).parents[1] / "static" / WORKER
_PAGES: Final = {f"offline-{language}.html": language for language in LANGUAGES}
_ASK_AGAIN: Final = "no-cache"
"""Browsers ask each time whether it is new: its name cannot change."""


def offline_response(name: str) -> Response | None:
    """Return the worker or a page without a connection; None for another name."""
    if name == WORKER:
        headers = {
            "content-type": "text/javascript; charset=utf-8",
            "cache-control": _ASK_AGAIN,
            # A worker may only control what is below its own path, unless the server allows more.
            "service-worker-allowed": "/desk",
            "content-security-policy": content_security_policy(connect="'self'"),
        }
        return Response(200, _worker(), headers)
    language = _PAGES.get(name)
    if language is None:
        return None
    return html_response(200, _page(language), CSP, language, {"cache-control": _ASK_AGAIN})


def _page(language: str) -> str:
    return render("offline.html.j2", language)


@cache
def _worker() -> str:
    """Return the script; whatever it shows is part of its version, so that browsers fetch both anew."""
    pages = {language: PATH + name for name, language in _PAGES.items()}
    shown = "".join((*map(_page, LANGUAGES), *(asset.name for asset in OF_THE_BOARD)))
    filled = {
        "$VERSION": hashlib.sha256(shown.encode()).hexdigest()[:16],
        "$ASSETS": json.dumps([asset.path for asset in OF_THE_BOARD]),
        "$OFFLINE": json.dumps(pages),
        "$READER": READER_COOKIE,
    }
    script = compact(_SOURCE.read_text(encoding="utf-8"))
    for name, value in filled.items():
        script = script.replace(name, value)
    return script
