"""The Jinja environment of all templates, and the text of inline styles and scripts."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemLoader,
    ModuleLoader,
    StrictUndefined,
    Template,
    select_autoescape,
)

COMPILED: Final = "compiled"
"""The folder beside templates that holds them as modules of Python. The build makes it (`infra/artefact.py`): reading
templates takes a third of the time of a first page."""

_QUOTED: Final = re.compile(r'("(?:[^"\\\n]|\\.)*")')
_SPACED: Final = re.compile(r" *(=>|[=!]==|&&|\|\||[;,{]\n|[=<>?:;,{}()\[\]]) *")
_ENDED: Final = re.compile(r"\{\{((?:(?!\}\}).)+)\}\}\.(?=[\s{]|$)")
"""A value at the end of a sentence."""
_INDENTATION: Final = re.compile(r"^[ \t]+", re.MULTILINE)
_COMMENT: Final = re.compile(r" */\*.*?\*/")


class TemplateFiles(FileSystemLoader):
    """Reads the templates of a folder. Of their indentation, which is for their authors, pages keep one space, since it
    may stand between two words: a tenth less for a browser to load."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return the source of a template, its path, and what tells whether it has changed."""
        source, path, unchanged = super().get_source(environment, template)
        return _INDENTATION.sub(" ", source) if template.endswith(".html.j2") else source, path, unchanged


@cache
def templates(folder: Path | None = None) -> Environment:
    """Return the templates of a folder, as `environment` reads them; those that the build compiled if there are any."""
    if folder is None:
        return environment(None)
    compiled = folder / COMPILED
    return environment(ModuleLoader(compiled) if compiled.is_dir() else TemplateFiles(folder))


def environment(loader: BaseLoader | None) -> Environment:
    """Return an environment. All but `*.txt.j2` escape values; an undefined name raises UndefinedError."""
    made = Environment(
        loader=loader,
        autoescape=select_autoescape(disabled_extensions=("txt.j2",), default_for_string=False, default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["ended"] = _ended
    # Escaped, an accent takes six bytes for two: too many for the survey's texts.
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return made


def render(folder: Path, template: str, **values: Any) -> str:
    """Return the text of a folder's template with these values."""
    return templates(folder).get_template(template).render(values)


@cache
def line_template(line: str) -> Template:
    """Return a line of a data file as a template. It renders plain text, which a page escapes once.

    A full stop behind a value that ends with one is left out: `seg., 30 de nov.`, `Aurora S.A.`
    """
    return templates().from_string(_ENDED.sub(r"{{ (\1) | ended }}", line))


def _ended(value: object) -> str:
    text = str(value)
    return text if text.endswith(".") else f"{text}."


def compact(text: str) -> str:
    """Return a style or script without indentation, blank lines and comment lines."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def compact_script(text: str) -> str:
    """Return a script without what `compact` leaves out, and without the spaces around its punctuation outside texts
    in double quotes; + and - keep theirs, since `a - -b` is not `a--b`. It has no regular expression with a space."""
    parts = _QUOTED.split(compact(text))
    return "".join(
        part if n % 2 else _SPACED.sub(_without_space, _COMMENT.sub("", part)) for n, part in enumerate(parts)
    )


def _without_space(found: re.Match[str]) -> str:
    return found[1].strip()


def compact_style(text: str) -> str:
    """Return a style without what `compact` leaves out, and without the spaces around its punctuation."""
    style = compact(text)
    for spaced in (": ", " {", "{ ", "; ", " }", ", "):
        style = style.replace(spaced, spaced.strip())
    return style.replace(";\n", ";").replace(",\n", ",").replace("{\n", "{")
