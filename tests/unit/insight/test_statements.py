"""What figures mean, in words for staff."""

import re
import string
from collections.abc import Iterator
from datetime import date

import pytest

from lazo.insight import statements
from lazo.insight.bands import BandCounts
from lazo.insight.benchmark import Benchmark
from lazo.insight.drivers import Driver
from lazo.insight.improvement_replies import ImprovementReplies
from lazo.insight.interval import Interval
from lazo.insight.proportion import Proportion, proportion, proportion_difference
from lazo.insight.recovery_effect import BandPairs, ResurveyFigures, recovery_effect
from lazo.insight.response_rate import response_rate
from lazo.insight.rising_themes import ThemeCounts
from lazo.insight.score import ScoreDifference, ScoreFigure, score_figure
from lazo.insight.statements import Statement, describe
from lazo.insight.step_times import StepTimes
from lazo.insight.store_comparison import store_standings
from lazo.insight.touchpoint_activity import ActivityChange
from lazo.insight.trend import Trend
from lazo.translations import LANGUAGES, translations

FIGURE = ScoreFigure(BandCounts(120, 63, 31), 41.6, Interval(31.9, 51.2))


def texts(language: str) -> Iterator[tuple[str, str]]:
    for section, lines in translations("insight", language).items():
        for name, text in lines.items():
            for form, line in (text if isinstance(text, dict) else {"": text}).items():
                yield f"{section}.{name}.{form}", line


def fields(line: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(line) if name}


def test_every_language_says_the_same_with_the_same_numbers() -> None:
    english = {code: fields(line) for code, line in texts("en")}
    for language in LANGUAGES:
        assert {code: fields(line) for code, line in texts(language)} == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_read_no_jargon(language: str) -> None:
    for code, line in texts(language):
        assert not re.search(r"\bnps\b|detractor|promotor|promoter|passiv|pasiv", line, re.IGNORECASE), code


def test_a_score_is_said_with_its_interval_and_sample() -> None:
    said = statements.score_statement(FIGURE)
    assert describe(said, "en") == "42: between 31 and 52, from 214 responses."
    assert describe(said, "es") == "42: entre 31 y 52, con 214 respuestas."
    assert describe(said, "pt") == "42: entre 31 e 52, com 214 respostas."


def test_many_answers_are_written_in_groups_of_three_digits() -> None:
    many = statements.score_statement(score_figure(BandCounts(700_000, 326_620, 0)))
    assert describe(many, "en").endswith("from 1,026,620 responses.")
    assert describe(many, "es").endswith("con 1.026.620 respuestas.")


def test_few_answers_are_called_few() -> None:
    one = statements.score_statement(score_figure(BandCounts(0, 0, 1)))
    assert describe(one, "en") == "−100, from 1 response: too few to compare."
    assert (
        describe(statements.score_statement(score_figure(BandCounts())), "en")
        == "No responses in this period."
    )


def test_replies_about_an_improvement_are_said_with_their_sample() -> None:
    assert list(statements.reply_statements(ImprovementReplies(told=4))) == []
    asked, caution = statements.reply_statements(ImprovementReplies(told=4, asked=3))
    assert describe(asked, "en").startswith("Asked some weeks later: 3. Answered: 0.")
    assert caution.code == "noticed.caution"
    few = ImprovementReplies(told=9, asked=8, yes=2, little=1, bands=BandCounts(2, 1, 1))
    figures, score, _ = (describe(each, "en") for each in statements.reply_statements(few))
    assert figures.endswith("Answered: 4. Noticed an improvement: 2; a little: 1; not: 0.")
    assert score == "The score of those who answered is 25, from 4 responses: too few to compare."
    # 89/217 of the answers and three more, with a standard error of 0.0496.
    many = ImprovementReplies(told=300, asked=250, yes=200, no=14, bands=FIGURE.bands)
    _, score, _ = (describe(each, "en") for each in statements.reply_statements(many))
    assert score == "The score of those who answered is 42: between 31 and 51, from 214 responses."


@pytest.mark.parametrize(
    ("bands", "code"),
    [
        (BandCounts(60, 20, 20), "meaning.higher"),
        (BandCounts(20, 20, 60), "meaning.lower"),
        (BandCounts(35, 30, 35), "meaning.unclear"),
    ],
)
def test_a_score_says_who_are_more(bands: BandCounts, code: str) -> None:
    assert statements.meaning_statement(score_figure(bands)) == Statement(code, {})
    assert statements.meaning_statement(score_figure(BandCounts(3))) is None


def test_a_difference_says_which_way_without_a_sign() -> None:
    lower = statements.difference_statement(ScoreDifference(-12.4, Interval(-20.1, -0.3), True))
    assert describe(lower, "en") == "12 points lower: between 1 and 21."
    unclear = statements.difference_statement(ScoreDifference(4, Interval(-3.2, 11), True))
    assert describe(unclear, "en") == "4 points: between −4 and 11. Chance may explain it."
    one = statements.difference_statement(ScoreDifference(1, Interval(-15, 17), True))
    assert describe(one, "es") == "1 punto: entre −15 y 17. Puede ser casualidad."
    few = statements.difference_statement(ScoreDifference(40, Interval(30, 50), False))
    assert describe(few, "en") == "Too few responses to compare."
    assert statements.difference_statement(None) == few


def test_a_trend_and_a_stores_standing_are_said_with_what_chance_does() -> None:
    down = statements.trend_statement(Trend(-2.6, Interval(-4.1, -1.2), 6))
    assert describe(down, "es") == "Baja 3 puntos al mes: entre 1 y 5, a lo largo de 6 meses."
    assert statements.trend_statement(Trend(0.5, Interval(-1, 2), 6)).code == "trend.unclear"
    assert statements.trend_statement(None).code == "trend.too_few"
    stores = {"worse": BandCounts(20, 30, 50), **{f"even{n}": BandCounts(50, 30, 20) for n in range(20)}}
    worse = statements.standing_statement(store_standings(stores)[0])
    assert worse.code == "standing.below"
    assert describe(worse, "pt").startswith("Abaixo da marca, e não por acaso: −30; com 100 respostas")


def test_themes_are_named_for_the_reader() -> None:
    rising = statements.theme_statement(ThemeCounts("store", "price", 24, 200, 40, 650))
    assert describe(rising, "pt") == (
        "Preço está em alta: aparece em 24 de 200 respostas das últimas 4 semanas (12 em cada 100); "
        "antes, em 6,2 em cada 100."
    )
    driver = Driver("waiting_time", 40, -23.75, Interval(-31.6, -15.9), True)
    assert statements.driver_statement(driver).code == "driver.lower"


def test_a_driver_says_what_the_score_would_be_without_its_answers() -> None:
    """All less without, as in test_drivers: 25 and 48.75; where it is mentioned the score is -70."""
    said = statements.driver_statement(Driver("waiting_time", 40, -23.75, Interval(-31.6, -15.9), True))
    assert describe(said, "es") == (
        "Tiempo de espera: sin las 40 respuestas que lo mencionan, "
        "el resultado sería 24 puntos más alto (entre 15 y 32)."
    )
    assert describe(said, "en") == (
        "Waiting time: without the 40 responses that mention it, "
        "the score would be 24 points higher (between 15 and 32)."
    )
    brings = statements.driver_statement(Driver("service", 30, 3, Interval(1.2, 4.7), True))
    assert describe(brings, "pt").endswith(
        "sem as 30 respostas que o mencionam, o resultado seria 3 pontos mais baixo (entre 1 e 5)."
    )


def test_complaints_are_compared_beyond_chance() -> None:
    """56 of 70 and 48 of 80 differ by 5 to 33 in 100 (Newcombe 1998); of a tenth of these nothing is said."""
    now, before = proportion(56, 70), proportion(48, 80)

    def said(of: Proportion | None, than: Proportion | None) -> Statement:
        change = proportion_difference(of, than)
        assert change
        return statements.complaints_statement(change)

    more = describe(said(now, before), "en")
    assert more == "Complained about more often: in 80 of 100 responses, before in 60."
    assert said(before, now).code == "complaints.lower"
    assert said(now, now).code == "complaints.unclear"
    assert said(proportion(6, 7), before).code == "complaints.too_few"


def test_recovery_stands_beside_what_happens_without_it() -> None:
    """n + 3 = 63, shares 40.75/63 and 20.75/63: 0.3175 with an error of 0.1179, so 8.6 to 54.9; of the others the same
    with the other sign."""
    won: BandPairs = {("detractor", "promoter"): 40, ("detractor", "detractor"): 20}
    beside: BandPairs = {("detractor", "promoter"): 20, ("detractor", "detractor"): 40}
    contacted, others, beyond, why = statements.recovery_statements(recovery_effect(won, beside))
    assert describe(contacted, "en") == (
        "Customers we talked to: −100 before, since all of them were unhappy; "
        "33 after (between 8 and 55), from 60 responses."
    )
    assert describe(others, "es") == (
        "Clientes a los que nadie contactó: antes, −100, como los demás; "
        "después, −33 (entre −55 y −8), con 60 respuestas."
    )
    assert beyond.code == "recovery.beyond_higher"
    assert "stand side by side" in describe(why, "en")


def test_without_a_second_group_nothing_stands_side_by_side() -> None:
    few: BandPairs = {("detractor", "promoter"): 2, ("detractor", "detractor"): 3}
    alone, why = statements.recovery_statements(recovery_effect(few, {}))
    assert describe(alone, "en").endswith("−20 after, from 5 responses: too few to compare.")
    assert "nobody reached and who responded again" in describe(why, "en")
    assert "side by side" not in describe(why, "en")
    assert [each.code for each in statements.recovery_statements(recovery_effect({}, few))] == [
        "recovery.not_reached_few",
        "recovery.too_few",
    ]


def test_a_benchmark_needs_a_source() -> None:
    line = Benchmark(44, "Retail panel", date(2026, 3, 1))
    said = describe(statements.benchmark_statement(line, "1 March 2026"), "en")
    assert said == "For comparison: 44 (Retail panel, 1 March 2026)."
    with pytest.raises(ValueError, match="source"):
        Benchmark(44, " ", date(2026, 3, 1))
    with pytest.raises(ValueError, match="-100 to 100"):
        Benchmark(101, "Retail panel", date(2026, 3, 1))


def test_all_that_is_said_has_a_text() -> None:
    few_pairs: BandPairs = {("detractor", "passive"): 1}
    few = Driver("price", 1, 3, Interval(-2, 8), False)
    said = [
        *statements.not_counted_statements(score_figure(BandCounts(), {"suspect": 1, "provisional": 2, "test": 3})),
        *(statements.driver_statement(each) for each in (few, Driver("price", 30, 3, Interval(1, 8), True))),
        *(statements.never_statement(StepTimes({3: 5}, 4, never)) for never in (0, 1, 2)),
        statements.resurvey_statement(ResurveyFigures(10, 5, 5, 3)),
        *statements.recovery_statements(recovery_effect(few_pairs, few_pairs)),
        statements.response_statement(response_rate(BandCounts(30, 10, 10), 200)),
        statements.response_statement(None),
        *(statements.activity_statement(ActivityChange(kind, 1, 0, 4.2)) for kind in ("silent", "flooded")),
        statements.tens_statement(5),
    ]  # fmt: skip
    for language in LANGUAGES:
        for each in said:
            assert "{" not in describe(each, language)
    assert describe(said[0], "en") == "1 response is not counted: it may not be a customer’s."
