"""Render the e-mails to contacts from their templates."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail, ready to send."""

    sender_name: str
    subject: str
    text: str
    html: str


@cache
def templates() -> Environment:
    """The files in templates/; those that end with `html.j2` escape what they are given."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default_for_string=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _line(template: str) -> Any:
    return templates().from_string(template)


def _one_line(text: str) -> str:
    """A header's value: a line break would end the header, so the e-mail package refuses it."""
    return " ".join(text.split())
