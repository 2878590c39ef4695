"""The rules say what models of pydantic say: the same values, or the same codes by field in the same order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.errors import Rejected
from lazo.field_rules import read_fields
from lazo.survey.submission import SUBMISSION, TAP, tap_from_json
from tests.unit.survey.submission_by_pydantic import SubmissionModel, TapModel, read
from tests.unit.survey.submissions import ANY_TEXT, OFFER

ODD: Any = st.one_of(
    st.booleans(),
    st.integers(-2, 12),
    st.floats(),
    st.sampled_from([2**53, 10**37, "", "0", "true", [], {}, [1], ["price", None], {"price": 1}]),
    ANY_TEXT,
    st.lists(ANY_TEXT, max_size=3),
)
FITTING: dict[str, Any] = {
    "score": st.integers(0, 10),
    "reasons": st.lists(st.sampled_from(["price", "service"]), max_size=3),
    "comment": st.one_of(ANY_TEXT, st.sampled_from(["a" * 2000, "a" * 2001, "é\u0301" * 1100])),
    "name": st.sampled_from(["Rosa Vidal", " ", "n" * 80, "n" * 81, "\ud83d"]),
    "phone": st.sampled_from(["+56 9 2234 5679", "9 2234 5679", "1", "", "2" * 41, " \n"]),
    "email": st.sampled_from(["rosa@example.com", "rosa", "ñ@example.com", "r@" + "e" * 260, "\x00"]),
    "consent": st.booleans(),
    "improved": st.sampled_from(["yes", "little", "no", "YES", ""]),
    "answer_id": ANY_TEXT,
    "signature": ANY_TEXT,
    "remark": ANY_TEXT,
    "colour": ANY_TEXT,
    "tapped_at": st.sampled_from([0, 2**53 - 1, 2**53, -1]),
    "left": st.booleans(),
}
BODIES = st.fixed_dictionaries({}, optional={name: fitting | ODD for name, fitting in FITTING.items()})


def without_nulls(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


@given(BODIES)
def test_a_submission_is_read_as_pydantic_reads_it(body: dict[str, Any]) -> None:
    values, problems = read_fields(SUBMISSION, without_nulls(body), OFFER)
    expected, codes = read(SubmissionModel, without_nulls(body), OFFER)
    assert list(problems.items()) == list(codes.items())
    if not codes:
        assert {**values, "reasons": list(values["reasons"])} == expected


@given(BODIES)
def test_a_tap_is_read_as_pydantic_reads_it(body: dict[str, Any]) -> None:
    values, problems = read_fields(TAP, body)
    expected, codes = read(TapModel, body)
    assert list(problems.items()) == list(codes.items())
    if not codes:
        assert values == expected


@pytest.mark.parametrize("body", [{"score": 11}, {"score": 3, "tapped_at": -1}, {"score": 3, "left": 1}])
def test_a_tap_with_a_wrong_field_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        tap_from_json(body)
