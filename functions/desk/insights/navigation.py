"""The pages of the insights, and the links between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desk.insights.filters import InsightFilters
from desk.web.addresses import page_address

PAGES: Final = (
    ("overview", "/desk/insights"),
    ("stores", "/desk/insights/stores"),
    ("themes", "/desk/insights/themes"),
    ("touchpoints", "/desk/insights/touchpoints"),
    ("team", "/desk/insights/team"),
)
"""Id and path of each page, in the order of the links. The id names the link in `data/insights_frame/` under `pages`;
`desk.app` says what answers it."""

DIGEST_PATH: Final = "/desk/digest"


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page of the insights; `here` if it is the one that is shown."""

    name: str
    address: str
    here: bool


def page_path(page: str) -> str:
    """Return the path of a page of PAGES. Raises KeyError."""
    return dict(PAGES)[page]


def page_links(filters: InsightFilters, here: str) -> list[PageLink]:
    """Return the links to all pages, with the same filters, and to the week in short, which has none."""
    links = [PageLink(page, filters.address(path=path), page == here) for page, path in PAGES]
    return [*links, PageLink("digest", DIGEST_PATH, here == "digest")]


def cases_link(kind: str, stores: Mapping[str, str | None], months: Sequence[str]) -> str:
    """Return the address of the cases that a figure of these months counts; `stores` as fields of a query."""
    return page_address(page_path("team"), **stores, cases=kind, **{"from": months[0], "to": months[-1]})
