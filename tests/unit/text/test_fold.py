"""Folding text for comparing.

Expected values: CaseFolding.txt and the decompositions of UnicodeData.txt (Unicode 15.1), figures 3 to 6 of Unicode
Standard Annex 15, and words that customers and managers type.
"""

import unicodedata

import pytest

from lazo.followup.sms_keywords import parse_keyword
from lazo.phrases.deobfuscation import variants
from lazo.phrases.matching import tokens
from lazo.text.cleaning import fold
from lazo.text.name_masking import mask_names
from tests.builders import make_store


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("", ""),
        ("PÉSIMO Atención, Señor", "pesimo atencion, senor"),
        ("pe\u0301simo", "pesimo"),  # the accent written apart, as macOS does
        ("São João: açaí", "sao joao: acai"),
        ("STRASSE straße", "strasse strasse"),
        ("İSTANBUL ısı", "istanbul ısı"),  # the i without a dot is a letter of its own
        ("Ὀδυσσεύς ΟΔΥΣΣΕΥΣ", "οδυσσευσ οδυσσευσ"),
        ("ᾳ", "αι"),
        ("ＦＵＬＬ　ｗｉｄｔｈ １２３", "full width 123"),
        ("ﬁn ﬀ 5⁵ ½", "fin ff 55 1⁄2"),
        ("𝐏𝐞́𝐬𝐢𝐦𝐨 Ⓜⓐⓛ ℡", "pesimo mal tel"),
        ("re\u00adfund\u200b \u2060ok\ufeff", "refund ok"),
        ("Z̷̡̛a̶͜͝l̵̢͠g̸o", "zalgo"),
        ("👍🏽 ❤\ufe0f 👨\u200d👩\u200d👧", "👍🏽 ❤ 👨👩👧"),
        ("it's d’accord", "it's d’accord"),  # marks with a width stay
        ("\r\n\tA", "\r\n\ta"),
        ("Å \u212b A\u030a", "a a a"),
        ("ĳ Ǆ", "ij dz"),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded
    assert fold(unicodedata.normalize("NFC", typed)) == fold(unicodedata.normalize("NFD", typed))


def test_capitals_in_a_style_of_their_own_keep_their_case_where_asked() -> None:
    assert fold("𝐀na ℡ ™ É", styled=False) == "Ana TEL TM e"


def test_only_what_drop_is_true_of_goes() -> None:
    assert fold("so\u00adfá", drop=unicodedata.combining) == "so\u00adfa"
    assert fold("sofá", drop=lambda _: False) == "sofa\u0301"


class TestEachReaderKeepsItsOwnCorner:
    def test_a_soft_hyphen_parts_words_of_a_reply_but_not_of_a_comment(self) -> None:
        assert parse_keyword("ST\u00adOP") == "unknown"
        assert tokens("ST\u00adOP") == ["stop"]
        assert parse_keyword("ŚT\u0301OP") == "stop"

    def test_a_styled_capital_hides_neither_phrase_nor_name(self) -> None:
        assert tokens("𝐍ps") == ["nps"]
        assert variants("𝐍ps")[0].text == "nps"
        assert mask_names("Me atendió 𝐀na", make_store(), "es", "es") == "Me atendió [nombre]"

    def test_the_iota_below_is_a_letter_of_a_comment_only(self) -> None:
        assert tokens("a\u037a") == ["a", "ι"]
        assert variants("a\u037a")[0].text == "a "
