"""The survey's pages as a browser gets them."""

import base64
import gzip
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from collect import page as survey_pages
from infra.local.event_sources.gateway_payloads import Response
from lazo.store.model import Touchpoint
from lazo.table import stores
from lazo.web.pages import compact_script, compact_style
from tests.product import TIMEOUT, Product
from tests.surveys import Page, Survey

KB = 1024
LANGUAGES = ("es", "en", "pt")
LONG_NAME = "Supermercados y Cafetería Nuestra Señora de los Ángeles del Poniente, Mall Plaza"


def between(tag: str, text: str) -> str:
    """What stands in the first element of this kind without attributes."""
    return text.split(f"<{tag}>")[1].split(f"</{tag}>")[0]


def policy_of(reply: Response) -> dict[str, list[str]]:
    directives = (part.split() for part in reply.headers["content-security-policy"].split(";"))
    return {name: values for name, *values in directives}


def source(text: str) -> str:
    """A hash source after CSP level 3, 2.3.1."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def of_thanks(name: str) -> str:
    """The style or script that a page may load once its answer is sent."""
    text = (Path(survey_pages.__file__).parent / "static" / name).read_text()
    return (compact_script if name.endswith("js") else compact_style)(text)


def every_page(survey: Survey) -> dict[str, Response]:
    stores.put_touchpoint(survey.product.table, Touchpoint("old", "norte", "Caja 9", active=False))
    request = survey.product.cloud.request
    page = survey.open()
    pages = {
        "survey": survey.get(),
        "thanks": request("GET", f"{survey.path}/thanks"),
        "unknown": request("GET", "/s/nope"),
        "retired": request("GET", "/s/old"),
        "wrong": survey.send(page, score="x", phone="1", email="x", name="n" * 81, comment="c" * 2001),
        "conflict": (survey.send(page, score="1"), survey.send(page, score="2"))[1],
        "large": survey.send(page, comment="c" * 60000),
    }
    survey.product.fault(operation="PutItem", kind=TIMEOUT, times=3)
    pages["unsaved"] = survey.send(survey.open(), score="3", comment="x" * 2000)
    return pages


def test_every_page_is_one_document_with_a_strict_policy(survey: Survey) -> None:
    for name, reply in every_page(survey).items():
        headers = reply.headers
        assert policy_of(reply) == {
            "default-src": ["'none'"],
            "script-src": [source(between("script", reply.text)), source(of_thanks("thanks.js"))],
            "style-src": [source(between("style", reply.text)), source(of_thanks("thanks.css"))],
            "img-src": ["'self'", "data:"],
            "connect-src": ["'self'"],
            "form-action": ["'self'"],
            "frame-ancestors": ["'none'"],
            "base-uri": ["'none'"],
        }, name
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert re.fullmatch(r"max-age=(\d+).*", headers["strict-transport-security"])
        assert "geolocation=()" in headers["permissions-policy"]
        assert {"Accept-Language", "Accept-Encoding"} == set(headers["vary"].split(", "))
        assert headers["content-language"] == "es"
        assert reply.cookies == []

        page = Page(reply.text)
        assert page.one("html")["lang"] == "es"
        assert not re.search(
            r"https?://|//[a-z]", re.sub(r"<script>.*?</script>", "", reply.text, flags=re.S)
        ), name
        assert not [tag for tag, a in page.elements if tag in ("img", "iframe") or "src" in a]
        assert [a["href"] for a in page.all("link")] == ["/favicon.ico"]
        assert not [a for _, a in page.elements if any(n == "style" or n.startswith("on") for n in a)]
        ids = [a["id"] for _, a in page.elements if "id" in a]
        assert len(ids) == len(set(ids))
        assert len(page.all("h1")) >= 1
        assert len(page.all("main")) == len(page.all("title")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_less_than_30_kb_in_all(product: Product, language: str) -> None:
    survey = Survey(product, name=LONG_NAME, question={language: "¿" + "q" * 198 + "?"})
    page = survey.open(f"?lang={language}")
    wrong = survey.send(
        page, score="x", phone="1", email="x", name="n" * 81, consent="yes", comment="c" * 2000
    )
    for reply in (survey.get(f"?lang={language}"), wrong):
        assert len(reply.body) < 30 * KB
    zipped = survey.get(f"?lang={language}", accept_encoding="gzip, deflate, br")
    assert zipped.headers["content-encoding"] == "gzip"
    assert len(zipped.body) < 10 * KB


def test_a_zipped_page_is_the_same_page(survey: Survey) -> None:
    zipped = survey.get(accept_encoding="br;q=1.0, gzip;q=0.8, *;q=0.1")
    kept = re.compile(rb'value="[0-9A-Za-z]*"')
    assert kept.sub(b"", gzip.decompress(zipped.body)) == kept.sub(b"", survey.get().body)


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000, br", "x-gzip"])
def test_a_page_is_plain_where_gzip_is_not_wanted(survey: Survey, accepted: str) -> None:
    reply = survey.get(accept_encoding=accepted)
    assert "content-encoding" not in reply.headers
    assert reply.text.startswith("<!doctype html>")


def test_head_has_the_headers_of_get_and_no_body(survey: Survey) -> None:
    for query in ("", "?lang=en"):
        got, head = survey.get(query), survey.get(query, "HEAD")
        assert (head.status, head.body) == (200, b"")
        varying = {"apigw-requestid"}
        assert {k: v for k, v in head.headers.items() if k not in varying} == {
            k: v for k, v in got.headers.items() if k not in varying
        }
    assert survey.product.cloud.request("HEAD", "/s/nope").status == 404
    assert survey.answers() == []


QUESTIONS = {
    "es": "¿Qué probabilidad hay de que recomiendes Aurora Norte a un familiar o un amigo?",
    "en": "How likely are you to recommend Aurora Norte to a friend or family member?",
    "pt": "O quanto você recomendaria Aurora Norte a um amigo ou familiar?",
}


@pytest.mark.parametrize(
    ("query", "accepted", "spoken"),
    [
        ("", "", "es"),
        ("", "pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("", "de, en;q=0.5", "en"),
        ("", "de, fr;q=0.5", "es"),
        ("?lang=en", "pt", "en"),
        ("?lang=de", "pt", "pt"),
        ("?lang=en-GB", "", "en"),
        ("?lang=", "pt", "pt"),
        ("?lang=es&lang=en", "", "es"),
    ],
)
def test_the_reader_s_language(survey: Survey, query: str, accepted: str, spoken: str) -> None:
    reply = survey.get(query, accept_language=accepted)
    page = Page(reply.text)
    assert reply.headers["content-language"] == page.one("html")["lang"] == spoken
    assert QUESTIONS[spoken] in page.text
    assert page.fields["lang"] == [spoken]
    switch = {each["value"]: each.get("aria-current") for each in page.all("button", name="switch")}
    assert switch == {each: "true" if each == spoken else None for each in LANGUAGES}


def test_the_default_language_is_that_of_the_store(product: Product) -> None:
    assert QUESTIONS["pt"] in Page(Survey(product, language="pt").get().text).text


def test_a_store_may_word_the_question(product: Product) -> None:
    survey = Survey(product, question={"es": "¿Le contarías a alguien de {shop} {y {esto}}?"})
    assert "¿Le contarías a alguien de Aurora Norte {y {esto}}?" in Page(survey.get().text).text
    assert QUESTIONS["en"] in Page(survey.get("?lang=en").text).text


def test_the_name_of_a_store_is_escaped(product: Product) -> None:
    evil = "<img src=x onerror=alert(1)> </script><script>alert('x')</script> {{ 7 * 7 }} & \"Co\""
    survey = Survey(product, name=evil, question={"en": evil})
    stores.put_touchpoint(product.table, Touchpoint("caja3", "norte", evil))
    for language in LANGUAGES:
        reply = survey.get(f"?lang={language}")
        page = Page(reply.text)
        assert page.all("img") == []
        assert len(page.all("script")) == 2
        assert page.text.count(evil) >= 2
        assert "alert" not in between("script", reply.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_works_without_a_script(survey: Survey, language: str) -> None:
    page = Page(survey.get(f"?lang={language}").text)
    form = page.one("form")
    assert (form["method"], "action" in form) == ("post", False)
    scores = page.all("input", type="radio", name="score")
    assert [score["value"] for score in scores] == [str(n) for n in range(11)]
    assert not [s for s in scores if "checked" in s]
    assert len(page.all("input", type="checkbox", name="reasons")) == 12
    assert page.one("details", id="contact")["open"] == ""
    assert len(page.all("button", id="send")) == 1
    # Only what a script shows is hidden, and the summary of errors while there are none.
    assert {a["id"] for _, a in page.elements if "hidden" in a} == {"waiting", "thanks", "summary"}


def test_every_control_has_a_name_and_its_descriptions_exist(survey: Survey) -> None:
    for reply in (survey.get(), survey.send({}), survey.send({"score": ["3"], "phone": ["1"]})):
        page = Page(reply.text)
        ids = {a["id"] for _, a in page.elements if "id" in a}
        labelled = {a["for"] for a in page.all("label") if "for" in a}
        assert labelled <= ids
        inside = False
        for tag, attributes in page.elements:
            inside = tag == "label" or (inside and tag != "/label")
            for target in attributes.get("aria-describedby", "").split():
                assert target in ids
            if tag in ("input", "textarea") and attributes.get("type") != "hidden":
                assert inside or attributes["id"] in labelled
        assert len(page.all("fieldset")) == len(page.all("legend")) == 2


def test_the_honeypot_is_hidden_from_people_and_screen_readers(survey: Survey) -> None:
    page = Page(survey.get().text)
    trap = page.one("input", name="remark")
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert page.elements[page.elements.index(("input", trap)) - 2][1]["aria-hidden"] == "true"


def test_each_page_carries_another_id(survey: Survey) -> None:
    ids = {survey.open().fields["answer_id"][0] for _ in range(3)}
    assert len(ids) == 3
    assert min(ids)[:10] == "01KKC464C0"  # START, 1773154800000 ms, in base 32


def test_the_thanks_hold_no_score_and_need_none(survey: Survey) -> None:
    reply = survey.product.cloud.request("GET", f"{survey.path}/thanks?lang=en")
    page = Page(reply.text)
    assert reply.status == 200
    assert "Thank you! We have your answer, and the team at Aurora Norte will read it." in page.text
    assert page.all("form") == []
    assert survey.product.cloud.request("GET", "/s/nope/thanks").status == 404


@pytest.mark.parametrize(
    ("accepted", "title", "spoken"),
    [
        ("", "No encontramos esta encuesta", "es"),
        ("pt", "Não encontramos", "pt"),
        ("en", "We cannot find", "en"),
    ],
)
def test_an_unknown_code_has_a_friendly_page(
    product: Product, accepted: str, title: str, spoken: str
) -> None:
    reply = product.cloud.request("GET", "/s/nope", {"accept-language": accepted})
    page = Page(reply.text)
    assert (reply.status, title in page.text, page.one("html")["lang"]) == (404, True, spoken)


def test_codes_that_cannot_exist_are_not_looked_up(product: Product) -> None:
    for code in ("a" * 65, "%C3%B1", "a%23b", "%00"):
        assert product.cloud.request("GET", f"/s/{code}").status == 404
    assert product.calls("Collect") == []


def test_a_code_whose_store_is_gone_is_unknown(product: Product) -> None:
    stores.put_touchpoint(product.table, Touchpoint("lone", "nobody", "Caja 1"))
    assert product.cloud.request("GET", "/s/lone").status == 404


def test_a_retired_code_has_a_friendly_page(product: Product) -> None:
    survey = Survey(product)
    stores.put_touchpoint(product.table, Touchpoint("caja3", "norte", "Caja 3", active=False))
    reply = survey.get("?lang=en")
    assert (reply.status, "This survey has closed" in Page(reply.text).text) == (410, True)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"operation": "GetItem", "kind": TIMEOUT, "times": 3}, 503),
        ({"operation": "GetItem", "code": "ThrottlingException", "status": 400, "times": 3}, 503),
        ({"operation": "GetSecretValue", "times": 3}, 503),
        ({"operation": "GetItem", "code": "AccessDeniedException", "status": 400}, 500),
    ],
)
def test_a_page_that_cannot_be_loaded_shows_an_error(
    survey: Survey, fault: dict[str, Any], status: int
) -> None:
    survey.product.fault(**fault)
    reply = survey.get("?lang=pt")
    page = Page(reply.text)
    assert (reply.status, reply.headers.get("retry-after")) == (status, "5" if status == 503 else None)
    assert "Não conseguimos abrir a pesquisa" in page.text
    assert page.fields == {"lang": ["pt"]}
    assert survey.get("?lang=pt").status == 200
