"""Files of data as JSON: Python reads TOML in Python, JSON in C, in a thirtieth of the time."""

import json
import tomllib
from pathlib import Path

from lazo.phrases import theme_rules


def write_as_json(data: Path) -> None:
    """Write each TOML file of a folder as JSON in its place, where `lazo.translations.read_data` finds it. Rules of
    themes that are compiled need neither. Raises TypeError for a value that JSON does not have."""
    for source in sorted(data.rglob("*.toml")):
        if not theme_rules.compiled_path(source).exists():
            content = tomllib.loads(source.read_text(encoding="utf-8"))
            source.with_suffix(".json").write_text(
                json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
            )
        source.unlink()
