"""How fast customers are answered, in words and numbers that a page can show: of one store, of several, of all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desk.web.render import Times
from lazo.insight.case_counts import STEPS, Step
from lazo.insight.case_figures import CaseFigures
from lazo.insight.proportion import Proportion
from lazo.insight.recovery_effect import recovery_effect
from lazo.insight.score import ENOUGH
from lazo.insight.statements import Statement, describe, never_statement, recovery_statements
from lazo.insight.step_comparison import compare_steps
from lazo.insight.step_times import StepTimes


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step's times, from the customer's answer on. `half` and `most`: within which time half and nine in ten of all
    cases reached it, "" where so many never did; `between`: what the true median may be, None if nothing can be said.
    `in_time` is None for alerts, which have no deadline. With fewer than 20 cases (`is_enough`) it is not compared."""

    step: Step
    n: int
    half: str
    between: tuple[str, str] | None
    most: str
    in_time: Proportion | None
    never: int
    is_enough: bool


def step_rows(figures: CaseFigures, language: str) -> list[StepRow]:
    """Return the rows of all steps with any case, in order."""
    return [step_row(step, figures.step(step), language) for step in STEPS if figures.step(step).n]


def step_row(step: Step, times: StepTimes, language: str) -> StepRow:
    """Return the row of a step."""
    ends = times.median_interval()
    return StepRow(
        step=step,
        n=times.n,
        half=duration_text(times.quantile(0.5), language),
        between=ends and (duration_text(ends[0], language), duration_text(ends[1], language)),
        most=duration_text(times.quantile(0.9), language),
        in_time=None if step == "alerted" else times.share_in_time,
        never=times.never,
        is_enough=times.n >= ENOUGH,
    )


def never_sentence(figures: CaseFigures, language: str) -> str:
    """Say how many customers were never answered; "" without any case."""
    times = figures.step("contacted")
    return describe(never_statement(times), language) if times.n else ""


def pace_sentences(
    store: CaseFigures, brand: CaseFigures, steps: Mapping[str, str], language: str
) -> list[str]:
    """Say of each step whether the store is faster or slower than its brand. `steps`: the name of each in words. Steps
    with too few cases are left out; one sentence says so if that is all of them."""
    said = []
    for step in STEPS:
        found = compare_steps(store.step(step), brand.step(step))
        if found.pace != "too_few":
            values = {
                "step": steps[step],
                "median": duration_text(found.median, language) or "–",
                "brand": duration_text(found.brand_median, language) or "–",
            }
            said.append(describe(Statement(f"pace.{found.pace}", values), language))
    return said or [describe(Statement("pace.too_few", {}), language)]


def recovery_sentences(figures: CaseFigures, language: str) -> Sequence[str]:
    """Say how customers answered again: those whom somebody had spoken to, and those whom nobody had reached."""
    effect = recovery_effect(figures.spoken_to, figures.nobody_reached)
    return [describe(each, language) for each in recovery_statements(effect)]


def again_links(figures: CaseFigures, link: Callable[[str], str]) -> list[tuple[str, int, str]]:
    """Return how many customers of each of these groups answered again: its kind of cases, the number and the link."""
    groups = (("spoken_to", figures.spoken_to), ("nobody_reached", figures.nobody_reached))
    return [(kind, n, link(kind)) for kind, pairs in groups if (n := sum(pairs.values()))]


def duration_text(took: timedelta | None, language: str) -> str:
    """Return a time to the nearest `5 min`, `3 h` or `4 days`, or `< 1 min`; "" for None. "Within 2 h" is not 2:50."""
    if took is None:
        return ""
    if took < timedelta(minutes=1):
        return "< 1 min"
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return Times("UTC", start + took, language).lasting(start, nearest=True)
