"""Score, comment and reasons that a customer sends.

Expected values: Unicode Standard Annex 15 (figures 3 and 4) for NFC.
"""

import contextlib
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.errors import Problem, Rejected
from lazo.survey.submission import SUBMISSION, submission_from_form, submission_from_json
from lazo.text.cleaning import clean
from tests.unit.survey.submissions import ANY_TEXT, OFFER, problem_codes, submission_of


@pytest.mark.parametrize("score", range(11))
def test_scores_are_0_to_10(score: int) -> None:
    assert submission_from_json({"score": score}, OFFER).score == score
    assert submission_from_form({"score": [str(score)]}, OFFER).score == score


@pytest.mark.parametrize("score", [-1, 11, 10**400, 7.5, 7.0, 1e1, "7", "7 ", "", True, False, [7], {"7": 7}])
def test_nothing_else_is_a_score_in_json(score: Any) -> None:
    assert problem_codes({"score": score}) == {"score": "score_invalid"}


@pytest.mark.parametrize(
    "score",
    ["7 ", " 7", "07", "+7", "-0", "7.0", "7.5", "1e1", "11", "-1", "٣", "７", "²", "true", "None", "\x007"],
)
def test_nothing_else_is_a_score_in_a_form(score: str) -> None:
    with pytest.raises(Rejected, match=r"^score_invalid$"):
        submission_from_form({"score": [score]}, OFFER)


@pytest.mark.parametrize("fields", [{}, {"score": [""]}])
def test_a_form_without_a_score_asks_for_one(fields: dict[str, list[str]]) -> None:
    with pytest.raises(Rejected, match=r"^score_required$"):
        submission_from_form(fields, OFFER)


def test_a_score_given_twice_is_refused() -> None:
    with pytest.raises(Rejected, match=r"^score_invalid$"):
        submission_from_form({"score": ["3", "9"]}, OFFER)


def test_null_is_the_same_as_absent() -> None:
    names = ("comment", "reasons", "name", "phone", "email", "consent", "answer_id", "signature", "remark")
    assert submission_of(**dict.fromkeys(names)) == submission_of()
    assert problem_codes({"score": None}) == {"score": "score_required"}


def test_unknown_fields_are_ignored() -> None:
    assert submission_of(colour="blue", lang="es") == submission_of()


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
    assert submission_of(comment=text).comment == kept


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"])))
def test_a_comment_without_oddities_is_only_normalized(text: str) -> None:
    assert submission_of(comment=text).comment == unicodedata.normalize("NFC", text).strip()


@pytest.mark.parametrize("letter", ["a", "é", "e\u0301", "語", "😀"])
def test_a_comment_has_at_most_2000_characters(letter: str) -> None:
    assert len(submission_of(comment=letter * 2000).comment) == 2000
    assert problem_codes({"comment": letter * 2001}) == {"comment": "comment_too_long"}


def test_a_line_end_of_a_form_counts_once() -> None:
    text = "a\r\n" * 999
    assert len(submission_from_form({"score": ["1"], "comment": [text + "bc"]}, OFFER).comment) == 2000
    with pytest.raises(Rejected, match=r"^comment_too_long$"):
        submission_from_form({"score": ["1"], "comment": [text + "bcd"]}, OFFER)


@pytest.mark.parametrize("reasons", [[], ["price"], ["service", "price"]])
def test_known_reasons_are_kept_in_their_order(reasons: list[str]) -> None:
    assert submission_of(reasons=reasons).reasons == reasons
    assert submission_from_form({"score": ["1"], "reasons": reasons}, OFFER).reasons == reasons


@pytest.mark.parametrize(
    "reasons", [["price", "price"], ["colour"], ["price", ""], "price", {"price": 1}, [1], [["price"]]]
)
def test_other_reasons_are_refused(reasons: Any) -> None:
    assert problem_codes({"reasons": reasons}) == {"reasons": "reasons_invalid"}


def test_all_problems_are_reported_in_the_order_of_the_survey() -> None:
    body = {
        "email": "x", "phone": "1", "name": "n" * 81, "comment": "c" * 2001, "reasons": ["x"], "score": 11,
    }  # fmt: skip
    with pytest.raises(Rejected) as refused:
        submission_from_json(body, OFFER)
    assert refused.value.problems == (
        Problem("score_invalid", "score"),
        Problem("reasons_invalid", "reasons"),
        Problem("comment_too_long", "comment"),
        Problem("name_too_long", "name"),
        Problem("phone_invalid", "phone"),
        Problem("email_invalid", "email"),
        Problem("consent_required", "consent"),
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from([rule.name for rule in SUBMISSION])
submission_of(phone="+56922345671", email="ana@example.com", consent=True)
"""Loads the heavy packages: Hypothesis must not count that as the time of its first example."""


@given(st.dictionaries(FIELDS, JSON))
def test_any_json_is_a_submission_or_refused_with_reasons(body: dict[str, Any]) -> None:
    with contextlib.suppress(Rejected):
        sent = submission_from_json(body, OFFER)
        assert sent.score in range(11)
        assert not (sent.phone or sent.email) or sent.consent


@given(st.dictionaries(FIELDS, st.lists(ANY_TEXT, min_size=1, max_size=3)))
def test_any_form_is_a_submission_or_refused_with_reasons(fields: dict[str, list[str]]) -> None:
    with contextlib.suppress(Rejected):
        assert submission_from_form(fields, OFFER).score in range(11)
