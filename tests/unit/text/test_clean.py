"""Cleaning of any free text."""

import unicodedata

from hypothesis import example, given

from lazo.text.cleaning import clean
from tests.unit.survey.submissions import ANY_TEXT


@given(ANY_TEXT)
@example("\r\x00\n")
def test_clean_text_is_nfc_without_controls_and_stable(text: str) -> None:
    kept = clean(text)
    assert unicodedata.is_normalized("NFC", kept)
    assert {unicodedata.category(c) for c in kept.replace("\n", "")}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert clean(kept) == kept
