"""What answers each page of the insights. Each is imported when somebody opens it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from desk.account.access import Access
from desk.deps import Deps
from lazo.web.requests import get_for_head
from lazo.web.responses import Response


def _overview(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    from desk.insights import overview

    return overview.show(event, deps, access)


def _stores(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    from desk.insights import stores_page

    return stores_page.show(event, deps, access)


def _themes(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    from desk.insights import themes_page

    return themes_page.show(event, deps, access)


def _touchpoints(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    from desk.insights import touchpoints_page

    return touchpoints_page.show(event, deps, access)


def _team(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    from desk.insights import team

    return team.show(event, deps, access)


SHOW: Final[Mapping[str, Callable[[dict[str, Any], Deps, Access], Response]]] = {
    "GET /desk/insights": _overview,
    "GET /desk/insights/stores": _stores,
    "GET /desk/insights/themes": _themes,
    "GET /desk/insights/touchpoints": _touchpoints,
    "GET /desk/insights/team": _team,
}
"""By route; `desk.insights.navigation.PAGES` has the links."""


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer a request to a page of the insights."""
    return SHOW[get_for_head(event["routeKey"])](event, deps, access)
