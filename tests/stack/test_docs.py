"""What the documentation points at is there, and what it lists is all there is."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from lazo.table.dynamodb import keys

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^( {4}|```).*|`[^`]*`", re.MULTILINE)
_PATH = re.compile(r"`((?:functions|infra|ops|benchmarks|tests|docs)/[\w./-]+)`")
_MACHINE = re.compile(r"(?<![\w.])/(home|work|Users|root|opt)/\w")


def anchors(page: Path) -> set[str]:
    """The fragments of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
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


def test_the_data_map_has_every_kind_of_item() -> None:
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    source = Path(keys.__file__).read_text(encoding="utf-8")
    partitions = set(re.findall(r'f?"([A-Z-]+)#', source)) | set(re.findall(r'Key\("([A-Z]+)"', source))
    missing = {kind for kind in partitions if not re.search(rf"\b{kind}\b", text)}
    assert partitions >= {"STORE", "FU", "CUSTOMER", "APIKEY", "SHOP", "WEEK"}
    assert not missing


def test_tables_are_whole() -> None:
    for page in PAGES:
        rows = page.read_text(encoding="utf-8").splitlines()
        for above, below in pairwise(rows):
            if above.startswith("|") and below.startswith("|"):
                cells = [len(re.sub(r"`[^`]*`|\\\|", "", row).split("|")) for row in (above, below)]
                assert cells[0] == cells[1], f"{page.name}: {below[:60]}"
