"""What a spreadsheet shows for a number. Expected values: ECMA-376, part 1, 18.8.31, and Excel's TEXT function."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.store_import.number_format import BUILT_IN, NotShown, shown_number, shown_text


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        ("12", "0000", "0012"),
        ("12", "General", "12"),
        ("12.0", "General", "12"),
        ("12.5", "General", "12.5"),
        ("0.30000000000000004", "General", "0.3"),  # 15 digits are kept
        ("5.6922345678E10", "General", "56922345678"),
        ("5511987654321", "General", "5511987654321"),
        ("0", "General", "0"),
        ("-3", "General", "-3"),
        ("12", "@", "12"),
        ("12.6", "0", "13"),
        ("2.5", "0", "3"),
        ("12", "0.00", "12.00"),
        ("12.34", "0.0##", "12.34"),
        ("0", "#", ""),
        ("0.5", "0%", "50%"),
        ("56922345678", "+00 0 0000 0000", "+56 9 2234 5678"),
        ("56922345678", '"+"0', "+56922345678"),
        ("56922345678", r"\+0", "+56922345678"),
        ("7", '"SCL-"000', "SCL-007"),
        ("123456789", "000-00-0000", "123-45-6789"),
        ("-7", "0;(0)", "(7)"),
        ("-7", "000", "-007"),
        ("0", '0;-0;"none"0', "none0"),
        ("7", "[Red]00", "07"),
        # Amounts, without sign and grouping.
        ("600000", "#,##0", "600000"),
        ("600000", "$ #,##0.00", "600000"),
        ("600000", '"R$" #,##0.00', "600000"),
        ("600000", "[$€-2] #,##0", "600000"),
        ("600000.4", "#,##0", "600000"),
        ("1500.5", "#,##0.00", "1500.5"),
        ("-1500", "#,##0_);(#,##0)", "-1500"),
        ("0", '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-', "0"),
    ],
)
def test_a_number_is_read_as_it_is_shown(value: str, number_format: str, shown: str) -> None:
    assert shown_number(Decimal(value), number_format) == shown


@pytest.mark.parametrize(
    ("number_format", "why"),
    [
        *(
            (code, "is a date or a time")
            for code in ("dd/mm/yyyy", "d-mmm", "[$-340A]d mmm yyyy;@", "h:mm AM/PM")
        ),
        *((BUILT_IN[number], "is a date or a time") for number in (14, 17, 20, 22, 45, 46, 47)),
        *(
            (code, "cannot be read")
            for code in ("0.00E+00", "# ?/?", "[>99]0;00", "0,", '0.0,,"M"', "[DBNum1]0")
        ),
        *((code, "cannot be read") for code in (";;;", '"closed"')),
    ],
)
def test_a_number_that_is_shown_otherwise_is_told(number_format: str, why: str) -> None:
    with pytest.raises(NotShown, match=why):
        shown_number(Decimal(46000), number_format)


def test_a_number_with_more_digits_than_are_kept_is_told() -> None:
    """Excel made 1234567890123450000 of it when it was typed."""
    with pytest.raises(NotShown, match="more digits than a spreadsheet keeps"):
        shown_number(Decimal("1.23456789012345E18"), "0")


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [
        ("General", "centro"),
        ("@", "centro"),
        ("0000", "centro"),
        ('"SCL-"@', "SCL-centro"),
        ('0;-0;0;"SCL-"@', "SCL-centro"),
    ],
)
def test_a_text_is_read_as_it_is_shown(number_format: str, shown: str) -> None:
    assert shown_text("centro", number_format) == shown


def test_a_hidden_text_is_told() -> None:
    with pytest.raises(NotShown, match="hidden by its number format"):
        shown_text("centro", ";;;")


@given(
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text('0#?.,%;"@[]$-_*\\/EdmyhGeneral x€', max_size=40) | st.text(max_size=20),
)
def test_any_format_shows_something_or_is_told(value: Decimal, number_format: str) -> None:
    with suppress(NotShown):
        assert isinstance(shown_number(value, number_format), str)
    with suppress(NotShown):
        assert shown_text("centro", number_format)


def test_thirty_places_are_shown_and_three_hundred_are_told() -> None:
    assert shown_number(Decimal("0.5"), "0." + "0" * 30) == "0.5" + "0" * 29
    with pytest.raises(NotShown, match="too long"):
        shown_number(Decimal("0.5"), "0." + "0" * 300)
