"""E-mails of customers: domains in any script are sent to, and what SES refuses is told at the form."""

import pytest

from lazo.translations import translations
from tests.functions.test_landlines import taken_on, to_customer
from tests.product import Product
from tests.surveys import Survey, error


def test_a_domain_in_another_script_is_sent_as_punycode(product: Product) -> None:
    """RFC 5891: `ñandú` is `xn--and-6ma2c`; with the ß of IDNA 2008, which IDNA 2003 made another domain."""
    taken_on(product, email="rosa@ñandú.cl")
    assert to_customer(product, "rosa@xn--and-6ma2c.cl") == [("email", "rosa@xn--and-6ma2c.cl")]


def test_a_stored_e_mail_that_ses_refuses_is_no_channel(product: Product) -> None:
    taken_on(product, email="josé@correo.example", phone="+56987654321")
    assert [to for _, to in product.outbox() if "@correo" in to] == []
    assert to_customer(product, "+56987654321") == [("sms", "+56987654321")]


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_an_accent_before_the_at_sign_is_told_at_the_form(product: Product, language: str) -> None:
    survey = Survey(product)
    reply = survey.post({"score": 2, "email": "josé@correo.example", "consent": True, "lang": language})
    assert error(reply) == (422, "email_not_ascii", "email")
    assert reply.json()["error"]["message"] == translations("survey", language)["errors"]["email_not_ascii"]


def test_the_page_blocks_no_spelling(product: Product) -> None:
    """Safari refuses domains in other scripts in a field of the type email; a pattern would refuse brackets."""
    page = Survey(product).open()
    email, phone = (page.one("input", name=name) for name in ("email", "phone"))
    assert {"type", "pattern"}.isdisjoint(email)
    assert (phone["type"], phone["maxlength"]) == ("tel", "40")
    assert "pattern" not in phone
