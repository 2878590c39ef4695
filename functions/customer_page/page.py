"""The customer's pages: one document each, its style within it, no script, nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from customer_page import story
from customer_page.visit import Visit
from lazo.case.customer_confirmation import may_answer
from lazo.survey.fields import LONGEST_COMMENT
from lazo.translations import LANGUAGES, words

HERE: Final = Path(__file__).parent
DONE: Final = ("solved", "not_yet", "stop", "start", "start_elsewhere")
"""What the page may be told to say that it did."""


def shown(
    visit: Visit, *, status: int = 200, done: str | None = None, problem: str | None = None, typed: str = ""
) -> dict[str, Any]:
    """The page as things stand; `problem` is the code of what is in the way of what was `typed`."""
    if visit.erased:
        return erased(visit)
    said = words("customer_page", visit.language)
    return _reply(
        "customer.html.j2",
        status,
        visit,
        told=story.told(visit.case, visit.store, visit.answer, visit.language, visit.now),
        followup=visit.case.followup,
        may_answer=may_answer(visit.case.followup),
        done=said["done"].get(done) if done in DONE else None,
        problem=said["problem"][problem] if problem else None,
        typed=typed,
        longest=LONGEST_COMMENT,
        stopped=visit.stopped,
    )


def sure(visit: Visit) -> dict[str, Any]:
    """Whether they are sure that all is to be erased."""
    return _reply("erase.html.j2", 200, visit)


def erased(visit: Visit) -> dict[str, Any]:
    """Nothing is kept any more."""
    said = words("customer_page", visit.language)["erased"]
    return _reply("message.html.j2", 200, visit, title=said["title"], lines=(said["text"], said["stop"]))


def gone(language: str) -> dict[str, Any]:
    """404: a link that opens nothing, whatever is wrong with it."""
    said = words("customer_page", language)["gone"]
    return _message(404, language, said["title"], (said["text"],))


def trouble(language: str) -> dict[str, Any]:
    """503: we failed before anything was typed."""
    said = words("customer_page", language)["trouble"]
    return _message(503, language, said["title"], (said["text"],), again=said["again"])


def see(visit: Visit, done: str | None = None) -> dict[str, Any]:
    """303 to the page, so that a reload sends nothing again."""
    said = f"&done={done}" if done else ""
    location = f"/m/{visit.token}?lang={visit.language}{said}"
    return {"statusCode": 303, "headers": {**_look()[1], "Location": location}, "body": ""}


def headers() -> Mapping[str, str]:
    """What every reply carries."""
    return _look()[1]


def _message(
    status: int, language: str, title: str, lines: Sequence[str], again: str | None = None
) -> dict[str, Any]:
    return _render("message.html.j2", status, language, None, title=title, lines=lines, again=again)


def _reply(template: str, status: int, visit: Visit, **values: Any) -> dict[str, Any]:
    return _render(template, status, visit.language, visit, **{"again": None, **values})


def _render(template: str, status: int, language: str, visit: Visit | None, **values: Any) -> dict[str, Any]:
    css, always = _look()
    body = (
        _templates()
        .get_template(template)
        .render(
            language=language,
            words=_said(language, visit.store.name if visit else ""),
            shop=visit.store.name if visit else "",
            base=f"/m/{visit.token}" if visit else "",
            languages=[(each, words("customer_page", each)["page"]["language"]) for each in LANGUAGES],
            css=css,
            **values,
        )
    )
    retry = {"Retry-After": "5"} if status == 503 else {}
    return {"statusCode": status, "headers": {**always, "Content-Language": language, **retry}, "body": body}


@cache
def _look() -> tuple[str, dict[str, str]]:
    css = "\n".join(line.strip() for line in (HERE / "static" / "customer.css").read_text().splitlines())
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    return css, {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Vary": "Accept-Language, Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def _said(language: str, shop: str) -> dict[str, Any]:
    """The words of a language with the shop's name filled in where they stand by themselves."""
    said = words("customer_page", language)
    erase = {key: text.replace("{shop}", shop) for key, text in said["erase"].items()}
    return {**said, "erase": erase}
