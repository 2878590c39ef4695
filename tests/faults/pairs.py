"""Strike one call of one step with one fault, and compare what it comes to with what it comes to without.

A script is lived once; each pair of (call, fault) is struck in a copy of the process made just before the step, so that
nothing is lived twice. The oracle is the copy that nothing strikes.
"""

import gc
import os
import pickle
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from unittest import mock

from infra.local.aws.faults import Call, Fault
from tests.builders import ANA, DIEGO, MARTA
from tests.faults.flows import SCRIPTS
from tests.faults.lasting import Ended, differences, ended
from tests.faults.life import EVA, Life, new_life
from tests.faults.steps import OTHER, Step
from tests.product import AFTER, BEFORE, CRASH, ERROR, TIMEOUT, output

T = TypeVar("T")
THREE: Final = 3
"""Attempts of a client of AWS: so many in a row are struck, so that it cannot hide the fault."""
KINDS: Final[Mapping[str, tuple[int, Mapping[str, Any]]]] = {
    "dies before": (1, {"kind": CRASH, "when": BEFORE}),
    "dies after": (1, {"kind": CRASH, "when": AFTER}),
    "no connection": (THREE, {"kind": TIMEOUT, "when": BEFORE}),
    "no answer": (THREE, {"kind": TIMEOUT, "when": AFTER}),
    "throttled": (THREE, {"kind": ERROR, "code": "ThrottlingException", "status": 400}),
}
"""How often in a row each fault strikes, and what it is."""
PERSONAL: Final = tuple(
    str(who[name]) for who in (EVA, OTHER, ANA, DIEGO, MARTA) for name in ("phone", "email") if name in who
)
"""What no log may hold, whatever fails."""
LONGEST: Final = 120
"""Seconds after which a copy is ended: it hangs."""


@dataclass(frozen=True)
class Pair:
    """The `nth` call of a step, and a kind of fault."""

    script: str
    number: int
    flow: str
    what: str
    nth: int
    kind: str

    def __str__(self) -> str:
        return f"{self.flow} | {self.script} {self.number} {self.what} | call {self.nth} | {self.kind}"


@dataclass(frozen=True)
class Struck:
    """What became of a pair: the calls that were struck, and how it differs from what had to be."""

    pair: Pair
    calls: tuple[str, ...]
    problems: tuple[str, ...]


def strike(
    wanted: Callable[[Pair], bool], scripts: Collection[str] = SCRIPTS.keys()
) -> Iterator[Struck | Pair]:
    """Live through scripts and strike the wanted pairs; yield each pair that there is, and what became of those that
    were wanted, in their order."""
    for script in scripts:
        with new_life() as life:
            for number, step in enumerate(SCRIPTS[script]):
                if step.flow:
                    yield from _strike_step(life, script, number, step, wanted)
                step.do(life)


def warm_up() -> None:
    """Live through all scripts once, so that no copy has to load what it needs first: worth it when many are made."""
    for script in SCRIPTS.values():
        with output(), new_life() as life:
            for step in script:
                step.do(life)
            ended(life)
    gc.freeze()


def _strike_step(
    life: Life, script: str, number: int, step: Step, wanted: Callable[[Pair], bool]
) -> Iterator[Struck | Pair]:
    calm = in_a_copy(lambda: _live(life, step, None))
    every = [
        Pair(script, number, step.flow, step.what, nth, kind)
        for nth in range(1, len(calm.calls) + 1)
        for kind in KINDS
    ]
    for pair in every:
        yield pair
        if wanted(pair):
            yield _struck(life, step, pair, calm)


def _struck(life: Life, step: Step, pair: Pair, calm: "_Lived") -> Struck:
    try:
        stormy = in_a_copy(lambda: _live(life, step, pair))
    except CopyFailed as error:
        return Struck(pair, (), (str(error),))
    problems = [f"logged: {each}" for each in stormy.logged]
    problems += differences(calm.ended, stormy.ended, len(stormy.struck))
    return Struck(pair, stormy.struck, tuple(problems))


@dataclass(frozen=True)
class _Lived:
    """The calls that could be struck, those that were, how it ended, and what was logged of what is personal."""

    calls: tuple[str, ...]
    struck: tuple[str, ...]
    ended: Ended
    logged: tuple[str, ...]


def _live(life: Life, step: Step, pair: Pair | None) -> _Lived:
    with output() as written:
        with _met(life, pair) as (calls, struck):
            step.do(life)
            life.product.drain()
        life.product.advance(step.settles)
    log = written.getvalue()
    logged = tuple(each for each in PERSONAL if each in log)
    return _Lived(tuple(calls), tuple(struck), ended(life, log), logged)


@contextmanager
def _met(life: Life, pair: Pair | None) -> Iterator[tuple[list[str], list[str]]]:
    """Note each call of a function meanwhile, and strike those that the pair means."""
    faults, calls, struck = life.product.cloud.faults, list[str](), list[str]()
    times, options = KINDS[pair.kind] if pair else (0, {})
    nth = pair.nth if pair else 0

    def meet(call: Call) -> Fault | None:
        if call.function is None or call.operation == "Deliver":
            return None
        calls.append(f"{call.function} {call.operation}")
        if nth <= len(calls) < nth + times:
            struck.append(calls[-1])
            return Fault(**options)
        return None

    with mock.patch.object(faults, "meet", meet):
        yield calls, struck


class CopyFailed(Exception):
    """What was done in a copy of this process raised an error; its traceback."""


def in_a_copy(work: Callable[[], T]) -> T:
    """Do work in a copy of this process, and return what it returns; nothing of it happens here."""
    reading, writing = os.pipe()
    copy = os.fork()
    if copy == 0:
        _work_and_exit(work, reading, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(copy, 0)
    if not told:
        raise CopyFailed(f"no end within {LONGEST} seconds")
    fine, result = pickle.loads(told)
    if not fine:
        raise CopyFailed(result)
    done: T = result
    return done


def _work_and_exit(work: Callable[[], object], reading: int, writing: int) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LONGEST)
    gc.disable()  # it would touch, and so copy, all memory
    os.close(reading)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        told = pickle.dumps((True, work()))
    except BaseException:
        told = pickle.dumps((False, traceback.format_exc(limit=-6)))
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(told)
    os._exit(0)


def by_flow(found: Sequence[Struck | Pair]) -> dict[str, tuple[int, int, int]]:
    """Return how many pairs there are of each flow, how many were struck, and how many of those are green."""
    there = Counter(each.flow for each in found if isinstance(each, Pair))
    struck = Counter(each.pair.flow for each in found if isinstance(each, Struck))
    green = Counter(each.pair.flow for each in found if isinstance(each, Struck) and not each.problems)
    return {flow: (n, struck[flow], green[flow]) for flow, n in there.items()}
