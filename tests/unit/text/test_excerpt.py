"""The excerpt of a comment in an SMS: it fits, ends at a word, and brings no link."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lazo.text.gsm7 import excerpt, to_gsm7
from tests.unit.text.gsm7_tables import (
    CLICKABLE,
    LINK,
    any_text,
    septets_of,
)


@pytest.mark.parametrize(
    ("comment", "room", "expected"),
    [
        ("Esperé 40 minutos y nadie atendía", 100, "Esperé 40 minutos y nadie atendia"),
        ("Esperé 40 minutos y nadie atendía", 33, "Esperé 40 minutos y nadie atendia"),
        ("Esperé 40 minutos y nadie atendía", 32, "Esperé 40 minutos y nadie..."),
        ("Esperé 40 minutos y nadie atendía", 28, "Esperé 40 minutos y nadie..."),
        ("Esperé 40 minutos y nadie atendía", 27, "Esperé 40 minutos y..."),
        # Punctuation does not run into the dots.
        ("Llegó tarde, frío, y caro", 20, "Llego tarde, frio..."),
        ("Llegó tarde... y frío", 17, "Llego tarde..."),
        ("Nunca más! Pésimo todo", 16, "Nunca mas!..."),
        ("Malo - muy malo", 12, "Malo..."),
        ("- Malo, muy malo", 12, "- Malo..."),
        # One word that is too long is cut inside.
        ("aaaaaaaaaaaaaaaaaaaa", 10, "aaaaaaa..."),
        ("€€€€€€€€€€", 10, "€€€..."),
        ("....................", 10, ".........."),
        # A euro counts twice.
        ("12 € el café", 13, "12 € el café"),
        ("12 € el café", 12, "12 € el..."),
        # Too little room for sense.
        ("Malo", 8, "Malo"),
        ("Malo", 7, ""),
        ("Esperé 40 minutos", 8, "Esper..."),
        ("Malo", -5, ""),
        # Nothing left.
        ("😡😡😡", 100, ""),
        ("Ужас", 100, ""),
        ("", 100, ""),
        # It cannot close its own quotation.
        ('me dijo "no hay" y «chao»', 100, "me dijo 'no hay' y 'chao'"),
    ],
)
def test_excerpt_of_a_comment(comment: str, room: int, expected: str) -> None:
    assert excerpt(comment, room) == expected


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("Entra a https://evil.com/f/x?a=1 ya", "Entra a evil. com/f/x?a=1 ya"),
        ("HTTP://EVIL.COM", "EVIL. COM"),
        ("www.evil.com", "www. evil. com"),
        ("evil.com/f/abc", "evil. com/f/abc"),
        ("bit.ly/3abc wa.me/569", "bit. ly/3abc wa. me/569"),
        ("ventas@evil.com", "ventas@evil. com"),
        ("mailto:a@b.cl tel:+5691234 sms:123", "mailto: a@b. cl tel: +5691234 sms: 123"),
        ("http://192.168.0.1/x 10.0.0.1", "192. 168. 0. 1/x 10. 0. 0. 1"),
        ("http://localhost/x", "localhost/x"),
        ("whatsapp://send?x javascript:alert(1)", "send?x javascript: alert(1)"),
        # Put together again from what is taken out, or from other spellings of the signs.
        ("hthttp://tp://evil.com", "evil. com"),
        ("http:/a:///evil.com", "evil. com"),
        ("caféhttp://evil.com", "café evil. com"),
        ("http:\\\\evil.com", "evil. com"),
        ("ｈｔｔｐ：／／ｅｖｉｌ．ｃｏｍ", "evil. com"),
        ("evil\u200b.\u200bcom ev\u00adil.c\u202eom", "evil. com evil. com"),
        ("evil․com evil。com", "evil. com evilcom"),
        ("évil.çom", "évil. com"),
        # What is no link stays as it is.
        (
            "A las 20:30, 12.990 pesos, 3.5 estrellas, 1.234.567",
            "A las 20:30, 12.990 pesos, 3.5 estrellas, 1.234.567",
        ),
        ("Mal servicio.Nadie vino...nunca :( Caja:3", "Mal servicio. Nadie vino... nunca :( Caja: 3"),
        ("2/10 y/o 24/7", "2/10 y/o 24/7"),
    ],
)
def test_an_excerpt_has_no_link(comment: str, expected: str) -> None:
    assert excerpt(comment, 160) == expected
    assert not CLICKABLE.search(expected)


@pytest.mark.parametrize(
    "link",
    [
        "http://evil.com",
        "see www.evil.com",
        "evil.cl",
        "a@evil.com",
        "x 10.0.0.1/a",
        "tel:123",
        "e.co",
        "HTTPS://x",
        LINK,
    ],
)
def test_the_pattern_of_links_finds_links(link: str) -> None:
    assert CLICKABLE.search(link)


@given(any_text, st.integers(0, 200))
@example("http://evil.com", 12)
@example("a.b.c.d.e.f.g.h", 8)
def test_an_excerpt_fits_and_is_plain(comment: str, room: int) -> None:
    short = excerpt(comment, room)
    assert len(septets_of(short)) <= room
    assert '"' not in short
    assert not CLICKABLE.search(short)
    assert to_gsm7(short) == short
    assert short or room < 8 or not excerpt(comment, 10_000)


@given(st.data(), st.lists(any_text, min_size=1).map(" mala atención, ".join))
def test_an_excerpt_is_cut_at_the_last_word_that_fits(data: st.DataObject, comment: str) -> None:
    whole = excerpt(comment, 10_000)
    assume(len(septets_of(whole)) > 8)
    room = data.draw(st.integers(8, len(septets_of(whole)) - 1), label="room")
    short = excerpt(comment, room)
    assert short.endswith("...")
    kept = short.removesuffix("...")
    assert whole.startswith(kept)
    rest = whole[len(kept) :]
    next_word = re.match(r"[ ,;:.-]*[^ ]*?(?=[,;:.-]*(?: |$))", rest)
    assert next_word
    assert len(septets_of(kept + next_word[0])) > room - 3
    in_a_word = not re.match(r"[,;:.-]*(?: |$)", rest)
    assert not (in_a_word and re.search(r"[^ ,;:.-][,;:.-]* ", kept))


def test_the_marks_after_the_last_word_are_left_out_first() -> None:
    assert excerpt("00.A::..", 8) == "00. A..."
