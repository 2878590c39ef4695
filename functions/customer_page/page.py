"""Render the customer's pages, each one document with its style inside and no script."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from customer_page import story
from customer_page.visit import AddressVisit, CustomerVisit, Visit
from customer_page.written import build_written
from lazo.case.customer_confirmation import can_customer_answer
from lazo.store.brand_look import PLAIN, BrandLook
from lazo.survey.fields import LONGEST_COMMENT
from lazo.text.contact_details import masked_address, spoken_phone
from lazo.translations import LANGUAGES, translations
from lazo.web.pages import compact_style, render
from lazo.web.responses import VARY_BY_LANGUAGE, Response, html_response, redirect
from lazo.web.security_headers import content_security_policy, hash_source

STYLE: Final = Path(__file__).parent / "static" / "customer.css"
TEMPLATES: Final = Path(__file__).parent / "templates"
DONE: Final = (
    "link_sent",
    "restrict",
    "unrestrict",
    "objections",
    "name",
    "address_link_sent",
    "solved",
    "not_yet",
    "write",
    "stop",
    "start",
    "start_elsewhere",
)
"""What the query parameter `done` may make the page confirm."""


def page_of(visit: Visit, *, status: int = 200, done: str | None = None, **form: Any) -> Response:
    """Return the page that the visitor's link opens; `form` as in `customer_page`."""
    if isinstance(visit, AddressVisit):
        return address_page(visit, status=status, done=done, problem=form.get("problem"))
    return customer_page(visit, status=status, done=done, **form)


def address_page(
    visit: AddressVisit, *, status: int = 200, done: str | None = None, problem: str | None = None
) -> Response:
    """Return the page of an address; `problem` is the code of why a form was not acted on."""
    texts = translations("customer_page", visit.language)
    if visit.link.purpose == "change":
        return _confirm_address_page(visit, status, problem)
    if visit.restricted:
        return _restricted_page(visit, status, done, problem)
    facts = {"address": masked_address(visit.link.address), "shop": visit.store.name}
    return _reply(
        "address.html.j2",
        status,
        visit,
        title=texts["address"]["title"].format_map(facts),
        text=texts["address"]["text"].format_map(facts),
        done=texts["done"].get(done) if done in DONE else None,
        problem=texts["problem"][problem] if problem else None,
    )


def customer_page(
    visit: CustomerVisit,
    *,
    status: int = 200,
    done: str | None = None,
    problem: str | None = None,
    typed: Mapping[str, str] | None = None,
    form: str | None = None,
    changes: str = "",
) -> Response:
    """Return the page of the case; `problem` is the code of why what was `typed`, by field, into the `form` (its
    action) was not recorded; `changes`: the address of what the store has improved, "" for none."""
    if visit.erased:
        return erased_page(visit, link_sent=done == "link_sent")
    texts = translations("customer_page", visit.language)
    if visit.restricted:
        return _restricted_page(visit, status, done, problem, typed)
    return _reply(
        "customer.html.j2",
        status,
        visit,
        story=story.build_story(visit.case, visit.store, visit.answer, visit.language, visit.now),
        followup=visit.case.followup,
        may_answer=can_customer_answer(visit.case.followup),
        done=texts["done"].get(done) if done in DONE else None,
        problem=texts["problem"][problem] if problem else None,
        typed=(typed or {}).get("text", "") if form != "write" else "",
        typed_words=(typed or {}).get("text", "") if form == "write" else "",
        sent=typed or {},
        form=form,
        written=build_written(visit),
        longest=LONGEST_COMMENT,
        stopped=visit.stopped,
        changes=changes,
        phone_shown=spoken_phone(visit.store.public_phone),
    )


def _restricted_page(
    visit: Visit, status: int, done: str | None, problem: str | None, typed: Mapping[str, str] | None = None
) -> Response:
    """Return the page of a customer whose data may only be stored."""
    texts = translations("customer_page", visit.language)
    own = visit.rights.restricted_at is not None
    return _reply(
        "address.html.j2",
        status,
        visit,
        title=texts["restricted"]["title"],
        text=texts["restricted"]["text" if own else "text_other"],
        sent=typed or {},
        done=texts["done"].get(done) if done in DONE else None,
        problem=texts["problem"][problem] if problem else None,
    )


def _confirm_address_page(visit: AddressVisit, status: int, problem: str | None) -> Response:
    """Return the page that asks whether the link's address is the customer's from now on."""
    texts = translations("customer_page", visit.language)
    title = texts["confirm_address"]["title"].format(address=masked_address(visit.link.address))
    return _reply(
        "confirm_address.html.j2",
        status,
        visit,
        title=title,
        problem=texts["problem"][problem] if problem else None,
    )


def address_changed_page(visit: AddressVisit) -> Response:
    """Return the page that says that the address is the customer's now."""
    texts = translations("customer_page", visit.language)["confirm_address"]
    return _reply("message.html.j2", 200, visit, title=texts["done_title"], lines=(texts["done"],))


def confirm_erasure_page(visit: Visit, staying: Sequence[tuple[str, bool]]) -> Response:
    """Return the page that asks whether everything is to be erased. `staying`: the addresses whose own answers stay for
    now, and whether each is sent no link."""
    texts = translations("customer_page", visit.language)["erase"]
    others = [
        texts["other_silent" if silent else "other"].format(
            address=masked_address(address), shop=visit.store.name
        )
        for address, silent in staying
    ]
    return _reply("erase.html.j2", 200, visit, others=others)


def erased_page(visit: Visit, *, link_sent: bool = False) -> Response:
    """Return the page of a customer of whom nothing is stored any more. `link_sent`: a link went to another address."""
    texts = translations("customer_page", visit.language)["erased"]
    lines = (texts["text"], *([texts["link_sent"]] if link_sent else []), texts["stop"])
    return _reply("message.html.j2", 200, visit, title=texts["title"], lines=lines)


def not_found(language: str) -> Response:
    """Return 404, the same for every link that opens nothing."""
    texts = translations("customer_page", language)["gone"]
    return _render("message.html.j2", 404, language, title=texts["title"], lines=(texts["text"],))


def link_revoked(language: str) -> Response:
    """Return the page of a link that was ended because the customer asked for it."""
    texts = translations("customer_page", language)["revoked"]
    return _render("message.html.j2", 410, language, title=texts["title"], lines=(texts["text"],))


def unavailable(language: str) -> Response:
    """Return 503 for an error of ours before anything was typed."""
    texts = translations("customer_page", language)["trouble"]
    shown = {"title": texts["title"], "lines": (texts["text"],), "again": texts["again"]}
    return _render("message.html.j2", 503, language, **shown)


def data_page(visit: Visit, content: Mapping[str, Any]) -> Response:
    """Return the file of the customer's data for people: `content` as `readable_data` returns it."""
    texts = translations("customer_page", visit.language)["file"]
    about = texts["about_page"].format(shop=visit.store.name)
    return _reply("data.html.j2", 200, visit, title=texts["title"], about=about, content=content)


def redirect_to_page(visit: Visit, done: str | None = None, token: str | None = None) -> Response:
    """Return 303 to the page, so that a reload sends nothing again; to that of another case if its `token` is given."""
    query = f"&done={done}" if done else ""
    return redirect(f"/m/{token or visit.token}?lang={visit.language}{query}")


def _reply(template: str, status: int, visit: Visit, **values: Any) -> Response:
    base = f"/m/{visit.token}"
    own = visit if isinstance(visit, CustomerVisit) else None
    return _render(
        template,
        status,
        visit.language,
        visit.store.name,
        look=own.look if own else PLAIN,
        logo=own.logo if own else "",
        base=base,
        visit=visit,
        **values,
    )


def _render(
    template: str,
    status: int,
    language: str,
    store_name: str = "",
    look: BrandLook = PLAIN,
    logo: str = "",
    **values: Any,
) -> Response:
    css, policy = _style(look.style)
    html = render(
        TEMPLATES,
        template,
        language=language,
        words=_filled_texts(language, store_name),
        shop=store_name,
        languages=[(each, translations("customer_page", each)["page"]["language"]) for each in LANGUAGES],
        css=css,
        look=look,
        logo=logo,
        **values,
    )
    return html_response(status, html, policy, language, VARY_BY_LANGUAGE)


@lru_cache(maxsize=64)
def _style(brand: str) -> tuple[str, str]:
    """Return the style with the brand's colours, and the policy that allows it."""
    css = compact_style(STYLE.read_text()) + brand
    return css, content_security_policy(style=hash_source(css), img="'self' data:")


@cache
def _filled_texts(language: str, store_name: str) -> dict[str, Any]:
    """Return the texts of a language, with the store's name filled in where a template shows them as they are."""
    texts = translations("customer_page", language)
    erase = {key: text.replace("{shop}", store_name) for key, text in texts["erase"].items()}
    reach = {key: text.replace("{shop}", store_name) for key, text in texts["reach"].items()}
    return {**texts, "erase": erase, "reach": reach}
