"""The GSM-7 alphabet against the tables of the standard, real input, and properties of any input."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given

from lazo.text.gsm7 import (
    gsm7_segment_count,
    segment_count,
    septet_count,
    spell_for_sms,
    to_gsm7,
)
from tests.unit.text.gsm7_tables import (
    ALPHABET,
    ESCAPE,
    EXTENSION,
    any_text,
    septets_of,
)


def test_the_alphabet_has_the_order_of_the_standard() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 128
    landmarks = {
        0x00: "@",
        0x09: "Ç",
        0x1B: ESCAPE,
        0x20: " ",
        0x24: "¤",
        0x41: "A",
        0x5D: "Ñ",
        0x60: "¿",
        0x7F: "à",
    }
    assert {code: ALPHABET[code] for code in landmarks} == landmarks


def test_septets_of_every_character() -> None:
    costs = {}
    for character in map(chr, range(0x10000)):
        with suppress(ValueError):
            costs[character] = septet_count(character)
    one = dict.fromkeys(set(ALPHABET) - {ESCAPE}, 1)
    assert costs == {**one, **dict.fromkeys(EXTENSION.values(), 2)}
    with pytest.raises(ValueError, match=r"^U\+00E1 "):
        septet_count("más")


@pytest.mark.parametrize("text", ["Esperé 40 minutos", "¿10 €?", "a[1]", ""])
def test_septets_of_a_text(text: str) -> None:
    assert septet_count(text) == len(septets_of(text))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # 76 of them are 152 septets, and the 77th must not be split (TS 23.040, 9.2.3.24.1).
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
    ],
)
def test_segments(text: str, count: int) -> None:
    assert gsm7_segment_count(text) == count


def test_the_basic_set_and_the_euro_are_unchanged() -> None:
    written = ALPHABET.replace(ESCAPE, "").replace("\n", "").replace("\r", "").replace(" ", "") + "€"
    assert to_gsm7(written) == written


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        # Spanish, Portuguese, English as people write them.
        ("Esperé 40 minutos y nadie vino. ¡Pésimo!", "Esperé 40 minutos y nadie vino. ¡Pésimo!"),
        ("¿Así atienden? Ñandú, pingüino, ÁÉÍÓÚ áéíóú", "¿Asi atienden? Ñandu, pingüino, AÉIOU aéiou"),
        ("A moça não pôs açaí; três cafés à mão, João", "A moca nao pos acai; tres cafés à mao, Joao"),
        ("ÃÕÂÊÔÇ ãõâêôç ÀÈÌÒÙ àèìòù", "AOAEOÇ aoaeoc AEIOU àèìòù"),
        ("It’s “fine” — I guess…", 'It\'s "fine" - I guess...'),
        ("«caro» „schlecht“ ‹x› 5′ 6″ ´tilde` ", "\"caro\" \"schlecht\" 'x' 5' 6\" 'tilde'"),
        ("10–15 min ‑ 3−1 ‒ 〜 ﹣", "10-15 min - 3-1 - - -"),
        # Precomposed and decomposed are the same.
        (unicodedata.normalize("NFD", "Señor, güero, café, açaí"), "Señor, güero, café, acai"),
        # White space of all kinds, controls, marks of direction, zero-width characters.
        ("dos\u00a0lineas\r\n\r\n\ty\u2003más\u2028\u3000aquí  ", "dos lineas y mas aqui"),
        ("a\u202eb\u2066c\u200fd\u200be\u00adf\ufeffg\x00h\x1bi\x7fj", "abcdefghij"),
        ("\ud83d x \U0010ffff \ue000", "x"),
        # Emoji drop, keycaps and styled letters read on.
        ("Pésimo 😡👎🏽 nunca más 👨‍👩‍👧 🇨🇱❤️", "Pésimo nunca mas"),
        ("1️⃣ estrella ⭐ de 5️⃣", "1 estrella de 5"),
        ("𝐇𝐨𝐥𝐚 ｆｕｌｌ ①② ﬁn", "Hola full 12 fin"),
        ("z̷̢̛a̸l̵g̶o̷", "zalgo"),
        # Signs.
        ("2½ h, ½ kg, 20 m², nº 5, N° 5, 1ª vez, 25 ℃", "2 1/2 h, 1/2 kg, 20 m2, no 5, No 5, 1a vez, 25 oC"),
        ("10 €, £5, ¥5, R$ 5, 5 ¢, ¤", "10 €, £5, ¥5, R$ 5, 5 c, ¤"),
        ("[a] {b} c~d e\\f g|h i^j `k`", "(a) (b) c-d e/f g-h ij 'k'"),
        ("Lazo™ ©2026 ® × ± → • punto·medio", "LazoTM (c)2026 (R) x +/- -> - punto-medio"),
        # Other languages in Latin letters.
        (
            "Łódź, đak, œuvre, Œuf, straße, smørrebrød, Ærø",
            "Lodz, dak, oeuvre, OEuf, straße, smørrebrød, Ærø",
        ),
        ("İstanbul ılık Əli", "Istanbul ilik Eli"),
        ("Þór ðð ħ ŧ ŋ ĳ ǆ Việt Nam ơ ư ș ț ő ű č ž", "Thor dd h t ng ij dz Viet Nam o u s t o u c z"),
        # Other scripts have no place; the alphabet's Greek capitals do.
        ("Очень плохо", ""),
        ("很差 ひどい سيئ रद्दी", ""),
        ("bad плохо bad", "bad bad"),
        ("Ω Δ α", "Ω Δ"),
        ("", ""),
    ],
)
def test_text_is_converted_to_the_alphabet(text: str, plain: str) -> None:
    assert to_gsm7(text) == plain


@given(any_text)
def test_any_text_can_be_sent_and_conversion_is_idempotent(text: str) -> None:
    plain = to_gsm7(text)
    septets_of(plain)
    assert to_gsm7(plain) == plain
    assert plain == " ".join(plain.split())


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("¿Qué pasó? Él está aquí", "¿Qué pasó? Él está aquí"),
        ("“Ação” —\nmás…  ½", '"Ação" - más... 1/2'),
        ("á" * 70, "á" * 70),
        ("á" * 71, "a" * 71),  # would be two segments of UCS-2
        ("á" + "x" * 160, "a" + "x" * 160),  # 161: two segments of GSM-7, three of UCS-2
        ("á" + "x" * 133, "a" + "x" * 133),  # 134: two of UCS-2, one of GSM-7
        ("sin tilde", "sin tilde"),
        ("más 👍", "más 👍"),
        ("Ελλάδα", "Ελλάδα"),
        (unicodedata.normalize("NFD", "más"), "más"),
        ("más\u200b\u202e", "más"),
        ("ﬁn ｆ 1ª más", "fin f 1a más"),
    ],
)
def test_accents_stay_where_they_cost_no_segment(text: str, sent: str) -> None:
    assert spell_for_sms(text) == sent


@given(any_text)
def test_accents_never_cost_a_segment(text: str) -> None:
    sent = spell_for_sms(text)
    assert spell_for_sms(sent) == sent
    if segment_count(sent) > gsm7_segment_count(to_gsm7(text)):
        assert any(not to_gsm7(character) for character in sent)  # an emoji or another script
