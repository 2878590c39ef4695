"""Follow-up pages for tests: a case at each stage, with what belongs to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, get_args

from desk.case.page import case_page
from desk.case.view import CaseView
from desk.web.render import PageHeader
from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.case.model import Case, HistoryEntry, HistoryKind, Note
from lazo.customer import timeline
from lazo.followup import lifecycle, opening
from lazo.followup import model as followup
from lazo.followup.model import STAGES, FollowUp, Stage
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise.model import Move, Progress, Promise, PromiseState
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from tests.builders import START, answer, classified, consent, make_store, minutes
from tests.dom import Element, parse

POLICY = {
    "currency": "CLP",
    "incentive_most": {"urgent": 30000, "high": 20000, "normal": 10000},
    "incentive_month": 200000,
}
HOUR = timedelta(hours=1)


def tokens() -> Callable[[], str]:
    """Tokens of forms, each another."""
    number = count(1)
    return lambda: f"01JTOKEN{next(number):018d}.{'ab' * 16}"


def given(**changes: Any) -> Answer:
    """An unhappy answer whose customer may be called and written to."""
    found = changes.pop("found", {"themes": ("waiting_time", "staff_attitude")})
    values: dict[str, Any] = {
        "score": 2,
        "comment": "Esperé 40 minutos y nadie pidió disculpas.",
        "reasons": ("waiting_time",),
        "name": "Rosa",
        "phone": "+56911112222",
        "email": "rosa@correo.example",
        "consent": consent(),
        "customer_key": "k1",
        **changes,
    }
    return classified(answer(**values), **found)


def at_stage(stage: Stage, about: Answer, store: Store) -> Case:
    """A case that has come so far: a stage an hour, each by Ana."""
    opened = opening.open_for_answer(about, store)
    assert opened is not None
    reached, done = opened, []
    for number, each in enumerate(STAGES[1 : STAGES.index(stage) + 1], 1):
        reached = _on(reached, each, store, number)
        done.append(entry(each, START + number * HOUR, reached.version, channel="phone", reached="yes"))
    return Case(reached, history=tuple(done), notified_contacts=frozenset({"ana"}))


def entry(
    what: HistoryKind, at: Any = START, version: int = 2, by: str = "ana", **detail: str
) -> HistoryEntry:
    """A line of the history."""
    return HistoryEntry(f"01JENTRY{what.upper()}", what, by, by.title(), at, version, detail)


def concern(concern_id: str = "c1", **changes: Any) -> Concern:
    values: dict[str, Any] = {
        "text": "La espera",
        "theme": "waiting_time",
        "priority": "high",
        "owner": "ana",
        "deadline": date(2026, 3, 13),
        "checkpoints": (),
        "added_by": "ana",
        "added_at": START,
        **changes,
    }
    return Concern(concern_id, **values)


def solved(concern_id: str = "c1", **changes: Any) -> Concern:
    return concern(concern_id, **{"state": "solved", "action": "Le ofrecí disculpas y otra mesa", **changes})


def planned(concern_id: str = "c2", **changes: Any) -> Concern:
    values = {
        "text": "El trato",
        "theme": "staff_attitude",
        "state": "planned",
        "action": "Hablar con el equipo",
        "planned_for": date(2026, 3, 12),
        "hears_by": "phone",
        **changes,
    }
    return concern(concern_id, **values)


def note(note_id: str = "n1", **changes: Any) -> Note:
    values: dict[str, Any] = {
        "channel": "phone",
        "held_at": START,
        "text": "Dice que esperó de pie.",
        "by": "ana",
        "by_name": "Ana",
        "at": START,
        **changes,
    }
    return Note(note_id, **values)


def incentive(**changes: Any) -> Incentive:
    values: dict[str, Any] = {
        "incentive_id": "i1",
        "kind": "discount",
        "value": Decimal(5000),
        "currency": "CLP",
        "reason": "Por la espera",
        "concern_id": "c1",
        "by": "ana",
        "by_name": "Ana",
        "at": START,
        **changes,
    }
    return Incentive(**values)


def message(**changes: Any) -> CustomerMessage:
    values: dict[str, Any] = {
        "message_id": "m1",
        "followup_id": "f1",
        "store_id": "norte",
        "answered_at_store": "norte",
        "answer_ulid": "01J",
        "channel": "sms",
        "language": "es",
        "subject": "",
        "text": "Hola Rosa, ya revisamos lo de la espera.",
        "template": None,
        "by": "ana",
        "by_name": "Ana",
        "at": START,
        "state": "sent",
        **changes,
    }
    return CustomerMessage(**values)


def promise(promise_id: str = "p1", **changes: Any) -> Promise:
    values: dict[str, Any] = {
        "followup_id": "f1",
        "store_id": "norte",
        "what": "Una mesa nueva",
        "due": START + timedelta(days=2),
        "owner": "ana",
        "hears_by": "phone",
        "made_by": "ana",
        "made_at": START,
        **changes,
    }
    return Promise(promise_id, **values)


def view(stage: Stage = "open", language: str = "es", **changes: Any) -> CaseView:
    """The page of a case at a stage, as Ana reads it; `parts` are those of the case."""
    store = changes.pop("store", None) or make_store(policy=POLICY)
    about = changes.pop("answer", None) or given()
    parts = changes.pop("parts", {})
    reader: Contact = replace(store.contacts[0], language=language)
    values: dict[str, Any] = {
        "case": replace(at_stage(stage, about, store), **parts),
        "answer": about,
        "store": store,
        "reader": reader,
        "header": PageHeader(reader.name, "01JSIGNOUT.00"),
        "now": START + STAGES.index(stage) * HOUR + minutes(4),
        "token": tokens(),
        **changes,
    }
    return CaseView(**values)


def by_signals(stage: Stage = "open", **changes: Any) -> CaseView:
    """The page of a case that signals opened, with no answer to it."""
    signals = tuple(followup.SignalReason(kind, START) for kind in ("complaint", "leaving"))
    base = view(stage, **changes)
    about = replace(
        base.case.followup,
        origin="signals",
        answer_ulid=None,
        touchpoint="",
        score=None,
        signals=signals,
        priority="normal",
    )
    return replace(base, case=replace(base.case, followup=about), answer=None)


def page(shown: CaseView) -> Element:
    """The page of a view, as a tree."""
    return parse(case_page(shown))


def forms(at: Element) -> list[Element]:
    """Its forms, but for those of the bar."""
    return [form for form in at.all("form") if form["action"] not in ("/desk/language", "/desk/sign-out")]


def form(at: Element, key: str) -> Element:
    """One form by its id."""
    return at.one("form", id=key)


def busy(stage: Stage, language: str = "es", **changes: Any) -> CaseView:
    """A case with something of everything."""
    parts = {
        "concerns": (solved(), planned(), concern("c3", text="El precio", theme="price")),
        "notes": (note(), note("n2", corrects="n1", recording="https://grabaciones.example/1")),
        "incentives": (incentive(),),
        "messages": (message(), message(message_id="m2", channel="email", subject="Tu visita")),
        "promises": promised(),
    }
    shown = view(stage, language, parts=parts, **changes)
    return replace(shown, timeline=known(shown.case.followup), given_this_month=Decimal(125_000))


def ready_to_resolve(language: str = "es") -> CaseView:
    """A case of which every concern is solved or planned."""
    return view("contacted", language, parts={"concerns": (solved(), planned())})


def promised() -> tuple[Promise, ...]:
    """One promise in each state."""
    before, soon = START - timedelta(days=1), START + 9 * HOUR
    moved = Move(START, "Ana", before, soon, "Falta una pieza", "sms")
    ended = {"settled_by": "ana", "settled_at": START}
    return (
        promise("p1", progress=(Progress(START, "ana", "Ana", "Ya la encargamos"),), checkpoints=(soon,)),
        promise("p2", due=soon, at_risk=soon, moved=(moved,)),
        promise("p3", due=before, missed=before),
        *(promise(f"p-{state}", state=state, **ended) for state in get_args(PromiseState) if state != "open"),
    )


def known(about: FollowUp) -> timeline.Timeline:
    """What is known of the customer: an earlier case that was put right, a complaint, and what recurs."""
    solved_then = {"stage": "confirmed", "root_cause": "Faltaba una persona"}
    told, themes = "Le cambiamos el turno de la caja", ("waiting_time",)
    earlier = timeline.TimelineEntry(
        START - timedelta(days=40), "followup", "norte", told, 4, themes, "anearlierone1234", **solved_then
    )
    complaint = timeline.TimelineEntry(
        START - timedelta(days=2),
        "complaint",
        "sur",
        "Otra vez la fila",
        None,
        ("waiting_time",),
        "e1",
        source="crm",
    )
    this = timeline.TimelineEntry(
        START, "answer", "norte", "Esperé 40 minutos", 2, ("waiting_time",), about.answer_ulid or ""
    )
    return timeline.Timeline(
        entries=(this, complaint, earlier),
        recurring_themes=(("waiting_time", 3),),
        recurring_kinds=(("complaint", 2),),
        recurring_in_store=(("price", 7),),
        solved_before=(earlier,),
        reachable=None,
    )


def _on(before: FollowUp, stage: Stage, store: Store, number: int) -> FollowUp:
    now = START + number * HOUR
    if stage == "taken_on":
        return lifecycle.take_on(before, "ana", store, now)
    if stage == "contacted":
        return lifecycle.record_contact(before, store, now, reached=True)
    if stage == "resolved":
        return lifecycle.resolve(
            before,
            store,
            now,
            root_cause_theme="waiting_time",
            root_cause="Faltaba una persona",
            done="Otro turno",
        )
    return lifecycle.confirm(before, store, now)
