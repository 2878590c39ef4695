"""Signing in without a password: who is sent a link, what a session opens, and how all of it ends."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.local.event_sources.gateway_payloads import Response
from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from tests.builders import ANA, DIEGO, MARTA, minutes
from tests.product import AFTER, CRASH, TIMEOUT, Product, output

HOST = "https://lazo.example"
NOBODY = "+1 202 555 0143"
LUIS = {**ANA, "contact_id": "luis", "name": "Luis", "phone": "+56922345679", "email": "luis@aurora.example"}


class Browser:
    """Keeps the session, and nothing else."""

    def __init__(self, product: Product, session: str = "") -> None:
        self._product = product
        self.session = session

    def get(self, path: str, method: str = "GET", **headers: str) -> Response:
        return self._send(method, path.removeprefix(HOST), headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Response:
        form = {"content-type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, form | headers, urlencode(fields).encode())

    def ask(self, address: str, **more: str) -> Response:
        return self.post("/desk/sign-in", {"address": address, **more})

    def signed_in(self, address: str) -> "Browser":
        """Ask for a link, get it, open it."""
        assert self.ask(address).status == 303
        self._product.drain()
        assert self.get(sign_in_link(self._product)).status == 303
        return self

    def opens(self, followup_id: str) -> bool:
        reply = self.get(f"/desk/followups/{followup_id}")
        assert reply.status in (200, 404)
        return reply.status == 200

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Response:
        held = {"cookie": f"lazo_desk={self.session}"} if self.session else {}
        reply = self._product.cloud.request(
            method, path, {"x-forwarded-proto": "https", **held, **headers}, body
        )
        for cookie in reply.cookies:
            self.session = cookie.partition("=")[2].partition(";")[0]
        return reply


def sign_in_link(product: Product) -> str:
    """The link of the newest message."""
    (link,) = re.findall(rf"{HOST}/desk/in/[\w-]+", product.cloud.outbox()[-1]["text"])
    return str(link)


def alert_link(product: Product, to: str, followup_id: str) -> str:
    (text,) = [
        m["text"]
        for m in product.cloud.outbox()
        if m["channel"] == "sms" and m["to"] == to and m["followup_id"] == followup_id
    ]
    return str(text.rsplit(" ", 1)[1])


def sent_to(product: Product) -> list[tuple[str, str]]:
    return [(m["channel"], m["to"]) for m in product.cloud.outbox() if m["purpose"] == "sign_in"]


def unhappy(product: Product, store_id: str = "norte") -> str:
    """The id of a follow-up that was opened and told of."""
    known = {f["followup_id"] for f in product.followups()}
    product.accept(score=2, store_id=store_id)
    product.drain()
    (new,) = {f["followup_id"] for f in product.followups()} - known
    return str(new)


@pytest.fixture
def two_stores(product: Product) -> Product:
    """Ana and Diego in norte, Luis and Diego in sur."""
    product.open_store(contacts=[ANA, DIEGO])
    product.open_store(store_id="sur", name="Aurora Sur", contacts=[LUIS, DIEGO])
    return product


class TestAsking:
    def test_the_link_comes_to_the_phone_and_signs_in(self, two_stores: Product) -> None:
        browser = Browser(two_stores)
        reply = browser.ask("+56 9 2234 5671")
        assert (reply.status, reply.headers["location"]) == (303, "/desk/sign-in?sent=1&lang=es")
        assert "15 minutos" in browser.get(reply.headers["location"]).text
        two_stores.drain()
        (message,) = two_stores.cloud.outbox()
        assert (message["channel"], message["to"]) == ("sms", ANA["phone"])
        assert re.fullmatch(rf"Aurora: entra aqui, Ana .* {HOST}/desk/in/[\w-]{{44}}", message["text"])
        entered = browser.get(sign_in_link(two_stores))
        assert (entered.status, entered.headers["location"]) == (303, "/desk")
        (cookie,) = entered.cookies
        for wanted in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/desk;", "Max-Age=43200"):
            assert wanted in cookie
        assert browser.opens(unhappy(two_stores))

    def test_an_e_mail_goes_to_the_address_as_the_store_has_it(self, product: Product) -> None:
        product.open_store(contacts=[{**DIEGO, "email": "Diego.Rojas@aurora.example"}])
        Browser(product).ask("diego.ROJAS@Aurora.example")
        product.drain()
        (message,) = product.cloud.outbox()
        assert (message["channel"], message["to"]) == ("email", "Diego.Rojas@aurora.example")
        assert message["subject"] == "Your link to sign in"
        link = sign_in_link(product)
        assert f'<a href="{link}"' in message["html"]
        assert Browser(product).get(link).status == 303

    def test_it_is_written_in_what_most_stores_write_in(self, product: Product) -> None:
        for store_id, language in (("este", "en"), ("norte", "pt"), ("sur", "pt")):
            product.open_store(store_id=store_id, contacts=[{**DIEGO, "language": language}])
        Browser(product).ask(DIEGO["phone"])
        product.drain()
        assert product.cloud.outbox()[-1]["text"].startswith("Aurora: entre aqui, Diego")

    def test_a_number_may_be_written_in_any_way(self, two_stores: Product) -> None:
        for typed in ("0056 9 2234 5671", "56 9 2234 5671", "9 2234 5671", "09 2234-5671"):
            Browser(two_stores).ask(typed)
            two_stores.wait(minutes(1))
            two_stores.drain()
        assert sent_to(two_stores) == [("sms", ANA["phone"])] * 4

    def test_a_number_of_another_country_is_another_number(self, two_stores: Product) -> None:
        Browser(two_stores).ask("+34 922 345 671")
        two_stores.drain()
        assert not two_stores.cloud.outbox()

    def test_nobody_learns_whether_an_address_is_known(self, two_stores: Product) -> None:
        seen = []
        for address in (ANA["phone"], NOBODY, DIEGO["email"], "nobody@aurora.example"):
            before = len(two_stores.calls("Desk"))
            reply = Browser(two_stores).ask(address)
            headers = {k: v for k, v in reply.headers.items() if k != "apigw-requestid"}
            seen.append((reply.status, headers, reply.body, two_stores.calls("Desk")[before:]))
        known, *others = ((*each[:3], [c for c in each[3] if c != "GetSecretValue"]) for each in seen)
        assert all(other == known for other in others)
        assert known[3] == ["UpdateItem", "PutItem", "Publish"]
        two_stores.drain()
        assert set(sent_to(two_stores)) == {("sms", ANA["phone"]), ("email", DIEGO["email"])}

    def test_the_event_names_nobody(self, two_stores: Product) -> None:
        with output() as written:
            for address in (ANA["phone"], "9 8765 4321"):
                Browser(two_stores).ask(address)
            events = two_stores.events()
            two_stores.drain()
        assert {event["type"] for event in events} == {"sign_in.requested"}
        told = f"{events} {written.getvalue()}"
        token = sign_in_link(two_stores).rsplit("/", 1)[1]
        for secret in ("22345671", "987654321", user_id_of(Contact(**ANA)), token):
            assert secret not in told

    def test_pressed_twice_it_is_sent_once(self, two_stores: Product) -> None:
        for _ in range(2):
            assert Browser(two_stores).ask(ANA["phone"]).status == 303
            two_stores.drain()
        assert sent_to(two_stores) == [("sms", ANA["phone"])]

    def test_five_times_an_hour_however_the_phone_is_typed(self, two_stores: Product) -> None:
        typed = ["+56922345671", "56922345671", "922345671", "0056922345671", "09 2234 5671", "+56 922345671"]
        assert [Browser(two_stores).ask(each).status for each in typed] == [303] * 5 + [429]

    @pytest.mark.parametrize("address", [ANA["phone"], NOBODY])
    def test_five_times_an_hour(self, two_stores: Product, address: str) -> None:
        browser = Browser(two_stores)
        assert [browser.ask(address).status for _ in range(6)] == [303] * 5 + [429]
        assert f'value="{address}"' in browser.ask(address).text
        assert browser.ask(DIEGO["phone"]).status == 303
        two_stores.wait(minutes(60))
        assert browser.ask(address).status == 303

    def test_what_can_be_neither_is_shown_again(self, two_stores: Product) -> None:
        reply = Browser(two_stores).ask('ana"><script>@', lang="pt")
        assert (reply.status, reply.headers["content-language"]) == (422, "pt")
        assert 'value="ana&#34;&gt;&lt;script&gt;@"' in reply.text
        assert "Confira o que você digitou" in reply.text
        assert two_stores.calls("Desk") == []

    def test_another_site_cannot_ask(self, two_stores: Product) -> None:
        foreign = {"sec-fetch-site": "cross-site"}
        reply = Browser(two_stores).post("/desk/sign-in", {"address": ANA["phone"]}, **foreign)
        assert reply.status == 403
        assert two_stores.calls("Desk") == []

    @pytest.mark.parametrize("operation", ["UpdateItem", "PutItem", "Publish"])
    def test_when_it_fails_nothing_typed_is_lost(self, two_stores: Product, operation: str) -> None:
        two_stores.fault(operation=operation, function="Desk", times=9)
        reply = Browser(two_stores).ask("+56 9 2234 5671")
        assert reply.status == 503
        assert 'value="+56 9 2234 5671"' in reply.text

    def test_in_the_readers_language(self, product: Product) -> None:
        page = Browser(product).get("/desk/sign-in", **{"accept-language": "pt-BR,pt;q=0.9"})
        assert (page.status, page.headers["content-language"]) == (200, "pt")
        assert Browser(product).get("/desk/sign-in?lang=en").headers["content-language"] == "en"


class TestSending:
    @pytest.fixture
    def asked(self, two_stores: Product) -> dict[str, Any]:
        """The event of a request for Ana's phone; nobody has worked it off."""
        Browser(two_stores).ask(ANA["phone"])
        (event,) = two_stores.events()
        return event

    def test_the_same_event_again(self, two_stores: Product, asked: dict[str, Any]) -> None:
        assert two_stores.notify(asked, asked) == []
        (message,) = two_stores.items("MESSAGE#")
        assert (message["state"], message["attempts"], bool(message["provider_id"])) == ("sent", 1, True)
        assert len(sent_to(two_stores)) == 1

    def test_two_workers_at_once(self, two_stores: Product, asked: dict[str, Any]) -> None:
        met = two_stores.just_before("Publish", lambda: two_stores.notify(asked), function="Notify")
        assert two_stores.notify(asked) == []
        assert met["done"]
        assert len(sent_to(two_stores)) == 1

    def test_throttled_it_comes_again(self, two_stores: Product, asked: dict[str, Any]) -> None:
        two_stores.refuse_sms("Throttled", 429)
        assert two_stores.notify(asked) == ["1"]
        assert two_stores.notify(asked) == []
        assert len(sent_to(two_stores)) == 1

    def test_refused_it_has_failed(self, two_stores: Product, asked: dict[str, Any]) -> None:
        two_stores.refuse_sms("OptedOut")
        assert two_stores.notify(asked) == two_stores.notify(asked) == []
        (message,) = two_stores.items("MESSAGE#")
        assert (message["state"], message["failure"]) == ("failed", "OptedOut")
        assert not sent_to(two_stores)

    def test_of_unknown_outcome_it_is_not_sent_again(
        self, two_stores: Product, asked: dict[str, Any]
    ) -> None:
        """Whoever got nothing asks again."""
        two_stores.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER)
        assert two_stores.notify(asked) == two_stores.notify(asked) == []
        two_stores.wait(minutes(2))
        assert two_stores.notify(asked) == []
        assert two_stores.outbox() == [("sms", ANA["phone"])]
        (message,) = two_stores.items("MESSAGE#")
        assert (message["state"], message["failure"]) == ("failed", "ReadTimeoutError")

    def test_a_sender_that_died_is_followed_by_another(
        self, two_stores: Product, asked: dict[str, Any]
    ) -> None:
        two_stores.fault(operation="Publish", function="Notify", kind=CRASH)
        assert two_stores.dies(lambda: two_stores.notify(asked))
        assert two_stores.notify(asked) == []
        assert not sent_to(two_stores)
        two_stores.wait(minutes(1))
        assert two_stores.notify(asked) == []
        assert len(sent_to(two_stores)) == 1

    def test_late_it_is_not_sent(self, two_stores: Product, asked: dict[str, Any]) -> None:
        two_stores.wait(minutes(15))
        assert two_stores.notify(asked) == []
        assert not two_stores.cloud.outbox()

    def test_while_the_table_is_out_of_reach(self, two_stores: Product, asked: dict[str, Any]) -> None:
        two_stores.fault(operation="Query", function="Notify", times=9)
        assert two_stores.notify(asked) == ["1"]

    def test_those_who_share_a_phone_get_a_link_each(self, product: Product) -> None:
        tills = [{**ANA, "email": None}, {**LUIS, "email": None, "phone": ANA["phone"]}]
        product.open_store(contacts=tills)
        Browser(product).ask(ANA["phone"])
        product.refuse_sms("Throttled", 429)
        product.advance(minutes(7))
        assert sent_to(product) == [("sms", ANA["phone"])] * 2
        texts = {m["text"].partition(" (")[0] for m in product.cloud.outbox()}
        assert texts == {"Aurora: entra aqui, Ana", "Aurora: entra aqui, Luis"}


class TestWhatASessionOpens:
    def test_a_stolen_link_of_one_store_opens_nothing_of_another(self, two_stores: Product) -> None:
        norte, sur = unhappy(two_stores), unhappy(two_stores, "sur")
        thief = Browser(two_stores)
        assert thief.get(alert_link(two_stores, ANA["phone"], norte)).status == 303
        page = thief.get(f"/desk/followups/{norte}").text
        form = re.search(r'name="form" value="([^"]+)"', page)
        assert form
        assert not thief.opens(sur)
        stolen = thief.post(f"/desk/followups/{sur}/take-on", {"form": form[1], "version": "1"})
        assert stolen.status == 404
        assert all(f["stage"] == "open" for f in two_stores.followups())

    def test_who_stands_in_both_chains_opens_both(self, two_stores: Product) -> None:
        norte, sur = unhappy(two_stores), unhappy(two_stores, "sur")
        diego = Browser(two_stores).signed_in(DIEGO["email"])
        assert diego.opens(norte)
        assert diego.opens(sur)

    def test_the_same_id_in_another_store_is_somebody_else(self, product: Product) -> None:
        product.open_store()
        product.open_store(store_id="sur", contacts=[{**ANA, "phone": LUIS["phone"]}])
        norte, sur = unhappy(product), unhappy(product, "sur")
        ana = Browser(product).signed_in(ANA["phone"])
        assert ana.opens(norte)
        assert not ana.opens(sur)

    def test_broken_foreign_and_expired_links_answer_alike(self, two_stores: Product) -> None:
        followup = unhappy(two_stores)
        alert = alert_link(two_stores, ANA["phone"], followup).removeprefix(HOST)
        Browser(two_stores).ask(ANA["phone"])
        two_stores.drain()
        link = sign_in_link(two_stores).removeprefix(HOST)
        session = Browser(two_stores).signed_in(DIEGO["phone"]).session
        broken = [
            link[:-1] + ("A" if link[-1] != "A" else "B"),
            link[:-3],
            "/desk/in/x",
            "/desk/in/%F0%9F%92%A9",
            f"/desk/in/{session}",
            f"/desk/in/{alert.rsplit('/', 1)[1]}",
            f"/f/{link.rsplit('/', 1)[1]}",
        ]
        replies = [Browser(two_stores).get(path) for path in broken]
        two_stores.wait(minutes(15))
        replies.append(Browser(two_stores).get(link))
        replies.append(Browser(two_stores).get(f"/desk/followups/{followup}"))
        two_stores.wait(timedelta(days=8))
        replies.append(Browser(two_stores).get(alert))
        assert {(r.status, r.body, tuple(r.cookies)) for r in replies} == {(404, replies[0].body, ())}
        assert Browser(two_stores).get(broken[0], "HEAD").status == 404

    def test_a_forged_session_opens_nothing(self, two_stores: Product) -> None:
        followup = unhappy(two_stores)
        ana = Browser(two_stores).signed_in(ANA["phone"])
        luis = Browser(two_stores).signed_in(LUIS["phone"])
        mixed = luis.session[:16] + ana.session[16:]  # the first 16 characters are of the person
        for session in (mixed, ana.session[:-1], "x", "", "a" * 44, f'"{ana.session}x"'):
            assert not Browser(two_stores, session).opens(followup)
        assert not luis.opens(followup)
        assert ana.opens(followup)

    def test_a_session_lasts_for_half_a_day(self, two_stores: Product) -> None:
        followup = unhappy(two_stores)
        ana = Browser(two_stores).signed_in(ANA["phone"])
        two_stores.wait(timedelta(hours=12) - timedelta(seconds=1))
        assert ana.opens(followup)
        two_stores.wait(timedelta(seconds=1))
        assert not ana.opens(followup)

    def test_without_a_session_the_board_asks_to_sign_in(self, two_stores: Product) -> None:
        reply = Browser(two_stores).get("/desk")
        assert (reply.status, reply.headers["location"]) == (303, "/desk/sign-in")
        assert Browser(two_stores, "forged").get("/desk").headers["location"] == "/desk/sign-in"
        assert Browser(two_stores).signed_in(ANA["phone"]).get("/desk").status == 200


class TestLeaving:
    @pytest.mark.parametrize(
        "contacts",
        [
            pytest.param([DIEGO, MARTA], id="removed"),
            pytest.param([{**ANA, "phone": LUIS["phone"]}, DIEGO, MARTA], id="another phone"),
            pytest.param([{**ANA, "email": None}, DIEGO, MARTA], id="no e-mail any more"),
        ],
    )
    def test_whoever_left_or_is_reached_elsewhere_is_out_at_once(
        self, product: Product, contacts: list[dict[str, Any]]
    ) -> None:
        product.open_store()
        followup = unhappy(product)
        ana = Browser(product).signed_in(ANA["phone"])
        link, alert = sign_in_link(product), alert_link(product, ANA["phone"], followup)
        assert ana.opens(followup)
        product.open_store(contacts=contacts)
        assert not ana.opens(followup)
        assert Browser(product).get(link).status == 404
        assert Browser(product).get(alert).status == 404
        sent = len(sent_to(product))
        product.wait(minutes(1))
        Browser(product).ask(ANA["email"])
        product.drain()
        assert len(sent_to(product)) == sent + (contacts[0].get("email") == ANA["email"])

    def test_who_left_one_store_stays_in_the_other(self, two_stores: Product) -> None:
        norte, sur = unhappy(two_stores), unhappy(two_stores, "sur")
        diego = Browser(two_stores).signed_in(DIEGO["phone"])
        two_stores.open_store(contacts=[ANA])
        assert not diego.opens(norte)
        assert diego.opens(sur)

    def test_everything_ends_everywhere(self, two_stores: Product) -> None:
        norte, sur = unhappy(two_stores), unhappy(two_stores, "sur")
        two_stores.advance(minutes(11))  # nobody took them on: Diego is told
        phone = Browser(two_stores).signed_in(DIEGO["phone"])
        link = sign_in_link(two_stores)
        tablet, ana = Browser(two_stores), Browser(two_stores).signed_in(ANA["phone"])
        assert tablet.get(link).status == 303
        assert sign_out(phone, everywhere="1").headers["location"] == "/desk/sign-in"
        assert phone.session == ""
        assert not tablet.opens(norte)
        assert not tablet.opens(sur)
        ended = [link, *(alert_link(two_stores, DIEGO["phone"], each) for each in (norte, sur))]
        assert [Browser(two_stores).get(each).status for each in ended] == [404] * 3
        assert ana.opens(norte)

        again = Browser(two_stores)
        two_stores.wait(minutes(1))
        assert again.signed_in(DIEGO["phone"]).opens(norte)
        new = unhappy(two_stores)
        two_stores.advance(minutes(11))
        assert Browser(two_stores).get(alert_link(two_stores, DIEGO["phone"], new)).status == 303

    def test_signing_out_here_leaves_the_others(self, two_stores: Product) -> None:
        followup = unhappy(two_stores)
        here = Browser(two_stores).signed_in(ANA["phone"])
        there = Browser(two_stores)
        there.get(sign_in_link(two_stores))
        reply = sign_out(here)
        assert "Max-Age=0" in reply.cookies[0]
        assert "Path=/desk;" in reply.cookies[0]
        assert there.opens(followup)

    def test_a_form_that_is_not_ours_ends_nothing_but_asks(self, two_stores: Product) -> None:
        followup = unhappy(two_stores)
        ana = Browser(two_stores).signed_in(ANA["phone"])
        luis = Browser(two_stores).signed_in(LUIS["phone"])
        of_luis = form_in(luis.post("/desk/sign-out", {}).text)
        own = form_in(ana.post("/desk/sign-out", {}).text)
        foreign = {"sec-fetch-site": "cross-site"}
        for fields, headers in (
            ({}, {}),
            ({"form": of_luis}, {}),
            ({"form": own[:-1] + ("0" if own[-1] != "0" else "1")}, {}),
            ({"form": own.partition(".")[0] + "."}, {}),
            ({"form": "é.zz"}, {}),
            ({"form": own}, foreign),
        ):
            reply = ana.post("/desk/sign-out", {**fields, "everywhere": "1"}, **headers)
            assert reply.status == 403
            assert not reply.cookies
        assert ana.opens(followup)
        assert ana.post("/desk/sign-out", {"form": own, "everywhere": "1"}).status == 303
        assert not ana.opens(followup)

    def test_without_a_session_there_is_nothing_to_end(self, two_stores: Product) -> None:
        reply = Browser(two_stores).post("/desk/sign-out", {"everywhere": "1"})
        assert (reply.status, reply.headers["location"]) == (303, "/desk/sign-in")


def form_in(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


def sign_out(browser: Browser, **fields: str) -> Response:
    form = form_in(browser.post("/desk/sign-out", {}).text)
    return browser.post("/desk/sign-out", {"form": form, **fields})
