"""Render e-mails from their templates, single lines of a message, and the beginning of an SMS."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from lazo.text.gsm7 import SEGMENT, excerpt, fit_one_segment, septet_count, to_gsm7
from lazo.web import pages

SHORTEST_NAME = 8
"""Septets that an SMS leaves of a store's name and of a touchpoint's, however long its other parts are."""


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail, ready to send. `thread`: what those of one conversation have alike; "" where it belongs to none."""

    sender_name: str
    subject: str
    text: str
    html: str
    thread: str = ""


def render_email(template: str, sender_name: str, values: Mapping[str, Any], thread: str = "") -> Email:
    """Render `<template>.txt.j2` and `<template>.html.j2` with `values`, whose "subject" is also the e-mail's."""
    return Email(
        sender_name=sender_name,
        subject=values["subject"],
        text=templates().get_template(f"{template}.txt.j2").render(values),
        html=templates().get_template(f"{template}.html.j2").render(values),
        thread=thread,
    )


@cache
def templates() -> Environment:
    """Return the environment of templates/; files that end with `html.j2` escape the values that they are given."""
    return pages.templates(Path(__file__).parent / "templates")


def render_line(line: str, values: Mapping[str, Any]) -> str:
    """Render one line of text, itself a template, with `values`; raises UndefinedError when one is missing."""
    return pages.line_template(line).render(values)


def render_head(line: str, values: Mapping[str, Any], tail: str) -> str:
    """Render `line` so that one segment has room for it and for `tail`.

    The names in it are cut as far as needed, the store's first: the score, which stands behind them, must not be lost.
    """
    head = render_line(line, values)
    for name in ("shop", "place"):
        excess = septet_count(to_gsm7(head)) + len(" ") + septet_count(tail) - SEGMENT
        if excess > 0 and name in values:
            room = septet_count(to_gsm7(values[name])) - excess
            values = {**values, name: excerpt(values[name], max(room, SHORTEST_NAME))}
            head = render_line(line, values)
    return head


def render_short_sms(line: str, values: Mapping[str, Any], link: str) -> str:
    """Render `line` and the link after it as one segment."""
    return fit_one_segment(render_head(line, values, link), "", link)
