"""Texts for people, from `data/CATALOG/LANGUAGE.toml`, which operators may edit."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

Language = Literal["es", "en", "pt"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
"""Every text exists in each of these; the first is the default."""

DATA = Path(__file__).parent / "data"


@cache
def translations(catalog: str, language: str) -> dict[str, Any]:
    """Return the content of `data/CATALOG/LANGUAGE.toml`, read once. Raises FileNotFoundError if it does not exist."""
    with (DATA / catalog / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)
