"""How often each theme is complained about, praised and named, and what goes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk.answers.filters import OPINIONS
from desk.insights.figure_rows import AnswersLink, ShareRow
from desk.insights.periods import Period
from desk.insights.readings import Reading
from lazo.insight.answer_counts import AnswerCounts, ThemeOpinions
from lazo.insight.drivers import Driver, drivers
from lazo.insight.interval import z_for_all_of
from lazo.insight.proportion import Proportion, proportion, proportion_difference
from lazo.insight.statements import complaints_statement, describe, driver_statement


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme in a period: the share of answers that complain about it, praise it, or name it without an opinion (each
    with its own id in OPINIONS), and what goes with it, as sentences. `driver` is None if it is in no answer or in all;
    `change` if the period before has no answers. `drives` and `changed`: they say something beyond chance."""

    theme: str
    shares: Sequence[ShareRow]
    driver: str | None
    change: str | None
    drives: bool
    changed: bool
    address: str | None


def theme_rows(reading: Reading, themes: Sequence[str], link: AnswersLink, language: str) -> list[ThemeRow]:
    """Return the figures of these themes, those with most complaints first; of equals in the order given. What is said
    of changes and of scores holds for all of them together with 95 %. [] without answers."""
    now, before, period = reading.answers, reading.before, reading.period
    if not now.bands.n:
        return []
    found = {each.theme: each for each in _drivers(now)}
    z = z_for_all_of(len(themes))

    def row(theme: str) -> ThemeRow:
        address = link.to(period, theme=theme) if _opinions(now, theme).named.n else None
        now_share, was = (
            proportion(_opinions(each, theme).complained.n, each.bands.n, z) for each in (now, before)
        )
        difference = proportion_difference(now_share, was)
        shares = opinion_rows(now, theme, link, period)
        driver = found.get(theme)
        change = complaints_statement(difference) if difference else None
        return ThemeRow(
            theme=theme,
            shares=shares,
            driver=describe(driver_statement(driver), language) if driver else None,
            change=describe(change, language) if change else None,
            drives=driver is not None and driver.is_enough and driver.interval.direction != "unclear",
            changed=change is not None and change.code in ("complaints.higher", "complaints.lower"),
            address=address,
        )

    complaints = {theme: _opinions(now, theme).complained.n for theme in themes}
    return [row(theme) for theme in sorted(themes, key=lambda each: -complaints[each])]


def opinion_rows(counts: AnswerCounts, theme: str, link: AnswersLink, period: Period) -> list[ShareRow]:
    """Return the shares of all answers that complain about a theme, praise it, or name it; [] without answers."""
    opinions = _opinions(counts, theme)
    sizes = (opinions.complained.n, opinions.praised.n, opinions.mentioned.n)
    shares = ((name, proportion(n, counts.bands.n)) for name, n in zip(OPINIONS, sizes, strict=True))

    def address(opinion: str, share: Proportion) -> str | None:
        return link.to(period, theme=theme, opinion=opinion) if share.hits else None

    return [ShareRow(name, share, address(name, share)) for name, share in shares if share]


def _drivers(now: AnswerCounts) -> list[Driver]:
    named: Mapping[str, ThemeOpinions] = now.themes
    return drivers(now.bands, {theme: opinions.named for theme, opinions in named.items()})


def _opinions(counts: AnswerCounts, theme: str) -> ThemeOpinions:
    return counts.themes.get(theme, ThemeOpinions())
