"""What answers each page of the insights."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from desk.account.access import Access
from desk.deps import Deps
from desk.insights import overview
from lazo.web.requests import get_for_head
from lazo.web.responses import Response

SHOW: Final[Mapping[str, Callable[[dict[str, Any], Deps, Access], Response]]] = {
    "GET /desk/insights": overview.show,
}
"""By route; `desk.insights.navigation.PAGES` has the links."""


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer a request to a page of the insights."""
    return SHOW[get_for_head(event["routeKey"])](event, deps, access)
