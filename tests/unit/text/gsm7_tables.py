"""The tables of 3GPP TS 23.038, and texts to try them on."""

from __future__ import annotations

import re

from hypothesis import strategies as st

# 3GPP TS 23.038, 6.2.1, by code; a column of the standard is a line here. 0x1B is the escape.
ESCAPE = "\x1b"
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    f"Δ_ΦΓΛΩΠΨΣΘΞ{ESCAPE}ÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
# 6.2.1.1, the extension table.
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}

LINK = "https://alertas.example.com/f/01JD7K3Q9ZV8?t=Zk3_x-9Qw1"
# Where a phone finds something to tap on: a scheme, a domain or address of mail, an IP address.
CLICKABLE = re.compile(
    r"[a-z][a-z0-9+.-]*:/"
    r"|\b(?:mailto|tel|sms|smsto|data|intent|javascript|geo|market|whatsapp):[\w+/]"
    r"|[^\s.]\.[^\W\d_][^\s.]"
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",
    re.IGNORECASE,
)


def septets_of(text: str) -> list[int]:
    """Return the septets of `text`, from the tables above."""
    escapes = {character: code for code, character in EXTENSION.items()}
    codes = []
    for character in text:
        codes += [0x1B, escapes[character]] if character in escapes else [ALPHABET.index(character)]
    return codes


NASTY = [
    *(
        "http",
        "https",
        "hthttp://",
        ":/",
        "/",
        "//",
        "://",
        "www.",
        ".",
        "...",
        ":",
        "@",
        "\\",
        "evil",
        "com",
        "cl",
    ),
    *("1", "192", ".168", ".0.1", "xn--", "mailto:", "tel:", "+", "-", "_", ",", ";", "'", '"', " ", "a"),
    *("．", "。", "․", "…", "：", "﹕", "／", "ｗｗｗ", "“", "”", "\u200b", "\u202e", "\u00ad", "\u0301"),
    *("é", "á", "ñ", "Ñ", "€", "{", "[", "~"),
]
nasty = st.lists(st.sampled_from(NASTY) | st.text(max_size=4), max_size=40).map("".join)
any_text = st.text(max_size=80) | nasty | st.text(st.sampled_from("aé €.,:/\"'"), max_size=200)
