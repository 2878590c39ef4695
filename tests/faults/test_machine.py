"""Whatever people do, in whatever order, and whatever fails: a small model says what must be open, owned, told, and
escalated once per level.

Hypothesis chooses the steps. A short run is part of `make test`, a long one of `make soak` (LAZO_STEPS=long).
"""

import os
import re
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from infra.local.event_sources.lambda_runtime import FunctionError
from lazo.auth import links
from tests.builders import ANA, minutes
from tests.customer import ring
from tests.desk import form_to
from tests.faults.life import Life, new_life, until_answered
from tests.faults.pairs import KINDS
from tests.product import Item
from tests.recount import counted, recount
from tests.stored_items.doors import FORM, SECOND

LONG = os.environ.get("LAZO_STEPS") == "long"
POLICY = {"take_on_minutes": 10, "contact_hours": 720, "resolve_days": 60, "customer_update_days": 30}
LEVELS = 2
"""Diego is above Ana, Marta above him."""
CHANNELS = {0: {"sms", "email"}, 1: {"sms", "email"}, 2: {"email"}}
"""How each level is told; Marta has no phone."""
TRIED_AGAIN = minutes(20)


@dataclass
class Case:
    """What the model knows of a case."""

    followup_id: str
    number: int
    opened: datetime
    stage: str = "open"
    owned: bool = False
    notes: list[str] = field(default_factory=list)
    promises: int = 0
    erased: bool = False
    told_when_ended: int = 0


class Machine(RuleBasedStateMachine):
    """Ana works, customers come, functions fail."""

    def __init__(self) -> None:
        super().__init__()
        self._undo = ExitStack()
        self.life: Life = self._undo.enter_context(new_life())
        # One person works on all cases of a run, more than a person may promise for a day by default.
        self.life.open(policy={**POLICY, "promises_per_day": 200})
        self.product = self.life.product
        self.cases: list[Case] = []
        self.people = 0
        self.struck = 0
        self.signed_in = False

    @rule(score=st.integers(0, 10))
    def answer(self, score: int) -> None:
        self.people += 1
        number, before = self.people, self.product.now()
        self.life.say(
            number, score=score, comment=f"Comentario {number}", phone=phone_of(number), consent=True
        )
        if score <= 6:
            self.settle_if_failing()
            self.cases.append(Case(self.life.followup_of(f"Comentario {number}"), number, before))

    @rule(passed=st.integers(1, 15))
    def tick(self, passed: int) -> None:
        self.product.advance(minutes(passed))

    @rule()
    def sweep(self) -> None:
        """Two of them, one after the other."""
        self.product.cloud.sweep()
        self.product.cloud.sweep()

    @rule(kind=st.sampled_from(sorted(KINDS)), nth=st.integers(1, 25))
    def fault(self, kind: str, nth: int) -> None:
        """One of the next calls fails, whichever function makes it."""
        self.settle_if_failing()
        times, options = KINDS[kind]
        self.product.fault(nth=nth, times=times, **options)
        self.struck += times

    @rule(last=st.integers(1, 6))
    def redeliver(self, last: int) -> None:
        """The queue and the stream hand over again what they handed over before."""
        with suppress(FunctionError):
            self.product.notify(*self.product.events()[-last:])
        with suppress(FunctionError):
            self.product.classify(*self.product.items("ANSWER#")[-last:])
        self.product.drain()

    @precondition(lambda self: self.workable("open"))
    @rule(data=st.data())
    def take_on(self, data: st.DataObject) -> None:
        case = self.choose(data, "open")
        self.act(case, "take-on")
        case.stage, case.owned = "taken_on", True

    @precondition(lambda self: self.workable("taken_on", "contacted"))
    @rule(data=st.data())
    def note(self, data: st.DataObject) -> None:
        case = self.choose(data, "taken_on", "contacted")
        text = f"Nota {len(case.notes)}"
        self.act(case, "note", channel="phone", text=text)
        case.notes.append(text)

    @precondition(lambda self: self.workable("taken_on", "contacted"))
    @rule(data=st.data())
    def promise(self, data: st.DataObject) -> None:
        case = self.choose(data, "taken_on", "contacted")
        if case.promises:
            return
        self.act(case, "promise", what="Una mesa", date="2026-03-20", owner="ana", hears_by="phone")
        case.promises += 1

    @precondition(lambda self: self.workable("taken_on", "contacted"))
    @rule(data=st.data())
    def resolve(self, data: st.DataObject) -> None:
        case = self.choose(data, "taken_on", "contacted")
        if case.stage == "taken_on":
            self.act(case, "contacted", channel="phone", reached="yes", text="")
        if not self.open_concerns(case):
            wanted = {"text": "La espera", "owner": "ana", "deadline": "2026-03-20", "priority": "high"}
            self.act(case, "concern", **wanted)
        while self.open_concerns(case):
            self.act(case, "settle", how="solved", action="Otra caja")
        done = {"root_cause_theme": "waiting_time", "root_cause": "Un cajero", "done": "Turnos"}
        self.act(case, "resolve", **done)
        self.settle_if_failing()
        case.stage, case.told_when_ended = "resolved", self.staff_told(case)

    @precondition(lambda self: self.workable("resolved"))
    @rule(data=st.data())
    def reopen(self, data: st.DataObject) -> None:
        """The customer says on their page that it is not solved."""
        case = self.choose(data, "resolved")
        self.own_page(case, "not-yet", text="Sigue igual")
        case.stage = "contacted"

    @precondition(lambda self: self.workable("open", "taken_on", "contacted", "resolved"))
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        case = self.choose(data, "open", "taken_on", "contacted", "resolved")
        self.own_page(case, "erase", sure="yes")
        case.erased = True

    @invariant()
    def never_too_much(self) -> None:
        """What may not be at any instant, whatever fails just now."""
        by_id = {item["followup_id"]: item for item in self.product.followups()}
        for case in self.alive():
            item = by_id[case.followup_id]
            passed = (self.product.now() - case.opened).total_seconds() / 60
            assert item["level"] <= min(LEVELS, passed / 10), "no level before its deadline"
            if case.stage == "resolved":
                assert self.staff_told(case) == case.told_when_ended, "resolved wins"
        once = Counter(
            (m["followup_id"], m["level"], m["channel"], m["to"])
            for m in self.product.cloud.outbox()
            if m["purpose"] == "escalation"
        )
        assert sum(n - 1 for n in once.values()) <= self.struck, "once per level"

    def teardown(self) -> None:
        try:
            self.settle()
            self.all_is_as_it_must_be()
        finally:
            self._undo.close()

    def all_is_as_it_must_be(self) -> None:
        """What holds once everything has been tried again."""
        answers = self.product.items("ANSWER#")
        assert all("classified_at" in each for each in answers), "no answer is lost"
        assert counted(self.product.cloud.items()) == recount(answers, "America/Santiago")
        by_id = {item["followup_id"]: item for item in self.product.followups()}
        for case in self.alive():
            self.is_as_modelled(case, by_id[case.followup_id])
        for case in self.cases:
            if case.erased:
                held = str(self.product.cloud.items())
                assert phone_of(case.number) not in held, "erased"
                assert f"Comentario {case.number}'" not in held, "erased"
        lost = self.product.dead_letters().keys() - {"SweepDeadLetters", "EventsDeadLetters"}
        assert not lost

    def is_as_modelled(self, case: Case, item: Item) -> None:
        of_it = [i for i in self.product.cloud.items() if i["pk"] == item["pk"]]
        assert (item["stage"], item.get("owner")) == (case.stage, "ana" if case.owned else None)
        told = {
            (i["level"], i["channel"])
            for i in of_it
            if i["sk"].startswith("DELIVERY#")
            and i["purpose"] in ("alert", "escalation")
            and (i["state"] == "sent" or i.get("failure") == "gave_up")
        }
        if not case.owned:
            passed = (self.product.now() - case.opened).total_seconds() / 60
            assert item["level"] == LEVELS or passed < 60, "nobody unattended is calm"
            assert {each for each in told if each[0] == item["level"]} == {
                (item["level"], channel) for channel in CHANNELS[item["level"]]
            }
        notes = [i["text"] for i in of_it if i["sk"].startswith("NOTE#") and i["text"].startswith("Nota")]
        assert sorted(notes) == case.notes, "each note once"
        made = [i for i in of_it if i["sk"].startswith("PROMISE#") and i["what"] == "Una mesa"]
        assert len(made) == case.promises
        dates = {i["promise_id"] for i in of_it if i["sk"].startswith("DATE#promise_due#") and "due_at" in i}
        assert {i["promise_id"] for i in made if i["state"] == "open"} <= dates, "each date is in the ledger"

    def settle_if_failing(self) -> None:
        """Let what failed be tried again, so that what is read next is there."""
        if self.product.cloud.faults._faults:
            self.settle()

    def settle(self) -> None:
        self.product.cloud.faults.clear()
        self.product.drain()
        self.product.advance(TRIED_AGAIN)

    def alive(self) -> list[Case]:
        return [case for case in self.cases if not case.erased]

    def workable(self, *stages: str) -> list[Case]:
        return [case for case in self.alive() if case.stage in stages]

    def choose(self, data: st.DataObject, *stages: str) -> Case:
        return data.draw(st.sampled_from(self.workable(*stages)))

    def open_concerns(self, case: Case) -> list[Item]:
        of_it = (i for i in self.product.items("CONCERN#") if i["pk"] == f"FU#{case.followup_id}")
        return [each for each in of_it if each["state"] == "open"]

    def page_of(self, case: Case) -> str:
        if not self.signed_in:
            self.life.desk.sign_in(ANA)
            self.signed_in = True
        return self.life.desk.get(f"/desk/followups/{case.followup_id}").text

    def act(self, case: Case, ending: str, **typed: Any) -> None:
        self.life.sent(form_to(self.page_of(case), f"/{ending}"), **typed)

    def own_page(self, case: Case, action: str, **typed: str) -> None:
        """The customer fills in a form of their page, as the page is now."""
        self.product.wait(SECOND)
        link = (
            f"/m/{links.sign_customer_link(ring(self.product), case.followup_id, 'sms', self.product.now())}"
        )
        page = until_answered(self.product, lambda: self.product.cloud.request("GET", link)).text
        found = re.search(r'name="version" value="(\d+)"', page)
        typed |= {"version": found[1]} if found else {}
        self.life.request("POST", f"{link}/{action}", FORM, typed)
        self.product.drain()

    def staff_told(self, case: Case) -> int:
        about = (m for m in self.product.cloud.outbox() if m["followup_id"] == case.followup_id)
        return sum(m["purpose"] in ("alert", "escalation", "reminder", "late", "due_soon") for m in about)


def phone_of(number: int) -> str:
    return f"+5698765{number:04}"


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=400 if LONG else 8,
    stateful_step_count=50 if LONG else 12,
    derandomize=not LONG,
    deadline=None,
    database=None,
    # To shorten a failing run takes minutes.
    phases=tuple(Phase) if LONG else (Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
