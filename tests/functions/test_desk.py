"""The desk: a link opens one follow-up for one contact, and "I'm on it" stops the clock, once."""

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import ANA, DIEGO, MARTA
from tests.desk import Desk, form_to, forms, link_to
from tests.dom import parse
from tests.product import Product

SHOUT = "<script>alert('x')</script> \u202eevil & \"quoted\""


@pytest.fixture
def opened(product: Product) -> Product:
    """A store with an open follow-up, whose alert has been sent."""
    product.open_store()
    product.accept(score=3, comment=SHOUT, reasons=("waiting_time",))
    product.drain()
    return product


def test_the_alert_link_becomes_a_session_cookie(opened: Product) -> None:
    desk, link = Desk(opened), link_to(opened, ANA["phone"])
    reply = desk.get(link.removeprefix("https://lazo.example"))
    assert reply.status == 303
    assert reply.headers["location"] == f"/desk/followups/{opened.followup()['followup_id']}"
    cookie, _, language = reply.cookies
    assert cookie.startswith("__Host-lazo_cases=")
    assert language.startswith("lazo_language=message-es; Path=/;")
    for wanted in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/;"):
        assert wanted in cookie
    assert link.rsplit("/", 1)[1] not in desk.get(reply.headers["location"]).text


def test_reading_the_page_changes_nothing_but_the_audit_trail_and_networks(opened: Product) -> None:
    before = sorted(opened.cloud.items(), key=str)
    desk, link = Desk(opened), link_to(opened, ANA["phone"]).removeprefix("https://lazo.example")
    for method in ("HEAD", "GET", "GET"):
        where = desk.get(link, method).headers["location"]
    for method in ("HEAD", "GET"):
        assert desk.get(where, method).status == 200
    assert desk.get(where, "HEAD").body == b""
    trail = [item for item in opened.cloud.items() if item["pk"].startswith("AUDIT#")]
    assert [item["kind"] for item in trail] == ["case_opened_by_link"]
    (noted,) = opened.items("MARKS#")
    assert noted.keys() - {"pk", "sk", "expires_at"} == {
        next(name for name in noted if name.startswith("staff#"))
    }
    others = (item for item in opened.cloud.items() if item not in trail and item != noted)
    assert sorted(others, key=str) == before


def test_the_page_shows_customer_store_time_reason_and_deadline(opened: Product) -> None:
    reply = Desk(opened).open(link_to(opened, ANA["phone"]))
    assert reply.status == 200
    assert reply.headers["content-language"] == ANA["language"]
    for hostile in ("<script>alert", '"quoted"'):
        assert hostile not in reply.text
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in reply.text
    assert ">3<i>/10</i>" in reply.text
    assert form_to(reply.text, "/take-on")


def test_the_page_compressed_is_the_same_in_a_third_of_the_bytes(opened: Product) -> None:
    desk, link = Desk(opened), link_to(opened, ANA["phone"]).removeprefix("https://lazo.example")
    where = desk.get(link).headers["location"]
    plain, zipped = desk.get(where), desk.get(where, **{"accept-encoding": "gzip, deflate, br"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == zipped.headers["vary"] == "accept-encoding"
    once = re.compile(rb'name="form" value="[^"]*"')
    assert once.sub(b"", gzip.decompress(zipped.body)) == once.sub(b"", plain.body)
    assert len(zipped.body) * 3 < len(plain.body)


def test_on_another_day_the_page_says_which_day_it_was(opened: Product) -> None:
    """Answered at noon in Santiago, on the 10th of March."""
    link = link_to(opened, ANA["phone"])
    desk = Desk(opened)
    page = desk.open(link).text
    assert "No dejó datos de contacto. Si todavía está en el local" in page
    taken = desk.do(page, "/take-on").text
    assert "Lo tienes tú" in taken
    assert ">12:00&nbsp;<small" in taken
    opened.advance(timedelta(hours=13))
    later = Desk(opened).open(link).text
    assert ">mar 10 mar 12:00&nbsp;<small" in later
    assert "todavía está en el local" not in later


def test_names_are_escaped_once(product: Product) -> None:
    neill = {**DIEGO, "level": 0, "contact_id": "neill", "name": "Sam O'Neill"}
    product.open_store(name="Café & Té", contacts=[ANA, neill], competitors=["M & S"])
    product.accept(score=3, comment="me voy a M & S")
    product.drain()
    sam, ana = Desk(product), Desk(product)
    sam.do(sam.open(link_to(product, neill["phone"])).text, "/take-on")
    page = ana.open(link_to(product, ANA["phone"])).text
    for escaped_once in ("Café &amp; Té</title>", "M &amp; S</p>", "Sam O&#39;Neill"):
        assert escaped_once in page
    assert "&amp;amp;" not in page
    assert "&amp;#39;" not in page


def test_the_content_security_policy_allows_only_own_scripts(opened: Product) -> None:
    headers = Desk(opened).open(link_to(opened, ANA["phone"])).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_button_of_the_email_leads_to_the_button_that_takes_it_on(opened: Product) -> None:
    mail = next(sent for sent in opened.cloud.outbox() if sent["channel"] == "email")
    button = parse(mail["html"]).one("a")
    desk = Desk(opened)
    page = desk.open(button["href"])
    main = parse(page.text).one("main")
    first = next(each for each in main.all("button"))
    assert first.text.strip() == button.text.strip() == "Yo me encargo"
    (form, *_) = [each for each in main.all("form") if first in [*each.all("button")]]
    assert form["action"].endswith("/take-on")
    assert desk.send(form_to(page.text, "/take-on")).status == 303
    assert opened.followup()["owner"] == ANA["contact_id"]


def test_taking_on_stops_the_clock(opened: Product) -> None:
    desk = Desk(opened)
    page = desk.open(link_to(opened, ANA["phone"]))
    reply = desk.send(form_to(page.text, "/take-on"))
    assert reply.status == 303
    taken = opened.followup()
    assert (taken["stage"], taken["owner"]) == ("taken_on", ANA["contact_id"])
    assert taken["due_at"] == taken["deadline"] > "2026-03-11", (
        "only the one for contacting the customer runs"
    )
    sent = len(opened.cloud.outbox())
    opened.advance(timedelta(hours=21))
    assert len(opened.cloud.outbox()) == sent
    later = desk.open(link_to(opened, ANA["phone"])).text
    assert not [form for form in forms(later) if form.action.endswith("/take-on")]


def test_taking_on_twice_is_once(opened: Product) -> None:
    desk = Desk(opened)
    page = desk.open(link_to(opened, ANA["phone"])).text
    assert desk.send(form_to(page, "/take-on")).status == 303
    first = opened.followup()
    opened.wait(timedelta(minutes=1))
    assert desk.send(form_to(page, "/take-on")).status == 303
    assert opened.followup() == first


def test_the_second_to_take_it_on_reads_who_was_first(opened: Product) -> None:
    opened.advance(timedelta(minutes=11))
    first, second = Desk(opened), Desk(opened)
    early = first.open(link_to(opened, ANA["phone"])).text
    late = second.open(link_to(opened, DIEGO["phone"])).text
    assert second.send(form_to(late, "/take-on")).status == 303
    reply = first.send(form_to(early, "/take-on"))
    assert reply.status == 409
    assert DIEGO["name"] in reply.text
    assert opened.followup()["owner"] == DIEGO["contact_id"]


def test_an_escalation_in_the_same_moment_keeps_the_owner(opened: Product) -> None:
    desk = Desk(opened)
    page = desk.open(link_to(opened, ANA["phone"])).text
    opened.wait(timedelta(minutes=11))
    opened.just_before("TransactWriteItems", opened.scheduler, function="Desk")
    assert desk.send(form_to(page, "/take-on")).status == 303
    taken = opened.followup()
    assert (taken["stage"], taken["owner"], taken["level"]) == ("taken_on", ANA["contact_id"], 1)
    opened.drain()
    assert set(opened.states().values()) <= {"sent", "cancelled"}
    assert opened.states()["1#0#sms#diego"] == "cancelled"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: ("A" if token[0] != "A" else "B") + token[1:],
        lambda token: token[:-4],
        lambda _token: "x",
        lambda _token: "%F0%9F%92%A9",
    ],
)
def test_invalid_links_get_the_same_response(opened: Product, spoil: Any) -> None:
    token = link_to(opened, ANA["phone"]).rsplit("/", 1)[1]
    desk = Desk(opened)
    over = Desk(opened)
    reply = desk.get("/f/" + spoil(token))
    opened.wait(timedelta(days=8))
    expired = over.get("/f/" + token)
    assert reply.status == expired.status == 404
    assert reply.body == expired.body
    assert not reply.cookies
    assert not expired.cookies


def test_a_link_is_valid_for_a_week_and_a_session_for_half_a_day(opened: Product) -> None:
    desk, link = Desk(opened), link_to(opened, ANA["phone"])
    page = desk.open(link)
    where = form_to(page.text, "/take-on").action.removesuffix("/take-on")
    opened.wait(timedelta(hours=11, minutes=59))
    assert desk.get(where).status == 200
    opened.wait(timedelta(hours=1, minutes=2))
    assert desk.get(where).status == 303
    opened.wait(timedelta(days=6))
    assert desk.open(link).status == 200


def test_a_removed_contact_has_no_access(opened: Product) -> None:
    desk, link = Desk(opened), link_to(opened, ANA["phone"])
    page = desk.open(link).text
    opened.open_store(contacts=[DIEGO, MARTA])
    opened.wait(timedelta(minutes=2))
    assert desk.get(link.removeprefix("https://lazo.example")).status == 404
    assert desk.send(form_to(page, "/take-on")).status == 404
    assert opened.followup()["stage"] == "open"


@pytest.mark.parametrize("token", ["", "0" * 32, "zz", "é"])
def test_a_forged_form_changes_nothing(opened: Product, token: str) -> None:
    desk = Desk(opened)
    reply = desk.send(form_to(desk.open(link_to(opened, ANA["phone"])).text, "/take-on"), form=token)
    assert reply.status == 403
    assert form_to(reply.text, "/take-on").fields["form"] != [token]
    assert opened.followup()["stage"] == "open"


def test_a_cross_site_form_is_rejected(opened: Product) -> None:
    desk = Desk(opened)
    form = form_to(desk.open(link_to(opened, ANA["phone"])).text, "/take-on")
    headers = desk._headers(form.action) | {"sec-fetch-site": "cross-site"}
    body = f"form={form.fields['form'][0]}".encode()
    assert opened.cloud.request("POST", form.action, headers, body).status == 403
    assert opened.followup()["stage"] == "open"


def test_a_failure_to_save_is_shown(opened: Product) -> None:
    desk = Desk(opened)
    page = desk.open(link_to(opened, ANA["phone"])).text
    opened.fault(
        service="dynamodb",
        operation="TransactWriteItems",
        function="Desk",
        code="InternalServerError",
        status=500,
        times=9,
    )
    assert desk.send(form_to(page, "/take-on")).status == 503
    assert opened.followup()["stage"] == "open"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_unreachable_table_shows_an_error_page(opened: Product, method: str) -> None:
    link = link_to(opened, ANA["phone"]).removeprefix("https://lazo.example")
    opened.fault(operation="GetItem", function="Desk", status=500, code="InternalServerError", times=100)
    reply = Desk(opened).get(link, method)
    assert reply.status == 503
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["retry-after"] == "5"
    assert ("Algo falló de nuestro lado" in reply.text) == (method == "GET")
    assert not reply.cookies
