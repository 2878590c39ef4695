"""A session at the desk: what it opens, and how it ends."""

import re
from datetime import timedelta
from typing import Any

import pytest

from infra.local.event_sources.gateway_payloads import Response
from tests.builders import ANA, DIEGO, MARTA, minutes
from tests.functions.sign_in import (
    HOST,
    LUIS,
    Browser,
    alert_link,
    open_followup,
    sign_in_link,
    sign_in_links_sent,
)
from tests.product import Product


class TestAccess:
    def test_a_stolen_link_of_one_store_opens_nothing_of_another(self, two_stores: Product) -> None:
        norte, sur = open_followup(two_stores), open_followup(two_stores, "sur")
        thief = Browser(two_stores)
        assert thief.get(alert_link(two_stores, ANA["phone"], norte)).status == 303
        page = thief.get(f"/desk/followups/{norte}").text
        form = re.search(r'name="form" value="([^"]+)"', page)
        assert form
        assert not thief.opens(sur)
        stolen = thief.post(f"/desk/followups/{sur}/take-on", {"form": form[1], "version": "1"})
        assert stolen.status == 404
        assert all(f["stage"] == "open" for f in two_stores.followups())

    def test_a_contact_of_two_stores_opens_both(self, two_stores: Product) -> None:
        norte, sur = open_followup(two_stores), open_followup(two_stores, "sur")
        diego = Browser(two_stores).sign_in(DIEGO["email"])
        assert diego.opens(norte)
        assert diego.opens(sur)

    def test_the_same_contact_id_in_another_store_is_another_user(self, product: Product) -> None:
        product.open_store()
        product.open_store(store_id="sur", contacts=[{**ANA, "phone": LUIS["phone"]}])
        norte, sur = open_followup(product), open_followup(product, "sur")
        ana = Browser(product).sign_in(ANA["phone"])
        assert ana.opens(norte)
        assert not ana.opens(sur)

    def test_invalid_foreign_and_expired_links_get_the_same_response(self, two_stores: Product) -> None:
        alert = alert_link(two_stores, ANA["phone"], open_followup(two_stores)).removeprefix(HOST)
        Browser(two_stores).request_link(ANA["phone"])
        two_stores.drain()
        link = sign_in_link(two_stores).removeprefix(HOST)
        session = Browser(two_stores).sign_in(DIEGO["phone"]).session
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
        two_stores.wait(timedelta(days=8))
        replies.append(Browser(two_stores).get(alert))
        assert {(r.status, r.body, tuple(r.cookies)) for r in replies} == {(404, replies[0].body, ())}
        assert Browser(two_stores).get(broken[0], "HEAD").status == 404

    def test_a_forged_session_opens_nothing(self, two_stores: Product) -> None:
        followup = open_followup(two_stores)
        ana = Browser(two_stores).sign_in(ANA["phone"])
        luis = Browser(two_stores).sign_in(LUIS["phone"])
        mixed = luis.session[:16] + ana.session[16:]  # the first 16 characters are of the person
        for session in (mixed, ana.session[:-1], "x", "", "a" * 44, f'"{ana.session}x"'):
            assert not Browser(two_stores, session).opens(followup)
        assert not luis.opens(followup)
        assert ana.opens(followup)

    def test_a_session_ends_after_half_a_day_without_use(self, two_stores: Product) -> None:
        followup = open_followup(two_stores)
        ana = Browser(two_stores).sign_in(ANA["phone"])
        idle = Browser(two_stores, ana.session)
        two_stores.wait(timedelta(hours=12) - timedelta(seconds=1))
        assert ana.opens(followup)
        two_stores.wait(timedelta(seconds=1))
        assert not idle.opens(followup)
        assert (
            idle.get("/desk/promises").headers["location"]
            == "/desk/sign-in?why=ended&next=%2Fdesk%2Fpromises"
        )
        assert ana.opens(followup)
        for _ in range(20):
            two_stores.wait(timedelta(hours=8))
            alive = ana.opens(followup)
        assert not alive, "seven days at most"

    def test_an_open_board_that_asks_by_itself_keeps_no_session(self, two_stores: Product) -> None:
        ana = Browser(two_stores).sign_in(ANA["phone"])
        tag = ana.get("/desk").headers["etag"]
        two_stores.wait(timedelta(hours=6))
        assert not ana.get("/desk", **{"if-none-match": tag}).cookies
        assert any(each.startswith("__Host-lazo_desk=") for each in ana.get("/desk").cookies)

    def test_without_a_session_the_board_asks_to_sign_in(self, two_stores: Product) -> None:
        reply = Browser(two_stores).get("/desk")
        assert (reply.status, reply.headers["location"]) == (303, "/desk/sign-in")
        assert Browser(two_stores, "forged").get("/desk").headers["location"] == "/desk/sign-in?why=ended"
        assert Browser(two_stores).sign_in(ANA["phone"]).get("/desk").status == 200


class TestEnd:
    @pytest.mark.parametrize(
        "contacts",
        [
            pytest.param([DIEGO, MARTA], id="removed"),
            pytest.param([{**ANA, "phone": LUIS["phone"]}, DIEGO, MARTA], id="another phone"),
            pytest.param([{**ANA, "email": None}, DIEGO, MARTA], id="no e-mail any more"),
        ],
    )
    def test_a_contact_who_left_or_changed_address_is_signed_out_at_once(
        self, product: Product, contacts: list[dict[str, Any]]
    ) -> None:
        product.open_store()
        followup = open_followup(product)
        ana = Browser(product).sign_in(ANA["phone"])
        link, alert = sign_in_link(product), alert_link(product, ANA["phone"], followup)
        assert ana.opens(followup)
        product.open_store(contacts=contacts)
        assert not ana.opens(followup)
        assert Browser(product).get(link).status == 404
        assert Browser(product).get(alert).status == 404
        sent = len(sign_in_links_sent(product))
        product.wait(minutes(1))
        Browser(product).request_link(ANA["email"])
        product.drain()
        assert len(sign_in_links_sent(product)) == sent + (contacts[0].get("email") == ANA["email"])

    def test_a_contact_who_left_one_store_keeps_the_other(self, two_stores: Product) -> None:
        norte, sur = open_followup(two_stores), open_followup(two_stores, "sur")
        diego = Browser(two_stores).sign_in(DIEGO["phone"])
        two_stores.open_store(contacts=[ANA])
        assert not diego.opens(norte)
        assert diego.opens(sur)

    def test_signing_out_everywhere_ends_all_sessions_and_links(self, two_stores: Product) -> None:
        norte, sur = open_followup(two_stores), open_followup(two_stores, "sur")
        two_stores.advance(minutes(11))  # nobody took them on: Diego is alerted
        phone = Browser(two_stores).sign_in(DIEGO["phone"])
        link = sign_in_link(two_stores)
        two_stores.wait(minutes(1))
        tablet, ana = Browser(two_stores).sign_in(DIEGO["phone"]), Browser(two_stores).sign_in(ANA["phone"])
        assert sign_out(phone, everywhere="1").headers["location"] == "/desk/sign-in"
        assert phone.session == ""
        assert not tablet.opens(norte)
        assert not tablet.opens(sur)
        ended = [link, *(alert_link(two_stores, DIEGO["phone"], each) for each in (norte, sur))]
        assert [Browser(two_stores).get(each).status for each in ended] == [404] * 3
        assert ana.opens(norte)

        again = Browser(two_stores)
        two_stores.wait(minutes(1))
        assert again.sign_in(DIEGO["phone"]).opens(norte)
        new = open_followup(two_stores)
        two_stores.advance(minutes(11))
        assert Browser(two_stores).get(alert_link(two_stores, DIEGO["phone"], new)).status == 303

    def test_signing_out_of_one_session_keeps_the_others(self, two_stores: Product) -> None:
        followup = open_followup(two_stores)
        here = Browser(two_stores).sign_in(ANA["phone"])
        two_stores.wait(minutes(1))
        there, copied = Browser(two_stores).sign_in(ANA["phone"]), Browser(two_stores, here.session)
        two_stores.wait(timedelta(hours=1))
        assert here.opens(followup), "renewed since it was copied"
        assert here.session != copied.session
        last = Browser(two_stores, here.session)
        reply = sign_out(here)
        assert "Max-Age=0" in reply.cookies[0]
        assert "Path=/;" in reply.cookies[0]
        assert not copied.opens(followup), "ended at the server, not only on the device"
        assert not last.opens(followup)
        assert there.opens(followup)

    def test_a_forged_sign_out_form_is_rejected(self, two_stores: Product) -> None:
        followup = open_followup(two_stores)
        ana = Browser(two_stores).sign_in(ANA["phone"])
        luis = Browser(two_stores).sign_in(LUIS["phone"])
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

    def test_signing_out_without_a_session_shows_the_sign_in_page(self, two_stores: Product) -> None:
        reply = Browser(two_stores).post("/desk/sign-out", {"everywhere": "1"})
        assert (reply.status, reply.headers["location"]) == (303, "/desk/sign-in")


def form_in(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


def sign_out(browser: Browser, **fields: str) -> Response:
    form = form_in(browser.post("/desk/sign-out", {}).text)
    return browser.post("/desk/sign-out", {"form": form, **fields})
