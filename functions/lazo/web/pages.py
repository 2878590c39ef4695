"""The Jinja environment of all templates, and the text of inline styles and scripts."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape


@cache
def templates(folder: Path | None = None) -> Environment:
    """Return the templates of a folder. All but `*.txt.j2` escape values; an undefined name raises UndefinedError."""
    environment = Environment(
        loader=FileSystemLoader(folder) if folder else None,
        autoescape=select_autoescape(disabled_extensions=("txt.j2",), default_for_string=False, default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # Escaped, an accent takes six bytes for two: too many for the survey's texts.
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment


def render(folder: Path, template: str, **values: Any) -> str:
    """Return the text of a folder's template with these values."""
    return templates(folder).get_template(template).render(values)


@cache
def line_template(line: str) -> Template:
    """Return a line of a data file as a template. It renders plain text, which a page escapes once."""
    return templates().from_string(line)


def compact(text: str) -> str:
    """Return a style or script without indentation, blank lines and comment lines."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def compact_style(text: str) -> str:
    """Return a style without what `compact` leaves out, and without the spaces around its punctuation."""
    style = compact(text)
    for spaced in (": ", " {", "{ ", "; ", " }"):
        style = style.replace(spaced, spaced.strip())
    return style
