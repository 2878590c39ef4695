"""How well texts are read, against labels that were written by others than the rules (tests/judged/).

    make judge                             the figures of all that is read
    make judge ARGS="--missed es"          and what was missed or found in vain in the seen comments of a language
    make judge ARGS=--write                docs/themes.md with the table as it is now

A third of the labels, `*_unseen.jsonl`, is never looked at while rules are edited. Of `seen` ones the mistakes may be
read. `broad` is the unseen part of a harder set by other writers: half of its complaints and dangers are told by the
scene alone. What to expect of a new customer's words lies between the two. Figures are percent.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from benchmarks.tally import Tally, table
from lazo import clock
from lazo.followup.dangers import pressing
from lazo.phrases.theme_rules import THEMES
from lazo.phrases.themes import Findings, assess_comment
from lazo.phrases.wording_guard import find_blocked_words
from lazo.store.model import Store
from lazo.store.opening_hours import OpeningHours
from lazo.survey.nps import band_of_score
from lazo.text.contact_details import to_e164
from lazo.text.name_masking import mask_names
from lazo.translations import LANGUAGES

ROOT: Final = Path(__file__).parents[1]
LABELS: Final = ROOT / "tests" / "judged"
PAGE: Final = ROOT / "docs" / "themes.md"
BEGIN: Final = "<!-- made by `make judge ARGS=--write` -->"
END: Final = "<!-- end -->"
PARTS: Final = ("seen", "unseen", "broad")
NO_ALARM: Final = frozenset(["allergy_no_harm"])
"""Labelled dangers that nobody is woken for."""
_AROUND_A_WORD: Final = re.compile(r"^\W+|\W+$")
COUNTRIES: Final = ("CL", "MX", "AR", "CO", "PE", "ES", "BR", "PT", "US", "GB")

Row = dict[str, Any]
Labelled = tuple[Row, Findings]
Folders = tuple[Path, ...]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judge", description=__doc__)
    parser.add_argument("--labels", type=Path, action="append", help="other folders of labels")
    parser.add_argument("--missed", choices=LANGUAGES, help="print the mistakes in seen comments")
    parser.add_argument("--write", action="store_true", help="put the table into docs/themes.md")
    asked = parser.parse_args()
    folders = tuple(asked.labels or [LABELS])
    if asked.missed:
        sys.stdout.writelines(_mistakes(folders, asked.missed))
        return
    if asked.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n{_summary(folders)}\n{END}{after}", encoding="utf-8")
    sys.stdout.write(f"{_summary(folders)}\n\n{_themes(folders)}\n\n{_phones()}\n")


def _rows(folders: Folders, language: str, kind: str, part: str) -> list[Row]:
    inner = "broad" if part == "broad" else ""
    ending = "" if part == "seen" else "_unseen"
    files = [folder / inner / f"{language}_{kind}{ending}.jsonl" for folder in folders]
    lines = (
        line for file in files if file.exists() for line in file.read_text(encoding="utf-8").splitlines()
    )
    return [json.loads(line) for line in lines if line.strip()]


@cache
def _comments(folders: Folders, language: str, part: str) -> list[Labelled]:
    return [
        (row, assess_comment(row["text"], (), language, band=band_of_score(row["score"])))
        for row in _rows(folders, language, "comments", part)
    ]


def _summary(folders: Folders) -> str:
    """Return the table of all that is read, a row for each language, with its date."""
    kinds: dict[str, Callable[[Folders, str, str], Tally]] = {
        "complaints of detractors": partial(_said, what="complaint"),
        "themes named in any way": partial(_said, what="named"),
        "praise": partial(_said, what="praise"),
        "does not come back": _leaving,
        "danger": _dangers,
        "wording guard": _guard,
        "names masked": _names,
    }
    rows = [
        (f"{what}, {language}", [judged(folders, language, part) for part in PARTS])
        for what, judged in kinds.items()
        for language in LANGUAGES
    ]
    return f"Measured on {clock.now():%Y-%m-%d}, percent.\n\n{table('what', PARTS, rows)}"


def _themes(folders: Folders) -> str:
    """Return a table for each language: each theme by what is said of it."""
    tables = []
    for language in LANGUAGES:
        rows = [
            (f"{theme}, {what}", [_said(folders, language, part, what, (theme,)) for part in PARTS])
            for what in ("complaint", "named", "praise")
            for theme in THEMES
        ]
        tables.append(table(language, PARTS, rows))
    return "\n\n".join(tables)


def said_of_themes(row: Row, found: Findings, what: str) -> tuple[set[str], set[str]]:
    """Return the themes that are labelled and those found as `complaint`, `praise` or in any way (`named`)."""
    kinds = {"complaint": found.themes, "praise": found.praised, "mention": found.mentioned}
    if what == "named":
        return set(row["themes"]), {theme for themes in kinds.values() for theme in themes}
    return {theme for theme, said in row["themes"].items() if said == what}, set(kinds[what])


def _said(folders: Folders, language: str, part: str, what: str, themes: Sequence[str] = THEMES) -> Tally:
    tally = Tally()
    for row, found in _comments(folders, language, part):
        if what != "complaint" or band_of_score(row["score"]) == "detractor":
            labelled, heard = said_of_themes(row, found, what)
            tally.add(labelled & set(themes), heard & set(themes))
    return tally


def _leaving(folders: Folders, language: str, part: str) -> Tally:
    return _yes_or_no((row["leaving"], found.leaving) for row, found in _comments(folders, language, part))


def _dangers(folders: Folders, language: str, part: str) -> Tally:
    rows = [row for kind in ("dangers", "comments") for row in _rows(folders, language, kind, part)]
    return _yes_or_no(
        (
            bool(set(row["danger"]) - NO_ALARM),
            bool(pressing(assess_comment(row["text"], (), language).urgency)),
        )
        for row in rows
    )


def _guard(folders: Folders, language: str, part: str) -> Tally:
    return _yes_or_no(
        (row["bad"], bool(find_blocked_words(row["text"], language)))
        for row in _rows(folders, language, "guard", part)
    )


def _names(folders: Folders, language: str, part: str) -> Tally:
    """Count each name that is gone from the masked text, and each other word that is."""
    tally = Tally()
    for row in _rows(folders, language, "names", part):
        masked = mask_names(row["text"], _store(language, row["contacts"]), language, language).split()
        gone = [_AROUND_A_WORD.sub("", word) for word in row["text"].split() if word not in masked]
        names = {word for name in row["names"] for word in name.split()}
        tally.add(names, gone)
    return tally


def _store(language: str, staff: Sequence[str]) -> Store:
    return Store(
        "judged",
        "",
        "",
        language,
        "UTC",
        "GB",
        OpeningHours.from_dict({"always": True}, "UTC", "GB"),
        (),
        staff=tuple(staff),
    )


def _yes_or_no(judged: Iterator[tuple[bool, bool]]) -> Tally:
    tally = Tally()
    for labelled, found in judged:
        tally.add(("yes",) if labelled else (), ("yes",) if found else ())
    return tally


def _phones() -> str:
    """Return how many numbers are read right, as people of their country write them: the example numbers of the package
    phonenumbers, national, in digits alone, and with the country code."""
    import phonenumbers
    from phonenumbers import PhoneNumberFormat, PhoneNumberType

    rows = []
    for country in COUNTRIES:
        tally = Tally()
        for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
            number = phonenumbers.example_number_for_type(country, kind)
            forms = (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164)
            written = [phonenumbers.format_number(number, form) for form in forms] if number else []
            for each in {*written, *("".join(filter(str.isdigit, text)) for text in written[:1])}:
                tally.add((written[-1],), _read(each, country))
        rows.append((country, [tally]))
    return table("phones", ["all"], rows)


def _read(phone: str, country: str) -> tuple[str, ...]:
    try:
        return (to_e164(phone, country),)
    except ValueError:
        return ()


def _mistakes(folders: Folders, language: str) -> Iterator[str]:
    for row, found in _comments(folders, language, "seen"):
        for what in ("complaint", "praise", "named"):
            labelled, heard = said_of_themes(row, found, what)
            if labelled != heard and (what != "complaint" or row["score"] <= 6):
                missed = " ".join(sorted(labelled - heard))
                wrong = " ".join(sorted(heard - labelled))
                yield f"{row['score']} {what}: missed [{missed}] wrong [{wrong}]: {row['text']}\n"


if __name__ == "__main__":
    main()
