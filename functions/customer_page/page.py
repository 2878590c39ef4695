"""The customer's pages: one document each, its style within it, no script, nothing from elsewhere."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from customer_page import story
from customer_page.visit import CustomerVisit
from lazo.case.customer_confirmation import can_customer_answer
from lazo.survey.fields import LONGEST_COMMENT
from lazo.translations import LANGUAGES, translations
from lazo.web.pages import compact, templates
from lazo.web.responses import VARY_BY_LANGUAGE, Response, html_response, redirect
from lazo.web.security_headers import content_security_policy, hash_source

STYLE: Final = Path(__file__).parent / "static" / "customer.css"
TEMPLATES: Final = Path(__file__).parent / "templates"
DONE: Final = ("solved", "not_yet", "stop", "start", "start_elsewhere")
"""What the page may be told to say that it did."""


def customer_page(
    visit: CustomerVisit,
    *,
    status: int = 200,
    done: str | None = None,
    problem: str | None = None,
    typed: str = "",
) -> Response:
    """The page as things stand; `problem` is the code of what is in the way of what was `typed`."""
    if visit.erased:
        return erased_page(visit)
    said = translations("customer_page", visit.language)
    return _reply(
        "customer.html.j2",
        status,
        visit,
        told=story.build_story(visit.case, visit.store, visit.answer, visit.language, visit.now),
        followup=visit.case.followup,
        may_answer=can_customer_answer(visit.case.followup),
        done=said["done"].get(done) if done in DONE else None,
        problem=said["problem"][problem] if problem else None,
        typed=typed,
        longest=LONGEST_COMMENT,
        stopped=visit.stopped,
    )


def confirm_erasure_page(visit: CustomerVisit) -> Response:
    """Whether they are sure that all is to be erased."""
    return _reply("erase.html.j2", 200, visit)


def erased_page(visit: CustomerVisit) -> Response:
    """Nothing is kept any more."""
    said = translations("customer_page", visit.language)["erased"]
    return _reply("message.html.j2", 200, visit, title=said["title"], lines=(said["text"], said["stop"]))


def not_found(language: str) -> Response:
    """404: a link that opens nothing, whatever is wrong with it."""
    said = translations("customer_page", language)["gone"]
    return _message(404, language, said["title"], (said["text"],))


def unavailable(language: str) -> Response:
    """503: we failed before anything was typed."""
    said = translations("customer_page", language)["trouble"]
    return _message(503, language, said["title"], (said["text"],), again=said["again"])


def redirect_to_page(visit: CustomerVisit, done: str | None = None) -> Response:
    """303 to the page, so that a reload sends nothing again."""
    said = f"&done={done}" if done else ""
    return redirect(f"/m/{visit.token}?lang={visit.language}{said}")


def _message(
    status: int, language: str, title: str, lines: Sequence[str], again: str | None = None
) -> Response:
    return _render("message.html.j2", status, language, None, title=title, lines=lines, again=again)


def _reply(template: str, status: int, visit: CustomerVisit, **values: Any) -> Response:
    return _render(template, status, visit.language, visit, **{"again": None, **values})


def _render(
    template: str, status: int, language: str, visit: CustomerVisit | None, **values: Any
) -> Response:
    css, policy = _look()
    html = (
        templates(TEMPLATES)
        .get_template(template)
        .render(
            language=language,
            words=_said(language, visit.store.name if visit else ""),
            shop=visit.store.name if visit else "",
            base=f"/m/{visit.token}" if visit else "",
            languages=[(each, translations("customer_page", each)["page"]["language"]) for each in LANGUAGES],
            css=css,
            **values,
        )
    )
    return html_response(status, html, policy, language, VARY_BY_LANGUAGE)


@cache
def _look() -> tuple[str, str]:
    """The style, and the policy that allows it."""
    css = compact(STYLE.read_text())
    return css, content_security_policy(style=hash_source(css), img="data:")


@cache
def _said(language: str, shop: str) -> dict[str, Any]:
    """The words of a language with the shop's name filled in where they stand by themselves."""
    said = translations("customer_page", language)
    erase = {key: text.replace("{shop}", shop) for key, text in said["erase"].items()}
    return {**said, "erase": erase}
