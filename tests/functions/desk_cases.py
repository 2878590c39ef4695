"""Steps with a follow-up at the desk, each from the page that the step before returned."""

import re
from typing import Any

from infra.local.event_sources.gateway_payloads import Response
from tests.builders import ANA
from tests.desk import Desk, link_to
from tests.product import Product

GIFTS = {"currency": "CLP", "incentive_most": {"high": 10000}, "incentive_month": 15000}
CONCERN = {"text": "Esperó 40 minutos", "priority": "high", "owner": "ana", "deadline": "2026-03-12"}


def open_case_page(product: Product, desk: Desk, who: dict[str, Any] = ANA) -> str:
    page = desk.open(link_to(product, who["phone"]))
    assert page.status == 200
    return page.text


def reload_page(desk: Desk, page: str) -> str:
    """Load the follow-up of a page again."""
    where = re.search(r"(/desk/followups/[a-z2-7]{16})/", page)
    assert where
    return desk.get(where[1]).text


def stored_children(product: Product, kind: str) -> list[dict[str, Any]]:
    return product.items(f"{kind}#")


def page_after_contact(product: Product, desk: Desk) -> str:
    page = desk.do(open_case_page(product, desk), "/take-on").text
    return desk.do(page, "/contacted", channel="phone", reached="yes", text="La llamé, sigue molesta").text


def page_with_concern(product: Product, desk: Desk) -> str:
    return desk.do(page_after_contact(product, desk), "/concern", **CONCERN).text


def page_with_solved_concern(product: Product, desk: Desk) -> str:
    return desk.do(page_with_concern(product, desk), "/settle", how="solved", action="Se disculpó Ana").text


def assert_rejected(reply: Response, status: int = 422) -> str:
    assert reply.status == status, reply.text[:500]
    assert 'role="alert"' in reply.text
    return reply.text
