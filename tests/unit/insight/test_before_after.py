"""Before and after an improvement: which weeks are compared, how, and what is said of it."""

from datetime import date, timedelta

import pytest

from lazo.insight.answer_counts import AnswerCounts, ThemeOpinions
from lazo.insight.bands import BandCounts
from lazo.insight.before_after import DaySpan, before_after, compared_weeks
from lazo.insight.statements import before_after_statements, describe

DAY = date(2026, 3, 4)


def answers(complained: BandCounts, n: int, praised: BandCounts | None = None) -> AnswerCounts:
    """Of `n` answers those that complain about the price, and those that praise it."""
    about = ThemeOpinions(complained=complained, praised=praised or BandCounts())
    return AnswerCounts(bands=BandCounts(passives=n), themes={"price": about})


@pytest.mark.parametrize(
    ("days", "weeks"), [(-3, None), (0, None), (6, None), (7, 1), (13, 1), (14, 2), (84, 12), (400, 12)]
)
def test_whole_weeks_of_equal_length_that_are_over(days: int, weeks: int | None) -> None:
    today = DAY + timedelta(days=days)
    found = compared_weeks(DAY, today)
    assert (found.weeks if found else None) == weeks
    if found is None or weeks is None:
        return
    assert found.before.last < found.after.first == DAY
    assert found.after.last < today, "today is not over"
    for span in (found.before, found.after):
        assert (span.last - span.first).days + 1 == 7 * weeks


def test_the_weeks_by_hand() -> None:
    found = compared_weeks(DAY, date(2026, 3, 20))
    assert found is not None
    assert found.before == DaySpan(date(2026, 2, 18), date(2026, 3, 3))
    assert found.after == DaySpan(date(2026, 3, 4), date(2026, 3, 17))


def test_fewer_complaints_with_the_interval_of_newcombes_example() -> None:
    """48 of 80 after and 56 of 70 before: 20 in 100 fewer, 5.24 to 33.39 by his table II, rounded outward."""
    found = before_after(4, answers(BandCounts(0, 0, 56), 70), answers(BandCounts(0, 0, 48), 80), "price")
    said = [describe(each, "en") for each in before_after_statements(found, "price")]
    assert said[0] == (
        "Price: complaints in 60 of every 100 responses, 80 before. That is 20 fewer: between 5 and 34."
    )
    assert said[-1] == "Compared: 4 weeks before and 4 after. Other things may have changed in that time too."


def test_the_score_of_those_who_name_the_theme() -> None:
    """20 promoters after, 20 detractors before: 200 points. With the three that are added, means of 20 / 23 = 0.8696
    to either side and squares of (21.5 / 23 - 0.7561) / 23 = 0.00777 each: 173.9 - 1.96 * 12.46 = 149.5 to 198.3."""
    before, after = answers(BandCounts(0, 0, 20), 40), answers(BandCounts(), 40, BandCounts(20))
    said = [
        describe(each, "es")
        for each in before_after_statements(before_after(1, before, after, "price"), "price")
    ]
    assert said[1:] == [
        "Precio: el resultado de quienes lo mencionan subió 200 puntos, entre 149 y 199.",
        "Se compara 1 semana antes con 1 después. En ese tiempo también pueden haber cambiado otras cosas.",
    ]


def test_a_difference_within_chance_is_called_chance_and_few_answers_too_few() -> None:
    same = answers(BandCounts(10, 10, 10), 100)
    codes = [each.code for each in before_after_statements(before_after(2, same, same, "price"), "price")]
    assert codes == ["before_after.complaints_unclear", "before_after.score_unclear", "before_after.caution"]
    for few in (AnswerCounts(), answers(BandCounts(0, 0, 19), 19)):
        found = before_after(2, same, few, "price")
        said = [describe(each, "pt") for each in before_after_statements(found, "price")]
        assert said[:2] == [
            "Preço: poucas respostas para saber se há menos reclamações.",
            "Preço: poucas respostas o mencionam para comparar o resultado.",
        ]
    other = before_after(2, same, same, "payment")
    assert other.complaints is not None
    assert (other.complaints.of.hits, other.score) == (0, None)
    (early,) = before_after_statements(None, "price")
    assert early.code == "before_after.too_early"
