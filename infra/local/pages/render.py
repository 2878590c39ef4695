"""Renders a page of the local cloud.

Pages are whole in one response: style and script are part of them, nothing is fetched from anywhere else, and
their own content security policy holds them to it, the e-mails that they show included.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **shown: Any) -> str:
    script, style = _file("live.js"), _file("page.css")
    return _jinja().get_template(template).render(script=script, style=style, policy=_policy(script), **shown)


def _policy(script: str) -> str:
    """Styles may be inline, as e-mails have them; of scripts only our own runs. Frames with e-mails inherit it."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; "
        "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'"
    )


@cache
def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _jinja() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
