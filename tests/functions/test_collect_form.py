"""The survey as a form: without a script, with a page's signed id."""

import base64
import json
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.event_sources.gateway_payloads import Response
from lazo.store.model import Touchpoint
from lazo.table import stores
from tests.product import AFTER, TIMEOUT, Product
from tests.surveys import FORM, Page, Survey, log_of_collect

ONE_PRODUCT = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
SHOUT = "<script>alert('x')</script>\n</textarea>\"&quot; ñ"


@pytest.fixture
def survey(product: Product) -> Survey:
    return Survey(product)


def thanked(reply: Response, language: str = "es") -> bool:
    return (reply.status, reply.headers["location"]) == (303, f"/s/caja3/thanks?lang={language}")


def test_an_answer_by_form(survey: Survey) -> None:
    page = survey.open()
    typed = {
        "reasons": ["service", "price"],
        "comment": "uno\r\ndos",
        "name": "Ana",
        "phone": "922345671",
        "consent": "yes",
    }
    reply = survey.send(page, score="0", **typed)
    assert thanked(reply)
    assert "score" not in reply.headers["location"]
    item = survey.answer()
    assert (item["score"], item["reasons"], item["comment"]) == (0, ["service", "price"], "uno\ndos")
    assert (item["name"], item["phone"], item["consent"]["version"]) == ("Ana", "+56922345671", "2026-11")
    assert item["answer_id"] == page.fields["answer_id"][0]
    assert item["suspect"] == []

    after = survey.product.cloud.request("GET", reply.headers["location"])
    assert (after.status, "¡Gracias!" in after.text) == (200, True)


def test_the_page_s_language_goes_with_the_answer(survey: Survey) -> None:
    assert thanked(survey.send(survey.open("?lang=pt"), score="9"), "pt")
    assert survey.answer()["language"] == "pt"


def test_sent_twice_it_is_one_answer(survey: Survey) -> None:
    page = survey.open()
    assert thanked(survey.send(page, score="3", comment="lento"))
    assert thanked(survey.send(page, score="3", comment="lento"))
    assert survey.answer()["comment"] == "lento"


def test_a_changed_answer_of_the_same_page_is_met_kindly(survey: Survey) -> None:
    page = survey.open()
    survey.send(page, score="3", comment="lento")
    reply = survey.send(page, score="9")
    assert reply.status == 409
    assert "Guardamos la primera que enviaste" in Page(reply.text).text
    assert survey.answer()["score"] == 3


def test_what_is_wrong_is_said_and_everything_typed_is_kept(survey: Survey) -> None:
    page = survey.open("?lang=en")
    typed = {
        "score": "3",
        "reasons": ["price", "comfort"],
        "comment": SHOUT,
        "name": 'A "B" <i>',
        "phone": "12",
        "email": "<b>",
    }
    reply = survey.send(page, **typed)
    assert reply.status == 422
    again = Page(reply.text)
    sent_back = {name: value if len(value) > 1 else value[0] for name, value in again.fields.items()}
    assert sent_back == {**{name: values[0] for name, values in page.fields.items()}, **typed}
    assert "<i>" not in reply.text.split("</style>")[1].split("</script>")[1]

    summary = again.one("div", id="summary")
    assert "autofocus" in summary
    assert "hidden" not in summary
    assert {a["href"] for a in again.all("a") if a["href"].startswith("#")} == {
        "#phone",
        "#email",
        "#consent",
    }
    for field in ("phone", "email", "consent"):
        control = again.one("input", id=field)
        assert control["aria-invalid"] == "true"
        assert f"{field}-error" in control["aria-describedby"].split()
        assert again.one("p", id=f"{field}-error")
    assert "Check the phone number" in again.text
    assert survey.answers() == []

    again.fields.pop("phone")
    again.fields.pop("email")
    assert thanked(survey.send(again), "en")
    assert survey.answer()["answer_id"] == page.fields["answer_id"][0]


@ONE_PRODUCT
@given(
    comment=st.text(st.characters(exclude_categories=["Cc", "Cs"])),
    name=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=100),
)
def test_any_text_comes_back_as_it_was_typed(survey: Survey, comment: str, name: str) -> None:
    reply = survey.send({"comment": [comment], "name": [name]})
    assert reply.status == 422
    fields = Page(reply.text).fields
    assert (fields["comment"], fields["name"]) == ([comment], [name])


@pytest.mark.parametrize("score", ["", "7 ", "11", "x", "٣"])
def test_a_form_needs_a_score(survey: Survey, score: str) -> None:
    reply = survey.send(survey.open(), score=score)
    again = Page(reply.text)
    assert reply.status == 422
    assert again.one("fieldset", id="score")["aria-invalid"] == "true"
    assert {a["href"] for a in again.all("a") if a["href"].startswith("#")} == {"#score-0"}
    assert again.one("input", id="score-0")


@ONE_PRODUCT
@given(body=st.binary(max_size=300) | st.text("&=%+;score0123456789ABCDEFabc").map(str.encode))
def test_no_body_makes_it_fail(survey: Survey, body: bytes) -> None:
    assert survey.post_form(body).status in (303, 422, 413)


def test_a_body_arrives_plain_or_in_base64(survey: Survey) -> None:
    body = urlencode({"score": 3, "comment": "ñandú ¡ya!"})
    event = {
        "version": "2.0",
        "routeKey": "POST /s/{code}",
        "pathParameters": {"code": "caja3"},
        "headers": {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"},
    }
    for given_as in (
        {"body": body, "isBase64Encoded": False},
        {"body": base64.b64encode(body.encode()).decode(), "isBase64Encoded": True},
    ):
        assert survey.product.cloud.invoke("Collect", event | given_as)["statusCode"] == 303
    assert [item["comment"] for item in survey.answers()] == ["ñandú ¡ya!"] * 2


@pytest.mark.parametrize("letter", ["a", "ñ", "😀"])
def test_the_longest_comment_fits_whatever_its_letters(survey: Survey, letter: str) -> None:
    assert thanked(survey.send(survey.open(), score="3", comment=letter * 2000))
    assert survey.answer()["comment"] == letter * 2000


def test_what_is_too_large_is_kept_while_it_can_be_read(survey: Survey) -> None:
    reply = survey.send(survey.open(), score="3", comment="a" * 17000)
    assert (reply.status, Page(reply.text).fields["comment"]) == (413, ["a" * 17000])
    reply = survey.send(survey.open(), score="3", comment="a" * 60000)
    assert (reply.status, "Vuelve atrás" in Page(reply.text).text) == (413, True)
    assert survey.answers() == []


@pytest.mark.parametrize(
    ("seconds", "suspect"), [(0.1, ["too_fast"]), (1.9, ["too_fast"]), (2, []), (604800, [])]
)
def test_a_person_takes_two_seconds_and_may_take_seven_days(
    survey: Survey, seconds: float, suspect: list[str]
) -> None:
    page = survey.open(after=seconds)
    assert thanked(survey.send(page, score="3"))
    assert survey.answer()["suspect"] == suspect


def test_an_older_page_is_taken_and_marked(survey: Survey) -> None:
    page = survey.open(after=604801)
    assert thanked(survey.send(page, score="3", comment="lento"))
    item = survey.answer()
    assert item["suspect"] == ["unsigned"]
    assert item["answer_id"] != page.fields["answer_id"][0]


@pytest.mark.parametrize(
    "change", [{"signature": "0" * 32}, {"signature": ""}, {"signature": "zz"}, {"signature": "\ud7ff"}]
)
def test_a_wrong_signature_is_taken_marked_and_still_one_answer(
    survey: Survey, change: dict[str, str]
) -> None:
    page = survey.open()
    assert thanked(survey.send(page, score="3", **change))
    assert thanked(survey.send(page, score="3", **change))
    assert survey.answer()["suspect"] == ["unsigned"]


@pytest.mark.parametrize("answer_id", ["", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"])
def test_an_id_that_is_not_ours_is_replaced_and_the_answer_marked(survey: Survey, answer_id: str) -> None:
    assert thanked(survey.send(survey.open(), score="3", answer_id=answer_id))
    assert survey.answer()["suspect"] == ["unsigned"]
    assert survey.answer()["answer_id"] != answer_id


def test_a_signature_shortened_is_none(survey: Survey) -> None:
    page = survey.open()
    survey.send(page, score="3", signature=page.fields["signature"][0][:20])
    assert survey.answer()["suspect"] == ["unsigned"]


def test_a_page_signs_for_its_own_code_only(survey: Survey) -> None:
    stores.put_touchpoint(survey.product.table, Touchpoint("caja4", "norte", "Caja 4"))
    page = survey.open()
    fields = urlencode({**page.fields, "score": "3"}, doseq=True).encode()
    survey.product.cloud.request("POST", "/s/caja4", FORM, fields)
    assert survey.answer()["suspect"] == ["unsigned"]


def test_a_filled_trap_is_marked_and_thanked_like_any_other(survey: Survey) -> None:
    assert thanked(survey.send(survey.open(after=1), score="3", website="https://spam.example"))
    assert survey.answer()["suspect"] == ["honeypot", "too_fast"]


def test_a_page_signed_before_a_rotation_of_the_key_is_good(survey: Survey) -> None:
    page = survey.open()
    secrets = survey.product.cloud.client("secretsmanager")
    secrets.put_secret_value(SecretId=survey.product.cloud.physical_id("LinkKey"), SecretString="new" * 20)
    survey.product.wait(timedelta(minutes=6))
    assert thanked(survey.send(page, score="3"))
    assert survey.answer()["suspect"] == []


def test_an_answer_that_could_not_be_kept_waits_behind_one_button(
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

    assert thanked(survey.send(waiting), "pt")
    item = survey.answer()
    assert item["answer_id"] == page.fields["answer_id"][0]
    assert (item["reasons"], item["comment"], item["suspect"]) == (["price", "service"], SHOUT, [])


def test_trying_again_after_a_lost_reply_is_one_answer(survey: Survey) -> None:
    page = survey.open()
    survey.product.fault(operation="PutItem", kind=TIMEOUT, when=AFTER, times=1)
    survey.product.fault(operation="PutItem", kind=TIMEOUT, times=3, nth=1)
    reply = survey.send(page, score="3", comment="lento")
    assert reply.status == 503
    assert thanked(survey.send(Page(reply.text)))
    assert survey.answer()["comment"] == "lento"


def test_an_own_failure_keeps_the_form_too(survey: Survey) -> None:
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
    assert thanked(survey.send(Page(reply.text)))


def test_an_unknown_and_a_retired_code_have_a_page(survey: Survey) -> None:
    stores.put_touchpoint(survey.product.table, Touchpoint("old", "norte", "Caja 9", active=False))
    for path, status, says in (("/s/nope", 404, "No encontramos"), ("/s/old", 410, "ya cerró")):
        reply = survey.product.cloud.request("POST", path, FORM, b"score=3")
        assert (reply.status, says in Page(reply.text).text) == (status, True)
        assert re.search(r"<html lang=\"es\">", reply.text)


def test_a_page_is_answered_although_its_code_was_retired_meanwhile(survey: Survey) -> None:
    page = survey.open()
    stores.put_touchpoint(survey.product.table, Touchpoint("caja3", "norte", "Caja 3", active=False))
    survey.product.wait(timedelta(minutes=2))
    assert thanked(survey.send(page, score="3", comment="esperé 40 minutos"))
    assert survey.product.items("ANSWER#")[0]["comment"] == "esperé 40 minutos"


def test_what_was_written_for_a_retired_code_is_shown(survey: Survey) -> None:
    page = survey.open()
    stores.put_touchpoint(survey.product.table, Touchpoint("caja3", "norte", "Caja 3", active=False))
    survey.product.wait(timedelta(minutes=2))
    reply = survey.send(page, score="3", comment="esperé <b>40</b> minutos", signature="00")
    assert reply.status == 410
    assert "esperé <b>40</b> minutos" in Page(reply.text).text
    assert "esperé &lt;b&gt;40" in reply.text
