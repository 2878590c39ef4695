"""Patterns of answers that were begged for or made up."""

from datetime import UTC, datetime, timedelta

from lazo.insight.stuffing_signs import AnswerTrace, stuffing_signs

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def trace(second: int, score: int = 10, device: str | None = None, network: str | None = None) -> AnswerTrace:
    return AnswerTrace(NOON + timedelta(seconds=second), score, device, network)


def test_five_tens_in_a_minute_show() -> None:
    assert stuffing_signs([trace(s) for s in (60, 0, 15, 30, 45)]) == {"tens_in_a_minute": 5}
    assert stuffing_signs([trace(s) for s in (0, 10, 20, 30, 40, 50, 70)]) == {"tens_in_a_minute": 7}
    assert stuffing_signs([trace(s) for s in (0, 16, 31, 46, 61)]) == {}
    assert stuffing_signs([trace(s) for s in (0, 10, 20, 30)]) == {}


def test_another_score_among_them_ends_the_row() -> None:
    assert stuffing_signs([trace(0), trace(5), trace(10, score=8), trace(15), trace(20), trace(25)]) == {}
    six = [trace(0), trace(1, score=0), *(trace(s) for s in (10, 20, 30, 40, 50))]
    assert stuffing_signs(six) == {"tens_in_a_minute": 5}


def test_a_device_that_answers_again_and_again_shows() -> None:
    one = [trace(600 * n, score=n, device="a") for n in range(4)]
    family = [trace(600 * n, score=n, device="b") for n in range(3)]
    unknown = [trace(600 * n, score=n) for n in range(9)]
    assert stuffing_signs(one + family + unknown) == {"one_device": 4}


def test_the_network_of_the_staff_shows() -> None:
    answers = [trace(600 * n, score=n, network="back office") for n in range(3)]
    assert stuffing_signs(answers, frozenset({"back office"})) == {"staff_network": 3}
    assert stuffing_signs(answers[:2], frozenset({"back office"})) == {}
    assert stuffing_signs(answers) == {}
