"""Everything that can happen, in order: scripts of steps. Each step belongs to a flow, and faults meet its calls."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from unittest import mock

from infra.local.aws.calls import running_function
from infra.local.aws.faults import Crash
from lazo.store.model import Touchpoint
from lazo.table import retention, rising
from ops.store_import import apply
from ops.store_import.store_file import StoreEntry
from tests.builders import ANA, DIEGO, MARTA, minutes, settings
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


def _act(ending: str, flow: str = "desk", /, **typed: str | list[str]) -> Step:
    return Step(flow, ending, lambda life: life.act(f"/{ending}", **typed))


def _own_page(action: str, flow: str = "customer's page", /, **typed: str) -> Step:
    return Step(flow, action, lambda life: life.own_page(action, "sms", **typed))


def _date(kind: str, flow: str = "sweep") -> Step:
    return Step(flow, kind, lambda life: life.comes(kind))


def _sms(sender: Mapping[str, Any], text: str, number: int) -> Step:
    return Step("SMS", text, lambda life: life.sms(str(sender["phone"]), text, f"in-{number}"))


def _ready(do: Callable[[Life], object]) -> Step:
    """What only makes ready: no fault meets it."""
    return Step("", "ready", do)


def _open(**changes: Any) -> Step:
    return _ready(lambda life: life.open(**changes))


def _until(kind: str) -> Step:
    return _ready(lambda life: life.until(kind))


def _advance(amount: timedelta) -> Step:
    return _ready(lambda life: life.product.advance(amount))


BEGIN: Final = _ready(lambda life: life.begin())
TAKEN: Final = _ready(lambda life: (life.begin(), life.act("/take-on"), life.act("/contacted", **CALLED)))


def _move_promise(life: Life) -> None:
    promise = life.promise_of("Una mesa")
    form = form_to(life.page, "/promise-date", promise_id=promise)
    moved = {"date": "2026-03-16", "owner": "ana", "reason": "Falta madera", "tell": "none"}
    life.page = life.sent(form, **moved)


def _settle_reopened(life: Life) -> None:
    life.product.advance(minutes(3))
    life.reload()
    for ending, typed in (("settle", SOLVED), ("resolve", DONE)):
        life.act(f"/{ending}", **typed)


def _answer_again(life: Life) -> None:
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


def _import(life: Life) -> None:
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


def _look_at_what_rises(life: Life) -> None:
    life.product.table.update(rising.look_date(date(2026, 3, 8), life.product.now()))


SCRIPTS: Final[Mapping[str, Sequence[Step]]] = {
    "work": (
        _open(),
        Step("answer", "answer", lambda life: life.begin()),
        _ready(lambda life: life.open_alert(str(ANA["phone"]))),
        _act("take-on"),
        _act("contacted", **CALLED),
        _act("note", channel="phone", text="Pidió una foto"),
        _act("concern", **CONCERN, checkpoint=["2026-03-12", ""]),
        _act("settle", how="planned", action="Otra caja", date="2026-03-13", hears_by="sms"),
        _act("promise", **PROMISE, checkpoint=["2026-03-12", ""]),
        _act("promise-progress", text="Ya cortamos la madera"),
        Step("desk", "promise-date", _move_promise),
        _act("promise-kept", text="La mesa está"),
        _act("incentive", kind="gift_card", value="4000", reason="Por el susto"),
        _act("message", channel="email", subject="Tu visita", text="Hola Eva: ya vamos."),
        _act("interested", value="on"),
        _act("deadline", until="2026-03-18T10:00", reason="Está de viaje"),
        _act("reassign", owner="diego"),
    ),
    "solve": (
        _open(),
        TAKEN,
        _act("concern", **{**CONCERN, "owner": "ana"}),
        _act("settle", **SOLVED),
        _act("resolve", **DONE),
        _advance(minutes(3)),
        _own_page("not-yet", text="Sigue igual"),
        _ready(_settle_reopened),
        _act("confirm", outcome="solved", channel="phone", text="Contenta"),
        _until("resurvey"),
        _date("resurvey"),
        Step("answer", "again", _answer_again),
    ),
    "solved": (
        _open(),
        TAKEN,
        _ready(lambda life: life.act("/concern", **{**CONCERN, "owner": "ana"})),
        _ready(lambda life: life.act("/promise", **PROMISE)),
        _ready(lambda life: (life.act("/settle", **SOLVED), life.act("/resolve", **DONE))),
        _own_page("solved"),
    ),
    "escalate": (
        _open(),
        BEGIN,
        _until("FU"),
        _date("FU", "escalation"),
        _until("FU"),
        _date("FU", "escalation"),
        _ready(lambda life: life.act("/take-on")),
        _until("reminder"),
        _date("reminder"),
        _until("FU"),
        _date("FU", "escalation"),
    ),
    "silence": (
        _open(policy={"contact_hours": 720, "resolve_days": 60}),
        TAKEN,
        _until("customer_update"),
        _date("customer_update"),
    ),
    "promise": (
        _open(policy=UNHURRIED),
        TAKEN,
        _ready(lambda life: life.act("/promise", **PROMISE, checkpoint=["2026-03-12", ""])),
        _until("promise_checkpoint"),
        _date("promise_checkpoint"),
        _until("delay_notice"),
        _date("delay_notice"),
        _until("promise_due"),
        _date("promise_due"),
        _until("promise_due"),
        _date("promise_due"),
    ),
    "quiet promise": (
        _open(policy={**UNHURRIED, "delay_notice": "approve"}),
        TAKEN,
        _ready(lambda life: life.act("/promise", **PROMISE)),
        _until("delay_notice"),
        _date("delay_notice"),
    ),
    "concern": (
        _open(policy={"resolve_days": 60, "customer_update_days": 30}),
        TAKEN,
        _ready(lambda life: life.act("/concern", **CONCERN, checkpoint=["2026-03-12", ""])),
        _until("concern_checkpoint"),
        _date("concern_checkpoint"),
        _until("concern_due"),
        _date("concern_due"),
        _until("concern_due"),
        _date("concern_due"),
    ),
    "own page": (
        _open(),
        TAKEN,
        _own_page("objections", resurvey="1"),
        _own_page("name", name="Eva Ríos"),
        _own_page("address", address="nueva@example.org"),
        Step("customer's page", "stop", lambda life: life.own_page("stop", "email")),
        _own_page("restrict", "restriction"),
        _advance(minutes(5)),
        _own_page("unrestrict", "restriction"),
    ),
    "erase": (
        _open(),
        TAKEN,
        _own_page("erase", "erasure", sure="yes"),
        Step("erasure", "continued", lambda life: life.product.advance(minutes(5))),
    ),
    "texts": (
        _open(contacts=[ANA, DIEGO, MARTA]),
        _ready(lambda life: life.begin()),
        _sms(ANA, "hola", 1),
        _sms(ANA, "2", 2),
        _sms(DIEGO, "1", 3),
        _sms(EVA, "No me han llamado", 4),
        _sms(EVA, "Me cortaron con un vidrio y sangro", 5),
        _sms(EVA, "STOP", 6),
        _sms(DIEGO, "STOP", 7),
        _sms(DIEGO, "START", 8),
    ),
    "tap": (
        _open(),
        Step("first tap", "tapped", lambda life: tap(life, 3)),
        Step("first tap", "left", lambda life: tap(life, 2, left=True)),
        Step("first tap", "final", lambda life: life.product.advance(minutes(6))),
    ),
    "events": (
        _open(),
        Step("events", "refund", lambda life: told(life, "t-1", "refund", amount=4990.5)),
        Step("events", "complaint", lambda life: told(life, "t-2", "complaint", text="Llegó frío")),
        Step("events", "churn", lambda life: told(life, "t-3", "complaint", text="Me voy")),
    ),
    "improve": (
        _open(),
        TAKEN,
        _ready(lambda life: life.act("/interested", value="on")),
        _ready(lambda life: life.sign_diego_in()),
        Step("improvements", "published", lambda life: life.publish_improvement()),
        Step("improvements", "told", lambda life: life.product.advance(minutes(5)), DAY * 1.1),
        _until("improvement_resurvey"),
        _date("improvement_resurvey", "improvements"),
    ),
    "figures": (
        _open(),
        _ready(lambda life: (life.begin(), life.say(3, score=10, comment="Rosa, un encanto", **OTHER))),
        Step("roll-up", "hour", lambda life: life.product.advance(timedelta(hours=2))),
        _ready(lambda life: retention.start_retention(life.product.table, "norte", life.product.now())),
        _until("retention"),
        Step("sweep", "retention", lambda life: life.comes("retention"), DAY * 1.1),
        _until("praise"),
        _date("praise", "digest"),
        _until("week_closed"),
        _date("week_closed", "digest"),
        _until("look"),
        _date("look"),
        _ready(_look_at_what_rises),
        Step("sweep", "rising", lambda life: life.product.advance(minutes(2))),
    ),
    "import": (_open(), Step("import", "stores", _import)),
}


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
