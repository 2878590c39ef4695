"""Words for people, from data files that an operator can edit: one folder a purpose, one file a language."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

Language = Literal["es", "en", "pt"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
"""The languages that every text is in, the one by default first."""

DATA = Path(__file__).parent / "data"


@cache
def translations(catalog: str, language: str) -> dict[str, Any]:
    """The words of `data/PURPOSE/LANGUAGE.toml`; FileNotFoundError when there is no such file."""
    with (DATA / catalog / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)
