"""Write CSV (RFC 4180) for spreadsheets, without cells that would run as formulas."""

import csv
import re
from collections.abc import Iterable
from io import StringIO

BOM = "\ufeff"
"""Goes at the start of the file, so that Excel reads it as UTF-8."""

_WOULD_RUN = re.compile(
    r"(?:^|(?<=[;\t\r\n]))"  # where a cell begins, also for programs that split at ; or ignore quotes
    r"(?=[\s\"'`´“”‘’«\u200b\ufeff]*[=+\-@\t\r\0＝＋－＠])"
)
"""OWASP, "CSV Injection": cells that begin with = + - @ tab or carriage return, or with the full-width forms, which
Japanese and Chinese spreadsheets accept."""


def csv_row(cells: Iterable[str | int]) -> str:
    """Return one line with its line end. Numbers stay numbers; texts are quoted and cannot run as formulas."""
    line = StringIO()
    safe = (neutralize_formula(cell) if isinstance(cell, str) else cell for cell in cells)
    csv.writer(line, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerow(safe)
    return line.getvalue()


def neutralize_formula(text: str) -> str:
    """Return `text` with an apostrophe wherever a spreadsheet would start a formula."""
    return _WOULD_RUN.sub("'", text)
