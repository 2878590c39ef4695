"""Data that ships says what its sources say."""

import shutil
import tomllib
from pathlib import Path

import pytest

from infra import artefact, data_files
from lazo.phrases import theme_rules
from lazo.phrases.matching import Phrasebook, tokens
from lazo.translations import DATA, LANGUAGES, read_data

SOURCES = sorted(each.relative_to(DATA) for each in DATA.rglob("*.toml"))
COMMENTS = Path(__file__).parents[1] / "unit" / "phrases" / "theme_comments.txt"
COMPILED = {Path("themes") / f"{language}.toml" for language in LANGUAGES}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of data as the build leaves it."""
    data = tmp_path_factory.mktemp("built") / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("__pycache__"))
    artefact.compile_rules(data)
    data_files.write_as_json(data)
    return data


def test_no_source_ships(shipped: Path) -> None:
    assert len(SOURCES) > 50
    assert not list(shipped.rglob("*.toml"))


@pytest.mark.parametrize("source", [each for each in SOURCES if each not in COMPILED], ids=str)
def test_a_file_is_read_as_its_source(shipped: Path, source: Path) -> None:
    assert read_data(shipped / source) == tomllib.loads((DATA / source).read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_of_themes_ship_compiled(shipped: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = theme_rules.load_theme_rules(language)
    monkeypatch.setattr(theme_rules, "FOLDER", shipped / "themes")
    built = theme_rules.load_theme_rules.__wrapped__(language)
    assert not built.problems
    assert built.implied == source.implied
    assert {word: tuple(by) for word, by in built.phrasebook.rewrites.items()} == source.phrasebook.rewrites
    phrases = _plain(built.phrasebook)
    assert len(phrases) > 5000
    assert phrases == _plain(source.phrasebook)
    for line in COMMENTS.read_text(encoding="utf-8").splitlines():
        words = source.phrasebook.expand_shorthand(tokens(line))
        assert built.phrasebook.find(words) == source.phrasebook.find(words)


def _plain(book: Phrasebook) -> list[tuple[str, str, list[tuple[list[str], list[str], bool]]]]:
    return [
        (kind, subject, [(sorted(words), sorted(stems), number) for words, stems, number in slots])
        for kind, subject, slots in book.phrases()
    ]


def test_a_missing_file_is_missed(shipped: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_data(shipped / "board" / "fr.toml")
