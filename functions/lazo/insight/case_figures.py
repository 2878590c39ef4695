"""Figures of follow-ups, from what they count as: times of their steps, and customers who answered again."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from lazo.insight.case_counts import NOT_REACHED, STEPS, AnsweredAgain, CaseCount, Step
from lazo.insight.recovery_effect import BandPairs
from lazo.insight.step_times import StepTimes
from lazo.survey.nps import Band


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Figures of the follow-ups that opened in some months.

    steps: how long each took, counted from the customer's answer by the clock on the wall
    not_reached: customers whom the store tried to contact, or who left no way to
    spoken_to, nobody_reached: unhappy customers who answered again, by band before and after
    """

    steps: Mapping[Step, StepTimes] = field(default_factory=dict)
    not_reached: int = 0
    spoken_to: BandPairs = field(default_factory=dict)
    nobody_reached: BandPairs = field(default_factory=dict)

    def step(self, step: Step) -> StepTimes:
        """Return the times of a step."""
        return self.steps.get(step, StepTimes())

    def __add__(self, other: "CaseFigures") -> "CaseFigures":
        return CaseFigures(
            {
                step: self.step(step) + other.step(step)
                for step in STEPS
                if {*self.steps, *other.steps} & {step}
            },
            self.not_reached + other.not_reached,
            Counter(self.spoken_to) + Counter(other.spoken_to),
            Counter(self.nobody_reached) + Counter(other.nobody_reached),
        )


def case_figures(counts: Mapping[CaseCount, int]) -> CaseFigures:
    """Return the figures that such counts add up to."""
    buckets: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for counted, n in counts.items():
        if counted[0] == "took":
            buckets[counted[1]][int(counted[2])] = n
    steps = {
        step: StepTimes(
            buckets.get(step, {}), counts.get(("in_time", step), 0), counts.get(("never", step), 0)
        )
        for step in STEPS
    }
    return CaseFigures(
        {step: times for step, times in steps.items() if times.n},
        counts.get(NOT_REACHED, 0),
        _pairs(counts, "spoken_to"),
        _pairs(counts, "nobody_reached"),
    )


def _pairs(counts: Mapping[CaseCount, int], who: AnsweredAgain) -> BandPairs:
    bands: dict[str, Band] = {"detractor": "detractor", "passive": "passive", "promoter": "promoter"}
    return {
        (bands[counted[1]], bands[counted[2]]): n for counted, n in counts.items() if counted[0] == who and n
    }
