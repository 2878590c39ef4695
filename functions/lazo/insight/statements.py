"""Say in words what a figure means: a code with its numbers, and from these a sentence for staff."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lazo.insight.before_after import BeforeAfter
from lazo.insight.benchmark import Benchmark
from lazo.insight.drivers import Driver
from lazo.insight.improvement_replies import ImprovementReplies
from lazo.insight.interval import Interval
from lazo.insight.marked_answers import SharedSource
from lazo.insight.proportion import ProportionDifference
from lazo.insight.recovery_effect import RecoveryEffect, ResurveyFigures
from lazo.insight.response_rate import ResponseRate
from lazo.insight.rising_look import RisingLook
from lazo.insight.rising_themes import RECENT_WEEKS, ThemeCounts
from lazo.insight.score import ENOUGH, ScoreDifference, ScoreFigure, score_figure
from lazo.insight.step_times import StepTimes
from lazo.insight.store_comparison import StoreStanding
from lazo.insight.touchpoint_activity import ActivityChange
from lazo.insight.trend import Trend
from lazo.rounding import rounded
from lazo.translations import translations

GROUPED: Final = 10_000
"""Numbers from here on are written in groups of three digits."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said: `code` is `section.name` in `data/insight/LANGUAGE.toml`. Numbers are shown with one decimal at
    most; `points`, else `n`, decides between singular and plural. `theme` is the id of a theme."""

    code: str
    values: Mapping[str, int | float | str]


def describe(statement: Statement, language: str, catalog: str = "insight") -> str:
    """Return the sentence of a catalog (`data/CATALOG/LANGUAGE.toml`) in a language of LANGUAGES. Raises KeyError if
    there is none for its code."""
    line, shown = worded(statement, language, catalog)
    return line.format(**shown)


def worded(statement: Statement, language: str, catalog: str = "insight") -> tuple[str, dict[str, str]]:
    """Return the sentence with the names of its values in { }, and the values as they are shown. Raises KeyError."""
    section, _, name = statement.code.partition(".")
    text = translations(catalog, language)[section][name]
    if not isinstance(text, str):
        counted = statement.values.get("points", statement.values.get("n"))
        text = text["one" if counted in (1, -1) else "other"]
    labels = translations("labels", language)
    shown = {key: _shown(value, labels["format"]) for key, value in statement.values.items()}
    if "theme" in shown:
        shown["theme"] = labels["themes"].get(shown["theme"], shown["theme"])
    return text, shown


def _shown(value: float | str, marks: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return value
    if abs(value) >= GROUPED:
        return f"{value:,.0f}".replace(",", marks["thousands"]).replace("-", "−")
    return f"{value:.1f}".removesuffix(".0").replace(".", marks["decimal"]).replace("-", "−")


def score_statement(figure: ScoreFigure) -> Statement:
    """Say a score with its interval and sample."""
    if figure.score is None or figure.interval is None:
        return Statement("score.none", {})
    values = {"score": rounded(figure.score), **_ends(figure.interval), "n": figure.n}
    return Statement("score.enough" if figure.is_enough else "score.too_few", values)


def meaning_statement(figure: ScoreFigure) -> Statement | None:
    """Say whether more customers are delighted or unhappy; None with too few answers."""
    if figure.interval is None or not figure.is_enough:
        return None
    return Statement(f"meaning.{figure.interval.direction}", {})


def not_counted_statements(figure: ScoreFigure) -> list[Statement]:
    """Say how many answers are not in the score, one statement a reason."""
    return [Statement(f"not_counted.{why}", {"n": n}) for why, n in figure.not_counted.items() if n]


def difference_statement(difference: ScoreDifference | None) -> Statement:
    """Say how a score differs from another."""
    if difference is None or not difference.is_enough:
        return Statement("difference.too_few", {})
    return Statement(f"difference.{difference.direction}", _points(difference.points, difference.interval))


def trend_statement(found: Trend | None) -> Statement:
    """Say how a score changes from month to month."""
    if found is None:
        return Statement("trend.too_few", {})
    values = {"months": found.periods, **_points(found.points, found.interval)}
    return Statement(f"trend.{found.interval.direction}", values)


def standing_statement(store: StoreStanding) -> Statement:
    """Say how a store stands among the brand's."""
    values = {"score": rounded(store.bands.score or 0.0), "n": store.bands.n, **_ends(store.limits)}
    return Statement(f"standing.{store.standing}", values)


def theme_statement(counts: ThemeCounts) -> Statement:
    """Say that a theme rises, from what share of answers to what."""
    return Statement(
        "theme.rising",
        {
            "theme": counts.theme,
            "recent": counts.recent,
            "n": counts.recent_answers,
            "weeks": RECENT_WEEKS,
            "share": 100 * counts.recent_share,
            "past_share": 100 * counts.past_share,
        },
    )


def look_statements(look: RisingLook, *, found: bool) -> Iterator[Statement]:
    """Say that nothing rises, unless something was `found`, and how many stores are missing in the look."""
    if not found:
        yield Statement("theme.none", {"weeks": RECENT_WEEKS})
    if missing := look.of_stores - look.stores:
        yield Statement("theme.not_all", {"n": missing, "of": look.of_stores})


def driver_statement(driver: Driver) -> Statement:
    """Say what a theme does to the score."""
    if not driver.is_enough:
        return Statement("driver.too_few", {"theme": driver.theme, "n": driver.n})
    values: dict[str, int | str] = {"theme": driver.theme, "n": driver.n}
    values |= _points(driver.points, driver.interval)
    return Statement(f"driver.{driver.interval.direction}", values)


def complaints_statement(change: ProportionDifference) -> Statement:
    """Say whether more or fewer answers complain about a theme than in the period before."""
    if change.least_n < ENOUGH:
        return Statement("complaints.too_few", {})
    values = {"share": 100 * change.of.share, "past_share": 100 * change.than.share}
    return Statement(f"complaints.{change.interval.direction}", values)


def never_statement(times: StepTimes) -> Statement:
    """Say how many were never answered; `times` are those of the first contact."""
    return Statement("never.some" if times.never else "never.none", {"n": times.never, "of": times.n})


def resurvey_statement(figures: ResurveyFigures) -> Statement:
    """Say who was surveyed again."""
    return Statement(
        "resurvey.figures",
        {
            "asked": figures.asked,
            "answered": figures.answered,
            "silent": figures.silent,
            "never_asked": figures.never_asked,
        },
    )


def recovery_statements(effect: RecoveryEffect) -> Iterator[Statement]:
    """Say the score before and after of those who were contacted and of the others, and what is left for recovery
    itself."""
    for name, after in (("contacted", effect.contacted), ("not_reached", effect.not_reached)):
        if after.score is not None and after.interval is not None:
            values = {"score": rounded(after.score), **_ends(after.interval), "n": after.n}
            yield Statement(f"recovery.{name}{'' if after.is_enough else '_few'}", values)
    if effect.contacted.n and not effect.not_reached.n:
        yield Statement("recovery.nothing_beside", {})
        return
    if effect.beyond is None or not effect.beyond.is_enough:
        yield Statement("recovery.too_few", {})
    else:
        values = _points(effect.beyond.points, effect.beyond.interval)
        yield Statement(f"recovery.beyond_{effect.beyond.direction}", values)
    if effect.beyond is not None:
        yield Statement("recovery.side_by_side", {})


def reply_statements(replies: ImprovementReplies) -> Iterator[Statement]:
    """Say whether customers who were told of an improvement notice it, and their score; nothing if none was asked."""
    if not replies.asked:
        return
    figure = score_figure(replies.bands)
    yield Statement(
        "noticed.figures",
        {
            "asked": replies.asked,
            "answered": figure.n,
            "yes": replies.yes,
            "little": replies.little,
            "no": replies.no,
        },
    )
    if figure.score is not None and figure.interval is not None:
        values = {"score": rounded(figure.score), **_ends(figure.interval), "n": figure.n}
        yield Statement(f"noticed.score_{'enough' if figure.is_enough else 'too_few'}", values)
    yield Statement("noticed.caution", {})


def response_statement(rate: ResponseRate | None) -> Statement:
    """Say how many visitors answer, and what the score of all of them may be."""
    if rate is None:
        return Statement("response.unknown", {})
    return Statement(
        "response.rate",
        {"rate": 100 * rate.answered.share, "visitors": rate.answered.n, **_ends(rate.bounds)},
    )


def activity_statement(change: ActivityChange) -> Statement:
    """Say that a touchpoint fell silent or is flooded."""
    return Statement(
        f"touchpoint.{change.activity}",
        {"n": change.days, "answers": change.answers, "expected": rounded(change.expected)},
    )


def tens_statement(n: int) -> Statement:
    """Say that so many tens within a minute look as if answers had been begged for or made up."""
    return Statement("stuffing.tens_in_a_minute", {"n": n})


def one_device_statement(found: SharedSource) -> Statement:
    """Say that answers may have come from one device."""
    return Statement("stuffing.one_device", _of_source(found))


def team_network_statement(found: SharedSource) -> Statement:
    """Say that answers may have come from the network of the store's team."""
    return Statement("stuffing.team_network", _of_source(found))


def _of_source(found: SharedSource) -> dict[str, int]:
    return {"n": found.days, "answers": found.n, "shared": found.shared, "tens": found.tens}


def benchmark_statement(benchmark: Benchmark, day: str) -> Statement:
    """Say what the line of a benchmark is; `day` is its date as the reader writes it."""
    values: dict[str, int | str] = {"score": rounded(benchmark.score), "source": benchmark.source, "day": day}
    return Statement("benchmark.line", values)


def before_after_statements(found: BeforeAfter | None, theme: str) -> Iterator[Statement]:
    """Say how complaints about a theme, and the score of those who name it, changed with an improvement; None: less
    than a week has passed."""
    if found is None:
        yield Statement("before_after.too_early", {})
        return
    about: dict[str, int | float | str] = {"theme": theme}
    change = found.complaints
    if change is None or not found.has_enough_answers:
        yield Statement("before_after.complaints_too_few", about)
    else:
        of_100 = Interval(100 * change.interval.lower, 100 * change.interval.upper)
        shares = {"past_share": 100 * change.than.share, "share": 100 * change.of.share}
        values = about | shares | _points(100 * change.difference, of_100)
        yield Statement(f"before_after.complaints_{of_100.direction}", values)
    if found.score is None or not found.score.is_enough:
        yield Statement("before_after.score_too_few", about)
    else:
        values = about | _points(found.score.points, found.score.interval)
        yield Statement(f"before_after.score_{found.score.direction}", values)
    yield Statement("before_after.caution", {"n": found.weeks})


def _ends(interval: Interval) -> dict[str, int]:
    lower, upper = interval.whole
    return {"lower": lower, "upper": upper}


def _signed(points: float, interval: Interval) -> dict[str, int]:
    return {"points": rounded(points), **_ends(interval)}


def _points(points: float, interval: Interval) -> dict[str, int]:
    """Return a difference without its sign if it is beyond chance, since the words then say which way; the end next to
    0 is then at least 1."""
    if interval.direction == "unclear":
        return _signed(points, interval)
    near, far = sorted((abs(interval.lower), abs(interval.upper)))
    return {
        "points": max(1, rounded(abs(points))),
        "lower": max(1, math.floor(near)),
        "upper": max(1, math.ceil(far)),
    }
