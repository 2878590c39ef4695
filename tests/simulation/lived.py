"""A month lived through, and lived through again with the same acts while functions die and sweeps run twice."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from tests.product import output
from tests.simulation.arrivals import Arrival, arrivals
from tests.simulation.chaos import Chaos
from tests.simulation.checks import Checks
from tests.simulation.director import Director
from tests.simulation.end_state import State, state_of
from tests.simulation.machine import still_cloud
from tests.simulation.month import Month
from tests.simulation.people import Act, Dice
from tests.simulation.stores import START, fifty
from tests.simulation.work import Work, counting

BEGIN = datetime.combine(START, time(5), UTC)
END = BEGIN + timedelta(days=31)
CALM_BEFORE_THE_END = timedelta(hours=3)
ANSWERS_COME = 24
"""In the first so many days, so that most of what follows from them is seen."""
SECOND_SWEEPS = 0.01


@dataclass(frozen=True)
class Lived:
    """One run: the product as it stood at the end (while its cloud runs), what was done, what was broken."""

    month: Month
    script: list[Act]
    state: State
    problems: list[str]
    checks: Checks
    chaos: Chaos | None = None
    work: Work | None = None


@contextmanager
def lived(seed: int, answers: int, *, counted: bool = False) -> Iterator[Lived]:
    """Simulate the month without failures; people decide as they go. `counted`: also what the functions did."""
    coming = _coming(seed, answers)
    checks = Checks(coming)
    with still_cloud(BEGIN) as cloud, output(), counting(cloud) if counted else nullcontext() as work:
        month = Month(cloud, fifty(), checks.look)
        director = Director(month, Dice(seed), coming)
        director.run(END)
        yield Lived(month, director.script, state_of(month), checks.problems(month), checks, work=work)


@contextmanager
def lived_again(script: list[Act], seed: int, answers: int, crash: float) -> Iterator[Lived]:
    """Simulate the same acts, while each call may be a function's last with chance `crash`."""
    checks = Checks(_coming(seed, answers), slack=timedelta(minutes=10))
    chaos = Chaos(seed, crash=crash, second=SECOND_SWEEPS)
    with still_cloud(BEGIN) as cloud, output():
        month = Month(cloud, fifty(), checks.look)
        chaos.bring_into(cloud)
        for act in script:
            month.do(act)
        month.move_to(END - CALM_BEFORE_THE_END)
        chaos.calm()
        month.move_to(END)
        broken = checks.problems(month, lost=chaos.crashes)
        yield Lived(month, script, state_of(month), broken, checks, chaos)


def _coming(seed: int, answers: int) -> list[Arrival]:
    return arrivals(fifty(), Dice(seed), answers, ANSWERS_COME)
