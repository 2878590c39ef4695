"""The feed of all answers as a contact sees it, and answers for it."""

import re
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from typing import Any

from infra.local.direct_items import put_directly
from infra.local.event_sources.gateway_payloads import Response
from lazo.survey.answer import Answer
from lazo.table import followups
from tests import builders
from tests.builders import ANA, START, minutes
from tests.desk import session_cookie
from tests.product import Product


def cookie_of(product: Product, who: Mapping[str, Any]) -> dict[str, str]:
    return {"cookie": session_cookie(product.cloud, who), "x-forwarded-proto": "https"}


def feed_page(product: Product, who: Mapping[str, Any], query: str = "") -> Response:
    """Return the feed as a contact sees it in a browser that is signed in."""
    return product.cloud.request("GET", f"/desk/answers{query}", cookie_of(product, who))


def put_answer(product: Product, comment: str, at: datetime | float = 0, **said: Any) -> Answer:
    """Store a classified answer, given at a time or so many minutes after START."""
    when = START + minutes(at) if not isinstance(at, datetime) else at
    found = {name: said.pop(name) for name in ("themes", "praised", "mentioned", "suspect") if name in said}
    answer = builders.classified(builders.answer(comment=comment, at=when, **said), **found)
    put_directly(product.cloud, [followups.classified_answer_item(answer)])
    return answer


HANA = {**ANA, "contact_id": "hana", "name": "Hana", "phone": "+56922345681", "email": "hana@aurora.example"}
SOUTH = {"store_id": "sur", "name": "Aurora Sur", "timezone": "America/New_York"}


def comments_on(page: Response) -> list[str]:
    assert page.status in (200, 422), page.text
    return [unescape(each) for each in re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", page.text, re.S)]


def comments_seen_by(product: Product, who: Mapping[str, Any], query: str = "") -> list[str]:
    return comments_on(feed_page(product, who, query))


def next_page_query(page: Response) -> str | None:
    found = re.search(r'rel="next" href="/desk/answers([^"]+)"', page.text)
    return unescape(found[1]) if found else None
