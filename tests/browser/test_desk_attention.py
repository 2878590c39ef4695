"""What nobody does in time, in Chromium: the board, the case, and the page of whoever is second to take a case on."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk_pages import PHONE, DeskStore, act, look
from tests.browser.serving import served
from tests.builders import DIEGO, START

pytestmark = pytest.mark.browser


def test_what_nobody_attends_and_what_somebody_else_has(browser: Browser) -> None:
    with served(START) as (cloud, base):
        store = DeskStore(cloud, base)
        store.open_store()
        store.unhappy("Esperé 40 minutos y nadie me atendió")
        cloud.advance(5 * 86_400)
        link = store.unhappy("La caja estaba cerrada")
        context = browser.new_context(
            viewport=PHONE, color_scheme="light", locale="es-CL", reduced_motion="reduce"
        )
        ana = context.new_page()
        ana.goto(link)
        act(ana, "take-on")
        act(ana, "concern", text="Esperó demasiado", priority="high", owner="ana", deadline="2026-03-15")
        cloud.advance(0.5 * 86_400 + 60)
        store.sign_in(context)
        ana.goto(link)
        ana.goto(f"{base}/desk")
        first = ana.locator(".entry").first
        expect(first).to_contain_text("Sin atender hace 5 días")
        expect(ana.locator(".entry").last).to_contain_text("1 punto fuera de plazo")
        look(ana, "unattended-board")
        first.get_by_role("link").click()
        expect(ana.locator(".unattended")).to_be_visible()
        look(ana, "unattended-case")
        ana.goto(link)
        expect(ana.locator(".warning.missed")).to_contain_text("Venció el dom 15 mar")
        look(ana, "late-concern")
        ana.goto(f"{base}/desk")
        ana.locator(".entry").first.get_by_role("link").click()

        diego = browser.new_context(viewport=PHONE, locale="en", reduced_motion="reduce").new_page()
        sent = [m for m in cloud.outbox() if m["channel"] == "sms" and m["to"] == DIEGO["phone"]]
        diego.goto(str(sent[0]["text"].rsplit(" ", 1)[1]))
        act(ana, "take-on")
        act(diego, "take-on")
        expect(diego.get_by_role("alert")).to_have_count(0)
        expect(diego.get_by_role("status")).to_contain_text("Ana has had it since")
        expect(diego.locator(".act")).to_have_count(0)
        look(diego, "taken-by-somebody-else")
