"""Render the e-mails to contacts from their templates."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment

from lazo.web import pages


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
    return pages.templates(Path(__file__).parent / "templates")


def _one_line(text: str) -> str:
    """A header's value: a line break would end the header, so the e-mail package refuses it."""
    return " ".join(text.split())
