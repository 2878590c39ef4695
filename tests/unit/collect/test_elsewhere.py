"""Where a mistyped address leads. Statuses and `Allow`: RFC 9110, 15.4.4, 15.4.9, 15.5.6, 9.3.7."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from collect.elsewhere import ROUTES, respond
from lazo.web.responses import Response

TOKEN = "AbC-dEf_0123456789AbC-dEf_0123456789"


def ask(
    path: str,
    method: str = "GET",
    query: str = "",
    language: str = "es",
    media_type: str = "",
    accept: str = "*/*",
) -> Response:
    event: dict[str, Any] = {
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"accept-language": language, "content-type": media_type, "accept": accept},
        "requestContext": {"http": {"method": method}},
    }
    return respond(event)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/desk/", "/desk"),
        ("/Desk", "/desk"),
        ("//desk//Answers/", "/desk/answers"),
        ("/desk/Sign-In", "/desk/sign-in"),
        ("/S/caja3", "/s/caja3"),
        ("/s/caja3/", "/s/caja3"),
        ("/s/Caja3/Thanks", "/s/Caja3/thanks"),  # collect looks for the code in other capitals
        (f"/F/{TOKEN}/", f"/f/{TOKEN}"),
        (f"/m/{TOKEN}/Data", f"/m/{TOKEN}/data"),
        ("/desk/promises).", "/desk/promises"),
        ("/desk ", "/desk"),
    ],
)
def test_the_address_that_was_meant(typed: str, meant: str) -> None:
    for method in ("GET", "HEAD"):
        reply = ask(typed, method)
        assert (reply.status, reply.headers["location"]) == (308, meant)
    assert ask(typed, query="lang=pt&r=a%2Fb").headers["location"] == f"{meant}?lang=pt&r=a%2Fb"


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("/desk/sign-out", "/desk"),
        ("/desk/answers/export", "/desk/answers"),
        ("/desk/answers/exports", "/desk/answers"),
        ("/desk/followups", "/desk"),
        ("/desk/followups/01JD8/take-on", "/desk/followups/01JD8"),
        (f"/m/{TOKEN}/not-yet", f"/m/{TOKEN}"),
    ],
)
def test_the_address_of_a_form_leads_to_its_page(typed: str, page: str) -> None:
    reply = ask(typed)
    assert (reply.status, reply.headers["location"]) == (303, page)


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/desk",
        "/\\evil.example",
        "/desk/in/a\r\nx: y",
        "/Desk/in/a\r\nx: y",
        "/F/\\evil.example?x#y",
        "/evil.example//",
        "/f/http://evil",
    ],
)
def test_nothing_leads_to_another_site(path: str) -> None:
    location = ask(path, query="x=\r\ny: z").headers.get("location", "/desk")
    assert re.fullmatch(r"/(f|desk)(/[\w.%-]+)*(\?[\x21-\x7e]*)?", location, re.ASCII)


@pytest.mark.parametrize("route", ROUTES)
def test_an_address_that_is_written_as_ours_leads_to_another_or_to_none(route: str) -> None:
    for parameter in ("x", "a/b"):
        path = re.sub(r"\{\w+\}", parameter, route)
        for method in ROUTES[route]:
            assert ask(path, method).headers.get("location") != quote(path)


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/s/caja3", "PUT", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/desk/", "DELETE", {"GET", "HEAD", "OPTIONS"}),
        ("/desk", "POST", {"GET", "HEAD", "OPTIONS"}),
        (f"/m/{TOKEN}/data", "PATCH", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/v1/customers/events", "GET", {"POST", "OPTIONS"}),
    ],
)
def test_a_method_that_the_path_does_not_know(path: str, method: str, allowed: set[str]) -> None:
    assert ask(path, method).status == 405
    assert set(ask(path, method).headers["allow"].split(", ")) == allowed
    options = ask(path, "OPTIONS")
    assert (options.status, options.body) == (204, "")
    assert set(options.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    ("path", "language", "title"),
    [
        ("/encuesta/caja3", "es-CL", "No encontramos esta página"),
        ("/desk/wp-admin", "en", "We cannot find this page"),
        ("/m", "pt-BR", "Não encontramos esta página"),
        ("/s", "en", "We cannot find this survey"),
        ("/s/caja3/gracias", "es", "No encontramos esta encuesta"),
    ],
)
def test_where_nothing_is_a_page_says_so(path: str, language: str, title: str) -> None:
    reply = ask(path, language=language)
    assert (reply.status, reply.headers["content-language"]) == (404, language[:2])
    assert f"<h1>{title}</h1>" in reply.body
    assert ask(path, "HEAD").body == ""


def test_the_bare_address_tells_customers_and_staff_where_to_go() -> None:
    reply = ask("/", language="en")
    assert (reply.status, "scan the code" in reply.body) == (200, True)
    assert '<a href="/desk?lang=en">' in reply.body


@pytest.mark.parametrize(("path", "media_type"), [("/v1/customers/event", ""), ("/s", "application/json")])
def test_a_program_is_answered_in_json(path: str, media_type: str) -> None:
    reply = ask(path, "POST", language="en", media_type=media_type)
    assert "application/json" not in ask(path, accept="text/html,*/*").headers["content-type"]
    assert (reply.status, reply.headers["content-type"]) == (404, "application/json; charset=utf-8")
    assert json.loads(reply.body)["error"] == {
        "code": "not_found",
        "message": "There is nothing at this address.",
        "field": None,
    }


def test_what_browsers_and_crawlers_ask_for_is_kept_for_a_week() -> None:
    robots, icon = ask("/robots.txt"), ask("/favicon.ico")
    assert robots.body == "User-agent: *\nDisallow: /\n"  # RFC 9309
    assert icon.body.startswith("<svg")
    for reply in (robots, icon):
        assert (reply.status, reply.headers["cache-control"]) == (200, "public, max-age=604800")
    assert ask("/favicon.ico", "HEAD").body == ""
