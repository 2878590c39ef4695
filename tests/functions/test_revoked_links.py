"""A customer's links are ended, and those that are sent later work."""

from datetime import timedelta

import pytest

from lazo.table import customer_rights
from tests.customer import Customer
from tests.product import Product


@pytest.fixture
def eva(product: Product) -> Customer:
    product.open_store()
    return Customer(product)


def test_an_ended_link_opens_nothing_and_says_so(eva: Customer) -> None:
    table, now = eva.product.table, eva.product.now()
    old, by_email = eva.link(), eva.link("email")
    assert eva.get(old).status == 200
    assert eva.answer.customer_key
    until = customer_rights.end_links(table, [eva.answer.customer_key], now)
    assert (until.hour, until.minute, until.date()) == (0, 0, (now + timedelta(days=1)).date())
    for reply in (eva.get(old), eva.get(f"{old}/data"), eva.post("stop"), eva.get(f"{old}?lang=es")):
        assert reply.status == 410
        assert "Este enlace está cerrado" in reply.text
        assert "Esperé mucho" not in reply.text
    assert "This link has been closed" in eva.get(f"{old}?lang=en").text
    assert "Este link foi encerrado" in eva.get(f"{old}?lang=pt").text
    assert eva.get(by_email).status == 200, "another address, another link"
    assert not [i for i in eva.product.cloud.items() if i["sk"].startswith("STOP")]
    eva.product.wait(timedelta(hours=24))
    assert eva.get(old).status == 410
    assert eva.get(eva.link()).status == 200, "made on the day after"


def test_the_links_stay_ended_with_other_wishes_and_an_objection(eva: Customer) -> None:
    assert eva.answer.customer_key
    keys = [eva.answer.customer_key]
    customer_rights.end_links(eva.product.table, keys, eva.product.now())
    customer_rights.record_objections(eva.product.table, keys, ["resurvey"], "operator", eva.product.now())
    assert eva.get().status == 410
    assert customer_rights.rights_of(eva.product.table, keys).objections == ("resurvey",)
