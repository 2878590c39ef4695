"""Messages to the customer, written at the desk."""

from datetime import timedelta

from tests.builders import consent
from tests.desk import Desk, Form, form_to, forms
from tests.functions.desk_cases import assert_rejected, open_case_page, reload_page, stored_children
from tests.product import Product


def test_a_message_needs_a_follow_up_that_somebody_has_taken_on(unhappy: Product, ana: Desk) -> None:
    form = form_to(open_case_page(unhappy, ana), "/note")
    forged = Form(form.action.replace("/note", "/message"), form.fields)
    assert_rejected(ana.send(forged, channel="sms", text="Hola, gracias por avisarnos."), 409)
    assert not stored_children(unhappy, "MESSAGE")


class TestMessageToTheCustomer:
    HELLO = "Hola, Eva: sentimos mucho la espera. ¿Puedo llamarte hoy?"

    def test_a_message_reaches_the_customer_once(self, unhappy: Product, ana: Desk) -> None:
        page = ana.do(open_case_page(unhappy, ana), "/take-on").text
        form = form_to(page, "/message", channel="sms")
        for _ in range(2):
            assert ana.send(form, text=self.HELLO).status == 303
        unhappy.drain()
        sent = [m for m in unhappy.cloud.outbox() if m["to"] == "+56987654321"]
        assert [m["text"] for m in sent] == [self.HELLO]
        assert self.HELLO in reload_page(ana, page)
        unhappy.advance(timedelta(hours=2))
        assert len([m for m in unhappy.cloud.outbox() if m["to"] == "+56987654321"]) == 1

    def test_blocked_words_are_shown_with_the_reason_and_an_alternative(
        self, unhappy: Product, ana: Desk
    ) -> None:
        page = ana.do(open_case_page(unhappy, ana), "/take-on").text
        typed = "Hola, Eva: nos diste un 2 y eres detractora. Un saludo."
        shown = assert_rejected(ana.send(form_to(page, "/message", channel="sms"), text=typed))
        assert "detractora" in shown
        assert typed in shown
        assert 'class="findings"' in shown
        assert stored_children(unhappy, "MESSAGE") == []
        unhappy.drain()
        assert "+56987654321" not in {to for _, to in unhappy.outbox()}

    def test_a_message_needs_the_customers_consent(self, product: Product) -> None:
        product.open_store()
        product.accept(score=2, comment="Muy lento", phone="+56987654321")
        product.drain()
        desk = Desk(product)
        page = desk.do(open_case_page(product, desk), "/take-on").text
        assert not [f for f in forms(page) if f.action.endswith("/message")]
        assert "+56987654321" not in page
        forged = form_to(page, "/note")
        forged.action = forged.action.replace("/note", "/message")
        assert_rejected(desk.send(forged, channel="sms", text=self.HELLO))
        assert stored_children(product, "MESSAGE") == []

    def test_a_resurvey_is_recorded_as_an_invitation_of_the_customer(self, product: Product) -> None:
        product.open_store()
        key = "ab" * 16
        product.accept(score=2, phone="+56987654321", consent=consent(), customer_key=key)
        product.drain()
        desk = Desk(product)
        page = desk.do(open_case_page(product, desk), "/take-on").text
        form = desk.template_form(page, "ask_again", "sms")
        assert "https://lazo.example/s/caja3" in form.fields["text"][0]
        assert desk.send(form).status == 303
        (invitation,) = [e for e in product.items("EVENT#") if e["kind"] == "invitation"]
        assert invitation["pk"] == f"CUSTOMER#{key}"
