"""Every change of a case is committed by one flow: once, on the current case, with metrics and events."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from lazo.case import actions, incentives
from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.case.model import ActionContext, Case, CaseChange, Note
from lazo.errors import Problem, Rejected
from lazo.messaging.customer_message import compose
from lazo.messaging.customer_templates import MessageContent
from lazo.store.model import Store
from lazo.table import answers, cases
from lazo.table.dynamodb.conflicts import TransactionConflict
from lazo.table.dynamodb.table import Table
from lazo.workflows.case_commit import TRIES, CaseCommitter
from lazo.workflows.events import Topic
from tests.builders import ANA, DIEGO, MARTA, START, consent, minutes
from tests.product import Product

POLICY = {
    "tell_customer": False,
    "customer_messages_per_week": 1,
    "currency": "CLP",
    "incentive_most": {"high": 5000, "normal": 5000},
    "incentive_month": 5000,
}


class BusyTable(Table):
    """The product's table; counts Queries of one partition, and its first transactions meet another's."""

    conflicts = 0
    loads = 0

    def query_prefix(self, *given: Any, **more: Any) -> Any:
        self.loads += 1
        return super().query_prefix(*given, **more)

    def transact(self, *given: Any) -> None:
        if self.conflicts:
            self.conflicts -= 1
            raise TransactionConflict
        super().transact(*given)


@dataclass
class Desk:
    """A case that has been open for five minutes, and what commits its changes."""

    product: Product
    store: Store
    followup_id: str
    table: BusyTable
    published: list[dict[str, Any]] = field(default_factory=list)
    stage_times: list[tuple[str, str, float]] = field(default_factory=list)
    topic_error: Exception | None = None

    @property
    def case(self) -> Case:
        found = cases.load_case(self.product.table, self.followup_id)
        assert found
        return found

    @property
    def history(self) -> list[tuple[str, str]]:
        return [(entry.what, entry.by) for entry in self.case.history]

    def committer(self) -> CaseCommitter:
        def publish(**message: Any) -> None:
            if self.topic_error:
                raise self.topic_error
            self.published.append(json.loads(message["Message"]))

        topic = Topic(SimpleNamespace(publish=publish), "arn")
        return CaseCommitter(
            self.table, topic, Logger(service="test"), lambda *time: self.stage_times.append(time)
        )

    def act(self, form_id: str, contact_id: str = "ana") -> ActionContext:
        contact = self.store.contact(contact_id)
        assert contact
        return ActionContext(form_id, self.store, contact, self.product.now())

    def note(self, case: Case, form_id: str, by: str = "diego") -> CaseChange:
        act = self.act(form_id, by)
        return actions.add_note(case, Note(form_id, "phone", act.now, "Llamé", by, "", act.now), act)

    def somebody_writes_a_note(self, form_id: str = "THEIRS") -> None:
        cases.commit_change(self.product.table, self.case, self.note(self.case, form_id), self.store)

    def takes_on(
        self, before_each_try: Callable[[], object] = lambda: None, *, tries: list[int] | None = None
    ) -> Callable[[Case], CaseChange | None]:
        """Return a builder of Ana's taking it on; `tries` collects the versions that it was built on."""
        act = self.act("OURS")

        def build(case: Case) -> CaseChange | None:
            if tries is not None:
                tries.append(case.followup.version)
            before_each_try()
            return None if case.has_processed(act) else actions.take_on(case, act)

        return build


@pytest.fixture
def desk(product: Product) -> Desk:
    store = product.open_store(contacts=[ANA, DIEGO, MARTA], policy=POLICY)
    product.unhappy(name="Eva", phone="+56987654321", consent=consent(), customer_key="k1")
    product.wait(minutes(5))
    table = BusyTable(product.cloud.client("dynamodb"), product.cloud.physical_id("Table"))
    return Desk(product, store, product.followup()["followup_id"], table)


def test_a_change_is_written_measured_and_published_without_another_read(desk: Desk) -> None:
    result = desk.committer().commit(desk.case, desk.store, desk.takes_on())
    assert result.change
    assert result.problems == ()
    assert (result.case.followup.stage, result.case.followup.owner) == ("taken_on", "ana")
    assert desk.case.followup == result.case.followup
    assert desk.history == [("taken_on", "ana")]
    assert desk.stage_times == [("taken_on", "high", 300.0)]
    assert desk.published == []
    assert desk.table.loads == 0

    result = desk.committer().commit(
        desk.case, desk.store, lambda case: actions.pass_on(case, desk.act("UP"))
    )
    assert [(e["type"], e["followup_id"], e["level"]) for e in desk.published] == [
        ("followup.delivery_due", desk.followup_id, 1)
    ]
    assert [time[0] for time in desk.stage_times] == ["taken_on"], "passing it on is no stage"
    assert desk.table.loads == 0


def test_after_a_conflict_the_change_is_built_again(desk: Desk) -> None:
    rivals = iter([desk.somebody_writes_a_note])
    tries: list[int] = []
    build = desk.takes_on(lambda: next(rivals, lambda: None)(), tries=tries)
    result = desk.committer().commit(desk.case, desk.store, build)
    assert result.change
    assert tries == [1, 2]
    assert desk.history == [("note", "diego"), ("taken_on", "ana")]
    assert desk.case.followup.version == 3
    assert desk.table.loads == 1


def test_a_form_that_was_written_in_between_is_not_written_again(desk: Desk) -> None:
    """The same form arrives twice at once."""
    build = desk.takes_on()
    twin = iter([lambda: desk.committer().commit(desk.case, desk.store, build)])
    result = desk.committer().commit(desk.case, desk.store, desk.takes_on(lambda: next(twin, lambda: None)()))
    assert (result.change, result.problems) == (None, ())
    assert result.case.followup.owner == "ana"
    assert desk.history == [("taken_on", "ana")]
    assert len(desk.stage_times) == 1


def test_a_change_that_conflicts_on_each_try_is_given_up(desk: Desk) -> None:
    forms = iter(["A", "B", "C", "D"])
    tries: list[int] = []
    build = desk.takes_on(lambda: desk.somebody_writes_a_note(next(forms)), tries=tries)
    result = desk.committer().commit(desk.case, desk.store, build)
    assert [problem.code for problem in result.problems] == ["retry"]
    assert result.change is None
    assert tries == [1, 2, 3]
    assert desk.history == [("note", "diego")] * 3
    assert result.case.followup.version == 4, "it is shown as it is now"
    assert (desk.stage_times, desk.published) == ([], [])


@pytest.mark.parametrize(("conflicts", "problems"), [(2, ()), (3, (Problem("retry"),))])
def test_a_write_that_meets_another_transaction_is_tried_three_times(
    desk: Desk, conflicts: int, problems: tuple[Problem, ...]
) -> None:
    assert TRIES == 3
    desk.table.conflicts = conflicts
    result = desk.committer().commit(desk.case, desk.store, desk.takes_on())
    assert tuple(result.problems) == problems
    assert desk.history == ([] if problems else [("taken_on", "ana")])


def test_a_rejected_change_writes_nothing(desk: Desk) -> None:
    def build(_case: Case) -> CaseChange:
        raise Rejected(Problem("too_long", "text"), Problem("required", "channel"))

    before = desk.case
    result = desk.committer().commit(before, desk.store, build)
    assert [(problem.code, problem.field) for problem in result.problems] == [
        ("too_long", "text"),
        ("required", "channel"),
    ]
    assert (result.case, result.change) == (before, None)
    assert desk.case == before


def test_the_weekly_limit_of_the_customer_is_a_problem_of_the_message(desk: Desk) -> None:
    """The store allows one message a week."""
    desk.committer().commit(desk.case, desk.store, desk.takes_on())
    answer = answers.answer_of(desk.product.table, desk.case.followup)

    def write(form_id: str) -> Callable[[Case], CaseChange]:
        act = desk.act(form_id)

        def build(case: Case) -> CaseChange:
            writing = MessageContent("sms", "Hola, Eva: seguimos.")
            message = compose(
                writing, desk.followup_id, answer, desk.store, act.contact, message_id=form_id, now=act.now
            )
            return actions.send_message(case, message, act)

        return build

    assert desk.committer().commit(desk.case, desk.store, write("FIRST")).change
    assert [event["type"] for event in desk.published] == ["message.owed"]
    result = desk.committer().commit(desk.case, desk.store, write("SECOND"))
    assert list(result.problems) == [Problem("customer_week", None, {"most": 1})]
    assert [message.message_id for message in desk.case.messages] == ["FIRST"]


def test_the_monthly_limit_used_up_by_another_case_is_a_problem_of_the_incentive(desk: Desk) -> None:
    """5000 for the month: while Ana gives 3000 here, 4000 are given in another case, so that 1000 are left."""
    other_id = _another_case(desk)
    rivals = iter([lambda: _give(desk, other_id, "THEIRS", 4000)])

    def build(case: Case) -> CaseChange:
        act = desk.act("OURS")
        given = cases.incentives_this_month(desk.product.table, desk.store, act.now.date())
        next(rivals, lambda: None)()
        incentive = _incentive(act, 3000)
        granted = incentives.check_incentive(incentive, case.followup, [SOLVED], [], desk.store.policy, given)
        return actions.record_incentive(case, granted, act)

    result = desk.committer().commit(desk.case, desk.store, build)
    assert list(result.problems) == [Problem("over_month", "value", {"left": 1000, "currency": "CLP"})]
    assert desk.case.incentives == []


SOLVED = Concern("C1", "Esperó", None, "normal", "ana", date(2026, 3, 12), (), "ana", START, state="solved")


def _incentive(act: ActionContext, value: int) -> Incentive:
    return Incentive(
        act.idempotency_key, "gift_card", Decimal(value), "CLP", "Esperó", "C1", "ana", "Ana", act.now
    )


def _another_case(desk: Desk) -> str:
    desk.product.unhappy()
    (other,) = {item["followup_id"] for item in desk.product.followups()} - {desk.followup_id}
    return str(other)


def _give(desk: Desk, followup_id: str, form_id: str, value: int) -> None:
    case = cases.load_case(desk.product.table, followup_id)
    assert case
    act = desk.act(form_id, "diego")
    cases.commit_change(
        desk.product.table, case, actions.record_incentive(case, _incentive(act, value), act), desk.store
    )


def test_a_failing_topic_keeps_the_change_and_is_logged_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.topic_error = RuntimeError("no way to +56987654321")
    result = desk.committer().commit(
        desk.case, desk.store, lambda case: actions.pass_on(case, desk.act("UP"))
    )
    assert result.change
    assert desk.history == [("passed_on", "ana")]
    (logged,) = caplog.records
    assert (logged.levelname, logged.getMessage()) == ("ERROR", "event not told")
    said = {name: str(value) for name, value in vars(logged).items()}
    assert (said["followup_id"], said["error"]) == (desk.followup_id, "RuntimeError")
    assert not [name for name, value in said.items() if "+56987654321" in value or "Eva" in value]
    (delivery,) = [
        d for d in desk.product.items("DELIVERY#") if d["purpose"] == "passed_on" and d["channel"] == "sms"
    ]
    assert delivery["due_at"], "the sweep finds it"
