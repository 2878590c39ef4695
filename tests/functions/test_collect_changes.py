"""The public page of what a store has changed, and the links to it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lazo.errors import Rejected
from lazo.insight.improvements import Improvement, ImprovementText
from lazo.insight.publication import check_publication
from lazo.store.model import Touchpoint
from lazo.table import improvements, stores
from tests.builders import START
from tests.functions.test_improvements_table import made
from tests.product import TIMEOUT
from tests.surveys import Page, Survey

BOTH = (
    ImprovementText("en", "The queue is long", "We opened another till"),
    ImprovementText("es", "La fila para pagar es larga", "Abrimos otra caja & más turnos"),
)


def publish(survey: Survey, number: int, **changes: object) -> Improvement:
    improvement = made(number, **{"published_at": START, "texts": BOTH, **changes})
    improvements.save_improvement(survey.product.table, None, improvement, START)
    return improvement


def test_the_page_says_what_was_said_and_done_and_may_be_kept(survey: Survey) -> None:
    product, path = survey.product, f"{survey.path}/changes"
    request = product.cloud.request
    empty = request("GET", path)
    assert empty.status == 200
    assert "Todavía no hay cambios que contar" in Page(empty.text).text
    assert "/changes" not in survey.get().text
    assert "/changes" not in request("GET", f"{survey.path}/thanks").text

    newest = publish(survey, 1, in_place_from=date(2026, 3, 9), theme="payment")
    publish(
        survey, 2, store_ids=(), texts=(ImprovementText("es", "Faltaba pan", "Horneamos dos veces al día"),)
    )
    publish(survey, 3, store_ids=("sur",))
    publish(survey, 4, published_at=None)
    publish(survey, 5, texts=(ImprovementText("es", "Nada", "Danos un 10 en la encuesta"),))
    assert "Todavía no hay cambios" in request("GET", path).text, "read at most once a minute"
    product.wait(timedelta(minutes=1))
    reply = request("GET", path)
    shown = Page(reply.text)
    assert shown.text.index("Abrimos otra caja & más turnos") < shown.text.index("Horneamos dos veces al día")
    assert "Pago · Desde marzo de 2026 Nos dijeron La fila para pagar es larga Lo que hicimos" in shown.text
    assert "Danos un 10" not in reply.text
    assert reply.text.count("<li>") == 2
    assert "<script" not in reply.text
    assert len(reply.body) < 30 * 1024
    assert reply.headers["cache-control"] == "public, max-age=300"
    assert reply.headers["vary"] == "Accept-Language, Accept-Encoding"
    assert reply.headers["x-content-type-options"] == "nosniff"

    english = Page(request("GET", f"{path}?lang=en").text)
    assert "We opened another till" in english.text
    assert english.all("p", lang="es") == [{"lang": "es"}] * 2, "the other is told in Spanish"
    portuguese = request("GET", path, {"accept-language": "pt-BR"})
    assert portuguese.headers["content-language"] == "pt"
    assert "Abrimos otra caja" in Page(portuguese.text).text, "else in the language of the store"

    tag = reply.headers["etag"]
    for known in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        same = request("GET", path, {"if-none-match": known})
        assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
        assert same.headers["cache-control"] == "public, max-age=300"
    assert request("GET", path, {"if-none-match": portuguese.headers["etag"]}).status == 200
    head = request("HEAD", path)
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", tag)

    for page in (survey.get(), request("GET", f"{survey.path}/thanks?contact=1")):
        assert Page(page.text).all("a", href="/s/caja3/changes?lang=es")
    withdrawn = replace(newest, published_at=None, version=2)
    improvements.save_improvement(product.table, newest, withdrawn, START)
    product.wait(timedelta(minutes=1))
    assert request("GET", path).text.count("<li>") == 1


def test_codes_as_for_the_survey_and_a_table_that_cannot_be_read(survey: Survey) -> None:
    product = survey.product
    request = product.cloud.request
    stores.put_touchpoint(product.table, Touchpoint("old", "norte", "Caja 9", active=False))
    for path, status in (("/s/nope/changes", 404), ("/s/old/changes", 410)):
        reply = request("GET", path)
        assert (reply.status, reply.headers["cache-control"]) == (status, "no-store")
    moved = request("GET", "/s/CAJA3/changes?lang=pt")
    assert (moved.status, moved.headers["location"]) == (303, "/s/caja3/changes?lang=pt")
    assert request("POST", f"{survey.path}/changes").status == 405

    publish(survey, 1)
    product.fault(operation="BatchGetItem", kind=TIMEOUT, times=9)
    assert survey.get().status == 200, "a survey does not wait for a link"
    reply = request("GET", f"{survey.path}/changes")
    assert (reply.status, reply.headers["cache-control"]) == (503, "no-store")
    product.restart("Collect")
    before = product.calls("Collect").count("BatchGetItem")
    assert survey.post({"score": 3}).status == 202
    assert product.calls("Collect").count("BatchGetItem") == before, "an answer reads nothing more"


def test_what_may_be_published() -> None:
    good = made(1)
    check_publication(good, ("Aurora",), good.in_place_from)
    bad = made(
        2,
        in_place_from=date(2026, 3, 11),
        texts=(
            ImprovementText("es", "Nos dieron un 3", "Otra caja"),
            ImprovementText("en", "Slow", "Give us a 10"),
        ),
    )
    with pytest.raises(Rejected) as rejected:
        check_publication(bad, (), date(2026, 3, 10))
    found = {problem.field: problem.code for problem in rejected.value.problems}
    assert found == {"in_place_from": "too_early", "said-es": "wording", "done-en": "wording"}
    assert bad.text_in("en").done == "Give us a 10"
    assert bad.text_in("pt").done == "Otra caja"
