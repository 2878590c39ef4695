"""Writes functions/lazo/data/regional_formats.json from CLDR, the Unicode consortium's data, as Babel has it: how each
country writes dates in our languages, and money in its own. What is deployed reads the file; Babel is not deployed.

    python -m infra.regional_formats
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import babel
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from babel.numbers import get_currency_precision, get_territory_currencies

from lazo.text.regional_formats import FILE, WORLD
from lazo.translations import LANGUAGES

_WELL_KNOWN: Final = ("USD", "EUR", "GBP", "BRL")
"""Currencies whose sign every country's table has, beside its own."""
_NO_COUNTRY: Final = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_FOUR_DIGITS_TOGETHER: Final = {"es_ES", "pt_PT", "it_IT"}
"""CLDR's minimumGroupingDigits, which Babel leaves out: 2000 €, but 20.000 €."""
_FIELDS: Final = {
    "EEEE": "{weekday}",
    "EEE": "{short_weekday}",
    "E": "{short_weekday}",
    "MMMM": "{month}",
    "MMM": "{short_month}",
    "MM": "{month_number:02}",
    "M": "{month_number}",
    "dd": "{day:02}",
    "d": "{day}",
    "y": "{year}",
}


def build() -> dict[str, Any]:
    """Return the content of the file. `countries`: for each country the numbers of its formats in `dates`, one for each
    of LANGUAGES, and in `money`; WORLD stands for countries that are not known."""
    dates: list[dict[str, Any]] = []
    money: list[dict[str, Any]] = []
    countries = {
        country: [
            *(_number(dates, _dates(language, _locale(language, country))) for language in LANGUAGES),
            _number(money, _money(country)),
        ]
        for country in (WORLD, *_countries())
    }
    return {
        "source": f"CLDR, of Babel {babel.__version__}",
        "dates": dates,
        "money": money,
        "countries": countries,
    }


def text() -> str:
    """Return the file's text: a format or a country on a line."""
    built = build()
    lines = [f'"source": {json.dumps(built["source"])}']
    lines += [f'"{name}": [\n{_rows(built[name])}\n]' for name in ("dates", "money")]
    rows = (f"{json.dumps(country)}: {json.dumps(row)}" for country, row in built["countries"].items())
    lines.append('"countries": {\n' + ",\n".join(rows) + "\n}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rows(formats: Iterable[dict[str, Any]]) -> str:
    return ",\n".join(json.dumps(each, ensure_ascii=False) for each in formats)


def _number(known: list[dict[str, Any]], found: dict[str, Any]) -> int:
    if found not in known:
        known.append(found)
    return known.index(found)


def _countries() -> Iterator[str]:
    names = map(str, Locale("en").territories)
    yield from sorted(code for code in names if re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRY)


def _locale(language: str, country: str) -> Locale:
    """Return a language as a country writes it; English of a country that has none of its own as the world does (day
    before month), not as the United States do."""
    for name in (f"{language}_{country}", "en_001" if language == "en" else language):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    raise LookupError(language)


def _dates(language: str, locale: Locale) -> dict[str, Any]:
    patterns = {
        name: str(locale.datetime_skeletons[name].pattern) for name in ("MMMEd", "yMMMEd", "MMMd", "yMMMd")
    }
    in_full = re.sub(r"(,? 'de'|,)? y$", "", str(locale.date_formats["full"].pattern))
    if (
        language != "pt"
    ):  # "mié 2 dic", "Wed 2 Dec": no comma before a number, as CLDR has it for some countries only.
        patterns = {name: re.sub(r"^(E+), (?=d)", r"\1 ", pattern) for name, pattern in patterns.items()}
    if language == "es":  # Within a sentence: "el miércoles 2 de diciembre"
        in_full = in_full.replace("EEEE, ", "EEEE ")
    days, months = locale.days["format"], locale.months["format"]
    return {
        "weekdays": [days["wide"][n] for n in range(7)],
        "short_weekdays": [days["abbreviated"][n] for n in range(7)],
        "months": [months["wide"][n] for n in range(1, 13)],
        "short_months": [months["abbreviated"][n] for n in range(1, 13)],
        "day": _template(patterns["MMMEd"]),
        "day_of_year": _template(patterns["yMMMEd"]),
        "plain_day": _template(patterns["MMMd"]),
        "plain_day_of_year": _template(patterns["yMMMd"]),
        "in_full": _template(in_full),
    }


def _template(pattern: str) -> str:
    """Return a pattern of CLDR (Unicode TS 35, date field symbols) as a template of `str.format`."""
    parts = re.findall(r"'([^']*)'|([A-Za-z])(\2*)|([^A-Za-z']+)", pattern)
    return "".join(quoted or other or _FIELDS[first + more] for quoted, first, more, other in parts)


def _money(country: str) -> dict[str, Any]:
    locale = _money_locale(country)
    marks = locale.number_symbols["latn"]
    pattern = str(locale.currency_formats["standard"].pattern).partition(";")[0]
    own = [] if country == WORLD else get_territory_currencies(country)
    symbols = {code: locale.currency_symbols.get(code, code) for code in sorted({*_WELL_KNOWN, *own})}
    groups = re.search(r"#,(?:(#+),)?(#*0)", pattern)
    return {
        "pattern": re.sub("[#,]*0[.0]*", "{number}", pattern).replace("¤", "{symbol}"),
        "decimal": marks["decimal"],
        "group": marks["group"],
        "second_group": len(groups[1]) if groups and groups[1] else 3,
        "least_grouped": 10_000 if str(locale) in _FOUR_DIGITS_TOGETHER else 1_000,
        "symbols": {code: symbol for code, symbol in symbols.items() if symbol != code},
        # "R$ 20,00", but "£20" and "20 €": whole amounts keep their cents only in Portuguese.
        "with_cents": [code for code in symbols if locale.language == "pt" and get_currency_precision(code)],
    }


def _money_locale(country: str) -> Locale:
    """Return the country's own way: in one of our languages if it speaks one, else in its first official language that
    writes as ours do, else in English."""
    official = get_official_languages(country, de_facto=True)
    ours = [language for language in official if language in LANGUAGES]
    for language in (*ours, *official):
        try:
            locale = Locale.parse(f"{language}_{country}")
        except (UnknownLocaleError, ValueError):
            continue
        if locale.default_numbering_system == "latn" and locale.text_direction == "ltr":
            return locale
    return Locale.parse("en_001")


if __name__ == "__main__":
    Path(FILE).write_text(text(), encoding="utf-8")
