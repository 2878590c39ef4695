"""Render e-mails from their templates, and single lines of a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from lazo.web import pages


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail, ready to send."""

    sender_name: str
    subject: str
    text: str
    html: str


def render_email(template: str, sender_name: str, values: Mapping[str, Any]) -> Email:
    """Render `<template>.txt.j2` and `<template>.html.j2` with `values`, whose "subject" is also the e-mail's."""
    return Email(
        sender_name=one_line(sender_name),
        subject=one_line(values["subject"]),
        text=templates().get_template(f"{template}.txt.j2").render(values),
        html=templates().get_template(f"{template}.html.j2").render(values),
    )


@cache
def templates() -> Environment:
    """Return the environment of templates/; files that end with `html.j2` escape the values that they are given."""
    return pages.templates(Path(__file__).parent / "templates")


def render_line(line: str, values: Mapping[str, Any]) -> str:
    """Render one line of text, itself a template, with `values`; raises UndefinedError when one is missing."""
    return pages.line_template(line).render(values)


def one_line(text: str) -> str:
    """Return `text` as the value of a header. A line break would end the header, so the e-mail package refuses it."""
    return " ".join(text.split())
