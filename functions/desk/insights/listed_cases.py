"""A list of cases behind a figure, as a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desk.account.access import Access
from desk.deps import Deps
from desk.web.render import PageHeader, Times, html_reply, render
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.table.views.every_followup import OpenedPage
from lazo.web.responses import Response


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of cases of a `kind` (under `kind` in `data/insights_cases/`), and their `stores` by id. `place` and
    `span` say of where and when; `missing`: how many the figure counts beyond the list, and `looks_back`
    or `unseen` why."""

    kind: str
    page: OpenedPage
    stores: Mapping[str, Store]
    place: str
    span: str
    many_stores: bool
    missing: int = 0
    looks_back: bool = False
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    followup: FollowUp
    store_name: str
    times: Times


def cases_reply(
    listed: CaseList,
    address: Callable[..., str],
    back: tuple[str, str],
    after: str | None,
    deps: Deps,
    access: Access,
    here: str = "insights",
) -> Response:
    """Return the page. `address`: of the list, from the cursor `after` on; `back`: where it is left to, and the name of
    the words that say so; `here`: the part of the desk."""
    language, now = access.scope.language, deps.clock()

    def row(each: FollowUp) -> _Row:
        store = listed.stores[each.store_id]
        return _Row(each, store.name, Times(store.timezone, now, language, store.country))

    html = render(
        "insight_cases.html.j2",
        language,
        words="insights_cases",
        header=PageHeader(access.scope.name, deps.new_form_token(access.session)),
        here=here,
        page_path=address().partition("?")[0],
        times=Times("UTC", now, language),
        listed=listed,
        rows=[row(each) for each in listed.page.followups],
        back=back,
        next=address(after=listed.page.cursor) if listed.page.cursor else None,
        first=address() if after else None,
    )
    return html_reply(html, language)
