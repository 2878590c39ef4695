"""The survey as a form: its signed id, and which answers are marked as suspect."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from lazo.store.model import Touchpoint
from lazo.table import stores
from tests.functions.posted_answers import redirects_to_thanks
from tests.surveys import FORM, Survey


@pytest.mark.parametrize(
    ("seconds", "suspect"), [(0.1, ["too_fast"]), (1.9, ["too_fast"]), (2, []), (604800, [])]
)
def test_a_page_is_valid_from_two_seconds_to_seven_days(
    survey: Survey, seconds: float, suspect: list[str]
) -> None:
    page = survey.open(after=seconds)
    assert redirects_to_thanks(survey.send(page, score="3"))
    assert survey.answer()["suspect"] == suspect


def test_an_older_page_is_accepted_and_marked(survey: Survey) -> None:
    page = survey.open(after=604801)
    assert redirects_to_thanks(survey.send(page, score="3", comment="lento"))
    item = survey.answer()
    assert item["suspect"] == ["unsigned"]
    assert item["answer_id"] != page.fields["answer_id"][0]


@pytest.mark.parametrize(
    "change", [{"signature": "0" * 32}, {"signature": ""}, {"signature": "zz"}, {"signature": "\ud7ff"}]
)
def test_a_wrong_signature_is_accepted_marked_and_still_one_answer(
    survey: Survey, change: dict[str, str]
) -> None:
    page = survey.open()
    assert redirects_to_thanks(survey.send(page, score="3", **change))
    assert redirects_to_thanks(survey.send(page, score="3", **change))
    assert survey.answer()["suspect"] == ["unsigned"]


@pytest.mark.parametrize("answer_id", ["", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"])
def test_an_id_that_is_not_ours_is_replaced_and_the_answer_marked(survey: Survey, answer_id: str) -> None:
    assert redirects_to_thanks(survey.send(survey.open(), score="3", answer_id=answer_id))
    assert survey.answer()["suspect"] == ["unsigned"]
    assert survey.answer()["answer_id"] != answer_id


def test_a_shortened_signature_is_invalid(survey: Survey) -> None:
    page = survey.open()
    survey.send(page, score="3", signature=page.fields["signature"][0][:20])
    assert survey.answer()["suspect"] == ["unsigned"]


def test_a_page_signs_for_its_own_code_only(survey: Survey) -> None:
    stores.put_touchpoint(survey.product.table, Touchpoint("caja4", "norte", "Caja 4"))
    page = survey.open()
    fields = urlencode({**page.fields, "score": "3"}, doseq=True).encode()
    survey.product.cloud.request("POST", "/s/caja4", FORM, fields)
    assert survey.answer()["suspect"] == ["unsigned"]


def test_a_filled_honeypot_is_marked_and_thanked_like_any_other(survey: Survey) -> None:
    assert redirects_to_thanks(survey.send(survey.open(after=1), score="3", remark="https://spam.example"))
    assert survey.answer()["suspect"] == ["honeypot", "too_fast"]


def test_a_page_signed_before_a_rotation_of_the_key_is_valid(survey: Survey) -> None:
    page = survey.open()
    secrets = survey.product.cloud.client("secretsmanager")
    secrets.put_secret_value(SecretId=survey.product.cloud.physical_id("LinkKey"), SecretString="new" * 20)
    survey.product.wait(timedelta(minutes=6))
    assert redirects_to_thanks(survey.send(page, score="3"))
    assert survey.answer()["suspect"] == []
