"""The documentation: links and paths exist, lists are complete, decisions are numbered, dated and indexed."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from lazo.table.dynamodb import customer_partition, figure_keys, improvement_keys, keys

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
INDEX = ROOT / "docs" / "decisions" / "README.md"
AREAS = sorted(page for page in INDEX.parent.glob("*.md") if page != INDEX)

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^( {4}|```).*|`[^`]*`", re.MULTILINE)
_PATH = re.compile(r"`((?:functions|infra|ops|benchmarks|tests|docs)/[\w./-]+)`")
_MACHINE = re.compile(r"(?<![\w.])/(home|work|Users|root|opt)/\w")


def anchors(page: Path) -> set[str]:
    """The fragments of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {anchor(heading) for heading in headings}


def anchor(heading: str) -> str:
    """The fragment of one heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def records() -> list[tuple[Path, str, str]]:
    """Each decision: its page, its heading (`101. Title`) and the text below the heading."""
    found = []
    for page in AREAS:
        for section in page.read_text(encoding="utf-8").split("\n## ")[1:]:
            heading, _, text = section.partition("\n")
            found.append((page, heading, text))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_and_paths_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in _LINK.findall(_CODE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, fragment = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.is_file() or target.is_dir(), f"{page.name}: {link}"
        if fragment:
            assert fragment in anchors(target), f"{page.name}: {link}"
    for path in _PATH.findall(text):
        assert (ROOT / path).exists(), f"{page.name}: `{path}`"
    assert not _MACHINE.search(text), f"{page.name} names a path of somebody's machine"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_marks_of_a_merge_are_left(page: Path) -> None:
    assert not re.findall(r"^(?:<{7}|>{7})( .*)?$", page.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_data_map_has_every_kind_of_item() -> None:
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    source = "".join(
        Path(str(each.__file__)).read_text(encoding="utf-8")
        for each in (keys, figure_keys, customer_partition, improvement_keys)
    )
    partitions = set(re.findall(r'f?"([A-Z-]+)#', source)) | set(re.findall(r'Key\("([A-Z]+)"', source))
    missing = {kind for kind in partitions if not re.search(rf"\b{kind}\b", text)}
    assert partitions >= {"STORE", "FU", "CUSTOMER", "APIKEY", "SHOP", "WEEK"}
    assert not missing


def test_rows_of_tables_have_all_columns() -> None:
    for page in PAGES:
        rows = page.read_text(encoding="utf-8").splitlines()
        for above, below in pairwise(rows):
            if above.startswith("|") and below.startswith("|"):
                cells = [len(re.sub(r"`[^`]*`|\\\|", "", row).split("|")) for row in (above, below)]
                assert cells[0] == cells[1], f"{page.name}: {below[:60]}"


def test_every_decision_has_a_number_a_date_and_a_status() -> None:
    numbers = []
    for page, heading, text in records():
        assert re.fullmatch(rf"{page.name[0]}\d\d\. \S.*", heading), f"{page.name}: {heading}"
        number = heading[:3]
        numbers.append(number)
        stated = re.match(r"\n\*([\d-]{10}) · (accepted|superseded by (\d{3}))\*\n", text)
        assert stated, f"{number} needs a line like *2026-11-21 · accepted*"
        date.fromisoformat(stated[1])
        for part in ("Decision", "Why", "Alternatives"):
            assert text.count(f"\n**{part}.** ") == 1, f"{number} needs one paragraph {part}"
    assert len(numbers) > 100
    assert len(set(numbers)) == len(numbers), "a number is given once"
    replaced = re.findall(r"· superseded by (\d{3})\*", "".join(text for *_, text in records()))
    assert set(replaced) <= set(numbers)


def test_the_index_lists_every_decision_and_no_other() -> None:
    listed = re.findall(r"^- \[(\d{3})\]\((\S+)\) (.+)$", INDEX.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == [
        (heading[:3], f"{page.name}#{anchor(heading)}", heading[5:]) for page, heading, _ in records()
    ]


def test_every_package_has_its_reason() -> None:
    lists = [*ROOT.glob("requirements/*.in"), ROOT / "functions" / "requirements.in"]
    lines = [line for file in lists for line in file.read_text(encoding="utf-8").splitlines()]
    packages = {found[0] for line in lines if (found := re.match(r"[a-z][\w-]*", line))}
    (record,) = (text for _, heading, text in records() if heading.startswith("108. "))
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", record, re.MULTILINE)
    assert all(reason.strip() for _, reason in rows)
    named = {name for names, _ in rows[1:] for name in names.split(", ")}
    assert named == packages
