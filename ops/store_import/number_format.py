"""What a spreadsheet shows for a number in a cell, by the cell's number format (ECMA-376, part 1, 18.8.31).

Amounts are the exception: without currency sign and grouping, whose signs depend on the reader's settings.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Final

GENERAL: Final = "General"
BUILT_IN: Final = {
    **{
        0: GENERAL,
        1: "0",
        2: "0.00",
        3: "#,##0",
        4: "#,##0.00",
        9: "0%",
        10: "0.00%",
        11: "0.00E+00",
        12: "# ?/?",
    },
    **{5: "$#,##0", 6: "$#,##0", 7: "$#,##0.00", 8: "$#,##0.00", 13: "# ??/??", 48: "##0.0E+0", 49: "@"},
    **dict.fromkeys((37, 38, 41, 42), "#,##0"),
    **dict.fromkeys((39, 40, 43, 44), "#,##0.00"),
    **dict.fromkeys((*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)), "yyyy-mm-dd"),
}
"""Formats by id that no workbook spells out (18.8.30). Of dates it only counts that they are dates."""

_DIGITS_KEPT: Final = Context(prec=15, rounding=ROUND_HALF_UP)
"""A spreadsheet keeps 15 digits of a number."""
_ROUNDING: Final = Context(prec=400, rounding=ROUND_HALF_UP)
LONGEST_FORMAT: Final = 255
"""As spreadsheets allow; so no format has more places than _ROUNDING."""
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]"
    r"|(?P<sign>General|@|[0#?.,%])|(?P<bare>[-+$():!^&'~{}<>= ]|[^\x00-\x7f])"
    r"|(?P<other>E[-+]|\[(?![hms]+\])[^\]]*\])|(?P<date>\[[hms]+\]|[dmyhsebg]|AM/PM|A/P)"
    r"|(?P<section>;)|(?P<unknown>.)",
    re.IGNORECASE | re.DOTALL,
)


class NotShown(ValueError):
    """The cell shows something else than a number or a text."""


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of a format between semicolons: signs and literal texts in order."""

    parts: tuple[tuple[str, str], ...]
    amount: bool
    problem: str

    def signs(self) -> str:
        return "".join(text for kind, text in self.parts if kind == "sign")


def shown_number(value: Decimal, number_format: str) -> str:
    """Return what the cell shows, NotShown for a date, and for a format that is not understood."""
    value = _DIGITS_KEPT.plus(value)
    if abs(value) >= 10**15:
        raise NotShown("has more digits than a spreadsheet keeps: format it as text and type it again")
    if len(number_format) > LONGEST_FORMAT:
        raise NotShown("has a number format that is too long to be one: format it as text")
    sections = _sections(number_format)
    section, signed = _section_for(value, sections)
    if section.problem:
        raise NotShown(section.problem)
    signs = section.signs()
    if signs in ("General", "@") and not any(kind == "literal" for kind, _ in section.parts):
        return _plain(value)
    whole, point, fraction = signs.partition(".")
    amount = any(each.amount for each in sections)
    if (
        whole.endswith(",")
        or "," in fraction
        or not (amount or re.fullmatch("[0#?,.%]*[0#?][0#?,.%]*", signs))
    ):
        raise NotShown(f"has the number format {number_format}, which cannot be read: format it as text")
    if "%" in signs:
        value *= 100
    if not re.search("[0#?]", signs):
        return _plain(value)  # as zero, which many formats of amounts show as a dash
    rounded = value.quantize(Decimal(1).scaleb(-sum(sign in "0#?" for sign in fraction)), context=_ROUNDING)
    if amount:
        return _plain(rounded)
    minus = "-" if signed and rounded < 0 else ""
    return (minus + _filled(rounded.copy_abs(), section, bool(point))).strip()


def shown_text(text: str, number_format: str) -> str:
    """Return what a cell with a text shows; NotShown where that is nothing."""
    sections = _sections(number_format)
    section = sections[3] if len(sections) > 3 else next((s for s in sections if "@" in s.signs()), None)
    if section is None:
        return text
    return "".join(text if part == ("sign", "@") else part[1] for part in section.parts) or _hidden()


def _hidden() -> str:
    raise NotShown("is hidden by its number format: format it as text")


@lru_cache(maxsize=1000)
def _sections(number_format: str) -> tuple[_Section, ...]:
    found: list[_Section] = []
    parts: list[tuple[str, str]] = []
    amount, problem = False, ""
    for token in [*_TOKEN.finditer(number_format), None]:
        kind = token.lastgroup if token else "section"
        text = token[kind] or "" if token and kind else ""
        if kind == "section":
            section = _Section(tuple(parts), amount, problem)
            grouped = re.search("[0#?],+[0#?]", section.signs())
            found.append(replace(section, amount=amount or grouped is not None))
            parts, amount, problem = [], False, ""
        elif kind == "date":
            problem = "is a date or a time for the spreadsheet: format it as text and type it again"
        elif kind in ("unknown", "other"):
            problem = problem or (
                f"has the number format {number_format}, which cannot be read: format it as text"
            )
        elif kind == "sign":
            parts.append(("sign", text))
        elif kind:
            amount = amount or kind == "currency" or any(unicodedata.category(c) == "Sc" for c in text)
            parts.append(("literal", text))
    return tuple(found)


def _section_for(value: Decimal, sections: tuple[_Section, ...]) -> tuple[_Section, bool]:
    """The section for a number, and whether it needs a minus of its own."""
    if len(sections) == 1 or value > 0:
        return sections[0], True
    if value < 0:
        return sections[1], not sections[1].parts
    return sections[2] if len(sections) > 2 else sections[0], True


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def _filled(value: Decimal, section: _Section, point: bool) -> str:
    """Put the digits of a number at their places in the format."""
    whole, _, fraction = f"{value:f}".partition(".")
    whole = whole.lstrip("0")
    at = section.parts.index(("sign", ".")) if point else len(section.parts)
    left: list[str] = []
    places = sum(part[0] == "sign" and part[1] in "0#?" for part in section.parts[:at])
    for kind, text in reversed(section.parts[:at]):
        if kind == "literal" or text not in "0#?":
            left.append(text)
            continue
        places -= 1
        taken = whole if places == 0 else whole[-1:]
        whole = whole[: len(whole) - len(taken)]
        left.append(taken or {"0": "0", "#": "", "?": " "}[text])
    right: list[str] = []
    for kind, text in section.parts[at + 1 :]:
        if kind == "literal" or text not in "0#?":
            right.append(text)
            continue
        digit, fraction = fraction[:1], fraction[1:]
        right.append("" if digit == "0" and text != "0" and not fraction.strip("0") else digit)
    return "".join(reversed(left)) + ("." if point else "") + "".join(right)
