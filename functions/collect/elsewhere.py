"""Answer what no other route takes, without a look at the table: lead to the address that was meant, or show a page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from collect import page
from collect.request import STRAY
from lazo.translations import LANGUAGES, translations
from lazo.web.language import choose_language
from lazo.web.requests import media_type
from lazo.web.responses import Response, json_response, redirect, redirect_with_query

ROUTES: Final[Mapping[str, Sequence[str]]] = {
    "/s/{code}": ("GET", "HEAD", "POST"),
    "/s/{code}/thanks": ("GET", "HEAD", "POST"),
    "/s/{code}/changes": ("GET", "HEAD"),
    "/s/{code}/logo": ("GET", "HEAD"),
    "/f/{token}": ("GET", "HEAD"),
    "/desk": ("GET", "HEAD"),
    "/desk/search": ("POST",),
    "/desk/sign-in": ("GET", "HEAD", "POST"),
    "/desk/in/{token}": ("GET", "HEAD", "POST"),
    "/desk/sign-out": ("POST",),
    "/desk/language": ("POST",),
    "/desk/promises": ("GET", "HEAD"),
    "/desk/insights": ("GET", "HEAD"),
    "/desk/improvements": ("GET", "HEAD"),
    "/desk/improvements/{improvement_id}": ("GET", "HEAD", "POST"),
    "/desk/insights/stores": ("GET", "HEAD"),
    "/desk/insights/themes": ("GET", "HEAD"),
    "/desk/insights/touchpoints": ("GET", "HEAD"),
    "/desk/digest": ("GET", "HEAD"),
    "/desk/digest/mails": ("POST",),
    "/desk/wall": ("GET", "HEAD"),
    "/desk/wall/link": ("GET", "HEAD", "POST"),
    "/desk/wall/{token}": ("GET", "HEAD"),
    "/desk/insights/team": ("GET", "HEAD"),
    "/desk/static/{name}": ("GET", "HEAD"),
    "/desk/answers": ("GET", "HEAD"),
    "/desk/answers/export": ("POST",),
    "/desk/answers/trust": ("POST",),
    "/desk/answers/exports/{export_id}": ("GET", "HEAD"),
    "/desk/followups/{followup_id}": ("GET", "HEAD"),
    "/desk/followups/{followup_id}/{action}": ("POST",),
    "/m/{token}": ("GET", "HEAD"),
    "/m/{token}/data": ("GET", "HEAD"),
    "/m/{token}/{action}": ("POST",),
    "/v1/customers/events": ("POST",),
    "/v1/openapi.json": ("GET", "HEAD"),
    "/v1/scores": ("GET", "HEAD"),
    "/v1/answers": ("GET", "HEAD"),
    "/v1/followups": ("GET", "HEAD"),
    "/v1/visitors": ("PUT",),
}
"""The methods of every other route in template.yaml; a path without parameters before one that has them."""

_ROBOTS: Final = "User-agent: *\nDisallow: /\n"
_ICON: Final = (Path(__file__).parent / "static" / "icon.svg").read_text(encoding="utf-8")
FILES: Final[Mapping[str, tuple[str, str]]] = {
    "/robots.txt": ("text/plain; charset=utf-8", _ROBOTS),
    "/favicon.ico": ("image/svg+xml; charset=utf-8", _ICON),
}
"""Media type and text of what browsers and crawlers ask every site for."""
KEPT: Final = "public, max-age=604800"
"""A week: nobody needs to ask twice."""


def respond(event: Mapping[str, Any]) -> Response:
    """Return the answer to a request of the route $default.

    308 to the same path as we write it (capitals, slashes, what was copied along); 303 from a form's address to its
    page; 405 for a method that the path does not know; else 404. `/` has a page, too.
    """
    method = event["requestContext"]["http"]["method"]
    response = _respond(event, method, event["rawPath"])
    return replace(response, body="") if method == "HEAD" else response


def _respond(event: Mapping[str, Any], method: str, path: str) -> Response:
    if path in FILES and method in ("GET", "HEAD"):
        kind, text = FILES[path]
        return Response(200, text, {"content-type": kind, "cache-control": KEPT})
    segments = _segments(path)
    meant, methods = _meant(segments)
    shown = method in ("GET", "HEAD")
    # An address that is written as ours came here for another reason: to itself it would lead for ever.
    if method in methods and unquote(meant) != path:
        return redirect_with_query(meant, event.get("rawQueryString", ""), 308)
    if shown and (above := _page_above(segments, is_form=bool(methods))):
        return redirect(above)
    if shown and not segments:
        return page.elsewhere_page(200, "root", _language(event))
    if not methods or method in methods:
        return _nothing_here(event, 404, segments)
    allow = {"allow": ", ".join((*methods, "OPTIONS"))}
    if method == "OPTIONS":
        return Response(204, headers=allow)
    refused = _nothing_here(event, 405, segments)
    return replace(refused, headers={**refused.headers, **allow})


def _segments(path: str) -> list[str]:
    parts = [part.strip(STRAY) for part in path.split("/")]
    return [part for part in parts if part]


def _meant(segments: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the path that these segments mean, escaped, and its methods; none if it is not ours. Parameters stay as
    they are: a token has capitals."""
    path, allowed = "", set[str]()
    for route, methods in ROUTES.items():
        parts = route.strip("/").split("/")
        pairs = list(zip(parts, segments, strict=False))
        if len(parts) == len(segments) and all(
            part[0] == "{" or part == given.lower() for part, given in pairs
        ):
            allowed.update(methods)
            path = path or "".join(
                f"/{quote(given, safe='') if part[0] == '{' else part}" for part, given in pairs
            )
    return path, sorted(allowed)


def _page_above(segments: Sequence[str], *, is_form: bool) -> str | None:
    """Return the path of the nearest page above a form's address, or above the beginning of a longer address."""
    begins = [route.strip("/").split("/")[: len(segments)] for route in ROUTES]
    if not is_form and [segment.lower() for segment in segments] not in begins:
        return None
    for length in range(len(segments) - 1, 0, -1):
        above, methods = _meant(segments[:length])
        if "GET" in methods:
            return above
    return None


def _nothing_here(event: Mapping[str, Any], status: int, segments: Sequence[str]) -> Response:
    """Return the page that says so, in the reader's language; for a program, JSON."""
    first = segments[0].lower() if segments else ""
    language, accept = _language(event), (event.get("headers") or {}).get("accept", "")
    if media_type(event) == "application/json" or (first == "v1" and "text/html" not in accept):
        code = "method_not_allowed" if status == 405 else "not_found"
        message = translations("survey", language)["errors"][code]
        return json_response(status, {"error": {"code": code, "message": message, "field": None}}, language)
    if first == "s":
        return page.no_survey_page(status, "unknown_code", language)
    return page.elsewhere_page(status, "nothing", language)


def _language(event: Mapping[str, Any]) -> str:
    headers = event.get("headers") or {}
    wanted = (event.get("queryStringParameters") or {}).get("lang")
    return choose_language([wanted], headers.get("accept-language", ""), LANGUAGES[0])
