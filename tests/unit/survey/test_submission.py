"""What a customer may send.

Expected values: Unicode Standard Annex 15 (figures 3 and 4) for NFC; ITU-T E.164 and the national numbering plans for
phones (Ofcom's numbers for drama, Subtel's and Anatel's nine digits for mobiles); RFC 5321 and 5322 for e-mail.
"""

import contextlib
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lazo import translations
from lazo.errors import Problem, Rejected
from lazo.phrases.theme_rules import THEMES
from lazo.survey.fields import SurveyOffer
from lazo.survey.submission import Submission, submission_from_form, submission_from_json
from lazo.text import contact_details
from lazo.text.cleaning import clean

ASKED = SurveyOffer(frozenset({"price", "service"}), "CL")
DATA = Path(translations.__file__).parent / "data" / "survey"
LANGUAGES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in DATA.glob("*.toml")}


def codes(body: dict[str, Any], asked: SurveyOffer = ASKED) -> dict[str | None, str]:
    """What is wrong with a JSON body, by field; {} when nothing is."""
    try:
        submission_from_json({"score": 5, **body}, asked)
    except Rejected as refused:
        return {problem.field: problem.code for problem in refused.problems}
    return {}


def read(**body: Any) -> Submission:
    return submission_from_json({"score": 5, **body}, ASKED)


@pytest.mark.parametrize("score", range(11))
def test_a_score_from_0_to_10_is_one(score: int) -> None:
    assert submission_from_json({"score": score}, ASKED).score == score
    assert submission_from_form({"score": [str(score)]}, ASKED).score == score


@pytest.mark.parametrize("score", [-1, 11, 10**400, 7.5, 7.0, 1e1, "7", "7 ", "", True, False, [7], {"7": 7}])
def test_nothing_else_is_a_score_in_json(score: Any) -> None:
    assert codes({"score": score}) == {"score": "score_invalid"}


@pytest.mark.parametrize(
    "score",
    ["7 ", " 7", "07", "+7", "-0", "7.0", "7.5", "1e1", "11", "-1", "٣", "７", "²", "true", "None", "\x007"],
)
def test_nothing_else_is_a_score_in_a_form(score: str) -> None:
    with pytest.raises(Rejected, match=r"^score_invalid$"):
        submission_from_form({"score": [score]}, ASKED)


@pytest.mark.parametrize("fields", [{}, {"score": [""]}])
def test_a_form_without_a_score_asks_for_one(fields: dict[str, list[str]]) -> None:
    with pytest.raises(Rejected, match=r"^score_required$"):
        submission_from_form(fields, ASKED)


def test_a_score_given_twice_is_none() -> None:
    with pytest.raises(Rejected, match=r"^score_invalid$"):
        submission_from_form({"score": ["3", "9"]}, ASKED)


def test_null_is_the_same_as_absent() -> None:
    names = ("comment", "reasons", "name", "phone", "email", "consent", "answer_id", "signature", "website")
    assert read(**dict.fromkeys(names)) == read()
    assert codes({"score": None}) == {"score": "score_required"}


def test_unknown_fields_are_ignored() -> None:
    assert read(colour="blue", lang="es") == read()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("e\u0301", "\u00e9"),
        ("\u212b", "\u00c5"),  # ANGSTROM SIGN
        ("\u1e9b\u0323", "\u1e9b\u0323"),
        ("s\u0323\u0307", "\u1e69"),
        ("e\x00\u0301", "\u00e9"),  # what is dropped must not keep apart what belongs together
        ("a\r\nb\rc\nd\u2028e\u2029f\x85g\x0bh\x0ci", "a\nb\nc\nd\ne\nf\ng\nh\ni"),
        ("a\tb", "a b"),
        ("  \n hola \n ", "hola"),
        ("\x00a\x1bb\x7fc\x9fd", "abcd"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("\u200fשלום\u200e", "\u200fשלום\u200e"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("\ud83d cut", "cut"),
        ("¡Pésimo! ñandú", "¡Pésimo! ñandú"),
    ],
)
def test_free_text_is_kept_clean(text: str, kept: str) -> None:
    assert clean(text) == kept
    assert read(comment=text).comment == kept


ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too


@given(ANY_TEXT)
@example("\r\x00\n")
def test_clean_text_is_nfc_has_no_controls_and_stays_as_it_is(text: str) -> None:
    kept = clean(text)
    assert unicodedata.is_normalized("NFC", kept)
    assert {unicodedata.category(c) for c in kept.replace("\n", "")}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert clean(kept) == kept


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"])))
def test_a_comment_without_oddities_is_only_normalized(text: str) -> None:
    assert read(comment=text).comment == unicodedata.normalize("NFC", text).strip()


@pytest.mark.parametrize("letter", ["a", "é", "e\u0301", "語", "😀"])
def test_a_comment_has_at_most_2000_characters(letter: str) -> None:
    assert len(read(comment=letter * 2000).comment) == 2000
    assert codes({"comment": letter * 2001}) == {"comment": "comment_too_long"}


def test_a_line_end_of_a_form_counts_once() -> None:
    text = "a\r\n" * 999
    assert len(submission_from_form({"score": ["1"], "comment": [text + "bc"]}, ASKED).comment) == 2000
    with pytest.raises(Rejected, match=r"^comment_too_long$"):
        submission_from_form({"score": ["1"], "comment": [text + "bcd"]}, ASKED)


@pytest.mark.parametrize("reasons", [[], ["price"], ["service", "price"]])
def test_known_reasons_are_kept_in_their_order(reasons: list[str]) -> None:
    assert read(reasons=reasons).reasons == reasons
    assert submission_from_form({"score": ["1"], "reasons": reasons}, ASKED).reasons == reasons


@pytest.mark.parametrize(
    "reasons", [["price", "price"], ["colour"], ["price", ""], "price", {"price": 1}, [1], [["price"]]]
)
def test_other_reasons_are_refused(reasons: Any) -> None:
    assert codes({"reasons": reasons}) == {"reasons": "reasons_invalid"}


def test_a_name_is_one_line_of_at_most_80_characters() -> None:
    assert read(name=" Ana\n\tMaría \u202e ").name == "Ana María"
    assert read(name=" \n ").name is None
    assert read(name="ñ" * 80).name == "ñ" * 80
    assert codes({"name": "n" * 81}) == {"name": "name_too_long"}


def test_a_name_needs_no_consent() -> None:
    assert read(name="Ana", phone="", email=" ").consent is False


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("CL", "9 2234 5671", "+56922345671"),
        ("CL", "+56 9 2234 5671", "+56922345671"),
        ("CL", "56922345671", "+56922345671"),
        ("CL", "(2) 2123-4567", "+56221234567"),
        ("CL", "٩٢٢٣٤٥٦٧١", "+56922345671"),
        ("CL", "+44 7700 900123", "+447700900123"),
        ("GB", "07700 900123", "+447700900123"),
        ("CL", "9 1234 5678", "+56912345678"),  # a range that the list of ranges does not have
        ("CL", "56 9 1234 5678", "+56912345678"),
        ("BR", "55 99123-4567", "+5555991234567"),  # 55 is the country, and an area in it
        ("US", "1 (202) 555-0123", "+12025550123"),
        ("GB", "020 7946 0958", "+442079460958"),
        ("BR", "(11) 96123-4567", "+5511961234567"),
        ("AR", "011 15-2345-6789", "+5491123456789"),
    ],
)
def test_a_phone_becomes_e164_in_the_store_s_country(country: str, typed: str, kept: str) -> None:
    asked = SurveyOffer(frozenset(), country)
    assert submission_from_json({"score": 1, "phone": typed, "consent": True}, asked).phone == kept


@pytest.mark.parametrize(
    "phone", ["123", "no", "+", "+999 1234", "9223456710000", "22345671", "\ud800 1", "0" * 40]
)
def test_what_is_no_phone_is_refused(phone: str) -> None:
    assert codes({"phone": phone, "consent": True}) == {"phone": "phone_invalid"}


@pytest.mark.parametrize("nothing", ["", " ", "\x00", "\u202e\n"])
def test_an_empty_field_is_no_contact(nothing: str) -> None:
    sent = read(phone=nothing, email=nothing, name=nothing)
    assert (sent.phone, sent.email, sent.name) == (None, None, None)


def test_a_phone_has_an_end() -> None:
    assert codes({"phone": "9" * 41, "consent": True}) == {"phone": "phone_too_long"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana.Paz+x@EXAMPLE.com", "Ana.Paz+x@example.com"),
        (" ana@example.com\n", "ana@example.com"),
        ("ana@MÜNCHEN.example", "ana@münchen.example"),
    ],
)
def test_an_email_keeps_its_name_and_lowers_its_domain(typed: str, kept: str) -> None:
    assert read(email=typed, consent=True).email == kept


@pytest.mark.parametrize(
    "email",
    [
        "ana",
        "ana@",
        "@example.com",
        "a na@example.com",
        "ana@example",
        "ana@@example.com",
        "ana@exam_ple.com",
        "a..b@example.com",
        "ana@-example.com",
        "Ana <ana@example.com>",
        "ana@[127.0.0.1]",
        "ana@example.com, b@example.com",
        f"{'a' * 65}@example.com",
    ],
)
def test_what_is_no_email_is_refused(email: str) -> None:
    assert codes({"email": email, "consent": True}) == {"email": "email_invalid"}


def test_an_email_has_at_most_254_characters() -> None:
    assert codes({"email": "a@" + "b." * 130 + "com", "consent": True}) == {"email": "email_too_long"}


@pytest.mark.parametrize("contact", [{"phone": "922345671"}, {"email": "ana@example.com"}])
@pytest.mark.parametrize("consent", [{}, {"consent": False}, {"consent": None}])
def test_a_way_to_be_reached_needs_consent(contact: dict[str, str], consent: dict[str, Any]) -> None:
    assert codes(contact | consent) == {"consent": "consent_required"}
    assert codes(contact | {"consent": True}) == {}


@pytest.mark.parametrize("consent", ["yes", "true", 1, 0, "", []])
def test_consent_in_json_is_true_or_false(consent: Any) -> None:
    assert codes({"consent": consent, "phone": "922345671"}) == {"consent": "consent_invalid"}


def test_a_ticked_box_of_a_form_is_consent_whatever_its_value() -> None:
    fields = {"score": ["1"], "phone": ["922345671"], "name": [""]}
    assert submission_from_form({**fields, "consent": ["on"]}, ASKED).consent is True
    with pytest.raises(Rejected, match=r"^consent_required$"):
        submission_from_form(fields, ASKED)


def test_everything_wrong_is_told_at_once_in_the_survey_s_order() -> None:
    body = {
        "email": "x", "phone": "1", "name": "n" * 81, "comment": "c" * 2001, "reasons": ["x"], "score": 11,
    }  # fmt: skip
    with pytest.raises(Rejected) as refused:
        submission_from_json(body, ASKED)
    assert refused.value.problems == (
        Problem("score_invalid", "score"),
        Problem("reasons_invalid", "reasons"),
        Problem("comment_too_long", "comment"),
        Problem("name_too_long", "name"),
        Problem("phone_invalid", "phone"),
        Problem("email_invalid", "email"),
        Problem("consent_required", "consent"),
    )


@pytest.mark.parametrize(
    ("phone", "email", "known_as"),
    [
        ("+56922345671", "ana@example.com", "phone:+56922345671"),
        (None, "Ana@example.com", "email:ana@example.com"),
        (None, None, None),
    ],
)
def test_a_customer_is_known_by_phone_else_by_email(
    phone: str | None, email: str | None, known_as: str | None
) -> None:
    assert contact_details.contact_identity(phone, email) == known_as


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(list(Submission.model_fields))
read(phone="+56922345671", email="ana@example.com", consent=True)
"""Loads the heavy packages: Hypothesis must not count that as the time of its first example."""


@given(st.dictionaries(FIELDS, JSON))
def test_any_json_is_a_submission_or_refused_with_reasons(body: dict[str, Any]) -> None:
    with contextlib.suppress(Rejected):
        sent = submission_from_json(body, ASKED)
        assert sent.score in range(11)
        assert not (sent.phone or sent.email) or sent.consent


@given(st.dictionaries(FIELDS, st.lists(ANY_TEXT, min_size=1, max_size=3)))
def test_any_form_is_a_submission_or_refused_with_reasons(fields: dict[str, list[str]]) -> None:
    with contextlib.suppress(Rejected):
        assert submission_from_form(fields, ASKED).score in range(11)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reasons_to_tick_are_the_themes(language: str) -> None:
    assert set(LANGUAGES[language]["reasons"]) == set(THEMES)


def test_the_languages_have_the_same_words_in_the_same_order() -> None:
    def shape(words: dict[str, Any]) -> dict[str, list[str]]:
        return {part: list(texts) for part, texts in words.items()}

    assert set(LANGUAGES) == {"es", "en", "pt"}
    assert shape(LANGUAGES["es"]) == shape(LANGUAGES["en"]) == shape(LANGUAGES["pt"])
    assert len({words["consent"]["version"] for words in LANGUAGES.values()}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_filled_in(language: str) -> None:
    known = {"shop": "", "count": ""}
    for part, texts in LANGUAGES[language].items():
        for name, text in texts.items():
            assert text.strip() == text != "", f"{part}.{name}"
            text.format(**known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_read_no_word_of_the_trade(language: str) -> None:
    forbidden = ("nps", "detractor", "detrator", "promotor", "promoter", "pasivo", "passive", "passivo")
    shown = str(LANGUAGES[language]).lower()
    assert [word for word in forbidden if word in shown] == []
