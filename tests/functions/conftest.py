"""Fixtures that several files of this folder use."""

import pytest

from tests.builders import ANA, DIEGO, MARTA, consent
from tests.desk import Desk
from tests.feed import HANA, SOUTH
from tests.functions.crm import Crm
from tests.functions.desk_cases import GIFTS
from tests.functions.sign_in import LUIS
from tests.functions.tapping import Phone
from tests.product import Product
from tests.surveys import Survey


@pytest.fixture
def crm(product: Product) -> Crm:
    product.open_store()
    return Crm(product)


@pytest.fixture
def unhappy(product: Product) -> Product:
    """A store with an open follow-up; the customer may be called."""
    product.open_store(policy=GIFTS)
    product.accept(score=2, comment="Muy lento", phone="+56987654321", name="Eva Ríos", consent=consent())
    product.drain()
    return product


@pytest.fixture
def ana(unhappy: Product) -> Desk:
    return Desk(unhappy)


@pytest.fixture
def brand(product: Product) -> Product:
    """Two stores of one brand: Ana works in norte, Hana in sur, Diego and Marta in both."""
    product.open_store(staff=["Rosa", "Camila"])
    product.open_store(**SOUTH, contacts=[HANA, DIEGO, MARTA])
    return product


@pytest.fixture
def two_stores(product: Product) -> Product:
    """Two stores: Ana and Diego work in norte, Luis and Diego in sur."""
    product.open_store(contacts=[ANA, DIEGO])
    product.open_store(store_id="sur", name="Aurora Sur", contacts=[LUIS, DIEGO])
    return product


@pytest.fixture
def survey(product: Product) -> Survey:
    return Survey(product)


@pytest.fixture
def phone(survey: Survey) -> Phone:
    return Phone(survey)
