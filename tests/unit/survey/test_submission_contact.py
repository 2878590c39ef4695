"""Name, phone, e-mail and consent of a submission.

Expected values: ITU-T E.164 and the national numbering plans for phones (Ofcom's numbers for drama, Subtel's and
Anatel's nine digits for mobiles); RFC 5321 and 5322 for e-mail.
"""

from typing import Any

import pytest

from lazo.errors import Rejected
from lazo.survey.fields import SurveyOffer
from lazo.survey.submission import submission_from_form, submission_from_json
from tests.unit.survey.submissions import OFFER, problem_codes, submission_of


def test_a_name_is_one_line_of_at_most_80_characters() -> None:
    assert submission_of(name=" Ana\n\tMaría \u202e ").name == "Ana María"
    assert submission_of(name=" \n ").name is None
    assert submission_of(name="ñ" * 80).name == "ñ" * 80
    assert problem_codes({"name": "n" * 81}) == {"name": "name_too_long"}


def test_a_name_needs_no_consent() -> None:
    assert submission_of(name="Ana", phone="", email=" ").consent is False


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("CL", "9 2234 5671", "+56922345671"),
        ("CL", "+56 9 2234 5671", "+56922345671"),
        ("CL", "56922345671", "+56922345671"),
        ("CL", "(2) 2123-4567", "+56221234567"),
        ("CL", "٩٢٢٣٤٥٦٧١", "+56922345671"),
        ("CL", "+44 7700 900123", "+447700900123"),
        ("GB", "07700 900123", "+447700900123"),
        ("CL", "9 1234 5678", "+56912345678"),  # a range that the list of ranges does not have
        ("CL", "56 9 1234 5678", "+56912345678"),
        ("BR", "55 99123-4567", "+5555991234567"),  # 55 is the country, and an area in it
        ("US", "1 (202) 555-0123", "+12025550123"),
        ("GB", "020 7946 0958", "+442079460958"),
        ("BR", "(11) 96123-4567", "+5511961234567"),
        ("AR", "011 15-2345-6789", "+5491123456789"),
    ],
)
def test_a_phone_becomes_e164_in_the_store_s_country(country: str, typed: str, kept: str) -> None:
    asked = SurveyOffer(frozenset(), country)
    assert submission_from_json({"score": 1, "phone": typed, "consent": True}, asked).phone == kept


@pytest.mark.parametrize(
    "phone", ["123", "no", "+", "+999 1234", "9223456710000", "22345671", "\ud800 1", "0" * 40]
)
def test_an_invalid_phone_is_refused(phone: str) -> None:
    assert problem_codes({"phone": phone, "consent": True}) == {"phone": "phone_invalid"}


@pytest.mark.parametrize("nothing", ["", " ", "\x00", "\u202e\n"])
def test_an_empty_field_is_no_contact(nothing: str) -> None:
    sent = submission_of(phone=nothing, email=nothing, name=nothing)
    assert (sent.phone, sent.email, sent.name) == (None, None, None)


def test_a_phone_has_a_maximum_length() -> None:
    assert problem_codes({"phone": "9" * 41, "consent": True}) == {"phone": "phone_too_long"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana.Paz+x@EXAMPLE.com", "Ana.Paz+x@example.com"),
        (" ana@example.com\n", "ana@example.com"),
        ("ana@MÜNCHEN.example", "ana@münchen.example"),
    ],
)
def test_an_email_keeps_its_name_and_lowers_its_domain(typed: str, kept: str) -> None:
    assert submission_of(email=typed, consent=True).email == kept


@pytest.mark.parametrize(
    "email",
    [
        "ana",
        "ana@",
        "@example.com",
        "a na@example.com",
        "ana@example",
        "ana@@example.com",
        "ana@exam_ple.com",
        "a..b@example.com",
        "ana@-example.com",
        "Ana <ana@example.com>",
        "ana@[127.0.0.1]",
        "ana@example.com, b@example.com",
        f"{'a' * 65}@example.com",
    ],
)
def test_an_invalid_email_is_refused(email: str) -> None:
    assert problem_codes({"email": email, "consent": True}) == {"email": "email_invalid"}


def test_an_email_has_at_most_254_characters() -> None:
    assert problem_codes({"email": "a@" + "b." * 130 + "com", "consent": True}) == {"email": "email_too_long"}


@pytest.mark.parametrize("contact", [{"phone": "922345671"}, {"email": "ana@example.com"}])
@pytest.mark.parametrize("consent", [{}, {"consent": False}, {"consent": None}])
def test_a_phone_or_email_needs_consent(contact: dict[str, str], consent: dict[str, Any]) -> None:
    assert problem_codes(contact | consent) == {"consent": "consent_required"}
    assert problem_codes(contact | {"consent": True}) == {}


@pytest.mark.parametrize("consent", ["yes", "true", 1, 0, "", []])
def test_consent_in_json_is_true_or_false(consent: Any) -> None:
    assert problem_codes({"consent": consent, "phone": "922345671"}) == {"consent": "consent_invalid"}


def test_a_ticked_box_of_a_form_is_consent_whatever_its_value() -> None:
    fields = {"score": ["1"], "phone": ["922345671"], "name": [""]}
    assert submission_from_form({**fields, "consent": ["on"]}, OFFER).consent is True
    with pytest.raises(Rejected, match=r"^consent_required$"):
        submission_from_form(fields, OFFER)
