"""What our SMS say does not hang on an accent: a text that is too long for UCS-2 is sent without (á í ó ú ã õ ç)."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from lazo.text.gsm7 import to_gsm7
from lazo.translations import LANGUAGES, translations

PAIRS: Final = {
    "en": "",
    # Diccionario panhispánico de dudas, "Tilde": words that differ in the accent alone. Left out: question words ("qué
    # pasó" stays a question), and what keeps its accent in GSM-7 (é, ñ, ü).
    "es": """
        aún está están estás ésta hacía sí más mí tú sólo sería serías varía papá tenía sabía podía
    """,
    # Acordo Ortográfico de 1990, bases VIII to XI, and words that differ in a tilde or cedilla.
    "pt": """
        está estão estás dá pôr pôde só nós lá avó avô têm vêm país sábia sabiá secretária pára pôde
    """,
}
# A verb whose person or tense hangs on it: "llegó" (she arrived) and "llego" (I arrive); "llamará" and "llamara".
FORMS: Final = {
    "en": "(?!)",
    "es": r"\w*[^\Wi]ó|\w+ará[sn]?",
    "pt": r"\w+ará|\w+arás",
}
CATALOGS: Final = (
    "alerts",
    "customer_messages",
    "sms_replies",
    "sign_in",
    "address_link",
    "acknowledgement",
)
ALL_IN_SMS: Final = (
    ("alerts", ("told", "step")),
    ("first_steps", ("short",)),
    ("labels", ("themes",)),
    ("labels", ("urgency",)),
    ("labels", ("signals_counted",)),
    ("sms_replies", ("offer",)),
    ("sms_replies", ("about",)),
    ("sms_replies", ("answers",)),
    ("customer_messages", ("received", "next")),
    ("customer_messages", ("delay", "next")),
)


def lines_of(texts: Any, inside: bool) -> Iterator[str]:
    """Yield what stands below a key "sms"; with `inside` all."""
    if isinstance(texts, str):
        if inside:
            yield texts
    elif isinstance(texts, dict):
        for key, below in texts.items():
            if not key.startswith("email"):
                yield from lines_of(below, inside or key == "sms")


def sms_lines(language: str) -> list[str]:
    lines = [line for catalog in CATALOGS for line in lines_of(translations(catalog, language), inside=False)]
    for catalog, path in ALL_IN_SMS:
        texts: Any = translations(catalog, language)
        for key in path:
            texts = texts[key]
        lines += lines_of(texts, inside=True)
    texts = translations("customer_messages", language)
    kept = texts["kept"]
    return [
        *lines,
        texts["greeting"],
        texts["greeting_named"],
        kept["done"],
        kept["done_unnamed"],
        kept["sorry"],
    ]


def changed_words(line: str, language: str) -> list[str]:
    """Return the words that mean something else once their accents are lost."""
    words = re.findall(r"\w+", line.lower().replace("a más tardar", ""))  # cannot be taken for another phrase
    lost = [word for word in words if to_gsm7(word) != word]
    return [w for w in lost if w in PAIRS[language].split() or re.fullmatch(FORMS[language], w)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sms_of_ours_means_something_else_without_accents(language: str) -> None:
    lines = sms_lines(language)
    assert len(lines) > 100
    assert {line: found for line in lines if (found := changed_words(line, language))} == {}


@pytest.mark.parametrize(
    ("line", "language", "found"),
    [
        ("El caso pasó a tu jefatura", "es", ["pasó"]),
        ("Ana no llegó; está lejos y no recibirás más", "es", ["llegó", "está", "más"]),
        ("Te llamará mañana. Venció el plazo; subió", "es", ["llamará"]),
        ("Ainda não está resolvido, só amanhã", "pt", ["está", "só"]),
        ("É seu, João: você já atendeu", "pt", []),
        ("We are at the café", "en", []),
    ],
)
def test_words_that_change_are_found(line: str, language: str, found: list[str]) -> None:
    assert changed_words(line, language) == found
