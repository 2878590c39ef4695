"""The survey as a form, without a script: what is stored, and what comes back when something is wrong."""

import base64
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functions.posted_answers import ONE_PRODUCT, SHOUT, redirects_to_thanks
from tests.surveys import Page, Survey

CONTACT = "Alguien de Aurora Norte va a leer tu respuesta y tiene tus datos para contactarte."


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
    assert redirects_to_thanks(reply, more="&contact=1")
    assert "score" not in reply.headers["location"]
    item = survey.answer()
    assert (item["score"], item["reasons"], item["comment"]) == (0, ["service", "price"], "uno\ndos")
    assert (item["name"], item["phone"], item["consent"]["version"]) == ("Ana", "+56922345671", "2026-11")
    assert item["answer_id"] == page.fields["answer_id"][0]
    assert item["suspect"] == []

    after = survey.product.cloud.request("GET", reply.headers["location"])
    assert (after.status, "¡Gracias!" in after.text) == (200, True)
    assert CONTACT in after.text


def test_who_left_no_contact_reads_nothing_about_it(survey: Survey) -> None:
    reply = survey.send(survey.open(), score="10")
    assert redirects_to_thanks(reply)
    assert CONTACT not in survey.product.cloud.request("GET", reply.headers["location"]).text


def test_a_promoter_who_leaves_a_phone_reads_of_it(survey: Survey) -> None:
    reply = survey.send(survey.open(), score="10", phone="922345671", consent="yes")
    assert CONTACT in survey.product.cloud.request("GET", reply.headers["location"]).text


def test_the_page_s_language_goes_with_the_answer(survey: Survey) -> None:
    assert redirects_to_thanks(survey.send(survey.open("?lang=pt"), score="9"), "pt")
    assert survey.answer()["language"] == "pt"


def test_a_form_sent_twice_is_one_answer(survey: Survey) -> None:
    page = survey.open()
    assert redirects_to_thanks(survey.send(page, score="3", comment="lento"))
    assert redirects_to_thanks(survey.send(page, score="3", comment="lento"))
    assert survey.answer()["comment"] == "lento"


def test_a_changed_answer_of_the_same_page_is_a_friendly_conflict(survey: Survey) -> None:
    page = survey.open()
    survey.send(page, score="3", comment="lento")
    reply = survey.send(page, score="9")
    assert reply.status == 409
    assert "Guardamos la primera que enviaste" in Page(reply.text).text
    assert survey.answer()["score"] == 3


def test_errors_are_shown_and_everything_typed_is_kept(survey: Survey) -> None:
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
    assert redirects_to_thanks(survey.send(again), "en")
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
def test_no_form_body_causes_a_failure(survey: Survey, body: bytes) -> None:
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
    assert redirects_to_thanks(survey.send(survey.open(), score="3", comment=letter * 2000))
    assert survey.answer()["comment"] == letter * 2000


def test_a_body_that_is_too_large_is_shown_again_while_it_can_be_read(survey: Survey) -> None:
    reply = survey.send(survey.open(), score="3", comment="a" * 17000)
    assert (reply.status, Page(reply.text).fields["comment"]) == (413, ["a" * 17000])
    reply = survey.send(survey.open(), score="3", comment="a" * 60000)
    assert (reply.status, "Vuelve atrás" in Page(reply.text).text) == (413, True)
    assert survey.answers() == []


def test_another_language_keeps_all_that_was_typed_and_records_nothing(survey: Survey) -> None:
    """Without JavaScript: the switch sends the form, and gets it back."""
    page = survey.open("?lang=es")
    typed = {
        "score": "3",
        "reasons": ["price", "waiting_time"],
        "comment": "Frío <b>",
        "phone": "98",
        "name": "Eva",
    }
    reply = survey.send(page, "?lang=es", switch="pt", **typed)
    again = Page(reply.text)
    assert (reply.status, reply.headers["content-language"]) == (200, "pt")
    assert again.fields["lang"] == ["pt"]
    for name in ("answer_id", "signature"):
        assert again.fields[name] == page.fields[name]
    for name, value in {**typed, "reasons": ["waiting_time", "price"]}.items():
        assert again.fields[name] == ([value] if isinstance(value, str) else value)
    assert "consent" not in again.fields
    assert not again.all("input", **{"aria-invalid": "true"})
    assert survey.answers() == []
    refused = survey.send(again, "?lang=es")
    assert (refused.status, refused.headers["content-language"]) == (422, "pt")
    assert redirects_to_thanks(survey.send(again, "?lang=es", phone=""), "pt")
    assert survey.answer()["language"] == "pt"
