"""Make web addresses in other people's words readable and not clickable."""

import re

_DOT = re.compile(r"(?<=[\w\]-])[.。．｡](?=[^\W\d_]{2})")
"""A dot within what mail programs take for a host name: `example.com`, and no number (`3.5`) or end of a sentence."""


def defang(text: str) -> str:
    """Return `text` with `https://fotos.example/a` as `https[:]//fotos[.]example/a`.

    Mail programs make links of plain text. Brackets show that something was done, survive copying, and are known from
    warnings about phishing; a character without width would look like the address, and take a reader there who copies
    it into a program that drops it.
    """
    return _DOT.sub("[.]", text.replace("://", "[:]//"))
