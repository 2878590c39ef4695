"""Who asks in a comment to be contacted, and who only speaks of calls."""

from pathlib import Path

import pytest

from lazo.phrases.contact_wishes import PATH, asks_for_contact
from lazo.phrases.wish_rules import check_wish_rules


def sentences() -> list[list[str]]:
    path = Path(__file__).with_name("contact_sentences.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[part.strip() for part in line.split("|")] for line in lines if line and line[0] != "#"]


@pytest.mark.parametrize(("language", "wish", "text"), sentences())
def test_a_wish_to_be_contacted(language: str, wish: str, text: str) -> None:
    assert asks_for_contact(text, language) == (wish == "asks")


def test_a_wish_in_another_language_than_the_page() -> None:
    assert asks_for_contact("Please call me, this was awful", "es")
    assert asks_for_contact("Por favor, que alguien me llame", "en-US")
    assert not asks_for_contact("", "es")


def test_the_rule_file_is_valid() -> None:
    assert check_wish_rules(PATH) == []


def test_a_mistake_in_the_rule_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wishes.toml"
    path.write_text(
        PATH.read_text(encoding="utf-8").replace('"quedo ... espera"', '"quedo ..."'), encoding="utf-8"
    )
    (problem,) = check_wish_rules(path)
    assert problem == 'wishes.toml: es.found: "quedo ...": a gap "..." or "&" needs a word on both sides'
