"""Customers, contacts of stores and users who sign in are held to different checks.

Expected values: the North American plan (555-0100 to 555-0199 are for fiction; seven digits are dialled within an area
only), Subtel's plan (mobiles are 9 and eight digits), RFC 3492, and RFC 5321, 4.5.3.1.1 (64 octets before the @).
"""

from collections.abc import Callable

import pytest

from lazo.text.contact_details import (
    ascii_email,
    e164_with_country_code,
    holds_contact_details,
    is_landline,
    national_number,
    normalize_address,
    normalize_email,
    to_e164,
)


def kept(*calls: Callable[[], str | None]) -> list[str | None]:
    """What each call gives; None where it refuses."""
    found: list[str | None] = []
    for call in calls:
        try:
            found.append(call())
        except ValueError:
            found.append(None)
    return found


@pytest.mark.parametrize(
    ("typed", "customer", "contact", "user"),
    [
        ("+56 9 2234 5671", "+56922345671", "+56922345671", "+56922345671"),
        ("+1 555 0100", None, None, None),  # without its area code
        ("+56 0 2234 5671", None, None, None),  # no number begins with 0
        ("+56 9 1234 5678", "+56912345678", None, "+56912345678"),  # given out to nobody yet
        ("+56 9 2234", None, None, None),
        ("+999 1234567", None, None, None),
    ],
)
def test_a_phone(typed: str, customer: str | None, contact: str | None, user: str | None) -> None:
    assert kept(
        lambda: to_e164(typed, None),
        lambda: e164_with_country_code(typed, assigned=True),
        lambda: normalize_address(typed),
    ) == [customer, contact, user]


@pytest.mark.parametrize(
    ("typed", "customer", "contact", "user"),
    [
        (
            "Ana@BÜCHER.example",
            "Ana@bücher.example",
            "Ana@xn--bcher-kva.example",
            "ana@xn--bcher-kva.example",
        ),
        ("añá@aurora.cl", "añá@aurora.cl", None, None),
        ("a" * 64 + "@aurora.cl", "a" * 64 + "@aurora.cl", "a" * 64 + "@aurora.cl", "a" * 64 + "@aurora.cl"),
        ("a" * 65 + "@aurora.cl", None, "a" * 65 + "@aurora.cl", "a" * 65 + "@aurora.cl"),
        ("ana@aurora", None, None, None),
    ],
)
def test_an_email(typed: str, customer: str | None, contact: str | None, user: str | None) -> None:
    assert kept(
        lambda: normalize_email(typed), lambda: ascii_email(typed), lambda: normalize_address(typed)
    ) == [
        customer,
        contact,
        user,
    ]


def test_an_operator_is_told_why() -> None:
    with pytest.raises(ValueError, match="with its country code, like"):
        e164_with_country_code("9 2234 5671", assigned=True)
    with pytest.raises(ValueError, match="that its country gives out"):
        e164_with_country_code("+56 9 1234 5678", assigned=True)


def test_a_number_within_its_country_has_no_leading_zero() -> None:
    assert national_number("+390612345678") == "612345678"  # Rome, 06


@pytest.mark.parametrize(
    ("phone", "landline"),
    [
        ("+541143215678", True),  # Buenos Aires, without the 9 of mobiles
        ("+5491143215678", False),
        ("+441212345678", True),  # Birmingham
        ("+447400123456", False),
        ("+551131234567", True),  # Sao Paulo: landlines begin with 2 to 5
        ("+12015550123", False),  # the plan does not tell
        (
            "+56222345678",
            False,
        ),  # since 2016 a mobile may keep the number of a landline in Chile, and the reverse
        ("+447700900123", False),  # Ofcom's range for fiction
        ("1143215678", False),
    ],
)
def test_a_landline_is_one_by_its_numbering_plan(phone: str, landline: bool) -> None:
    assert is_landline(phone) is landline


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Could the manager ring me? 020 7946 0018", True),
        ("podem me ligar no 11 98765-4321", True),
        ("llámenme al +56 9 2234-5671.", True),
        ("(11) 4321-5678", True),
        ("write to eva.luna@example.com, please", True),
        ("@tienda me llaman", False),
        ("vine el 12/03/2026 a las 20:15", False),
        ("on 2026-03-12 I waited 45 minutes", False),
        ("pagué $ 1.250.000 y nada", False),
        ("mesa 12, 3 personas", False),
    ],
)
def test_a_text_holds_contact_details(text: str, holds: bool) -> None:
    assert holds_contact_details(text) is holds
