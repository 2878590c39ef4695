"""What the customer would be told waits for the minute of undo, and is never sent once it is undone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from infra.local.aws.faults import When
from infra.local.cloud import LocalCloud
from tests.builders import ANA, DIEGO, MARTA, START, consent, minutes
from tests.case_recount import counted_cases, recount_cases
from tests.desk import Desk, form_to, forms, link_to
from tests.fixtures import PARAMETERS, TEMPLATE
from tests.functions.desk_cases import open_case_page, reload_page
from tests.functions.test_sms_replies import NUMBERS, reply, texts
from tests.product import AFTER, BEFORE, Item, Product
from tests.recount import counters_of

PHONE = "+56987654321"
EVA = {"name": "Eva Soto", "phone": PHONE, "consent": consent(), "customer_key": "ab" * 16}
CLOCKS = ("stage", "owner", "deadline", "due_at", "due_pk", "level", "list_pk", "list_at", "recovery_month")
SOLVED = {"how": "solved", "action": "Otra caja"}
DONE = {"root_cause_theme": "waiting_time", "root_cause": "Una caja", "done": "Otra caja"}
WAITS = "Le avisamos al cliente en un minuto."


class Case:
    """A case of Eva's, who is told of whatever happens; Ana has opened the link of her alert."""

    def __init__(self, product: Product) -> None:
        self.product = product
        product.open_store(contacts=[ANA, DIEGO, MARTA])
        product.accept(score=2, **EVA)
        product.drain()
        self.ana = Desk(product)
        self.page = open_case_page(product, self.ana)

    def do(self, ending: str, **typed: str) -> str:
        self.page = self.ana.do(self.page, ending, **typed).text
        self.product.drain()
        return self.page

    def work_until_resolved(self) -> None:
        self.do("/take-on")
        self.product.pass_undo()
        self.do("/contacted", channel="phone", reached="yes", text="")
        self.do("/concern", text="Esperó", priority="normal", owner="ana", deadline="2026-03-11")
        self.do("/settle", **SOLVED)

    def told(self) -> list[str]:
        """The texts that reached Eva."""
        return [m["text"] for m in self.product.cloud.outbox() if m["to"] == PHONE]

    def states(self) -> list[str]:
        return [m["state"] for m in self.product.items("MESSAGE#")]

    def clocks(self) -> Item:
        return {name: self.product.followup().get(name) for name in CLOCKS}

    def week(self) -> int:
        return sum(item["n"] for item in self.product.items("WEEK#"))

    def can_undo(self) -> bool:
        return any(f.action.endswith("/undo") for f in forms(reload_page(self.ana, self.page)))

    def agrees(self) -> bool:
        items = self.product.cloud.items()
        return counted_cases(items) == recount_cases(items)


@pytest.fixture
def case(product: Product) -> Case:
    return Case(product)


def test_whoever_took_it_on_by_mistake_undoes_it_and_the_customer_hears_nothing(case: Case) -> None:
    before = case.clocks()
    assert WAITS in case.do("/take-on")
    assert "no se deshace" not in case.page
    case.product.wait(timedelta(seconds=59))
    case.do("/undo")
    assert (case.clocks(), case.week(), case.states()) == (before, 0, ["cancelled"])
    (promise,) = case.product.items("PROMISE#")
    assert promise["state"] == "withdrawn"
    case.product.advance(minutes(9.5))
    assert case.told() == []
    assert case.product.followup()["level"] == 1, "the deadline for it never stopped"
    assert case.agrees()


def test_the_second_time_it_is_told_at_once_and_cannot_be_undone(case: Case) -> None:
    case.do("/take-on")
    case.do("/undo")
    case.product.wait(timedelta(seconds=10))
    page = case.do("/take-on")
    (text,) = case.told()
    assert "Ana te va a llamar, a mas tardar el miércoles 11 de marzo a las 12:00." in text
    assert "Le avisamos al cliente que lo tienes tú, así que esto no se deshace." in page
    assert not case.can_undo()
    assert sorted(each["state"] for each in case.product.items("PROMISE#")) == ["open", "withdrawn"]
    (month,) = case.product.items("PROMISES#")
    assert counters_of(month) == {"made#ana": 2, "withdrawn#ana": 1}
    assert case.week() == 1
    case.do("/contacted", channel="phone", reached="yes", text="")
    assert sorted(each["state"] for each in case.product.items("PROMISE#")) == ["kept", "withdrawn"]


def test_once_nobody_undoes_it_the_customer_is_told_within_two_minutes(case: Case) -> None:
    case.do("/take-on")
    case.product.advance(timedelta(seconds=59))
    assert case.told() == []
    case.product.advance(timedelta(seconds=61))
    assert len(case.told()) == 1
    case.product.advance(minutes(30))
    assert len(case.told()) == 1
    assert not case.can_undo()


@pytest.fixture
def by_sms(still_clock: None, no_waiting: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """The product with numbers for two-way SMS."""
    with LocalCloud.start(TEMPLATE, {**PARAMETERS, **NUMBERS}, at=START) as cloud:
        yield Product(cloud, monkeypatch)


def test_taken_on_by_sms_the_customer_is_told_after_the_minute_of_undo_too(by_sms: Product) -> None:
    """The page behind the link undoes it."""
    by_sms.open_store()
    by_sms.accept(score=2, **EVA)
    by_sms.drain()
    before = by_sms.followup()
    reply(by_sms, "1")
    assert by_sms.followup()["owner"] == "ana"
    by_sms.advance(timedelta(seconds=50))
    desk = Desk(by_sms)
    page = desk.open(link_to(by_sms, str(ANA["phone"]))).text
    assert desk.send(form_to(page, "/undo")).status == 303
    by_sms.advance(timedelta(minutes=5))
    after = by_sms.followup()
    assert (after.get("owner"), after["deadline"]) == (None, before["deadline"])
    assert texts(by_sms, PHONE) == []


def test_at_night_the_page_does_not_say_in_a_minute(case: Case) -> None:
    case.product.wait(timedelta(hours=11))  # eleven in the evening
    assert "minuto" not in case.do("/take-on").split('id="messages"')[0]
    assert case.can_undo()
    case.do("/undo")
    case.product.advance(timedelta(hours=11))
    assert case.told() == []


def test_a_sender_that_was_first_wins(case: Case) -> None:
    """The minute is just over, and just not: the sweep has it sent while Ana undoes."""
    case.do("/take-on")
    case.product.wait(minutes(1))

    def send() -> None:
        case.product.scheduler()
        case.product.notify(case.product.events()[-1])

    met = case.product.just_before("TransactWriteItems", send, function="Desk")
    late = case.ana.send(form_to(case.page, "/undo"))
    assert (met["done"], late.status) == (1, 409)
    assert "Ya no se puede deshacer" in late.text
    assert (len(case.told()), case.states()) == (1, ["sent"])
    assert case.product.followup()["owner"] == "ana"
    (promise,) = case.product.items("PROMISE#")
    assert promise["state"] == "open"


def test_an_undo_that_was_first_wins(case: Case) -> None:
    """notify has read the message, and is about to claim it."""
    case.do("/take-on")
    case.product.wait(minutes(1))
    undo = form_to(case.page, "/undo")
    statuses: list[int] = []
    met = case.product.just_before(
        "UpdateItem", lambda: statuses.append(case.ana.send(undo).status), function="Notify"
    )
    case.product.scheduler()
    case.product.drain()
    case.product.advance(minutes(5))
    assert (met["done"], statuses) == (1, [303])
    assert (case.told(), case.states()) == ([], ["cancelled"])
    assert case.product.followup()["stage"] == "open"


@pytest.mark.parametrize("function", ["FollowupScheduler", "Notify"])
@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_whatever_dies_on_the_way_it_is_sent(case: Case, function: str, when: When, nth: int) -> None:
    """Once; twice only where the provider may have had it before (the call that sends, its record)."""
    case.do("/take-on")
    case.product.crash(function, nth, when)
    case.product.advance(minutes(20))
    assert 1 <= len(case.told()) <= (2 if function == "Notify" else 1)
    assert case.states() == ["sent"]


@pytest.mark.parametrize(("when", "sent"), [(BEFORE, 1), (AFTER, 0)])
def test_an_undo_that_died_happened_or_did_not(case: Case, when: When, sent: int) -> None:
    """Nobody tries again: what the table says holds, also for the message."""
    case.do("/take-on")
    case.product.crash("Desk", 1, when)
    assert case.ana.send(form_to(case.page, "/undo")).status >= 500
    case.product.cloud.faults.clear()
    case.product.advance(minutes(5))
    assert len(case.told()) == sent
    assert (case.product.followup()["stage"] == "taken_on") == bool(sent)


class TestResolved:
    def test_it_is_in_work_as_before_and_the_customer_hears_nothing(self, case: Case) -> None:
        case.work_until_resolved()
        before, week = case.clocks(), case.week()
        assert WAITS in case.do("/resolve", **DONE)
        assert [i["n"] for i in case.product.items("SOLVED#")] == [1]
        case.product.wait(timedelta(seconds=50))
        page = case.do("/undo")
        assert "Ana retomó el caso 50 segundos después de darlo por resuelto" in page
        assert (case.clocks(), case.week()) == (before, week)
        assert [i["n"] for i in case.product.items("SOLVED#")] == [0]
        assert case.agrees()
        case.product.advance(minutes(10))
        assert len(case.told()) == 1, "that Ana has it"
        case.do("/resolve", **DONE)
        assert "Ya resolvimos lo que nos contaste" in case.told()[1], "at once, for it cannot be undone again"
        assert not case.can_undo()
        assert [i["n"] for i in case.product.items("SOLVED#")] == [1]
        assert case.agrees()

    def test_a_kept_promise_that_it_would_have_told_of_is_told_all_the_same(self, case: Case) -> None:
        """The news of it is due while it may still be undone that the case is solved."""
        case.work_until_resolved()
        case.do("/promise", what="Una mesa", date="2026-03-13", owner="ana", hears_by="phone")
        case.do("/promise-kept", text="Te cambiamos la mesa")
        case.product.advance(minutes(9.5))
        case.do("/resolve", **DONE)
        case.product.advance(timedelta(seconds=50))
        assert len(case.told()) == 1
        case.do("/undo")
        case.product.advance(minutes(5))
        assert "Ya hicimos lo que te prometimos: Te cambiamos la mesa." in case.told()[1]
        assert len(case.told()) == 2

    def test_whoever_waits_for_news_is_not_forgotten(self, case: Case) -> None:
        """The day on which Ana is told that Eva has heard nothing comes in that minute."""
        case.work_until_resolved()
        (date,) = (i for i in case.product.items("DATE#customer_update"))
        case.do("/resolve", **DONE)
        case.product.change(date, due_at="2026-03-10T15:02:30.000Z")
        case.product.advance(timedelta(seconds=45))
        case.do("/undo")
        case.product.advance(minutes(2))
        (date,) = (i for i in case.product.items("DATE#customer_update"))
        assert date.get("due_at"), "looked at again, as she waits again"

    def test_a_customer_who_answers_in_that_minute_is_not_overruled(self, case: Case) -> None:
        case.work_until_resolved()
        page = case.do("/resolve", **DONE)
        link = next(word for word in case.told()[0].split() if "/m/" in word).removeprefix(
            "https://lazo.example"
        )
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert case.product.cloud.request("POST", f"{link}/solved", form, b"").status == 303
        assert case.ana.send(form_to(page, "/undo")).status == 409
        assert case.product.followup()["stage"] == "confirmed"
