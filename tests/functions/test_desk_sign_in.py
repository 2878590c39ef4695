"""Requesting a link to sign in at the desk: who is sent one, and what a stranger learns."""

import re

import pytest

from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from tests.builders import ANA, DIEGO, minutes
from tests.functions.sign_in import HOST, Browser, open_followup, sign_in_link, sign_in_links_sent
from tests.product import Product, output

NOBODY = "+1 202 555 0143"


class TestRequest:
    def test_the_link_comes_to_the_phone_and_signs_in(self, two_stores: Product) -> None:
        browser = Browser(two_stores)
        reply = browser.request_link("+56 9 2234 5671")
        assert (reply.status, reply.headers["location"]) == (303, "/desk/sign-in?sent=1")
        assert "15 minutos" in browser.get(reply.headers["location"]).text
        two_stores.drain()
        (message,) = two_stores.cloud.outbox()
        assert (message["channel"], message["to"]) == ("sms", ANA["phone"])
        assert re.fullmatch(rf"Aurora: entra aqui, Ana .* {HOST}/desk/in/[\w-]{{44}}", message["text"])
        entered = browser.use(sign_in_link(two_stores))
        assert (entered.status, entered.headers["location"]) == (303, "/desk")
        cookie, mark, *_ = entered.cookies
        assert cookie.startswith("__Host-lazo_desk=")
        for wanted in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/;", "Max-Age=43200"):
            assert wanted in cookie
        # The service worker's mark of whose board it keeps: a hash, which opens nothing.
        assert re.fullmatch(
            r"lazo_reader=[a-z2-7]{16}; Path=/desk/static; Max-Age=43200; SameSite=Lax; Secure", mark
        )
        assert browser.opens(open_followup(two_stores))

    def test_an_e_mail_goes_to_the_address_as_the_store_has_it(self, product: Product) -> None:
        product.open_store(contacts=[{**DIEGO, "email": "Diego.Rojas@aurora.example"}])
        Browser(product).request_link("diego.ROJAS@Aurora.example")
        product.drain()
        (message,) = product.cloud.outbox()
        assert (message["channel"], message["to"]) == ("email", "Diego.Rojas@aurora.example")
        assert message["subject"] == "Your link to sign in"
        link = sign_in_link(product)
        assert f'<a href="{link}"' in message["html"]
        assert Browser(product).use(link).status == 303

    def test_the_language_is_that_of_most_of_their_stores(self, product: Product) -> None:
        for store_id, language in (("este", "en"), ("norte", "pt"), ("sur", "pt")):
            product.open_store(store_id=store_id, contacts=[{**DIEGO, "language": language}])
        Browser(product).request_link(DIEGO["phone"])
        product.drain()
        assert product.cloud.outbox()[-1]["text"].startswith("Aurora: entre aqui, Diego")

    def test_a_number_may_be_typed_in_any_notation(self, two_stores: Product) -> None:
        for typed in ("0056 9 2234 5671", "56 9 2234 5671", "9 2234 5671", "09 2234-5671"):
            Browser(two_stores).request_link(typed)
            two_stores.wait(minutes(1))
            two_stores.drain()
        assert sign_in_links_sent(two_stores) == [("sms", ANA["phone"])] * 4

    def test_a_number_of_another_country_is_another_number(self, two_stores: Product) -> None:
        Browser(two_stores).request_link("+34 922 345 671")
        two_stores.drain()
        assert not two_stores.cloud.outbox()

    def test_known_and_unknown_addresses_get_the_same_response(self, two_stores: Product) -> None:
        seen = []
        for address in (ANA["phone"], NOBODY, DIEGO["email"], "nobody@aurora.example"):
            before = len(two_stores.calls("Desk"))
            reply = Browser(two_stores).request_link(address)
            headers = {k: v for k, v in reply.headers.items() if k != "apigw-requestid"}
            seen.append((reply.status, headers, reply.body, two_stores.calls("Desk")[before:]))
        known, *others = ((*each[:3], [c for c in each[3] if c != "GetSecretValue"]) for each in seen)
        assert all(other == known for other in others)
        assert known[3] == ["UpdateItem", "UpdateItem", "PutItem", "Publish"], (
            "of the network, and of the address"
        )
        two_stores.drain()
        assert set(sign_in_links_sent(two_stores)) == {("sms", ANA["phone"]), ("email", DIEGO["email"])}

    def test_the_event_and_the_logs_hold_no_personal_data(self, two_stores: Product) -> None:
        with output() as written:
            for address in (ANA["phone"], "9 8765 4321"):
                Browser(two_stores).request_link(address)
            events = two_stores.events()
            two_stores.drain()
        assert {event["type"] for event in events} == {"sign_in.requested"}
        logged = f"{events} {written.getvalue()}"
        token = sign_in_link(two_stores).rsplit("/", 1)[1]
        for secret in ("22345671", "987654321", user_id_of(Contact(**ANA)), token):
            assert secret not in logged

    def test_two_requests_in_one_minute_send_one_link(self, two_stores: Product) -> None:
        for _ in range(2):
            assert Browser(two_stores).request_link(ANA["phone"]).status == 303
            two_stores.drain()
        assert sign_in_links_sent(two_stores) == [("sms", ANA["phone"])]

    def test_the_hourly_limit_holds_for_any_notation_of_a_phone(self, two_stores: Product) -> None:
        typed = ["+56922345671", "56922345671", "922345671", "0056922345671", "09 2234 5671", "+56 922345671"]
        assert [Browser(two_stores).request_link(each).status for each in typed] == [303] * 5 + [429]

    @pytest.mark.parametrize("address", [ANA["phone"], NOBODY])
    def test_the_hourly_limit_of_an_address_is_five(self, two_stores: Product, address: str) -> None:
        browser = Browser(two_stores)
        assert [browser.request_link(address).status for _ in range(6)] == [303] * 5 + [429]
        assert f'value="{address}"' in browser.request_link(address).text
        assert browser.request_link(DIEGO["phone"]).status == 303
        two_stores.wait(minutes(60))
        assert browser.request_link(address).status == 303

    def test_text_that_is_no_address_is_shown_again(self, two_stores: Product) -> None:
        reply = Browser(two_stores).request_link('ana"><script>@', lang="pt")
        assert (reply.status, reply.headers["content-language"]) == (422, "pt")
        assert 'value="ana&#34;&gt;&lt;script&gt;@"' in reply.text
        assert "Confira o que você digitou" in reply.text
        assert two_stores.calls("Desk") == []

    def test_a_cross_site_request_is_rejected(self, two_stores: Product) -> None:
        foreign = {"sec-fetch-site": "cross-site"}
        reply = Browser(two_stores).post("/desk/sign-in", {"address": ANA["phone"]}, **foreign)
        assert reply.status == 403
        assert two_stores.calls("Desk") == []

    @pytest.mark.parametrize("operation", ["UpdateItem", "PutItem", "Publish"])
    def test_after_a_failure_the_address_typed_is_shown(self, two_stores: Product, operation: str) -> None:
        two_stores.fault(operation=operation, function="Desk", times=9)
        reply = Browser(two_stores).request_link("+56 9 2234 5671")
        assert reply.status == 503
        assert 'value="+56 9 2234 5671"' in reply.text

    def test_the_page_is_in_the_readers_language(self, product: Product) -> None:
        page = Browser(product).get("/desk/sign-in", **{"accept-language": "pt-BR,pt;q=0.9"})
        assert (page.status, page.headers["content-language"]) == (200, "pt")
        assert Browser(product).get("/desk/sign-in?lang=en").headers["content-language"] == "en"
