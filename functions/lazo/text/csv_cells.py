"""Rows of a CSV file that people open in a spreadsheet: RFC 4180, and no cell that would run as a formula."""

import csv
import re
from collections.abc import Iterable
from io import StringIO

BOM = "\ufeff"
"""At the start of the file: Excel takes it for UTF-8 then."""

_WOULD_RUN = re.compile(
    r"(?:^|(?<=[;\t\r\n]))"  # where a cell begins, also for a program that splits at ; or does not heed quotes
    r"(?=[\s\"'`´“”‘’«\u200b\ufeff]*[=+\-@\t\r\0＝＋－＠])"
)
"""OWASP, "CSV Injection": cells that begin with = + - @ tab or carriage return, and, as spreadsheets in Japanese and
Chinese take them, their full-width forms."""


def csv_row(cells: Iterable[str | int]) -> str:
    """One line with its end. Numbers stay numbers; texts are quoted, and harmless."""
    line = StringIO()
    safe = (neutralize_formula(cell) if isinstance(cell, str) else cell for cell in cells)
    csv.writer(line, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerow(safe)
    return line.getvalue()


def neutralize_formula(text: str) -> str:
    """`text` with an apostrophe where a spreadsheet would begin to read a formula."""
    return _WOULD_RUN.sub("'", text)
