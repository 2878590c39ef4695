"""Values of a store file that are written in a way that may be misread: numbers, zones, phones, names. They hold for
TOML and for sheets alike."""

import unicodedata
from typing import Any

import pytest
from pydantic import ValidationError

from ops.store_import.store_file import ContactRow, StoreRow
from tests.builders import ANA, settings


def store_row(**changes: Any) -> StoreRow:
    return StoreRow.model_validate(
        settings(touchpoints=[{"code": "till1", "label": "Till"}], contacts=[ANA]) | changes
    )


def reason(**changes: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        store_row(**changes)
    (problem,) = refused.value.errors()
    return problem["msg"].removeprefix("Value error, ")


@pytest.mark.parametrize(
    "amount",
    ["600.000", "600,000", "600 000", "600_000", "6e5", "600000.0", "$600000", "٦٠٠", "", 600.0, 600.5, True],
)
def test_a_number_with_more_than_digits_is_refused(amount: object) -> None:
    assert "must be a whole number in digits alone, like 600000" in reason(policy={"incentive_month": amount})
    assert "must be a whole number" in reason(policy={"incentive_most": {"urgent": amount}})
    assert "must be a whole number" in reason(policy={"take_on_minutes": amount})
    assert "must be a whole number" in reason(contacts=[{**ANA, "level": amount}])


@pytest.mark.parametrize("amount", ["600000", "0600000", 600000])
def test_a_number_in_digits_is_read(amount: object) -> None:
    row = store_row(policy={"incentive_month": amount, "incentive_most": {"urgent": amount}})
    assert row.policy.settings() == {"incentive_month": 600000, "incentive_most": {"urgent": 600000}}


@pytest.mark.parametrize(
    "zone",
    [
        *(
            "localtime",
            "Factory",
            "posixrules",
            "Etc/GMT+3",
            "Etc/UTC",
            "UTC",
            "GMT",
            "EST",
            "EST5EDT",
            "CET",
        ),
        *(
            "posix/America/Santiago",
            "right/America/Santiago",
            "SystemV/AST4",
            "America",
            "Chile",
            "../UTC",
            "",
        ),
        *("America/Santiago/", "America/Atlantis", "/etc/localtime"),
    ],
)
def test_a_time_zone_is_a_place(zone: str) -> None:
    assert "is not a place in the IANA time zone database" in reason(timezone=zone)


@pytest.mark.parametrize(
    "zone", ["America/Argentina/Ushuaia", "Pacific/Easter", "Chile/Continental", "Europe/Kyiv"]
)
def test_every_place_is_a_time_zone(zone: str) -> None:
    assert store_row(timezone=zone).timezone == zone


def test_another_spelling_of_a_time_zone_is_suggested() -> None:
    assert "is America/Santiago meant?" in reason(timezone="america/santiago")


@pytest.mark.parametrize("phone", ["+44 20 7946 0958", "+54 11 4321 1234", "+55 11 3071 1234"])
def test_a_landline_is_no_phone_to_alert(phone: str) -> None:
    """The numbering plans of the United Kingdom, Argentina and Brazil tell landlines from mobiles."""
    assert "is a landline, which gets no SMS" in reason(contacts=[{**ANA, "phone": phone}])


@pytest.mark.parametrize(
    "phone", ["+44 7911 123456", "+54 9 11 4321 1234", "+1 212 736 5000", "+56 2 2345 6789"]
)
def test_a_phone_that_may_be_a_mobile_is_one_to_alert(phone: str) -> None:
    """In the United States and in Chile the numbering plan does not tell."""
    assert ContactRow.model_validate({**ANA, "phone": phone}).phone == phone.replace(" ", "")


@pytest.mark.parametrize(
    "typed", [unicodedata.normalize("NFD", "Café Ñuñoa"), "Café_x000D_\n Ñuñoa", "\ufeffCafé Ñu\u200bñoa"]
)
def test_names_are_kept_on_one_line_in_nfc(typed: str) -> None:
    row = store_row(
        name=typed,
        brand=typed,
        contacts=[{**ANA, "name": typed}],
        touchpoints=[{"code": "till1", "label": typed}],
        competitors=[typed],
        staff=[typed],
    )
    plain = "Café Ñuñoa"
    assert [row.name, row.brand, row.contacts[0].name, row.touchpoints[0].label] == [plain] * 4
    assert (row.competitors, row.staff) == ([plain], [plain])


@pytest.mark.parametrize("name", ["#N/A", "#REF!", "#¡VALOR!", "#NOME?", "#n/d"])
def test_an_error_value_is_no_name(name: str) -> None:
    assert f"is {name}, the error of a formula" in reason(name=name)
