"""Phones as people type them become the number that can be dialled, or are refused; never another number.

Expected values: libphonenumber's own example numbers for each country and type, and hand-written ones by the numbering
plans: Mexico's ten digits since 2019 (IFT), Brazil's ninth digit (Anatel, Resolucao 553/2010), Chile without prefixes
since 2016 (Subtel), Colombia's 60 since 2021 (CRC, Resolucion 5826), Argentina's 9 and 15 (ITU, T0202000009).
"""

import re
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from lazo.text.contact_details import contact_identity, e164_with_country_code, normalize_address, to_e164

CODES = {"AR": 54, "BR": 55, "CL": 56, "CO": 57, "ES": 34, "GB": 44, "MX": 52, "PE": 51, "US": 1}
TYPES = {
    name: getattr(PhoneNumberType, name)
    for name in ("FIXED_LINE", "MOBILE", "TOLL_FREE", "PREMIUM_RATE", "SHARED_COST", "VOIP", "UAN")
}
GEOGRAPHIC = ("FIXED_LINE", "MOBILE")


def example(country: str, kind: str) -> str | None:
    """Return libphonenumber's example of a national number, without trunk prefix."""
    found = phonenumbers.example_number_for_type(country, TYPES[kind])
    return phonenumbers.national_significant_number(found) if found else None


def after_code(country: str, number: str) -> Iterator[str]:
    """Yield what people write after the country code."""
    yield number
    yield f"{number[:2]} {number[2:5]}-{number[5:]}"
    yield f"({number[:2]}) {number[2:6]}.{number[6:]}"
    if country == "MX":
        yield from (f"{prefix} {number}" for prefix in ("1", "01", "044", "045"))
    if country in ("BR", "GB", "PE") or (country == "CL" and len(number) == 9):
        yield f"(0){number}"
        yield f"0 {number}"
    if country == "AR" and number.startswith("9"):
        yield f"{number[1:3]} 15 {number[3:]}"
        yield f"9 {number[1:3]} 15 {number[3:]}"
        yield f"(0{number[1:3]}) 15 {number[3:]}"


def international(country: str, number: str) -> Iterator[str]:
    code = CODES[country]
    for rest in after_code(country, number):
        yield f"+{code} {rest}"
        yield f"(+{code}) {rest}"
        yield f"tel:+{code}{rest}"
        yield f"\uff0b{code} {rest}"
        yield f"00{code} {rest}"
        yield f"00 {code} {rest}"


def national(country: str, number: str, kind: str) -> Iterator[str]:
    """Yield what people write at home; not a landline in Argentina without its trunk zero, which looks as a mobile."""
    bare = country != "AR" or kind not in GEOGRAPHIC
    if bare:
        yield number
        yield f"{number[:3]} {number[3:6]} {number[6:]}"
        yield f"({number[:2]}) {number[2:]}"
    yield f"{CODES[country]} {number}"
    match country:
        case "AR" if kind == "MOBILE":
            area, rest = number[1:3], number[3:]
            yield from (f"{area} {rest}", f"{area} 15 {rest}", f"0{area} 15 {rest}", f"(0{area}) 15-{rest}")
            yield from (number, f"0 {number}", f"9 {area} 15 {rest}")
        case "AR" | "GB" | "PE":
            yield f"0{number}"
        case "BR" if kind in GEOGRAPHIC:
            for prefix in ("0", "0XX", "0xx", "0 15 ", "(0 21) ", "90", "90 31 "):
                yield f"{prefix}{number}"
        case "CL" if kind in GEOGRAPHIC:
            yield from (f"0{number}", f"188 {number}", f"123-{number}")
        case "CO" if kind in GEOGRAPHIC:
            yield from (f"0{carrier} {number}" for carrier in (3, 5, 7, 9))
            yield from (f"00{carrier} 57 {number}" for carrier in (5, 7, 9))
        case "MX" if kind in GEOGRAPHIC:
            yield from (f"{prefix} {number}" for prefix in ("01", "044", "045"))
        case "US":
            yield from (f"1 {number}", f"1-{number[:3]}-{number[3:]}", f"011 1 {number}")


EXAMPLES = [(c, kind, number) for c in CODES for kind in TYPES if (number := example(c, kind))]


@pytest.mark.parametrize(("country", "kind", "number"), EXAMPLES)
def test_each_spelling_of_an_example_number_is_that_number(country: str, kind: str, number: str) -> None:
    expected = f"+{CODES[country]}{number}"
    at_home = [*national(country, number, kind), *international(country, number)]
    wrong = {typed: found for typed in at_home if (found := outcome(typed, country)) != expected}
    assert wrong == {}
    abroad = [typed for typed in international(country, number) if not typed.startswith("00")]
    wrong = {typed: found for typed in abroad if (found := outcome(typed, None)) != expected}
    assert wrong == {}


def outcome(typed: str, country: str | None) -> str | None:
    try:
        return to_e164(typed, country)
    except ValueError:
        return None


@given(data=st.data())
def test_any_number_in_any_spelling_is_that_number_or_refused(data: st.DataObject) -> None:
    country, kind, shown = data.draw(st.sampled_from(EXAMPLES))
    changed = data.draw(st.integers(2, len(shown) - 2))
    tail = data.draw(st.text("0123456789", min_size=changed, max_size=changed))
    number = shown[: len(shown) - changed] + tail
    meant = phonenumbers.parse(f"+{CODES[country]}{number}")
    assume(phonenumbers.is_valid_number(meant) and phonenumbers.national_significant_number(meant) == number)
    assume(
        country != "AR" or re.match(r"9?11", number) or kind not in GEOGRAPHIC
    )  # split as an area of two digits
    typed = data.draw(st.sampled_from([*national(country, number, kind), *international(country, number)]))
    foreign = data.draw(st.sampled_from(sorted(CODES)))
    expected = f"+{CODES[country]}{number}"
    assert outcome(typed, country) in (expected, None)
    if typed in set(international(country, number)):
        assert outcome(typed, foreign) in (expected, None)


@pytest.mark.parametrize(
    ("country", "typed", "dialled"),
    [
        ("MX", "+52 1 55 5123 4567", "+525551234567"),
        ("MX", "52 1 55 5123 4567", "+525551234567"),
        ("MX", "044 55 5123 4567", "+525551234567"),
        ("MX", "045 55 5123 4567", "+525551234567"),
        ("MX", "01 55 5123 4567", "+525551234567"),
        ("US", "011 52 1 55 5123 4567", "+525551234567"),
        ("US", "00 52 1 55 5123 4567", "+525551234567"),
        ("CL", "(+56) 9 2234 5679", "+56922345679"),
        ("US", "(+56) 9 2234 5679", "+56922345679"),
        ("CL", "tel:+56922345679", "+56922345679"),
        ("CL", "TEL: +56-9-2234-5679", "+56922345679"),
        ("CL", "+0056 9 2234 5679", "+56922345679"),
        ("CL", "123 0 57 310 123 4567", "+573101234567"),
        ("CL", "Cel. 9 2234 5679", "+56922345679"),
        ("CL", "2 2234 5679 anexo 12", "+56222345679"),
        ("CO", "0057 310 123 4567", "+573101234567"),
        ("CO", "009 57 310 123 4567", "+573101234567"),
        ("CO", "(1) 234 5678", "+576012345678"),
        ("CO", "+57 1 234 5678", "+576012345678"),
        ("BR", "0055 11 91234 5678", "+5511912345678"),
        ("BR", "0055 51 99123 4567", "+5551991234567"),  # after the carrier 0055 it would be a mobile in Peru
        ("BR", "(0XX11) 91234-5678", "+5511912345678"),
        ("BR", "(0xx21 11) 91234-5678", "+5511912345678"),
        ("BR", "11 8123-4567", "+5511981234567"),
        ("BR", "55 99123-4567", "+5555991234567"),
        ("AR", "11 2345-6789", "+5491123456789"),
        ("AR", "11 15 2345-6789", "+5491123456789"),
        ("AR", "011 2345-6789", "+541123456789"),
        ("AR", "02966 15 43-2100", "+5492966432100"),
        ("AR", "0351 15 412-3456", "+5493514123456"),
        ("AR", "+54 9 351 15 412-3456", "+5493514123456"),
        ("AR", "0800 123 4567", "+548001234567"),
        ("CL", "0044 (0)20 7946 0018", "+442079460018"),
        ("CL", "+39 (0)6 1234 5678", "+390612345678"),  # in Italy the zero belongs to the number
    ],
)
def test_old_prefixes_carriers_and_brackets(country: str, typed: str, dialled: str) -> None:
    assert to_e164(typed, country) == dialled


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("AR", "15 2345-6789"),  # without its area
        ("BR", "56922345679"),  # a Chilean number without its plus
        ("MX", "1 212 555 0123"),  # a number of New York without its plus
        ("CO", "0057 916 123 4567"),  # no Colombian number, but after the carrier 005 a Russian one
        ("CO", "005 56 9 2234 5679"),  # after the carrier 005 a Chilean number, after 00 a Brazilian one
        ("CO", "009 310 123 4567"),
        ("CL", "2234 5679"),
        ("CL", "+56 0 2234 5671"),
        ("CL", "9 2234 5679 / 9 8765 4321"),
        ("CL", "9 2234 5679 o 9 8765 4321"),
        ("US", "555 0123"),
        ("US", "1 555 0100"),
    ],
)
def test_what_is_nobodys_number_or_may_be_two_is_refused(country: str, typed: str) -> None:
    with pytest.raises(ValueError, match="its country"):
        to_e164(typed, country)


def test_a_contact_has_the_number_that_can_be_dialled() -> None:
    for typed in ("+521 55 5123 4567", "(+52) 1 55 5123 4567", "0052 55 5123 4567", "tel:+525551234567"):
        assert e164_with_country_code(typed, assigned=True) == "+525551234567"
        assert normalize_address(typed) == "+525551234567"


def test_argentinas_mobiles_and_landlines_have_one_identity_for_each_line() -> None:
    spelled = ["11 2345-6789", "11 15 2345-6789", "011 2345-6789", "+54 11 2345 6789", "+54 9 11 2345 6789"]
    found = {contact_identity(to_e164(typed, "AR"), None) for typed in spelled}
    assert found == {"phone:+5491123456789"}
    assert contact_identity("+548001234567", None) == "phone:+548001234567"
