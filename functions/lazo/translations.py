"""Texts for people, from `data/CATALOG/LANGUAGE.toml`, which operators may edit."""

import json
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
    return read_data(DATA / catalog / f"{language}.toml")


def read_data(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file of data, or of the JSON that the build puts in its place, which is read in a
    fraction of the time. Raises OSError if there is neither, ValueError for a mistake."""
    built = path.with_suffix(".json")
    if built.exists():
        content: dict[str, Any] = json.loads(built.read_bytes())
        return content
    import tomllib

    return tomllib.loads(path.read_text(encoding="utf-8"))
