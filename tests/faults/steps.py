"""Steps that scripts are made of: what people do, what other systems tell, which date comes."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from unittest import mock

from infra.local.aws.calls import running_function
from infra.local.aws.faults import Crash
from lazo.store.model import Touchpoint
from lazo.table import rising
from ops.store_import import apply
from ops.store_import.store_file import StoreEntry
from tests.builders import ANA, minutes, settings
from tests.desk import form_to
from tests.faults.life import EVA, Life

DAY: Final = timedelta(days=1)
UNHURRIED: Final = {"contact_hours": 720, "resolve_days": 60, "customer_update_days": 30}
"""No other date of the case comes in the days of a promise."""
CONCERN = {"text": "La espera", "priority": "high", "owner": "diego", "deadline": "2026-03-13"}
PROMISE = {"what": "Una mesa", "date": "2026-03-13", "owner": "diego", "hears_by": "sms"}
CALLED = {"channel": "phone", "reached": "yes", "text": "La llamé"}
SOLVED = {"how": "solved", "action": "Otra caja"}
DONE = {"root_cause_theme": "waiting_time", "root_cause": "Un cajero", "done": "Turnos"}
OTHER: Final[dict[str, Any]] = {**EVA, "name": "Bruno", "phone": "+56987654322", "email": "bruno@example.org"}


@dataclass(frozen=True)
class Step:
    """One step of a script: `do` is what faults meet, as part of a `flow`. After the time `settles` all has been tried
    again, and done."""

    flow: str
    what: str
    do: Callable[[Life], object]
    settles: timedelta = timedelta(minutes=20)


def act(ending: str, flow: str = "desk", /, **typed: str | list[str]) -> Step:
    return Step(flow, ending, lambda life: life.act(f"/{ending}", **typed))


def own_page(action: str, flow: str = "customer's page", /, **typed: str) -> Step:
    return Step(flow, action, lambda life: life.own_page(action, "sms", **typed))


def comes(kind: str, flow: str = "sweep") -> Step:
    return Step(flow, kind, lambda life: life.comes(kind))


def sms(sender: Mapping[str, Any], text: str, number: int) -> Step:
    return Step("SMS", text, lambda life: life.sms(str(sender["phone"]), text, f"in-{number}"))


def ready(do: Callable[[Life], object]) -> Step:
    """What only makes ready: no fault meets it."""
    return Step("", "ready", do)


def opened(**changes: Any) -> Step:
    return ready(lambda life: life.open(**changes))


def until(kind: str) -> Step:
    return ready(lambda life: life.until(kind))


def passes(amount: timedelta) -> Step:
    return ready(lambda life: life.product.advance(amount))


BEGIN: Final = ready(lambda life: life.begin())
TAKEN: Final = ready(lambda life: (life.begin(), life.act("/take-on"), life.act("/contacted", **CALLED)))


def move_promise(life: Life) -> None:
    promise = life.promise_of("Una mesa")
    form = form_to(life.page, "/promise-date", promise_id=promise)
    moved = {"date": "2026-03-16", "owner": "ana", "reason": "Falta madera", "tell": "none"}
    life.page = life.sent(form, **moved)


def settle_reopened(life: Life) -> None:
    life.product.advance(minutes(3))
    life.reload()
    for ending, typed in (("settle", SOLVED), ("resolve", DONE)):
        life.act(f"/{ending}", **typed)


def answer_again(life: Life) -> None:
    asked = life.link_in(str(EVA["phone"]), r"/s/caja3\?lang=es&r=[\w-]+")
    life.say(2, score=9, comment="Mucho mejor", improved="yes", r=asked.partition("r=")[2])


class _InThisThread(Executor):
    """Runs work at once: which function calls is known in this thread only."""

    def submit(self, work: Any, /, *given: Any, **named: Any) -> Any:
        done: Future[Any] = Future()
        try:
            done.set_result(work(*given, **named))
        except BaseException as error:
            done.set_exception(error)
        return done


def import_stores(life: Life) -> None:
    """An operator imports a store, and again until it is written whole."""
    entry = StoreEntry(settings(store_id="sur", contacts=[ANA]), (Touchpoint("sur1", "sur", "Caja"),))
    token = running_function.set("Import")
    try:
        for _ in range(9):
            try:
                plan = apply.plan_import(life.product.table, [(2, entry)])
                with mock.patch.object(apply, "ThreadPoolExecutor", return_value=_InThisThread()):
                    apply.write_stores(life.product.table, plan.changes, life.product.now(), lambda _: None)
                return
            except (Exception, Crash) as error:
                last: BaseException = error
        raise last
    finally:
        running_function.reset(token)


def look_at_what_rises(life: Life) -> None:
    life.product.table.update(rising.look_date(date(2026, 3, 8), life.product.now()))


def tap(life: Life, score: int, *, left: bool = False) -> None:
    """A customer taps a score on the survey page, and leaves."""
    if not life.survey:
        life.open_survey()
    body = {"provisional": True, "score": score, "left": left, "tapped_at": 1 + left, **life.survey}
    life.post_answer("caja3", **body)
    life.product.drain()


def told(life: Life, event_id: str, kind: str, **said: Any) -> None:
    """Another system tells of Dora."""
    customer = {"phone": "+56987654325", "email": "dora@example.org"}
    at = "2026-03-10T14:00:00+00:00"
    life.tell(event_id, kind, customer=customer, at=at, **said)
    life.product.drain()
