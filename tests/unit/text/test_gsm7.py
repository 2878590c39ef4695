"""SMS text against the tables of the standard, ugly real input, and what must hold for any input at all."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lazo.text.gsm7 import excerpt, fit_one_segment, gsm7_segment_count, septet_count, to_gsm7

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


def encoded(text: str) -> list[int]:
    """The septets of `text`, from the tables above."""
    escapes = {character: code for code, character in EXTENSION.items()}
    codes = []
    for character in text:
        codes += [0x1B, escapes[character]] if character in escapes else [ALPHABET.index(character)]
    return codes


def test_the_alphabet_has_its_landmarks_where_the_standard_has_them() -> None:
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


def test_every_character_costs_what_the_standard_says() -> None:
    costs = {}
    for character in map(chr, range(0x10000)):
        with suppress(ValueError):
            costs[character] = septet_count(character)
    one = dict.fromkeys(set(ALPHABET) - {ESCAPE}, 1)
    assert costs == {**one, **dict.fromkeys(EXTENSION.values(), 2)}
    with pytest.raises(ValueError, match=r"^U\+00E1 "):
        septet_count("más")


@pytest.mark.parametrize("text", ["Esperé 40 minutos", "¿10 €?", "a[1]", ""])
def test_septets_are_those_of_the_encoded_text(text: str) -> None:
    assert septet_count(text) == len(encoded(text))


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


def test_the_basic_set_and_the_euro_stay_as_they_are() -> None:
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
def test_text_comes_into_the_alphabet(text: str, plain: str) -> None:
    assert to_gsm7(text) == plain


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


@given(any_text)
def test_any_text_can_be_sent_and_is_changed_only_once(text: str) -> None:
    plain = to_gsm7(text)
    encoded(plain)
    assert to_gsm7(plain) == plain
    assert plain == " ".join(plain.split())


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
def test_gist(comment: str, room: int, expected: str) -> None:
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
def test_a_comment_brings_no_link(comment: str, expected: str) -> None:
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
def test_the_detector_of_links_detects(link: str) -> None:
    assert CLICKABLE.search(link)


@given(any_text, st.integers(0, 200))
@example("http://evil.com", 12)
@example("a.b.c.d.e.f.g.h", 8)
def test_a_gist_fits_and_is_plain(comment: str, room: int) -> None:
    short = excerpt(comment, room)
    assert len(encoded(short)) <= room
    assert '"' not in short
    assert not CLICKABLE.search(short)
    assert to_gsm7(short) == short
    assert short or room < 8 or not excerpt(comment, 10_000)


@given(st.data(), st.lists(any_text, min_size=1).map(" mala atención, ".join))
def test_a_gist_is_cut_at_the_last_word_that_fits(data: st.DataObject, comment: str) -> None:
    whole = excerpt(comment, 10_000)
    assume(len(encoded(whole)) > 8)
    room = data.draw(st.integers(8, len(encoded(whole)) - 1), label="room")
    short = excerpt(comment, room)
    assert short.endswith("...")
    kept = short.removesuffix("...")
    assert whole.startswith(kept)
    rest = whole[len(kept) :]
    next_word = re.match(r"[ ,;:.-]*[^ ]*?(?=[,;:.-]*(?: |$))", rest)
    assert next_word
    assert len(encoded(kept + next_word[0])) > room - 3
    in_a_word = not re.match(r"[,;:.-]*(?: |$)", rest)
    assert not (in_a_word and re.search(r"[^ ,;:.-][,;:.-]* ", kept))


def test_an_alert_as_a_manager_reads_it() -> None:
    message = fit_one_segment(
        "Plaza Norte, Caja 3: 2/10",
        "Esperé 40 minutos y nadie me atendió. La cajera hablaba por teléfono y cuando reclamé se rió.",
        LINK,
    )
    assert message == (
        'Plaza Norte, Caja 3: 2/10 "Esperé 40 minutos y nadie me atendio. La cajera hablaba por teléfono y..." '
        + LINK
    )
    # 25 for the head, 73 for the gist (with "cuando" it would be 80, and there are 76), 55 for the link, 4 between.
    assert len(encoded(message)) == 157


@pytest.mark.parametrize(
    ("head", "comment", "tail", "message"),
    [
        ("Centro: 0/10", "", LINK, f"Centro: 0/10 {LINK}"),
        ("Centro: 0/10", "👎", LINK, f"Centro: 0/10 {LINK}"),
        ("", "Malo", LINK, f'"Malo" {LINK}'),
        ("", "", LINK, LINK),
        ("São José", "Não", "", 'Sao José "Nao"'),
        # 160 - 119 - 1 - 25 = 15 for ' "..."' and the words: 12.
        (
            "Plaza Norte, Caja 3: 2/10",
            "Pésimo servicio",
            "x" * 119,
            'Plaza Norte, Caja 3: 2/10 "Pésimo..." ' + "x" * 119,
        ),
        # 7 are too few for a gist.
        ("Plaza Norte, Caja 3: 2/10", "Pésimo", "x" * 124, "Plaza Norte, Caja 3: 2/10 " + "x" * 124),
        # Then the head gives way.
        ("Plaza Norte, Caja 3: 2/10", "Pésimo", "x" * 134, "Plaza Norte, Caja 3: 2/10 " + "x" * 134),
        ("Plaza Norte, Caja 3: 2/10", "Pésimo", "x" * 135, "Plaza Norte, Caja 3... " + "x" * 135),
        ("Plaza Norte, Caja 3: 2/10", "Pésimo", "x" * 151, "Plaza... " + "x" * 151),
        ("Plaza Norte, Caja 3: 2/10", "Pésimo", "x" * 152, "x" * 152),
        ("Centro", "Pésimo", "x" * 153, "Centro " + "x" * 153),
        ("Centro", "Pésimo", "x" * 159, "x" * 159),
        ("Centro", "Pésimo", "x" * 160, "x" * 160),
    ],
)
def test_the_link_has_the_first_claim_on_the_room(head: str, comment: str, tail: str, message: str) -> None:
    assert fit_one_segment(head, comment, tail) == message


@pytest.mark.parametrize("tail", ["x" * 161, "€" * 81, "https://café.example/ã"])
def test_a_link_that_cannot_be_sent_is_refused(tail: str) -> None:
    with pytest.raises(ValueError, match=r"^(tail: 16|U\+00E3)"):
        fit_one_segment("Centro: 0/10", "Malo", tail)


@given(
    head=st.sampled_from(["", "Plaza Norte, Caja 3: 2/10", "Ñuñoa, Mesón 1: 0/10", "Łódź " * 40]),
    comment=any_text,
    tail=st.integers(24, 160).map(lambda length: f"https://lazo.example/f/{'x' * (length - 23)}"),
)
def test_every_alert_is_one_segment_with_one_link_at_its_end(head: str, comment: str, tail: str) -> None:
    message = fit_one_segment(head, comment, tail)
    assert len(encoded(message)) <= 160
    assert gsm7_segment_count(message) == 1
    assert message.endswith(tail)
    before = message.removesuffix(tail)
    assert before in ("", before.rstrip() + " ")
    assert not CLICKABLE.search(before)
    assert before.count('"') in (0, 2)


@given(head=st.text(max_size=80), comment=any_text, tail=st.text(st.sampled_from("ab€ñ /"), max_size=90))
def test_every_alert_fits_whatever_the_head(head: str, comment: str, tail: str) -> None:
    if len(encoded(tail)) > 160:
        with pytest.raises(ValueError, match="tail"):
            fit_one_segment(head, comment, tail)
    else:
        message = fit_one_segment(head, comment, tail)
        assert len(encoded(message)) <= 160
        assert message.endswith(tail)
