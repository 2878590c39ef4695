"""The main job, as people do it: a customer's phone, the manager's SMS, one tap; with JavaScript and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.cloud import LocalCloud
from infra.local.seed import seed
from tests.browser.serving import served

PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


class Shop:
    """The running product and its address."""

    def __init__(self, cloud: LocalCloud, base: str) -> None:
        self.cloud = cloud
        self.base = base

    def sms_to(self, name: str) -> list[str]:
        phones = {c["name"]: c["phone"] for s in self.cloud.stores for c in s["contacts"]}
        return [m["text"] for m in self.cloud.outbox() if m["to"] == phones[name]]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with served() as (cloud, base):
        seed(cloud)
        yield Shop(cloud, base)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=request.param, locale="es-CL")
    yield context.new_page()
    context.close()


def answer(phone: Page, shop: Shop, score: int, comment: str) -> None:
    phone.goto(f"{shop.base}/s/caja3")
    phone.locator(f"label:has(#score-{score})").click()
    phone.locator("textarea[name=comment]").fill(comment)
    # A person takes longer than this test: what looks like a machine raises no alert.
    shop.cloud.advance(20)
    phone.locator("#send").click()
    expect(phone.locator("h1:visible")).to_contain_text("racias")
    shop.cloud.drain()


def test_an_unhappy_answer_reaches_the_manager_who_takes_it_on(phone: Page, shop: Shop) -> None:
    answer(phone, shop, 3, "Esperé 40 minutos y nadie me atendió")
    (sms,) = shop.sms_to("Ana Fuentes")
    assert sms.startswith('Aurora Plaza Norte, Caja 3: 3/10 "Esper')
    assert len(sms) <= 160

    phone.goto(sms.rsplit(" ", 1)[1])
    assert "/f/" not in phone.url
    expect(phone.get_by_text("Esperé 40 minutos y nadie me atendió")).to_be_visible()
    expect(phone.get_by_text("Tómalo antes de las")).to_be_visible()
    phone.get_by_role("button", name="Yo me encargo").click()
    expect(phone.get_by_text("Lo tienes tú desde las")).to_be_visible()
    expect(phone.get_by_role("button")).to_have_count(0)

    shop.cloud.advance(3600)
    assert shop.sms_to("Diego Rojas") == []


def test_what_nobody_takes_on_goes_up_the_chain(phone: Page, shop: Shop) -> None:
    answer(phone, shop, 0, "La leche estaba vencida")
    shop.cloud.advance(11 * 60)
    (sms,) = shop.sms_to("Diego Rojas")
    assert sms.startswith("Sin atender desde ")
    phone.goto(sms.rsplit(" ", 1)[1])
    expect(phone.get_by_text("El plazo")).to_have_count(0)
    expect(phone.get_by_text("Ana Fuentes, Diego Rojas")).to_be_visible()

    shop.cloud.advance(11 * 60)
    assert [m["to"] for m in shop.cloud.outbox()][-1] == "marta.silva@aurora.example"


def test_a_happy_answer_disturbs_nobody(phone: Page, shop: Shop) -> None:
    answer(phone, shop, 10, "Todo perfecto, gracias a Camila")
    shop.cloud.advance(3600)
    assert shop.cloud.outbox() == []
