"""The wall: a page for the screen in a store's back office, seen by whoever signs in, or by a link of its own."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from desk.account import access as accounts
from desk.account.access import Access
from desk.deps import Deps
from desk.wall.view import read_wall
from desk.web.addresses import page_address
from desk.web.reader_language import reader_language
from desk.web.render import PageHeader, Times, html_reply, not_found, render
from desk.web.request import body_text
from lazo.auth import links
from lazo.store.model import Store
from lazo.table import walls
from lazo.table.walls import StoreWall
from lazo.web.responses import Response, html_response, redirect
from lazo.web.security_headers import content_security_policy

LINK_PATH: Final = "/desk/wall/link"
CSP: Final = content_security_policy(
    style="'self'", script="'self'", img="'self'", manifest="'self'", connect="'self'"
)
"""The page reads itself again."""


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/wall`: the wall of the store that `shop` names, or of the user's first store."""
    store = _chosen_store(event, deps, access)
    return _wall(store, access.scope.language, deps) if store else not_found()


def show_by_link(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `GET /desk/wall/{token}`: the wall of the link's store, in its language or that of the device, without
    signing in. The link opens nothing else, and gives no session."""
    now = deps.clock()
    link = links.read_wall_link(deps.sessions.ring, event["pathParameters"]["token"], now)
    wall = walls.get_wall(deps.table, link.store_id) if link else None
    store = deps.stores.find(link.store_id, now) if link else None
    if wall is None or store is None or wall.link != link:
        return not_found()
    reads = reader_language(event)
    return _wall(store, reads.language if reads else store.language, deps)


def show_link(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/wall/link`: the link of the store that `shop` names, or of the user's first store, to copy it,
    make a new one, or end it."""
    store = _chosen_store(event, deps, access)
    if store is None:
        return not_found()
    wall, scope = walls.get_wall(deps.table, store.store_id), access.scope
    html = render(
        "wall_link.html.j2",
        scope.language,
        words="wall",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="insights",
        page_path=LINK_PATH,
        times=Times(store.timezone, deps.clock(), scope.language, store.country),
        store=store,
        choices=scope.stores if len(scope.stores) > 1 else (),
        wall=wall,
        ends=wall.made_at + links.WALL_LINK_VALID_FOR if wall else None,
        address=_address(event, wall, deps) if wall else "",
        link_form=deps.new_form_token(access.session),
    )
    return html_reply(html, scope.language)


def change_link(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `POST /desk/wall/link`, a form with `store_id` and `do`: "make" or "end". One with a stale token changes
    nothing and shows the page again."""
    given = {name: values[0] for name, values in parse_qs(body_text(event)).items()}
    found = accounts.store_and_contact(deps.table, access, given.get("store_id", ""))
    if found is None:
        return not_found()
    store, contact = found
    request_id = deps.sessions.form_id(event, access.session)
    if request_id is not None:
        if given.get("do") == "make":
            walls.make_wall_link(deps.table, store.store_id, contact.name, deps.clock(), request_id)
        elif given.get("do") == "end":
            walls.end_wall_link(deps.table, store.store_id)
    return redirect(page_address(LINK_PATH, shop=store.store_id))


def _chosen_store(event: Mapping[str, Any], deps: Deps, access: Access) -> Store | None:
    """Return the chosen store, or the first, if the user may see it now by its own contacts; else None."""
    chosen = (event.get("queryStringParameters") or {}).get("shop")
    own = (*access.scope.member_stores, *access.scope.stores)
    store_id = chosen or (own[0].store_id if own else "")
    found = accounts.store_and_contact(deps.table, access, store_id) if store_id else None
    return found[0] if found else None


def _address(event: Mapping[str, Any], wall: StoreWall, deps: Deps) -> str:
    token = links.sign_wall_link(deps.sessions.ring, wall.link, wall.made_at)
    return f"{deps.base_url(event)}/desk/wall/{token}"


def _wall(store: Store, language: str, deps: Deps) -> Response:
    now = deps.clock()
    html = render(
        "wall.html.j2",
        language,
        words="wall",
        times=Times(store.timezone, now, language, store.country),
        switch=f"&shop={store.store_id}",
        store=store,
        wall=read_wall(deps.table, store, language, now),
    )
    return html_response(200, html, CSP, language)
