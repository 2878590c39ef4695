"""How far an alert's link reaches: its case, for a day the board of its store, and never the rest of the desk."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.local.event_sources.gateway_payloads import Response
from tests.builders import ANA, DIEGO, minutes
from tests.desk import Desk, form_to, link_to
from tests.functions.sign_in import HOST, LUIS, Browser, alert_link, open_followup, sign_in_link
from tests.product import Product

CLOSED = (
    "/desk/answers",
    "/desk/promises",
    "/desk/insights",
    "/desk/insights/stores",
    "/desk/insights/team",
    "/desk/improvements",
    "/desk/digest",
    "/desk/wall",
)


def asked_to_sign_in(reply: Response) -> dict[str, str]:
    """Return what the page to sign in is told: why, and where to go on."""
    assert reply.status == 303, reply.text
    address = urlsplit(reply.headers["location"])
    assert address.path == "/desk/sign-in"
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def test_a_fresh_link_opens_its_case_and_its_stores_board_and_an_old_one_its_case_alone(
    two_stores: Product,
) -> None:
    norte, other = open_followup(two_stores), open_followup(two_stores)
    two_stores.advance(minutes(11))  # escalated to Diego, of both stores
    sur = open_followup(two_stores, "sur")
    link = alert_link(two_stores, DIEGO["phone"], norte)
    diego = Browser(two_stores)
    assert diego.get(link).headers["location"] == f"/desk/followups/{norte}"
    assert diego.opens(norte)
    board = diego.get("/desk")
    assert board.status == 200
    assert f"/desk/followups/{norte}" in board.text
    assert f"/desk/followups/{other}" in board.text
    assert sur not in board.text
    assert sur not in diego.get("/desk?shop=sur").text
    for path in (f"/desk/followups/{other}", f"/desk/followups/{sur}", *CLOSED):
        assert asked_to_sign_in(diego.get(path)) == {"why": "link", "next": path}
    for path in ("/desk/search", "/desk/answers/export", "/desk/answers/trust", "/desk/digest/mails"):
        assert asked_to_sign_in(diego.post(path, {"q": "x"})) == {"why": "link"}

    two_stores.wait(timedelta(hours=25))
    old = Browser(two_stores)
    assert old.get(link).status == 303
    assert old.opens(norte)
    assert asked_to_sign_in(old.get("/desk")) == {"why": "link"}


def test_the_form_says_why_and_signing_in_leads_back(two_stores: Product) -> None:
    followup = open_followup(two_stores)
    ana = Browser(two_stores)
    ana.get(alert_link(two_stores, ANA["phone"], followup))
    form = ana.get(ana.get("/desk/answers?band=detractor").headers["location"])
    assert "El enlace de tu aviso abre ese caso" in form.text
    assert 'name="next" value="/desk/answers?band=detractor"' in form.text
    ana.request_link(ANA["phone"], next="/desk/answers?band=detractor")
    two_stores.drain()
    entered = ana.use(sign_in_link(two_stores))
    assert entered.headers["location"] == "/desk/answers?band=detractor"
    assert ana.get(entered.headers["location"]).status == 200


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example",
        "//evil.example",
        "/desk//evil",
        "/desk/..//evil",
        "/deskevil",
        "/desk\\evil",
        "/s/x",
    ],
)
def test_signing_in_leads_nowhere_else(two_stores: Product, evil: str) -> None:
    ana = Browser(two_stores)
    assert "evil" not in ana.get("/desk/sign-in?next=" + evil).text
    ana.request_link(ANA["phone"], next=evil)
    two_stores.drain()
    assert ana.use(sign_in_link(two_stores)).headers["location"] == "/desk"


def test_two_alerts_on_one_phone_are_both_open(two_stores: Product) -> None:
    """Whoever opens the second while the first is in another tab loses no tap."""
    first, second = open_followup(two_stores), open_followup(two_stores)
    desk = Desk(two_stores)
    page = desk.open(alert_link(two_stores, ANA["phone"], first)).text
    desk.open(alert_link(two_stores, ANA["phone"], second))
    assert desk.send(form_to(page, "/take-on")).status == 303
    assert desk.get(f"/desk/followups/{second}").status == 200


def test_the_link_of_somebody_else_ends_the_session_before(two_stores: Product) -> None:
    norte, sur = open_followup(two_stores), open_followup(two_stores, "sur")
    shared = Browser(two_stores).sign_in(ANA["phone"])
    shared.get(alert_link(two_stores, LUIS["phone"], sur))
    assert shared.opens(sur)
    assert not shared.opens(norte)
    assert shared.session == ""


def test_whoever_signed_in_stays_so_when_they_open_a_link(two_stores: Product) -> None:
    followup = open_followup(two_stores)
    ana = Browser(two_stores).sign_in(ANA["phone"])
    assert ana.get(alert_link(two_stores, ANA["phone"], followup)).headers["location"].endswith(followup)
    assert ana.get("/desk/answers").status == 200


def test_a_bundles_link_opens_what_it_tells_of_for_a_day(product: Product) -> None:
    product.open_store(contacts=[ANA], policy={"take_on_minutes": 30})
    cases = [open_followup(product) for _ in range(3)]
    product.advance(minutes(37))
    link = link_to(product, ANA["phone"])
    ana = Browser(product)
    assert ana.get(link).headers["location"] == "/desk"
    assert ana.get("/desk").status == 200
    assert all(ana.opens(each) for each in cases)
    assert asked_to_sign_in(ana.get("/desk/answers"))["why"] == "link"
    product.wait(timedelta(hours=25))
    later = Browser(product)
    assert asked_to_sign_in(later.get(later.get(link).headers["location"])) == {"why": "link"}
    assert sum(later.opens(each) for each in cases) == 1


def test_a_sign_in_link_works_once(two_stores: Product) -> None:
    ana = Browser(two_stores)
    ana.request_link(ANA["phone"])
    two_stores.drain()
    link = sign_in_link(two_stores)
    for method in ("GET", "HEAD", "GET"):  # a mail scanner, a preview, the reader
        assert Browser(two_stores).get(link, method).status == 200
    assert "Ana" in Browser(two_stores).get(link).text
    assert ana.use(link).headers["location"] == "/desk"
    assert ana.use(link).headers["location"] == "/desk", "pressed twice"
    thief = Browser(two_stores)
    for reply in (thief.get(link), thief.use(link)):
        assert reply.status == 410
        assert "Este enlace ya se usó" in reply.text
    assert thief.session == ""
    assert (
        Browser(two_stores).post(link.removeprefix(HOST), {}, **{"sec-fetch-site": "cross-site"}).status
        == 404
    )


def test_signing_out_ends_the_sessions_of_links_too(two_stores: Product) -> None:
    followup = open_followup(two_stores)
    ana = Browser(two_stores)
    ana.get(alert_link(two_stores, ANA["phone"], followup))
    copied = Browser(two_stores)
    copied.cases = ana.cases
    form = form_to(ana.get(f"/desk/followups/{followup}").text, "/sign-out")
    assert ana.post(form.action, {"form": form.fields["form"][0]}).status == 303
    assert not copied.opens(followup)


def test_an_old_session_signs_in_again_before_it_exports(two_stores: Product) -> None:
    open_followup(two_stores)
    ana = Browser(two_stores).sign_in(ANA["phone"])
    two_stores.wait(timedelta(minutes=61))
    form = form_to(ana.get("/desk/answers?band=detractor").text, "/export")
    fields = {name: values[0] for name, values in form.fields.items()}
    asked = asked_to_sign_in(ana.post(form.action, fields))
    assert asked == {"why": "export", "next": "/desk/answers?band=detractor"}
    assert "menos de una hora" in ana.get("/desk/sign-in?why=export").text
    again = ana.sign_in(ANA["phone"])
    assert "/exports/" in again.post(form.action, fields).headers["location"]


def test_without_tls_the_cookie_has_its_plain_name(two_stores: Product) -> None:
    """The local cloud speaks http on 127.0.0.1, where a browser takes no __Host- cookie."""
    path = alert_link(two_stores, ANA["phone"], open_followup(two_stores)).removeprefix(HOST)
    reply = two_stores.cloud.request("GET", path, {"x-forwarded-proto": "http"})
    assert reply.cookies[0].startswith("lazo_cases=")
    plain = {"cookie": reply.cookies[0].partition(";")[0]}
    where = reply.headers["location"]
    assert two_stores.cloud.request("GET", where, {**plain, "x-forwarded-proto": "http"}).status == 200
    assert two_stores.cloud.request("GET", where, {**plain, "x-forwarded-proto": "https"}).status == 303
