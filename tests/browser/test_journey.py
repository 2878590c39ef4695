"""The main job, as people do it: a customer's phone, the manager's SMS, one tap; with JavaScript and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed
from tests.browser.serving import served

PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


class RunningProduct:
    """The running product and its address."""

    def __init__(self, cloud: LocalCloud, base: str) -> None:
        self.cloud = cloud
        self.base = base

    def sms_to(self, name: str) -> list[str]:
        phones = {c["name"]: c["phone"] for s in self.cloud.stores for c in s["contacts"]}
        return [m["text"] for m in self.cloud.outbox() if m["to"] == phones[name]]


@pytest.fixture
def store() -> Iterator[RunningProduct]:
    with served() as (cloud, base):
        seed(cloud)
        yield RunningProduct(cloud, base)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    # In motion playwright waits for each button to stand still, up to a second; test_desk_look.py moves.
    context = browser.new_context(
        viewport=PHONE, java_script_enabled=request.param, locale="es-CL", reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def answer(phone: Page, store: RunningProduct, score: int, comment: str, number: str = "") -> None:
    phone.goto(f"{store.base}/s/caja3")
    phone.locator(f"label:has(#score-{score})").click()
    phone.locator("textarea[name=comment]").fill(comment)
    if number:
        phone.locator("input[name=phone]").fill(number)
        phone.locator("input[name=consent]").check()
    # A person takes longer than this test: what looks like a machine raises no alert.
    store.cloud.advance(20)
    phone.locator("#send").click()
    expect(phone.locator("h1:visible")).to_contain_text("racias")
    store.cloud.drain()


def test_from_the_sms_to_a_customer_who_says_that_it_is_solved(phone: Page, store: RunningProduct) -> None:
    """A manager with a phone in one hand, from the SMS to the end."""
    answer(phone, store, 3, "Esperé 40 minutos y nadie me atendió", "+56 9 8765 4321")
    (sms,) = store.sms_to("Ana Fuentes")
    assert sms.startswith('Aurora Plaza Norte, Caja 3: 3/10 "Esper')
    assert len(sms) <= 160

    phone.goto(sms.rsplit(" ", 1)[1])
    assert "/f/" not in phone.url
    expect(phone.get_by_role("blockquote")).to_have_text("Esperé 40 minutos y nadie me atendió")
    expect(phone.locator(".clock")).to_contain_text("Plazo para tomarlo")
    expect(phone.get_by_role("link", name="Llamar")).to_have_attribute("href", "tel:+56987654321")
    phone.get_by_role("button", name="Yo me encargo").click()
    expect(phone.locator(".clock")).to_contain_text("Lo tienes tú")
    expect(phone.get_by_role("button", name="Yo me encargo")).to_have_count(0)
    store.cloud.advance(3600)
    assert store.sms_to("Diego Rojas") == []

    phone.get_by_role("link", name="Ya hablé con el cliente").click()
    phone.get_by_label("¿Qué te dijo?").fill("Estaba apurada y muy molesta")
    phone.get_by_role("button", name="Ya hablamos").click()
    expect(phone.locator("#notes")).to_contain_text("Estaba apurada y muy molesta")

    # Nothing is offered that must fail: there is no point yet that was put right.
    expect(phone.locator("#do-resolved")).to_have_count(0)
    expect(phone.locator("#concerns")).to_be_in_viewport()
    phone.locator("form[id^='concern-'] button").first.click()
    expect(phone.locator("#concerns li")).to_have_count(1)
    phone.get_by_label("¿Qué hiciste?").first.fill("Abrimos otra caja")
    phone.get_by_role("button", name="Marcar el punto como solucionado").click()
    # What is known already is not typed again.
    expect(phone.get_by_label("¿Qué se hizo?")).to_have_value("Abrimos otra caja.")
    phone.get_by_label("¿Por qué pasó?").fill("Un solo cajero al mediodía")
    phone.get_by_role("button", name="Marcar el caso como resuelto").click()
    expect(phone.locator(".clock")).to_contain_text("Plazo para confirmarlo")

    phone.get_by_role("button", name="Sí, quedó resuelto").click()
    expect(phone.locator(".clock")).to_contain_text("Caso cerrado")
    phone.get_by_role("link", name="Casos").click()
    expect(phone.locator("h1")).to_be_visible()
    expect(phone.get_by_text("Esperé 40 minutos")).to_have_count(0)
    phone.get_by_role("link", name="Respuestas", exact=True).click()
    expect(phone.get_by_text("El enlace de tu aviso abre ese caso")).to_be_visible()
    phone.locator("input[name=address]").fill("ana.fuentes@aurora.example")
    phone.locator("main button").click()
    store.cloud.drain()
    phone.goto(re.findall(r"\S*/desk/in/\S+", store.cloud.outbox()[-1]["text"])[0])
    phone.locator("main button").click()
    expect(phone.get_by_text("Esperé 40 minutos y nadie me atendió")).to_be_visible()


def test_a_follow_up_that_nobody_takes_on_reaches_the_last_level(phone: Page, store: RunningProduct) -> None:
    answer(phone, store, 0, "La leche estaba vencida")
    store.cloud.advance(11 * 60)
    (sms,) = store.sms_to("Diego Rojas")
    assert sms.startswith("Sin atender desde ")
    phone.goto(sms.rsplit(" ", 1)[1])
    expect(phone.get_by_text("Venció el plazo")).to_have_count(0)
    expect(phone.locator("#history")).to_contain_text("Ana Fuentes, Diego Rojas")

    store.cloud.advance(11 * 60)
    assert [m["to"] for m in store.cloud.outbox()][-1] == "marta.silva@aurora.example"


def test_a_happy_answer_disturbs_nobody(phone: Page, store: RunningProduct) -> None:
    answer(phone, store, 10, "Todo perfecto, gracias a Camila")
    store.cloud.advance(3600)
    assert store.cloud.outbox() == []
