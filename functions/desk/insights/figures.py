"""What the overview shows and says of the score of some stores and a period."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desk.insights.figure_rows import (
    AnswersLink,
    ScoreRow,
    ShareRow,
    band_rows,
    complaint_rows,
    sign_counts,
)
from desk.insights.readings import Reading
from desk.web.render import say
from lazo.insight.answer_counts import counted_score
from lazo.insight.bands import BandCounts
from lazo.insight.drivers import Driver, drivers
from lazo.insight.score import ScoreFigure, score_difference, score_figure
from lazo.insight.statements import (
    Statement,
    describe,
    difference_statement,
    driver_statement,
    meaning_statement,
    not_counted_statements,
    score_statement,
    trend_statement,
)
from lazo.insight.trend import trend
from lazo.survey.doubts import sign_names
from lazo.translations import translations

THEMES_SHOWN: Final = 5
DAYS_OF_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class DriverRow:
    """A theme that goes with a lower score beyond chance: the sentence, and where its answers are to read."""

    theme: str
    sentence: str
    address: str | None


@dataclass(frozen=True, slots=True)
class ScoreOverview:
    """The score of a period and what it is made of. `says`: its meaning and how it compares, as sentences;
    `not_counted` with `signs`: answers that are left out, and why, each with where they are to read; `trend`: how it
    changes from month to month, None if the chart has other periods; `address` and `counted`: where all answers, and
    those that count, are to read."""

    figure: ScoreFigure
    sentence: str
    says: Sequence[str]
    not_counted: Sequence[tuple[str, str]]
    signs: Sequence[tuple[str, int, str | None]]
    bands: Sequence[ShareRow]
    drivers: Sequence[DriverRow]
    complaints: Sequence[ShareRow]
    shown: Sequence[ScoreRow]
    trend: str | None
    address: str | None
    counted: str


def score_overview(
    reading: Reading,
    others: tuple[str, BandCounts] | None,
    link: AnswersLink,
    language: str,
    provisional: int = 0,
) -> ScoreOverview:
    """Return the score of a period. `others`: the brand, and the answers of its other stores; `provisional`: how many
    answers are being written."""

    def spoken(statement: Statement) -> str:
        return describe(statement, language)

    found, period = reading.answers, reading.period
    figure = counted_score(found, provisional)
    meaning = meaning_statement(figure)
    return ScoreOverview(
        figure=figure,
        sentence=spoken(score_statement(figure)),
        says=[
            *([spoken(meaning)] if meaning else []),
            *_changes(reading, others, spoken, language),
        ],
        not_counted=[
            (spoken(each), link.to(period, results=each.code.partition(".")[2]))
            for each in not_counted_statements(figure)
        ],
        signs=sign_counts(found, period, link, sign_names(language)),
        bands=band_rows(found.bands, period, link),
        drivers=[
            DriverRow(each.theme, spoken(driver_statement(each)), link.to(period, theme=each.theme))
            for each in lowering(reading)[:THEMES_SHOWN]
        ],
        complaints=complaint_rows(found, period, link, THEMES_SHOWN),
        shown=period_rows(reading, link, language),
        trend=spoken(trend_statement(trend([each.bands for _, each in reading.shown])))
        if period.unit == "month"
        else None,
        address=link.to(period, results=None) if found.bands.n or found.suspect else None,
        counted=link.to(period),
    )


def lowering(reading: Reading) -> list[Driver]:
    """Return the themes that go with a lower score beyond chance, what costs most first."""
    named = {theme: opinions.named for theme, opinions in reading.answers.themes.items()}
    found = drivers(reading.answers.bands, named)
    return [each for each in found if each.is_enough and each.interval.direction == "lower"]


def period_rows(reading: Reading, link: AnswersLink, language: str) -> list[ScoreRow]:
    """Return the score of each period that is shown, oldest first, from the first that has answers."""
    text = translations("insights_frame", language)
    begin = next((at for at, (_, counts) in enumerate(reading.shown) if counts.bands.n), 0)
    return [
        ScoreRow(
            each.id,
            each.short_label(text),
            counted_score(counts),
            link.to(each) if counts.bands.n else None,
        )
        for each, counts in reading.shown[begin:]
    ]


def weekday_rows(reading: Reading, link: AnswersLink, language: str) -> list[ScoreRow]:
    """Return the score of each weekday; [] without answers."""
    names = translations("insights_frame", language)["weekdays"]
    found = reading.answers.weekdays
    if not found:
        return []

    def row(day: int, bands: BandCounts) -> ScoreRow:
        number = str(day + 1)
        address = link.to(reading.period, weekday=number) if bands.n else None
        return ScoreRow(number, names[day], score_figure(bands), address)

    return [row(day, found.get(day, BandCounts())) for day in range(DAYS_OF_WEEK)]


def hour_rows(reading: Reading, link: AnswersLink) -> list[ScoreRow]:
    """Return the score of each hour from the first with answers to the last; [] without answers."""
    found = {hour: bands for hour, bands in reading.answers.hours.items() if bands.n}
    if not found:
        return []

    def row(hour: int, bands: BandCounts) -> ScoreRow:
        address = link.to(reading.period, hour=str(hour)) if bands.n else None
        return ScoreRow(f"{hour:02}", f"{hour:02}:00", score_figure(bands), address)

    return [row(hour, found.get(hour, BandCounts())) for hour in range(min(found), max(found) + 1)]


def _changes(
    reading: Reading,
    others: tuple[str, BandCounts] | None,
    spoken: Callable[[Statement], str],
    language: str,
) -> Iterator[str]:
    """Yield how the score differs from that of the period before, and from the brand's other stores', where both have
    enough answers."""
    text, frame = translations("insights_overview", language), translations("insights_frame", language)
    now = reading.answers.bands
    compared: list[tuple[BandCounts, str, Mapping[str, Any]]] = [
        (
            reading.before.bands,
            text["change"][reading.period.unit],
            {"before": reading.period.before.label(frame)},
        )
    ]
    if others:
        compared.append((others[1], text["than_brand"], {"brand": others[0]}))
    for than, line, facts in compared:
        difference = score_difference(now, than)
        if difference and difference.is_enough:
            yield say(line, said=spoken(difference_statement(difference)), **facts)
