"""A landline gets no SMS: not the customer's, not a manager's, not at sign-in. What can deliver is used, or a call; so
it is where no SMS of ours would arrive.

Landlines by libphonenumber's types: Buenos Aires without the 9 of mobiles, Birmingham.
"""

from datetime import timedelta
from typing import Any

import pytest

from lazo.translations import translations
from tests.builders import ANA, DIEGO, consent
from tests.desk import Desk, forms, link_to
from tests.functions.sign_in import Browser, sign_in_links_sent
from tests.product import Product

EMAIL = "eva@example.org"
LANDLINES = ["+541143215678", "+441212345678"]


def taken_on(product: Product, **contact: Any) -> str:
    """Open the case of a customer with this contact, take it on; return the page."""
    product.open_store(policy={"contact_hours": 720})
    product.accept(score=2, name="Eva Soto", consent=consent(), customer_key="ab" * 16, **contact)
    product.drain()
    desk = Desk(product)
    page = desk.do(desk.open(link_to(product, ANA["phone"])).text, "/take-on").text
    product.pass_undo()
    return page


def to_customer(product: Product, *addresses: str) -> list[tuple[str, str]]:
    return [(channel, to) for channel, to in product.outbox() if to in addresses]


@pytest.mark.parametrize("phone", [*LANDLINES, "+5491143215678"])
def test_the_update_goes_to_the_e_mail(product: Product, phone: str) -> None:
    """Also where an Argentine number was typed like a mobile, and may be either."""
    taken_on(product, phone=phone, email=EMAIL)
    assert to_customer(product, phone, EMAIL) == [("email", EMAIL)]


def test_a_mobile_gets_the_update_first(product: Product) -> None:
    taken_on(product, phone="+447400123456", email=EMAIL)
    assert to_customer(product, "+447400123456", EMAIL) == [("sms", "+447400123456")]


@pytest.mark.parametrize("email", [EMAIL, None])
def test_where_carriers_want_a_number_of_our_own_an_e_mail_is_surer(
    product: Product, email: str | None
) -> None:
    """In the United States ("Special requirements for sending SMS messages to US destinations", SNS Developer Guide). A
    number that is leased and not named may serve, so who has no e-mail gets the SMS all the same."""
    american = "+12025550143"
    taken_on(product, phone=american, email=email)
    told = ("email", EMAIL) if email else ("sms", american)
    assert to_customer(product, american, EMAIL) == [told]


@pytest.mark.parametrize("phone", LANDLINES)
def test_for_a_landline_alone_the_case_offers_a_call(product: Product, phone: str) -> None:
    page = taken_on(product, phone=phone)
    assert to_customer(product, phone) == []
    assert product.items("MESSAGE#") == []
    assert f'href="tel:{phone}"' in page
    assert translations("case", "es")["messages"]["landline"] in page
    assert 'value="phone"' in page, "a promise can be told by phone"
    assert not [form for form in forms(page) if form.action.endswith("/message")]


def test_an_argentine_mobile_alone_gets_the_sms(product: Product) -> None:
    taken_on(product, phone="+5491123456789")
    assert to_customer(product, "+5491123456789") == [("sms", "+5491123456789")]


def test_the_owner_is_reminded_of_a_customer_with_a_landline(product: Product) -> None:
    taken_on(product, phone=LANDLINES[0])
    product.advance(timedelta(days=3))
    assert "customer_waits" in {delivery["purpose"] for delivery in product.items("DELIVERY#")}


def test_a_managers_landline_gets_no_alert(product: Product) -> None:
    product.open_store(contacts=[{**ANA, "phone": LANDLINES[1]}, DIEGO])
    product.accept(score=2)
    product.drain()
    assert product.outbox() == [("email", ANA["email"])]


def test_an_alert_to_a_landline_alone_moves_on_at_once(product: Product) -> None:
    alone = {name: value for name, value in ANA.items() if name != "email"}
    product.open_store(contacts=[{**alone, "phone": LANDLINES[1]}, DIEGO])
    product.accept(score=2)
    product.drain()
    assert product.outbox() == [("sms", DIEGO["phone"]), ("email", DIEGO["email"])]
    assert "landline" in {delivery.get("failure") for delivery in product.items("DELIVERY#")}


@pytest.mark.parametrize(("email", "sent"), [(ANA["email"], [("email", ANA["email"])]), (None, [])])
def test_a_sign_in_by_landline_sends_no_sms(
    product: Product, email: str | None, sent: list[tuple[str, str]]
) -> None:
    product.open_store(contacts=[{**ANA, "phone": LANDLINES[1], "email": email}])
    assert Browser(product).request_link("0121 234 5678").status == 303
    product.drain()
    assert sign_in_links_sent(product) == sent
