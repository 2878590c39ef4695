"""Addresses in other people's words are readable, and no mail program makes a link of them."""

import re

import pytest

from lazo.text.links import defang

# What mail programs link: a scheme with its slashes, or labels with dots between them that end in letters.
LINKED = re.compile(r"\w+://|[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://fotos.evil.example/login", "https[:]//fotos[.]evil[.]example/login"),
        ("entra a www.evil.example ya", "entra a www[.]evil[.]example ya"),
        ("HTTP://EVIL.EXAMPLE:8080/a.html?b=c", "HTTP[:]//EVIL[.]EXAMPLE:8080/a[.]html?b=c"),
        ("eve@evil.example", "eve@evil[.]example"),
        ("mailto:eve@evil.example", "mailto:eve@evil[.]example"),
        ("http://10.0.0.1/x", "http[:]//10.0.0.1/x"),
        ("café。example", "café[.]example"),
        ("tienda.中国", "tienda[.]中国"),
        ("Esperé 3.5 horas. Nadie vino... y ya", "Esperé 3.5 horas. Nadie vino... y ya"),
        ("Costó $1.990.", "Costó $1.990."),
        ("S.A. y a.m.", "S.A. y a.m."),
        ("", ""),
    ],
)
def test_an_address_is_readable_and_no_link(written: str, shown: str) -> None:
    assert defang(written) == shown
    assert not LINKED.search(shown)


def test_twice_is_once() -> None:
    once = defang("https://a.example/b.html")
    assert defang(once) == once
