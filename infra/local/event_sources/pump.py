"""What moves events on: the stream, the queues and the schedules, by the product's clock.

`drain` and `advance` work in the caller's thread; `start` lets a thread of its own react to each write.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from infra.local.aws.tables import Tables
from infra.local.event_sources.schedule_source import Schedule
from lazo import clock

_ENDLESS = 100_000
_AT_MOST = 30.0

logger = logging.getLogger(__name__)


class Pipe(Protocol):
    def poll(self) -> bool:
        """Hands one batch over, if there is one; says whether there was."""

    def next_change(self) -> datetime | None:
        """Tell when `poll` finds something again without a new write; None: never."""


class Pump:
    """`swept` names, for functions that act on one index only, that index: see `advance`."""

    def __init__(
        self,
        pipes: Sequence[Pipe],
        schedules: Sequence[Schedule],
        tables: Tables,
        swept: Mapping[str, str],
    ) -> None:
        self._pipes = pipes
        self._schedules = schedules
        self._tables = tables
        self._swept = swept
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        self._wake.set()

    def drain(self) -> None:
        """Works everything off that can be worked off now."""
        with self._lock:
            for _ in range(_ENDLESS):
                moved = [pipe.poll() for pipe in self._pipes]
                if not any(moved):
                    return
        raise RuntimeError("the pipes do not run dry: does a function feed itself?")

    def advance(self, seconds: float) -> None:
        """Moves the product's clock on; whatever comes due on the way happens at its own instant, in order.

        Ticks of a schedule at which nothing in the index of its function is due are passed over, except the last
        one: the function would find nothing to do.
        """
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        with self._lock:
            self.drain()
            target = clock.now() + timedelta(seconds=seconds)
            while (due := self._next_due(target)) is not None:
                at, schedule = due
                move_clock(at)
                if schedule is not None:
                    schedule.fire(at)
                self.drain()
            move_clock(target)
            self._tables.expire(clock.now())
            self.drain()

    def sweep(self) -> None:
        """Let every schedule tick now, once."""
        with self._lock:
            for schedule in self._schedules:
                schedule.fire(clock.now())
            self.drain()

    def start(self) -> None:
        """Let a thread work off what comes from now on, and let the schedules tick."""
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        wait = 0.0
        while not self._stopping:
            self._wake.wait(wait)
            self._wake.clear()
            try:
                with self._lock:
                    # After a machine's sleep many ticks are over: one does for them all.
                    for schedule in self._schedules:
                        tick = schedule.last_tick_until(clock.now())
                        if tick is not None:
                            schedule.fire(tick)
                    self.drain()
                    wait = self._seconds_to_next()
            except Exception:
                logger.exception("the pump stumbled")
                wait = 1.0

    def _seconds_to_next(self) -> float:
        instants = [pipe.next_change() for pipe in self._pipes]
        instants += [schedule.next_tick() for schedule in self._schedules]
        now = clock.now()
        waits = [(instant - now).total_seconds() for instant in instants if instant is not None]
        return min([_AT_MOST, *(max(0.01, wait) for wait in waits)])

    def _next_due(self, until: datetime) -> tuple[datetime, Schedule | None] | None:
        changes = ((pipe.next_change(), None) for pipe in self._pipes)
        ticks = ((self._useful_tick(schedule, until), schedule) for schedule in self._schedules)
        coming = [(at, source) for at, source in (*changes, *ticks) if at is not None and at <= until]
        return min(coming, key=lambda each: each[0], default=None)

    def _useful_tick(self, schedule: Schedule, until: datetime) -> datetime | None:
        tick = schedule.next_tick()
        last = schedule.last_tick_until(until)
        if tick is None or last is None:
            return None
        index = self._swept.get(schedule.target.function.logical_id)
        if index is None or not self._tables.has_index(index):
            return tick
        first = self._tables.first_in_index(index)
        if first is None:
            return last
        return min(last, max(tick, schedule.tick_at_or_after(_instant(first))))


def move_clock(to: datetime) -> None:
    """Lets the product's clock show this instant, unless it is past it."""
    ahead = to - clock.now()
    if ahead > timedelta(0):
        clock.shift(clock.now() - datetime.now(UTC) + ahead)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
