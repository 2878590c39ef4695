"""Render the customer's pages, each one document with its style inside and no script."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from customer_page import story
from customer_page.visit import CustomerVisit
from customer_page.written import build_written
from lazo.case.customer_confirmation import can_customer_answer
from lazo.survey.fields import LONGEST_COMMENT
from lazo.translations import LANGUAGES, translations
from lazo.web.pages import compact, render
from lazo.web.responses import VARY_BY_LANGUAGE, Response, html_response, redirect
from lazo.web.security_headers import content_security_policy, hash_source

STYLE: Final = Path(__file__).parent / "static" / "customer.css"
TEMPLATES: Final = Path(__file__).parent / "templates"
DONE: Final = ("solved", "not_yet", "write", "stop", "start", "start_elsewhere")
"""What the query parameter `done` may make the page confirm."""


def customer_page(
    visit: CustomerVisit,
    *,
    status: int = 200,
    done: str | None = None,
    problem: str | None = None,
    typed: str = "",
    form: str | None = None,
) -> Response:
    """Return the page of the case; `problem` is the code of why what was `typed` into the `form` (its action) was not
    recorded."""
    if visit.erased:
        return erased_page(visit)
    texts = translations("customer_page", visit.language)
    return _reply(
        "customer.html.j2",
        status,
        visit,
        story=story.build_story(visit.case, visit.store, visit.answer, visit.language, visit.now),
        followup=visit.case.followup,
        may_answer=can_customer_answer(visit.case.followup),
        done=texts["done"].get(done) if done in DONE else None,
        problem=texts["problem"][problem] if problem else None,
        typed=typed if form != "write" else "",
        typed_words=typed if form == "write" else "",
        form=form,
        written=build_written(visit),
        longest=LONGEST_COMMENT,
        stopped=visit.stopped,
    )


def confirm_erasure_page(visit: CustomerVisit) -> Response:
    """Return the page that asks whether everything is to be erased."""
    return _reply("erase.html.j2", 200, visit)


def erased_page(visit: CustomerVisit) -> Response:
    """Return the page of a customer of whom nothing is stored any more."""
    texts = translations("customer_page", visit.language)["erased"]
    return _reply("message.html.j2", 200, visit, title=texts["title"], lines=(texts["text"], texts["stop"]))


def not_found(language: str) -> Response:
    """Return 404, the same for every link that opens nothing."""
    texts = translations("customer_page", language)["gone"]
    return _render("message.html.j2", 404, language, title=texts["title"], lines=(texts["text"],))


def unavailable(language: str) -> Response:
    """Return 503 for an error of ours before anything was typed."""
    texts = translations("customer_page", language)["trouble"]
    shown = {"title": texts["title"], "lines": (texts["text"],), "again": texts["again"]}
    return _render("message.html.j2", 503, language, **shown)


def data_page(visit: CustomerVisit, content: Mapping[str, Any]) -> Response:
    """Return the file of the customer's data for people: `content` as `readable_data` returns it."""
    texts = translations("customer_page", visit.language)["file"]
    about = texts["about_page"].format(shop=visit.store.name)
    return _reply("data.html.j2", 200, visit, title=texts["title"], about=about, content=content)


def redirect_to_page(visit: CustomerVisit, done: str | None = None, token: str | None = None) -> Response:
    """Return 303 to the page, so that a reload sends nothing again; to that of another case if its `token` is given."""
    query = f"&done={done}" if done else ""
    return redirect(f"/m/{token or visit.token}?lang={visit.language}{query}")


def _reply(template: str, status: int, visit: CustomerVisit, **values: Any) -> Response:
    return _render(template, status, visit.language, visit.store.name, base=f"/m/{visit.token}", **values)


def _render(template: str, status: int, language: str, shop: str = "", **values: Any) -> Response:
    css, policy = _style()
    html = render(
        TEMPLATES,
        template,
        language=language,
        words=_filled_texts(language, shop),
        shop=shop,
        languages=[(each, translations("customer_page", each)["page"]["language"]) for each in LANGUAGES],
        css=css,
        **values,
    )
    return html_response(status, html, policy, language, VARY_BY_LANGUAGE)


@cache
def _style() -> tuple[str, str]:
    """Return the style, and the policy that allows it."""
    css = compact(STYLE.read_text())
    return css, content_security_policy(style=hash_source(css), img="data:")


@cache
def _filled_texts(language: str, store_name: str) -> dict[str, Any]:
    """Return the texts of a language, with the store's name filled in where a template shows them as they are."""
    texts = translations("customer_page", language)
    erase = {key: text.replace("{shop}", store_name) for key, text in texts["erase"].items()}
    return {**texts, "erase": erase}
