"""Keep the language that a user chooses with the switch: on this device, and with the user for every other one."""

import re
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from desk.account import access
from desk.deps import Deps
from desk.web.forms import form_fields
from desk.web.reader_language import ReaderLanguage
from desk.web.request import is_cross_site
from lazo.table import users
from lazo.translations import LANGUAGES
from lazo.web.responses import Response, redirect

PATH: Final = "/desk/language"
_PAGE: Final = re.compile(r"(/desk(?:/[A-Za-z0-9_-]+)*)/?(?:\?([^#\\\s]{0,2000}))?")


def choose(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `POST /desk/language`, a form with `language` and `back`, the page to return to.

    The device keeps the language, and what is sent to the user is written in it from now on. A form that was not made
    for this user (its token is stale) changes the device only; one that another site sent, nothing.
    """
    fields = form_fields(event)
    language, back = (next(iter(fields.get(name, ())), "") for name in ("language", "back"))
    page = _page(back)
    if language not in LANGUAGES or is_cross_site(event):
        return redirect(page)
    user = access.any_access(event, deps.table, deps.sessions, deps.clock())
    if user and deps.sessions.form_id(event, user.session):
        users.choose_language(deps.table, user.session.user_id, language)
    return redirect(page, ReaderLanguage(language, chosen=True).cookie())


def _page(back: str) -> str:
    """Return a page of the desk, with its query but for the language; the board for any other address."""
    found = _PAGE.fullmatch(back)
    if found is None:
        return "/desk"
    query = [(name, value) for name, value in parse_qsl(found[2] or "") if name != "lang"]
    return f"{found[1]}?{urlencode(query)}" if query else found[1]
