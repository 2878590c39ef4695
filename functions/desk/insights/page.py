"""What each page of the insights has around its figures: links to the others, filters, and how new the figures are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from desk.account.access import Access
from desk.deps import Deps
from desk.insights.navigation import page_links, page_path
from desk.insights.periods import Period, first_of_month, offered_periods
from desk.insights.selection import Selection
from desk.web.render import PageHeader, Times, html_reply, render
from lazo.translations import translations
from lazo.web.responses import Response


def page_reply(
    here: str,
    template: str,
    chosen: Selection,
    deps: Deps,
    access: Access,
    *,
    rolled_up_at: datetime | None = None,
    not_by_day: Sequence[str] = (),
    kept: Mapping[str, str] | None = None,
    **view: Any,
) -> Response:
    """Return a page of the insights (`here` is its id in PAGES), with `view` as the variables of its template.

    `rolled_up_at`: when its latest figures were added up, None if they are of this moment. `not_by_day`: months
    of a chosen day or week of which only the whole is known: they stand in place of the figures. `kept`: fields of the
    query that the filters keep, besides their own. The page's own texts are `insights_HERE`, those around it `insight`.
    """
    language, now = chosen.scope.language, deps.clock()
    path = page_path(here)
    html = render(
        template,
        language,
        words=f"insights_{here}",
        header=PageHeader(chosen.scope.name, deps.new_form_token(access.session)),
        here="insights",
        page_path=path,
        times=Times(chosen.zone, now, language, chosen.country),
        insight=translations("insights_frame", language),
        pages=page_links(chosen.filters, here),
        path=path,
        chosen=chosen,
        filters=chosen.filters,
        offered=offered_periods(chosen.period, chosen.today, chosen.units),
        stores_to_choose=chosen.scope.stores if len(chosen.scope.stores) > 1 else (),
        rolled_up_at=rolled_up_at,
        not_by_day=[Period("month", first_of_month(month)) for month in not_by_day],
        kept=kept or {},
        **view,
    )
    return html_reply(html, language)
