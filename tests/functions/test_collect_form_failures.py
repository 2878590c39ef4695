"""The survey as a form while AWS fails or after its code was retired: nothing typed is lost."""

import json
import re
from datetime import timedelta

import pytest

from lazo.store.model import Touchpoint
from lazo.table import stores
from tests.functions.posted_answers import SHOUT, redirects_to_thanks
from tests.product import AFTER, TIMEOUT
from tests.surveys import FORM, Page, Survey, log_of_collect


def test_an_answer_that_could_not_be_stored_is_sent_again_with_one_button(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = survey.open("?lang=pt")
    log = log_of_collect(monkeypatch)
    typed = {
        "score": "3",
        "reasons": ["price", "service"],
        "comment": SHOUT,
        "phone": "922345671",
        "consent": "yes",
    }
    survey.product.fault(operation="PutItem", code="ThrottlingException", status=400, times=3)
    reply = survey.send(page, **typed)
    assert (reply.status, int(reply.headers["retry-after"]) > 0) == (503, True)
    waiting = Page(reply.text)
    assert "O que você escreveu continua aqui" in waiting.text
    assert SHOUT.replace("\n", " ") in waiting.text
    assert (json.loads(log.getvalue())["code"], "922345671" in log.getvalue()) == (
        "ThrottlingException",
        False,
    )

    assert redirects_to_thanks(survey.send(waiting), "pt", "&contact=1")
    item = survey.answer()
    assert item["answer_id"] == page.fields["answer_id"][0]
    assert (item["reasons"], item["comment"], item["suspect"]) == (["price", "service"], SHOUT, [])


def test_trying_again_after_a_lost_reply_is_one_answer(survey: Survey) -> None:
    page = survey.open()
    survey.product.fault(operation="PutItem", kind=TIMEOUT, when=AFTER, times=1)
    survey.product.fault(operation="PutItem", kind=TIMEOUT, times=3, nth=1)
    reply = survey.send(page, score="3", comment="lento")
    assert reply.status == 503
    assert redirects_to_thanks(survey.send(Page(reply.text)))
    assert survey.answer()["comment"] == "lento"


def test_an_internal_error_keeps_the_form(survey: Survey) -> None:
    page = survey.open()
    survey.product.fault(operation="PutItem", code="AccessDeniedException", status=400)
    reply = survey.send(page, score="3", comment="lento")
    assert reply.status == 500
    assert Page(reply.text).fields["comment"] == ["lento"]
    assert "retry-after" not in reply.headers


def test_a_cold_copy_without_its_table_keeps_the_form(survey: Survey) -> None:
    page = survey.open()
    survey.product.restart("Collect")
    survey.product.fault(operation="GetItem", times=3)
    reply = survey.send(page, score="3", comment="lento")
    assert reply.status == 503
    assert redirects_to_thanks(survey.send(Page(reply.text)))


def test_an_unknown_and_a_retired_code_have_a_page(survey: Survey) -> None:
    stores.put_touchpoint(survey.product.table, Touchpoint("old", "norte", "Caja 9", active=False))
    for path, status, says in (("/s/nope", 404, "No encontramos"), ("/s/old", 410, "ya cerró")):
        reply = survey.product.cloud.request("POST", path, FORM, b"score=3")
        assert (reply.status, says in Page(reply.text).text) == (status, True)
        assert re.search(r"<html lang=\"es\">", reply.text)


def test_a_page_opened_before_its_code_was_retired_is_accepted(survey: Survey) -> None:
    page = survey.open()
    stores.put_touchpoint(survey.product.table, Touchpoint("caja3", "norte", "Caja 3", active=False))
    survey.product.wait(timedelta(minutes=2))
    assert redirects_to_thanks(survey.send(page, score="3", comment="esperé 40 minutos"))
    assert survey.product.items("ANSWER#")[0]["comment"] == "esperé 40 minutos"


def test_what_was_typed_for_a_retired_code_is_shown(survey: Survey) -> None:
    page = survey.open()
    stores.put_touchpoint(survey.product.table, Touchpoint("caja3", "norte", "Caja 3", active=False))
    survey.product.wait(timedelta(minutes=2))
    reply = survey.send(page, score="3", comment="esperé <b>40</b> minutos", signature="00")
    assert reply.status == 410
    assert "esperé <b>40</b> minutos" in Page(reply.text).text
    assert "esperé &lt;b&gt;40" in reply.text
