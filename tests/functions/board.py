"""The board of open follow-ups as a contact sees it, and follow-ups for it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from infra.local.event_sources.gateway_payloads import Response
from lazo.followup import opening
from lazo.followup.model import FollowUp
from lazo.table import followups
from lazo.table.dynamodb.writes import Item
from tests import builders
from tests.aws_rules import Watch
from tests.builders import START, minutes
from tests.dom import Element, parse
from tests.feed import cookie_of
from tests.product import Product


def board_page(
    product: Product,
    who: Mapping[str, Any],
    address: str = "/desk",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the board as a contact sees it in a browser that is signed in."""
    return product.cloud.request("GET", address, {**cookie_of(product, who), **(headers or {})})


def pages_from(
    product: Product, who: Mapping[str, Any], address: str, watch: Watch
) -> Iterator[tuple[Element, int]]:
    """Yield each page of a list, and how many calls the desk made for it."""
    following: str | None = address
    while following:
        watch.clear()
        page = parse(board_page(product, who, following).text)
        yield page, sum(call.function == "Desk" for call in watch.calls)
        following = next((link["href"] for link in page.all("a", rel="next")), None)


def followup_ids_on(page: Response) -> list[str]:
    assert page.status == 200, page.text
    return re.findall(r'<li class="entry[^"]*" id="c-([a-z0-9]+)"', page.text)


def followup_ids_seen_by(product: Product, who: Mapping[str, Any], query: str = "") -> list[str]:
    return followup_ids_on(board_page(product, who, f"/desk{query}"))


def open_followup(name: str, deadline: datetime | float, **changes: Any) -> FollowUp:
    """Return an open follow-up of `norte`, due at a time or so many minutes after START."""
    given = builders.classified(builders.answer(store_id=changes.get("store_id", "norte")))
    opened = opening.open_for_answer(given, builders.make_store(store_id=given.store_id))
    assert opened
    at = START + minutes(deadline) if not isinstance(deadline, datetime) else deadline
    return replace(opened, **{"followup_id": name, "deadline": at, **changes})


def owned_followup(name: str, deadline: float, owner: str, **changes: Any) -> FollowUp:
    return open_followup(
        name, deadline, **{"owner": owner, "stage": "taken_on", "taken_on_at": START, **changes}
    )


def store_followups(product: Product, *cases: FollowUp) -> None:
    for each in cases:
        product.table.put(followups.followup_put(each))


def as_before(item: Item, list_pk: str = "OPEN") -> Item:
    """Return an open item as it was written before there were lists by store."""
    return {**item, "list_pk": list_pk, "store_list_pk": None}
