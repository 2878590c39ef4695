"""Let somebody say that a suspect answer was a customer's: from then on it counts."""

from typing import Any
from urllib.parse import parse_qs

from desk.account import access as accounts
from desk.account.access import Access
from desk.answers import filters as answer_filters
from desk.deps import Deps
from desk.web.addresses import page_address
from desk.web.render import not_found
from desk.web.request import body_text
from lazo import ids
from lazo.followup.model import followup_id_for
from lazo.translations import translations
from lazo.web.responses import Response, redirect


def trust(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `POST /desk/answers/trust`, a form with `store_id` and `answer` (its ULID), and with where it was sent
    from: `case` for the page of its follow-up, or the feed's filters and cursor.

    A form sent twice counts the answer once. One with a stale token changes nothing and shows the page again.
    """
    from lazo.workflows import answer_trust  # it imports the phrases, which no other page wants

    given = {name: values[0] for name, values in parse_qs(body_text(event)).items()}
    at = accounts.store_and_contact(deps.table, access, given.get("store_id", ""))
    try:
        ulid = ids.parse_id(given.get("answer", "")).ulid
    except ValueError:
        return not_found()
    if at is None:
        return not_found()
    fresh = deps.sessions.form_id(event, access.session) is not None
    store, contact = at
    if fresh:
        answer_trust.trust_answer(deps.table, deps.topic, store, ulid, contact, deps.clock())
    if "case" in given:
        path = f"/desk/followups/{followup_id_for(store.store_id, ulid)}"
        return redirect(page_address(path, done="trust" if fresh else None))
    return redirect(_feed_address(given, ulid, access, counted=fresh))


def _feed_address(given: dict[str, str], ulid: str, access: Access, *, counted: bool) -> str:
    themes = translations("labels", access.scope.language)["themes"]
    filters, _ = answer_filters.read_filters(given, access.scope, themes)
    said = {"after": given.get("after") or None, "counted": "1" if counted else None}
    return page_address(answer_filters.PATH, **filters.fields, **said) + f"#a-{ulid}"
