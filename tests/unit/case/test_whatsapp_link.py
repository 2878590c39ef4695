"""The link to a customer's chat: digits of E.164 alone, and a text that passed the guard."""

from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest

from lazo.case.whatsapp_link import whatsapp_link
from lazo.phrases.wording_guard import Cleared, clear_text


@cache
def hello() -> Cleared:
    return clear_text("Hola, Eva: ¿hablamos? 50 % & más #1", "es")


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+56987654321", "56987654321"),
        ("+5511987654321", "5511987654321"),
        ("+447400123456", "447400123456"),
        ("+525512345678", "525512345678"),
        ("+5491123456789", "5491123456789"),
    ],
)
def test_a_mobile_has_a_chat_with_the_text_in_it(phone: str, digits: str) -> None:
    link = whatsapp_link(phone, hello())
    assert link
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "wa.me", f"/{digits}")
    assert parse_qs(parts.query) == {"text": [hello().text]}
    assert not parts.fragment


@pytest.mark.parametrize("phone", [None, "+442079460018", "+551131234567"])
def test_a_landline_has_none(phone: str | None) -> None:
    """A London number (Ofcom's range for drama) and one of São Paulo, where landlines begin with 2 to 5 (Anatel)."""
    assert whatsapp_link(phone, hello()) is None
