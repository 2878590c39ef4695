"""Countries in which an SMS can be answered, from the "SMS two-way" column of AWS's pages."""

import pytest

from lazo.messaging import two_way_sms
from lazo.messaging.sms_countries import two_way_countries
from lazo.messaging.two_way_sms import TwoWayNumbers
from lazo.text.contact_details import country_of

NUMBERS = two_way_sms.parse_two_way_numbers("CL=+56912345678,US=22395,BR=+5511961230000")


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("+56922345671", "+56912345678"),
        ("+5511961234567", "+5511961230000"),
        ("+12025550143", "22395"),
        ("+16135550143", None),  # Canada, which shares +1
        ("+447911123456", None),
        ("+573001234567", None),
        ("22395", None),
        ("", None),
    ],
)
def test_the_number_of_the_country_that_is_written_to(phone: str, number: str | None) -> None:
    assert NUMBERS.number_for(phone) == number


def test_without_numbers_nothing_can_be_answered() -> None:
    assert two_way_sms.parse_two_way_numbers("") == TwoWayNumbers()
    assert TwoWayNumbers().number_for("+56922345671") is None


@pytest.mark.parametrize(
    "text",
    [
        "CL",
        "CL=",
        "cl=+56912345678",
        "CL=56912345678",
        "CL=+56 912345678",
        "CL=+56912345678;US=22395",
        "CL=+56912345678,CL=+56912345679",
        "AR=+5491123456789",  # "No" in AWS's table
        "CO=+573001234567",
    ],
)
def test_an_invalid_list_of_numbers_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=text[-6:].replace("+", r"\+")):
        two_way_sms.parse_two_way_numbers(text)


def test_a_number_in_a_country_that_takes_no_replies_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match="AWS takes no replies in Argentina"):
        two_way_sms.parse_two_way_numbers("AR=+5491123456789")


@pytest.mark.parametrize("country", ["CL", "BR", "PE", "UY", "EC", "MX", "ES", "PT", "US", "GB", "AU", "AT"])
def test_countries_that_take_replies(country: str) -> None:
    assert country in two_way_countries()


@pytest.mark.parametrize("country", ["AR", "BO", "CO", "PY", "VE"])
def test_countries_that_take_none(country: str) -> None:
    assert country not in two_way_countries()


def test_the_country_of_a_number() -> None:
    assert (country_of("+34912345678"), country_of("+00"), country_of("Banco")) == ("ES", None, None)


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("STOP", True),
        (" stop. gracias", True),
        ("Unsubscribe me", True),
        ("Opt-out", True),
        ("no me escriban más", False),
        ("BAJA", False),
        ("please stop", False),
        ("stopwatch", False),
        ("", False),
    ],
)
def test_the_number_answers_what_begins_with_a_keyword(text: str, answered: bool) -> None:
    assert two_way_sms.is_answered_by_aws(text) is answered
