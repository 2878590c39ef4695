"""Dates and money as each country writes them, by published examples; the file against CLDR, from which it is made.

The examples are those of Intl (ECMA-402) in a browser, without the cents of whole amounts, and without the comma that
CLDR has between a Spanish weekday and a number; of prices, those that shops of the country print.
"""

import re
from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_skeleton

from infra import regional_formats as generator
from lazo.messaging.sms_countries import sms_countries, two_way_countries
from lazo.text.gsm7 import gsm7_segment_count, to_gsm7
from lazo.text.regional_formats import (
    FILE,
    format_day,
    format_day_in_full,
    format_money,
    format_plain_day,
    month_names,
)
from lazo.translations import LANGUAGES

SECOND_OF_DECEMBER = date(2026, 12, 2)
COUNTRIES = sorted({*sms_countries(), *two_way_countries()})
NBSP = "\N{NO-BREAK SPACE}"


def test_the_file_is_what_cldr_says_now() -> None:
    assert FILE.read_text(encoding="utf-8") == generator.text(), "run python -m infra.regional_formats"


@pytest.mark.parametrize(
    ("country", "es", "en", "pt"),
    [
        ("CL", "mié 2 dic", "Wed 2 Dec", "qua., 2 de dez."),
        ("AR", "mié 2 dic", "Wed 2 Dec", "qua., 2 de dez."),
        ("ES", "mié 2 dic", "Wed 2 Dec", "qua., 2 de dez."),
        ("MX", "mié 2 de dic", "Wed 2 Dec", "qua., 2 de dez."),
        ("CO", "mié 2 de dic", "Wed 2 Dec", "qua., 2 de dez."),
        ("PE", "mié 2 dic.", "Wed 2 Dec", "qua., 2 de dez."),
        ("GB", "mié 2 dic", "Wed 2 Dec", "qua., 2 de dez."),
        ("US", "mié 2 de dic", "Wed, Dec 2", "qua., 2 de dez."),
        ("CA", "mié 2 dic", "Wed, Dec 2", "qua., 2 de dez."),
        ("BR", "mié 2 dic", "Wed 2 Dec", "qua., 2 de dez."),
        ("PT", "mié 2 dic", "Wed 2 Dec", "quarta, 2/12"),
        ("no country", "mié 2 dic", "Wed 2 Dec", "qua., 2 de dez."),
    ],
)
def test_a_day_has_its_weekday_in_the_countrys_order(country: str, es: str, en: str, pt: str) -> None:
    assert [format_day(SECOND_OF_DECEMBER, each, country) for each in LANGUAGES] == [es, en, pt]


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_of_sms_has_the_dates_of_cldr(country: str, language: str) -> None:
    """Every day of a year, as Babel itself writes it: what differs is the comma alone."""
    locale = generator._locale(language, country)
    for day in (date(2026, month, 2 + month) for month in range(1, 13)):
        for year, skeleton in ((False, "MMMEd"), (True, "yMMMEd")):
            theirs = format_skeleton(skeleton, day, locale=locale)
            ours = format_day(day, language, country, year=year)
            assert ours in (theirs, theirs.replace(", ", " ", 1))
        assert format_plain_day(day, language, country) == format_skeleton("MMMd", day, locale=locale)


def test_other_forms_of_a_day() -> None:
    day = SECOND_OF_DECEMBER
    assert format_day(day, "en", "US", year=True) == "Wed, Dec 2, 2026"
    assert format_day(day, "es", "CL", year=True) == "mié 2 dic 2026"
    assert format_plain_day(day, "es", "CL") == "2 dic"
    assert format_plain_day(day, "en", "US", year=True) == "Dec 2, 2026"
    assert format_day_in_full(day, "es", "CL") == "miércoles 2 de diciembre"
    assert format_day_in_full(day, "en", "GB") == "Wednesday, 2 December"
    assert format_day_in_full(day, "en", "US") == "Wednesday, December 2"
    assert format_day_in_full(day, "pt", "BR") == "quarta-feira, 2 de dezembro"
    assert (month_names("es")[8], month_names("pt")[2]) == ("septiembre", "março")


@pytest.mark.parametrize(
    ("country", "currency", "of_2000", "of_20000", "with_cents"),
    [
        ("CL", "CLP", "$2.000", "$20.000", "$12.500,50"),
        ("AR", "ARS", "$ 2.000", "$ 20.000", "$ 12.500,50"),
        ("BR", "BRL", "R$ 2.000,00", "R$ 20.000,00", "R$ 12.500,50"),
        ("GB", "GBP", "£2,000", "£20,000", "£12,500.50"),
        ("US", "USD", "$2,000", "$20,000", "$12,500.50"),
        ("CA", "CAD", "$2,000", "$20,000", "$12,500.50"),
        ("MX", "MXN", "$2,000", "$20,000", "$12,500.50"),
        ("PE", "PEN", "S/ 2,000", "S/ 20,000", "S/ 12,500.50"),
        ("CO", "COP", "$ 2.000", "$ 20.000", "$ 12.500,50"),
        ("UY", "UYU", "$ 2.000", "$ 20.000", "$ 12.500,50"),
        ("PY", "PYG", "Gs. 2.000", "Gs. 20.000", "Gs. 12.500,50"),
        ("BO", "BOB", "Bs 2.000", "Bs 20.000", "Bs 12.500,50"),
        ("CR", "CRC", "₡2 000", "₡20 000", "₡12 500,50"),
        ("DO", "DOP", "RD$2,000", "RD$20,000", "RD$12,500.50"),
        ("EC", "USD", "$2.000", "$20.000", "$12.500,50"),
        ("GT", "GTQ", "Q 2,000", "Q 20,000", "Q 12,500.50"),
        ("PA", "USD", "USD 2,000", "USD 20,000", "USD 12,500.50"),
        ("VE", "VES", "Bs.S 2.000", "Bs.S 20.000", "Bs.S 12.500,50"),
        ("ES", "EUR", "2000 €", "20.000 €", "12.500,50 €"),
        ("PT", "EUR", "2000,00 €", "20 000,00 €", "12 500,50 €"),
        ("DE", "EUR", "2.000 €", "20.000 €", "12.500,50 €"),
        ("IT", "EUR", "2000 €", "20.000 €", "12.500,50 €"),
        ("CL", "USD", "US$2.000", "US$20.000", "US$12.500,50"),
        ("CL", "GBP", "GBP 2.000", "GBP 20.000", "GBP 12.500,50"),
        ("CH", "CHF", "CHF 2'000", "CHF 20'000", "CHF 12'500.50"),
    ],
)
def test_money_as_the_country_writes_it(
    country: str, currency: str, of_2000: str, of_20000: str, with_cents: str
) -> None:
    """A Colombian and an Argentine price have a space behind the sign in some tables of CLDR and none in others."""
    amounts = (Decimal(2000), Decimal(20000), Decimal("12500.5"))
    written = [format_money(each, currency, country).replace(NBSP, " ") for each in amounts]
    shown = [of_2000, of_20000, with_cents]
    if country in ("AR", "CO"):
        written = [each.replace(" ", "") for each in written]
        shown = [each.replace(" ", "") for each in shown]
    assert [each.replace("’", "'") for each in written] == shown


def test_money_breaks_over_no_line_and_its_edges() -> None:
    assert format_money(Decimal(20), "BRL", "BR") == f"R${NBSP}20,00"
    assert format_money(Decimal(20), "GBP", "GB") == "£20"
    assert format_money(Decimal(0), "CLP", "CL") == "$0"
    assert format_money(Decimal("-5000"), "CLP", "CL") == "−$5.000"
    assert format_money(Decimal("0.5"), "GBP", "GB") == "£0.50"
    assert format_money(Decimal(1_234_567), "INR", "IN") == "₹12,34,567"


@pytest.mark.parametrize("country", COUNTRIES)
def test_in_an_sms_they_stay_in_the_gsm_alphabet_and_lose_no_figure(country: str) -> None:
    texts = [format_money(Decimal("1234567.5"), "EUR", country)]
    texts += [format_day(SECOND_OF_DECEMBER, each, country) for each in LANGUAGES]
    for text in texts:
        assert gsm7_segment_count(to_gsm7(text)) == 1
        assert re.findall(r"\d", to_gsm7(text)) == re.findall(r"\d", text)
    assert to_gsm7(format_money(Decimal(20), "BRL", "BR")) == "R$ 20,00"
