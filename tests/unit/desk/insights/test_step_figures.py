"""Times of steps in words, and whether a store is faster than its brand."""

from datetime import timedelta

import pytest

from desk.insights.step_figures import (
    duration_text,
    never_sentence,
    pace_sentences,
    recovery_sentences,
    step_rows,
)
from lazo.insight.case_figures import CaseFigures
from lazo.insight.step_comparison import compare_steps
from lazo.insight.step_times import StepTimes
from lazo.insight.time_buckets import bucket_of
from lazo.translations import LANGUAGES, translations

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def times(*took: tuple[timedelta, int], in_time: int = 0, never: int = 0) -> StepTimes:
    return StepTimes({bucket_of(each): n for each, n in took}, in_time, never)


@pytest.mark.parametrize(
    ("took", "said"),
    [
        (timedelta(seconds=20), "< 1 min"),
        (90 * MINUTE, "90 min"),
        (3 * HOUR, "3 h"),
        (timedelta(days=4), "4 días"),
        (None, ""),
        (timedelta(minutes=5, seconds=48), "6 min"),
        (timedelta(hours=2, minutes=50), "3 h"),
        (timedelta(hours=60, minutes=1), "3 días"),
    ],
)
def test_a_time_in_words(took: timedelta | None, said: str) -> None:
    assert duration_text(took, "es") == said


def test_a_row_counts_those_who_were_never_answered() -> None:
    """Of 20 cases 11 took an hour, 5 took ten, 4 never got there: the 10th is within an hour, the 18th never."""
    figures = CaseFigures(
        {
            "alerted": times((MINUTE, 20)),
            "contacted": times((HOUR, 11), (10 * HOUR, 5), in_time=12, never=4),
        }
    )
    alerted, contacted = step_rows(figures, "en")
    assert (alerted.step, alerted.in_time, alerted.n, alerted.is_enough) == ("alerted", None, 20, True)
    assert contacted.half in {f"{n} min" for n in range(57, 64)}
    assert contacted.most == ""
    assert contacted.in_time is not None
    assert (contacted.in_time.hits, contacted.in_time.n, contacted.never) == (12, 20, 4)
    assert never_sentence(figures, "en") == "4 customers of 20 never got an answer."
    assert never_sentence(CaseFigures(), "en") == ""


def test_a_store_is_faster_only_if_the_intervals_of_both_medians_do_not_meet() -> None:
    """Of 20 the median's interval reaches from the 6th to the 15th (Hahn and Meeker, table A.15a)."""
    brand = times((10 * MINUTE, 10), (HOUR, 80), (5 * HOUR, 10))
    assert compare_steps(times((5 * MINUTE, 20)), brand).pace == "faster"
    assert compare_steps(times((5 * HOUR, 20)), brand).pace == "slower"
    assert compare_steps(times((MINUTE, 4), never=16), brand).pace == "slower"
    assert compare_steps(times((5 * MINUTE, 14), (HOUR, 6)), brand).pace == "unclear"
    assert compare_steps(times((5 * MINUTE, 15), (HOUR, 5)), brand).pace == "faster"
    assert compare_steps(times((5 * MINUTE, 19)), brand).pace == "too_few"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_name_what_is_compared(language: str) -> None:
    words = translations("insights_team", language)["step"]
    fast = CaseFigures({"contacted": times((5 * MINUTE, 20)), "taken_on": times((MINUTE, 3))})
    brand = CaseFigures({"contacted": times((HOUR, 200)), "taken_on": times((MINUTE, 200))})
    (sentence,) = pace_sentences(fast, brand, words, language)
    assert words["contacted"] in sentence
    assert "5 min" in sentence or "4 min" in sentence
    assert pace_sentences(CaseFigures(), brand, words, language)


def test_recovery_is_told_with_its_caution() -> None:
    """40 of 40 detractors are promoters now, or detractors still: 100, and -100."""
    figures = CaseFigures(
        spoken_to={("detractor", "promoter"): 40}, nobody_reached={("detractor", "detractor"): 40}
    )
    said = " ".join(recovery_sentences(figures, "en"))
    assert "Customers we talked to: −100 before, since all of them were unhappy; 100 after" in said
    assert "Customers nobody reached: −100 before, like the others; −100 after" in said
    assert "After a bad visit the next one is usually better" in said
    assert "Too few customers" in " ".join(recovery_sentences(CaseFigures(), "en"))
