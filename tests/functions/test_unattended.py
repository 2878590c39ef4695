"""What nobody takes on is never calm: a danger is repeated, the board says so first, and a light one ends at last."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from lazo.followup import lifecycle
from lazo.table import followups, recovery
from tests.builders import ANA, DIEGO, START, consent, minutes
from tests.customer import Customer
from tests.desk import Desk, link_to
from tests.functions.alerts import NINE_TO_NINE, take_on
from tests.functions.board import (
    board_page,
    followup_ids_on,
    followup_ids_seen_by,
    open_followup,
    owned_followup,
    store_followups,
)
from tests.functions.sweeps import new_events
from tests.product import Product, output

ALL = {ANA["phone"], ANA["email"], DIEGO["phone"], DIEGO["email"], "marta@aurora.example"}


def reminders(product: Product) -> dict[str, set[str]]:
    """Return who was reminded, by the minute."""
    found: dict[str, set[str]] = {}
    for message in product.cloud.outbox():
        if message["purpose"] == "reminder":
            found.setdefault(message["at"][8:16], set()).add(message["to"])
    return found


def unanswered(product: Product, months: dict[str, list[str]]) -> dict[str, int]:
    found = recovery.recovery_by_store(product.table, months)
    return {store_id: figures.unanswered for store_id, figures in found.items()}


class TestDangerRepeated:
    def test_to_the_whole_chain_after_15_30_and_60_minutes_and_then_every_four_hours(
        self, product: Product
    ) -> None:
        """Each of three levels has five minutes: from 15:15 on nobody is left to ask. At 00:15 UTC it is closed."""
        product.open_store(hours=NINE_TO_NINE)
        product.unhappy(comment="Me corté la mano con un vidrio")
        product.drain()
        product.advance(timedelta(hours=11))
        times = ["15:15", "15:30", "15:45", "16:15", "20:15"]
        assert reminders(product) == {**{f"10T{at}": ALL for at in times}, "11T00:15": ALL}
        take_on(product)
        product.advance(timedelta(hours=8))
        assert len(reminders(product)) == 6
        assert product.dead_letters() == {}

    def test_once_after_a_day_without_sweeps(self, product: Product) -> None:
        product.open_store(contacts=[ANA])
        product.notify(product.unhappy(comment="Me corté la mano con un vidrio"))
        product.wait(timedelta(days=1))
        product.advance(minutes(239))
        assert list(reminders(product)) == ["11T15:00"]
        product.advance(minutes(2))
        assert list(reminders(product)) == ["11T15:00", "11T19:00"]

    @pytest.mark.in_part(3)
    @pytest.mark.parametrize("nth", range(1, 9))
    def test_once_by_two_sweeps(self, product: Product, nth: int) -> None:
        product.open_store(contacts=[ANA])
        product.notify(product.unhappy(comment="Me corté la mano con un vidrio"))
        product.wait(minutes(5))
        met = product.just_before(None, product.scheduler, function="FollowupScheduler", nth=nth)
        product.scheduler()
        assert met["done"], "fewer calls than thought: choose a smaller range"
        assert product.followup()["round"] == 1
        assert [e["type"] for e in product.events()].count("followup.reminder") == 1


class TestMissedDeadline:
    def test_it_stays_while_reminders_go_on(self, product: Product) -> None:
        product.open_store(contacts=[ANA])
        product.unhappy()
        product.drain()
        product.advance(timedelta(days=3))
        it = product.followup()
        assert it["deadline"] == it["missed_at"] == "2026-03-10T15:10:00.000Z"
        assert it["next_reminder_at"] == it["due_at"] == "2026-03-14T11:00:00.000Z"
        mail = next(m for m in reversed(product.cloud.outbox()) if m["channel"] == "email")
        assert mail["purpose"] == "reminder"
        assert "El plazo para tomar el caso venció el mar 10 mar a las 12:10." in mail["text"]

    def test_of_a_follow_up_whose_reminders_moved_it(self, product: Product) -> None:
        """Written before reminders had a field of their own: `deadline` was the next one."""
        product.open_store(contacts=[ANA])
        product.unhappy()
        product.drain()
        before = product.followup()
        old = {**before, "round": 2, "version": 3, "deadline": "2026-03-12T15:10:00.000Z"}
        before_lists = {"list_pk": "OPEN", "store_list_pk": None}
        product.change(old, due_at="2026-03-12T15:10:00.000Z", **before_lists)
        read = followups.followup_from_item(product.followup())
        assert read.due_at == START + timedelta(days=2, minutes=10)
        assert read.deadline == read.missed_at == START + timedelta(days=1, minutes=10)
        assert read.unattended_since == read.opened_at
        product.advance(timedelta(days=2, minutes=9))
        assert product.followup()["version"] == 3
        product.advance(minutes(1))
        it = product.followup()
        assert (it["version"], it["round"], it["deadline"]) == (4, 3, "2026-03-11T15:10:00.000Z")
        assert it["next_reminder_at"] == it["due_at"] == "2026-03-13T11:00:00.000Z"

    def test_a_new_round_of_alerts_is_not_taken_for_a_reminder(self, product: Product) -> None:
        """A danger that the customer adds begins a new round at a level that is in time."""
        in_time = open_followup("f1", 5, round=1)
        store_followups(product, in_time)
        (item,) = product.followups()
        assert followups.followup_from_item(item) == in_time

    def test_of_an_owner_from_before_is_not_taken_for_a_reminder(self, product: Product) -> None:
        """Taken on after two reminders: its deadline is the stage's own."""
        owned = owned_followup("f1", 60, "ana", round=2)
        store_followups(product, owned)
        (item,) = product.followups()
        assert followups.followup_from_item(item) == owned


def test_the_board_shows_first_what_nobody_attends(brand: Product) -> None:
    late = START + minutes(1)
    nobody = open_followup("nobody", late, missed_at=late, next_reminder_at=START + timedelta(days=5))
    store_followups(
        brand,
        open_followup("danger", 900000, priority="urgent"),
        owned_followup("late", -60, "ana"),
        nobody,
        open_followup("nodanger", 5, missed_at=late, priority="urgent"),
    )
    assert followup_ids_seen_by(brand, ANA) == ["nodanger", "nobody", "danger", "late"]
    taken = lifecycle.take_on(nobody, "ana", brand.open_store(), START)
    followups.replace_followup(brand.table, nobody, taken)
    assert followup_ids_seen_by(brand, ANA) == ["nodanger", "danger", "late", "nobody"]


def test_the_boards_pages_go_through_what_nobody_attends(brand: Product) -> None:
    unattended = [open_followup(f"n{n:02}", -n, missed_at=START) for n in range(40, 0, -1)]
    rest = [open_followup(f"r{n:02}", n) for n in range(1, 20)]
    store_followups(brand, *unattended, *rest)
    found: list[str] = []
    address: str | None = "/desk"
    while address:
        page = board_page(brand, ANA, address)
        found += followup_ids_on(page)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = unescape(following[1]) if following else None
    assert found == [each.followup_id for each in (*unattended, *rest)]


@pytest.mark.parametrize(
    ("who", "waits"), [(ANA, "Sin atender hace 4 días"), (DIEGO, "Unattended for 4 days")]
)
def test_the_board_says_how_long_and_the_case_who_knows(
    product: Product, who: dict[str, str], waits: str
) -> None:
    product.open_store()
    product.unhappy(phone="+56911111111")
    product.drain()
    assert 'class="flag"' not in board_page(product, who).text
    product.advance(timedelta(days=4, minutes=1))
    board = board_page(product, who).text
    shown = re.findall(r'<p class="flag">([^<]*)</p>', board)
    assert [unescape(each) for each in shown] == [waits]
    assert '<p class="clock' not in board, "the flag says it"
    page = Desk(product).open(link_to(product, ANA["phone"])).text
    assert re.findall(r'<p class="unattended">([^<]*)</p>', page) == [
        "Sin atender desde hace 4 días, 3 personas avisadas"
    ]
    # 12:10 by the store's clock, ten minutes after the answer: not when the third level should have acted.
    assert '<time class="when" datetime="2026-03-10T15:10' in page


def test_the_missed_deadline_stays_while_the_next_level_s_runs(product: Product) -> None:
    product.open_store()
    product.unhappy(phone="+56911111111")
    product.drain()
    for at in (11, 21):
        product.advance(START + minutes(at) - product.now())
        board, page = board_page(product, ANA).text, Desk(product).open(link_to(product, ANA["phone"])).text
        (line,) = re.findall(r'<p class="unattended">([^<]*)</p>', page)
        assert line.endswith(". El plazo venció: 12:10")
        assert re.search(r'<p class="flag">Sin atender hace \d+ min</p>', board)
        assert "clock late" not in page + board
        assert "<strong>Nuevo plazo para tomarlo</strong>" in page
        assert "Nadie lo ha tomado todavía" not in page, "the line above says it"


class TestEndedUnanswered:
    def test_an_anonymous_one_ends_after_the_days_of_the_store_and_is_counted(self, product: Product) -> None:
        store = product.open_store(contacts=[ANA], policy={"close_light_days": 2})
        product.unhappy()
        product.drain()
        page = link_to(product, ANA["phone"])
        with output() as written:
            product.advance(timedelta(days=2) - minutes(1))
            assert product.followup()["stage"] == "open"
            product.advance(minutes(2))
        it = product.followup()
        assert (it["stage"], it["unanswered_at"]) == ("unanswered", "2026-03-12T15:00:00.000Z")
        assert not {"due_at", "due_pk", "list_pk", "deadline", "next_reminder_at"} & it.keys()
        assert unanswered(product, {"norte": ["2026-02", "2026-03"]}) == {"norte": 1}
        assert unanswered(product, {store.store_id: ["2026-04"]}) == {}
        assert written.getvalue().count('"CasesUnanswered":[1.0]') == 1
        shown = Desk(product).open(page).text
        assert "Caso cerrado: nadie lo tomó" in shown
        assert "Nadie tomó el caso y se cerró solo" in shown
        assert "/take-on" not in shown
        figures = board_page(product, ANA, "/desk/promises").text
        assert re.search(r"<b><bdi>Aurora Norte</bdi></b>: <a [^>]*>1 caso</a></li>", figures)
        sent = len(product.outbox())
        product.advance(timedelta(days=9))
        assert len(product.outbox()) == sent

    @pytest.mark.in_part(3)
    @pytest.mark.parametrize("nth", range(1, 7))
    def test_counted_once_by_two_sweeps(self, product: Product, nth: int) -> None:
        product.open_store(contacts=[ANA], policy={"close_light_days": 1})
        product.notify(product.unhappy())
        product.wait(timedelta(days=1))
        met = product.just_before(None, product.scheduler, function="FollowupScheduler", nth=nth)
        product.scheduler()
        assert met["done"], "fewer calls than thought: choose a smaller range"
        assert product.followup()["stage"] == "unanswered"
        assert unanswered(product, {"norte": ["2026-03"]}) == {"norte": 1}

    def test_a_crash_at_any_call_counts_once(self, product: Product) -> None:
        product.open_store(contacts=[ANA], policy={"close_light_days": 1})
        for nth in range(1, 20):
            event = product.unhappy()
            product.notify(event)
            product.wait(timedelta(days=1))
            product.cloud.faults.clear()
            fault = product.crash("FollowupScheduler", nth)
            product.dies(product.scheduler)
            struck = fault.struck
            product.cloud.faults.clear()
            product.advance(minutes(4))
            if not struck:
                break
        assert {f["stage"] for f in product.followups()} == {"unanswered"}
        assert unanswered(product, {"norte": ["2026-03", "2026-04"]}) == {"norte": nth}

    def test_who_can_be_reached_is_never_given_up(self, product: Product) -> None:
        product.open_store(contacts=[ANA], policy={"close_light_days": 1})
        product.unhappy(phone="+56911111111", consent=consent(), customer_key="k1")
        product.drain()
        product.advance(timedelta(days=6))
        assert product.followup()["stage"] == "open"

    def test_the_customer_can_have_it_taken_up_again(self, product: Product) -> None:
        """A passive who asked for contact: Ana took the case on and lost it, Diego and the days of the store passed."""
        product.open_store(contacts=[ANA, DIEGO], policy={"close_light_days": 1})
        eva = Customer(product, score=8, comment="")
        assert product.followup()["priority"] == "light"
        take_on(product)
        product.advance(timedelta(days=3))
        ended = product.followup()
        assert (ended["stage"], ended["released_from"]) == ("unanswered", "ana")
        page = eva.get().text
        assert "Todavía podemos atenderlo" in page
        assert "/solved" not in page
        assert eva.post("solved", version=str(ended["version"])).status != 303
        assert product.followup()["stage"] == "unanswered"
        sent = len(product.outbox())
        eva.send("not-yet", text="Sigo esperando")
        product.drain()
        again = product.followup()
        assert (again["stage"], again["level"]) == ("taken_on", 1)
        assert "unanswered_at" not in again
        assert {to for _, to in product.outbox()[sent:]} == {DIEGO["phone"], DIEGO["email"]}
        product.advance(timedelta(hours=23))
        assert product.followup()["stage"] == "taken_on"

    def test_someone_who_takes_it_on_in_the_same_moment_has_it(self, product: Product) -> None:
        product.open_store(contacts=[ANA], policy={"close_light_days": 1})
        product.notify(product.unhappy())
        product.wait(timedelta(days=1))
        product.just_before("TransactWriteItems", lambda: take_on(product), function="FollowupScheduler")
        assert new_events(product) == []
        assert product.followup()["stage"] == "taken_on"
        assert unanswered(product, {"norte": ["2026-03"]}) == {}


def test_an_item_that_is_not_overdue_has_no_new_attributes(product: Product) -> None:
    store_followups(product, replace(open_followup("f1", 10)))
    (item,) = product.followups()
    assert (
        not {"missed_at", "next_reminder_at", "released_at", "unanswered_at", "late_concerns"} & item.keys()
    )
