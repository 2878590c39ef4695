"""notify: every alert arrives at least once, at most once more for each attempt whose outcome is unknown, and never
for what somebody has taken on."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lazo.followup import lifecycle
from lazo.table import followups
from lazo.table.messaging import deliveries, sms_rate_limit
from tests.builders import ANA, DIEGO, MARTA, WEEK, consent, make_store, minutes
from tests.product import AFTER, BEFORE, CRASH, TIMEOUT, Product, output

ANAS_PHONE, ANAS_EMAIL = ("sms", "+56922345671"), ("email", "ana@aurora.example")
DIEGOS_PHONE, DIEGOS_EMAIL = ("sms", "+56922345672"), ("email", "diego@aurora.example")
MARTAS_EMAIL = ("email", "marta@aurora.example")
SMS, EMAIL = "0#0#sms#ana", "0#0#email#ana"
LEASE = timedelta(seconds=60)
NINE_TO_NINE = {**WEEK, "holidays": "as_usual"}


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def take_on(product: Product, contact_id: str = "ana") -> None:
    before = followups.followup_from_item(product.followup())
    followups.replace_followup(
        product.table, before, lifecycle.take_on(before, contact_id, make_store(), product.now())
    )


def told_again(product: Product) -> dict[str, Any]:
    """The sweep runs; the one event that it puts on the topic."""
    before = len(product.events())
    product.scheduler()
    (event,) = product.events()[before:]
    return event


class TestSending:
    def test_sms_and_e_mail_claimed_before_and_recorded_after(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        seen: dict[str, dict[str, Any]] = {}
        product.just_before("Publish", lambda: seen.update(product.deliveries()), function="Notify")
        assert product.notify(event) == []
        assert seen[SMS]["state"] == "sending"
        assert seen[SMS]["attempts"] == 1
        assert seen[SMS]["lease_until"] == seen[SMS]["due_at"] == "2026-03-10T15:01:00.000Z"
        assert product.outbox() == [ANAS_PHONE, ANAS_EMAIL] or product.outbox() == [ANAS_EMAIL, ANAS_PHONE]
        for delivery in product.deliveries().values():
            assert delivery["state"] == "sent"
            assert delivery["sent_at"] == "2026-03-10T15:00:00.000Z"
            assert delivery["provider_id"]
            assert not delivery.keys() & {"due_pk", "due_at", "lease_until"}

    def test_the_same_event_again(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        assert product.notify(event, event) == []
        assert product.notify(event) == []
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}

    def test_two_workers_at_once(self, product: Product) -> None:
        """Another worker runs the same event before each single step of this one."""
        product.open_store(policy={"sms_per_hour": 1000})
        for nth in range(1, 100):
            event = product.unhappy()
            before = Counter(product.outbox())
            met = product.just_before(None, lambda e=event: product.notify(e), function="Notify", nth=nth)
            assert product.notify(event) == []
            assert Counter(product.outbox()) - before == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
            if not met["done"]:
                break
        assert nth > 12

    def test_a_level_with_two_contacts(self, product: Product) -> None:
        bea = {**ANA, "contact_id": "bea", "phone": "+56922345679", "email": "bea@aurora.example"}
        product.open_store(contacts=[ANA, bea, DIEGO])
        product.notify(product.unhappy())
        told = {ANAS_PHONE, ANAS_EMAIL, ("sms", "+56922345679"), ("email", "bea@aurora.example")}
        assert Counter(product.outbox()) == Counter(told)

    def test_the_contact_of_now_and_not_of_then(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.open_store(contacts=[{**ANA, "phone": "+56922345600"}])
        product.notify(event)
        assert ("sms", "+56922345600") in product.outbox()
        assert ANAS_PHONE not in product.outbox()

    @pytest.mark.parametrize("contacts", [[DIEGO], [{**ANA, "phone": None, "email": None}, DIEGO]])
    def test_a_contact_that_is_gone_is_nobody_told(
        self, product: Product, contacts: list[dict[str, Any]]
    ) -> None:
        product.open_store()
        event = product.unhappy()
        product.open_store(contacts=contacts)
        product.notify(event)
        assert product.outbox() == []
        states = product.deliveries()
        assert {states[key]["failure"] for key in (SMS, EMAIL)} == {"contact_gone"}
        assert product.events()[-1]["type"] == "followup.unreachable"
        assert product.followup()["level"] == 1

    def test_a_message_that_cannot_be_read_stops_no_other(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        broken = [{"version": 2, **event}, {"nothing": 1}, {**event, "type": "followup.invented"}]
        broken[0]["version"] = 2
        assert product.notify(*broken, event) == ["1", "2", "3"]
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}

    def test_a_follow_up_that_is_not_there(self, product: Product) -> None:
        event = {**_EVENT, "followup_id": "aaaqeayeaudaocaj"}
        assert product.notify(event) == []

    def test_our_own_failure_with_one_contact_stops_no_other(self, product: Product) -> None:
        odd = {**ANA, "contact_id": "alf", "language": "xx", "phone": "+56922345678", "email": None}
        product.open_store(contacts=[odd, ANA, DIEGO])
        event = product.unhappy()
        assert product.notify(event) == ["1"]
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        assert product.states()["0#0#sms#alf"] == "pending"

    def test_an_erased_answer_is_told_to_nobody(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        (answer,) = product.items("ANSWER#")
        product.cloud.client("dynamodb").delete_item(
            TableName=product.cloud.physical_id("Table"), Key={k: {"S": answer[k]} for k in ("pk", "sk")}
        )
        assert product.notify(event) == []
        assert product.outbox() == []
        assert set(product.states().values()) == {"cancelled"}

    def test_time_from_answer_to_alert_is_measured(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.wait(seconds(3))
        with output() as written:
            product.notify(event)
        every = [json.loads(line) for line in written.getvalue().splitlines()]
        metrics = [m for m in every if "AnswerToAlert" in m]
        assert [m["AnswerToAlert"] for m in metrics] == [[3.0], [3.0]]
        assert {m["channel"] for m in metrics} == {"sms", "email"}
        assert {m["priority"] for m in metrics} == {"high"}
        assert {m["_aws"]["CloudWatchMetrics"][0]["Namespace"] for m in metrics} == {"Lazo/local"}
        assert [m["AlertDelay"] for m in every if "AlertDelay" in m] == [[3.0], [3.0]]

    def test_what_waits_for_the_store_to_open_is_not_late(self, product: Product) -> None:
        """The alarm is for our own fault, and nobody is called at night because shops are closed."""
        product.open_store(hours={**WEEK, "holidays": "as_usual"})
        product.wait(timedelta(hours=10))
        event = product.unhappy(at=product.now())
        product.wait(timedelta(hours=11, seconds=4))
        with output() as written:
            product.notify(event)
        metrics = [json.loads(line) for line in written.getvalue().splitlines()]
        assert [m["AlertDelay"] for m in metrics if "AlertDelay" in m] == [[4.0], [4.0]]


_EVENT = {
    "version": 1,
    "type": "followup.opened",
    "followup_id": "",
    "store_id": "norte",
    "level": 0,
    "priority": "high",
    "at": "2026-03-10T15:00:00.000Z",
}


class TestUnknownOutcome:
    @pytest.mark.parametrize("channel", ["sms", "email"])
    @pytest.mark.parametrize("how", ["crash", "time-out", "5xx"])
    def test_once_more_after_the_lease_and_then_never(self, product: Product, channel: str, how: str) -> None:
        product.open_store(policy={"take_on_minutes": 60})
        event = product.unhappy()
        operation = "Publish" if channel == "sms" else "SendEmail"
        kind = {"crash": {"kind": CRASH}, "time-out": {"kind": TIMEOUT}, "5xx": {"status": 500}}[how]
        product.fault(operation=operation, function="Notify", when=AFTER, times=2, **kind)
        key, receiver = (SMS, ANAS_PHONE) if channel == "sms" else (EMAIL, ANAS_EMAIL)

        product.dies(lambda: product.notify(event))
        assert product.states()[key] == "sending"
        product.wait(LEASE - seconds(1))
        assert product.notify(event) == [], "held by somebody who may still be alive"
        assert product.outbox().count(receiver) == 1

        product.wait(seconds(1))
        product.dies(lambda: product.notify(told_again(product)))
        assert product.outbox().count(receiver) == 2
        assert product.states()[key] == "sending"

        product.wait(LEASE)
        product.notify(told_again(product))
        assert product.deliveries()[key]["state"] == "failed"
        assert product.deliveries()[key]["failure"] == "gave_up"
        product.advance(minutes(30))
        assert Counter(product.outbox()) == {receiver: 2, ANAS_PHONE: 1, ANAS_EMAIL: 1} | {receiver: 2}
        first, second = (m for m in product.cloud.outbox() if (m["channel"], m["to"]) == receiver)
        assert (first["text"], first["html"]) == (second["text"], second["html"])

    def test_the_second_attempt_is_recorded(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER)
        product.notify(event)
        product.wait(LEASE)
        product.notify(told_again(product))
        assert product.states() == {SMS: "sent", EMAIL: "sent"}
        assert product.deliveries()[SMS]["attempts"] == 2
        assert product.deliveries()[SMS]["unclear"] == 1

    def test_crash_at_every_call(self, product: Product) -> None:
        """To die after one call is to die before the next."""
        product.open_store(policy={"sms_per_hour": 1000, "take_on_minutes": 100_000})
        for nth in range(1, 100):
            event = product.unhappy()
            before = Counter(product.outbox())
            product.cloud.faults.clear()
            fault = product.fault(function="Notify", kind=CRASH, nth=nth)
            product.dies(lambda it=event: product.notify(it))
            product.advance(minutes(3))
            accepted = Counter(product.outbox()) - before
            assert accepted.keys() == {ANAS_PHONE, ANAS_EMAIL}
            assert sum(accepted.values()) <= 2 + 1
            (about,) = {
                i["pk"] for i in product.items("DELIVERY#") if i["followup_id"] == event["followup_id"]
            }
            states = [i["state"] for i in product.items("DELIVERY#") if i["pk"] == about]
            assert states == ["sent", "sent"]
            if not fault.struck:
                break
        assert nth > 12

    def test_a_sender_slower_than_its_lease(self, product: Product) -> None:
        """Both send, both records agree in the end, and that is all."""
        product.open_store()
        event = product.unhappy()

        def overtaken() -> None:
            product.wait(LEASE)
            product.notify(event)

        product.just_before("Publish", overtaken, function="Notify")
        product.notify(event)
        assert Counter(product.outbox()) == {ANAS_PHONE: 2, ANAS_EMAIL: 1}
        assert product.states() == {SMS: "sent", EMAIL: "sent"}
        product.advance(minutes(8))
        assert len(product.outbox()) == 3


class TestRefused:
    def test_one_channel_refused_while_the_other_went_out(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms()
        assert product.notify(event) == []
        assert product.states() == {SMS: "failed", EMAIL: "sent"}
        assert product.deliveries()[SMS]["failure"] == "InvalidParameter"
        product.advance(minutes(9))
        assert product.outbox() == [ANAS_EMAIL]
        assert product.followup()["level"] == 0

    @pytest.mark.parametrize("code", ["InvalidParameter", "ParameterValueInvalid", "OptedOut"])
    def test_what_sns_says_of_a_number(self, product: Product, code: str) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms(code)
        product.notify(event)
        assert product.deliveries()[SMS]["failure"] == code

    @pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException"])
    def test_what_ses_says_of_an_address(self, product: Product, code: str) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_email(code)
        product.notify(event)
        assert product.deliveries()[EMAIL]["failure"] == code

    def test_everything_refused_goes_up_at_once(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms()
        product.refuse_email()
        assert product.notify(event) == []
        assert product.outbox() == []
        up = product.events()[-1]
        assert (up["type"], up["level"]) == ("followup.unreachable", 1)
        assert product.followup()["deadline"] == "2026-03-10T15:10:00.000Z"
        assert product.notify(up) == []
        assert Counter(product.outbox()) == {DIEGOS_PHONE: 1, DIEGOS_EMAIL: 1}
        assert {d["purpose"] for k, d in product.deliveries().items() if k[0] == "1"} == {"escalation"}

    def test_two_workers_who_both_find_nobody(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms()
        product.refuse_email()
        product.just_before("TransactWriteItems", lambda: product.notify(event), function="Notify")
        product.notify(event)
        assert product.followup()["level"] == 1
        assert product.followup()["version"] == 2

    def test_a_crash_between_the_refusal_and_what_follows(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms()
        product.refuse_email()
        product.fault(operation="TransactWriteItems", function="Notify", kind=CRASH)
        assert product.dies(lambda: product.notify(event))
        assert product.followup()["level"] == 0
        product.notify(event)
        assert product.followup()["level"] == 1

    def test_a_light_one_by_sms_when_its_e_mail_is_refused(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy(score=7, phone="+56911111111", consent=consent())
        product.refuse_email()
        assert product.notify(event) == []
        assert product.outbox() == [ANAS_PHONE]
        assert product.states() == {EMAIL: "failed", SMS: "sent"}

    def test_two_workers_who_both_take_the_other_channel(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy(score=7, phone="+56911111111", consent=consent())
        product.refuse_email()
        product.just_before("PutItem", lambda: product.notify(event), function="Notify")
        assert product.notify(event) == []
        assert product.outbox() == [ANAS_PHONE]
        assert product.states() == {EMAIL: "failed", SMS: "sent"}

    def test_a_light_one_refused_altogether_goes_up(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy(score=7, phone="+56911111111", consent=consent())
        product.refuse_email()
        product.refuse_sms()
        product.notify(event)
        up = product.events()[-1]
        assert (up["type"], up["level"], up["priority"]) == ("followup.unreachable", 1, "light")
        product.notify(up)
        assert product.outbox() == [DIEGOS_EMAIL]

    def test_a_chain_in_which_nobody_can_be_reached_ends(self, product: Product) -> None:
        product.open_store(contacts=[{**each, "phone": None} for each in (ANA, DIEGO, MARTA)])
        product.refuse_email(times=1000)
        product.unhappy()
        product.drain()
        assert product.outbox() == []
        assert product.followup()["level"] == 2
        assert product.followup()["round"] == 0
        product.cloud.faults.clear()
        product.advance(minutes(11))
        assert product.outbox() == [MARTAS_EMAIL], "the reminder at the next deadline"

    def test_a_refusal_at_a_level_that_is_left_moves_nothing(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.wait(minutes(10))
        product.scheduler()
        assert product.followup()["level"] == 1
        product.refuse_sms()
        product.refuse_email()
        product.notify(event)
        assert product.states()[SMS] == product.states()[EMAIL] == "failed"
        assert product.followup()["level"] == 1


class TestNotNow:
    def test_waits_longer_each_time_and_gives_up(self, product: Product) -> None:
        product.open_store(policy={"take_on_minutes": 600, "sms_per_hour": 1000})
        event = product.unhappy()
        product.refuse_sms("Throttling", 400, times=1000)
        waits = [30, 60, 120, 240, 480, 600, 600, 600, 600, 600]
        for wait in waits:
            product.notify(event)
            sms = product.deliveries()[SMS]
            assert (sms["state"], sms["failure"]) == ("pending", "Throttling")
            assert sms["lease_until"] == sms["due_at"]
            assert datetime.fromisoformat(sms["due_at"]) == product.now() + seconds(wait)
            product.wait(seconds(wait) - seconds(0.001))
            product.notify(event)
            assert product.deliveries()[SMS]["attempts"] == sms["attempts"]
            product.wait(seconds(0.001))
        product.notify(told_again(product))
        assert product.deliveries()[SMS]["failure"] == "gave_up"
        assert product.outbox() == [ANAS_EMAIL]

    def test_every_attempt_says_the_same(self, product: Product) -> None:
        """Also hours and a refusal for the time being later: whoever gets it twice sees that it is the same."""
        product.open_store(policy={"take_on_minutes": 6000})
        product.wait(minutes(59))
        event = product.unhappy(comment="Muy caro")
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER)
        product.fault(operation="SendEmail", kind=TIMEOUT, when=AFTER)
        product.notify(event)
        product.refuse_sms("Throttling")
        product.refuse_email("TooManyRequestsException")
        product.advance(timedelta(hours=3))
        assert product.states() == {SMS: "sent", EMAIL: "sent"}
        assert product.deliveries()[SMS]["attempts"] == 3
        texts = Counter((m["channel"], m["text"]) for m in product.cloud.outbox())
        assert sorted(texts.values()) == [2, 2]

    def test_a_connection_that_never_came_about_is_no_attempt_that_may_have_arrived(
        self, product: Product
    ) -> None:
        product.open_store()
        event = product.unhappy()
        product.fault(operation="SendEmail", kind=TIMEOUT, when=BEFORE)
        product.notify(event)
        email = product.deliveries()[EMAIL]
        assert (email["state"], email["unclear"], email["failure"]) == ("pending", 0, "ConnectTimeoutError")
        product.advance(minutes(1))
        assert product.states() == {SMS: "sent", EMAIL: "sent"}
        assert len(product.outbox()) == 2

    def test_the_clients_that_send_make_one_attempt(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms("InternalError", 500, times=1)
        product.refuse_email("InternalFailure", 500, times=1)
        product.notify(event)
        calls = Counter(product.calls("Notify"))
        assert (calls["Publish"], calls["SendEmail"]) == (1, 1)


class TestWaiting:
    def test_a_closed_store_is_told_when_it_opens(self, product: Product) -> None:
        product.open_store(hours=NINE_TO_NINE)
        product.wait(timedelta(hours=12))  # midnight in Santiago
        product.unhappy()
        product.drain()
        product.advance(timedelta(hours=9) - seconds(1))
        assert product.outbox() == []
        product.advance(minutes(1))
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        assert product.dead_letters() == {}

    def test_whose_sender_died_at_closing_time_waits_for_the_morning(self, product: Product) -> None:
        """It may have arrived, so it counts as tried once; but nobody is woken to make sure."""
        product.open_store(hours=NINE_TO_NINE, policy={"take_on_minutes": 600})
        product.wait(timedelta(hours=8, minutes=59))  # 20:59 in Santiago
        event = product.unhappy()
        product.fault(operation="Publish", function="Notify", kind=CRASH, when=AFTER)
        assert product.dies(lambda: product.notify(event))
        assert product.deliveries()[SMS]["state"] == "sending"
        product.wait(timedelta(hours=6))
        product.drain()
        product.advance(minutes(5))
        assert [m["at"][:10] for m in product.cloud.outbox()] == ["2026-03-10"], (
            "the one that may have arrived"
        )
        product.advance(timedelta(hours=8))
        late = [m for m in product.cloud.outbox() if m["at"] > "2026-03-11T11:59"]
        assert Counter((m["channel"], m["to"]) for m in late) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        sms = product.deliveries()[SMS]
        assert (sms["state"], sms["unclear"], sms["attempts"]) == ("sent", 1, 2)

    def test_quiet_hours_end_later_than_the_store_opens(self, product: Product) -> None:
        product.open_store(
            hours=NINE_TO_NINE,
            contacts=[{**ANA, "quiet": ["20:00", "12:30"]}],
            policy={"take_on_minutes": 60},
        )
        product.unhappy()  # at 12:00
        product.drain()
        assert product.outbox() == []
        product.advance(minutes(29))
        assert product.outbox() == []
        product.advance(minutes(2))
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}

    def test_a_reminder_that_waits_for_the_same_morning_says_it_for_both(self, product: Product) -> None:
        product.open_store(contacts=[{**ANA, "quiet": ["20:00", "12:30"]}])
        product.unhappy()  # at 12:00: overdue at 12:10, before anybody could be told
        product.drain()
        product.advance(minutes(35))
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        assert product.states() == {
            "0#0#sms#ana": "cancelled",
            "0#0#email#ana": "cancelled",
            "0#1#sms#ana": "sent",
            "0#1#email#ana": "sent",
        }

    def test_the_link_opens_also_after_weeks_without_an_opening(self, product: Product) -> None:
        closed = {f"2026-03-{day}": [] for day in range(11, 25)}
        product.open_store(hours={**NINE_TO_NINE, "special": closed})
        product.wait(timedelta(hours=10))  # 22:00 in Santiago
        product.unhappy()
        product.drain()
        product.advance(timedelta(days=14, hours=11) + minutes(1))
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        for message in product.cloud.outbox():
            token = message["text"].partition("/f/")[2].split()[0]
            assert product.cloud.request("GET", f"/f/{token}").status == 303

    def test_late_by_our_own_fault_it_wakes_nobody(self, product: Product) -> None:
        product.open_store(hours=NINE_TO_NINE, policy={"take_on_minutes": 600})
        event = product.unhappy()  # at 12:00
        danger = product.unhappy(comment="me robaron la cartera")
        product.wait(timedelta(hours=11))  # until 23:00 nothing runs
        assert product.notify(event) == []
        assert product.outbox() == []
        assert product.notify(danger) == []
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        before = len(product.outbox())
        product.wait(timedelta(hours=10) - seconds(1))
        assert product.notify(event) == []
        assert len(product.outbox()) == before
        product.wait(seconds(1))
        assert product.notify(event) == []
        assert Counter(product.outbox()) == {ANAS_PHONE: 2, ANAS_EMAIL: 2}

    def test_urgent_goes_at_once(self, product: Product) -> None:
        product.open_store(hours=NINE_TO_NINE, contacts=[{**ANA, "quiet": ["20:00", "12:30"]}])
        product.wait(timedelta(hours=12))
        product.unhappy(score=8, comment="me robaron la cartera")
        product.drain()
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}


class TestTakenOn:
    def test_before_anything_was_sent(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        take_on(product)
        assert product.notify(event) == []
        assert product.outbox() == []
        assert product.states() == {SMS: "cancelled", EMAIL: "cancelled"}
        assert all("due_at" not in d for d in product.deliveries().values())

    def test_between_two_messages(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        first = "SendEmail" if _email_goes_first(product, event) else "Publish"
        event = product.unhappy()
        before = len(product.outbox())

        def taken() -> None:
            mine = next(f for f in product.followups() if f["followup_id"] == event["followup_id"])
            now = followups.followup_from_item(mine)
            followups.replace_followup(
                product.table, now, lifecycle.take_on(now, "ana", make_store(), product.now())
            )

        product.just_before(first, taken, function="Notify")
        product.notify(event)
        assert len(product.outbox()) - before == 1, "the one in flight, and no other"

    def test_while_its_outcome_is_unknown(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER)
        product.notify(event)
        take_on(product)
        product.advance(minutes(5))
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        assert product.states() == {SMS: "cancelled", EMAIL: "sent"}

    def test_while_it_waits_for_the_morning(self, product: Product) -> None:
        product.open_store(contacts=[{**ANA, "quiet": ["20:00", "12:30"]}])
        product.unhappy()
        product.drain()
        take_on(product)
        product.advance(timedelta(hours=21))
        assert product.outbox() == []


def _email_goes_first(product: Product, event: dict[str, Any]) -> bool:
    product.notify(event)
    return product.outbox()[0][0] == "email"


class TestCap:
    def store(self, product: Product, cap: int = 2, **changes: Any) -> None:
        product.open_store(policy={"sms_per_hour": cap, "take_on_minutes": 600}, **changes)

    def sms(self, product: Product) -> list[str]:
        return [m["text"] for m in product.cloud.outbox() if m["channel"] == "sms"]

    def test_beyond_it_one_digest_when_the_hour_is_over(self, product: Product) -> None:
        self.store(product)
        product.wait(minutes(20))
        for score in (4, 5, 1, 3, 2):
            product.unhappy(score=score)
        product.drain()
        assert len(self.sms(product)) == 2
        assert product.outbox().count(ANAS_EMAIL) == 5
        product.advance(minutes(39))
        assert len(self.sms(product)) == 2
        product.advance(minutes(3))
        assert len(self.sms(product)) == 3
        digest = self.sms(product)[-1]
        assert digest.startswith("Aurora Norte: 3 respuestas más sin atender. ".replace("á", "a"))
        worst = next(f for f in product.followups() if f["score"] == 1)
        link = digest.rpartition("/f/")[2]
        assert product.cloud.request("GET", f"/f/{link}").headers["location"].endswith(worst["followup_id"])
        product.advance(timedelta(hours=3))
        assert len(self.sms(product)) == 3
        assert {i["state"] for i in product.items("DIGEST#")} == {"sent"}
        assert product.dead_letters() == {}

    def test_the_next_hour_has_a_cap_of_its_own(self, product: Product) -> None:
        self.store(product, cap=1)
        product.wait(minutes(59))
        for _ in range(2):
            product.unhappy()
        product.drain()
        assert len(self.sms(product)) == 1
        product.wait(minutes(1))
        product.unhappy()
        product.drain()
        assert len(self.sms(product)) == 2

    def test_a_cap_of_none(self, product: Product) -> None:
        self.store(product, cap=0)
        product.unhappy()
        product.drain()
        assert self.sms(product) == []
        assert product.outbox() == [ANAS_EMAIL]

    def test_urgent_ones_pass(self, product: Product) -> None:
        self.store(product, cap=1)
        for _ in range(3):
            product.unhappy(comment="me robaron la cartera")
        product.drain()
        assert len(self.sms(product)) == 3
        product.unhappy()
        product.drain()
        assert len(self.sms(product)) == 3, "they count all the same"

    def test_all_taken_on_before_the_digest(self, product: Product) -> None:
        self.store(product, cap=1)
        for _ in range(3):
            product.unhappy()
        product.drain()
        for item in product.followups():
            now = followups.followup_from_item(item)
            followups.replace_followup(
                product.table, now, lifecycle.take_on(now, "ana", make_store(), product.now())
            )
        product.advance(timedelta(hours=2))
        assert len(self.sms(product)) == 1
        assert {i["state"] for i in product.items("DIGEST#")} == {"cancelled"}

    def test_a_digest_waits_for_its_contacts_hours(self, product: Product) -> None:
        closed = {f"2026-03-{day}": [] for day in range(11, 25)}
        self.store(
            product,
            cap=1,
            hours={**NINE_TO_NINE, "special": closed},
            contacts=[{**ANA, "quiet": ["21:00", "10:30"]}],
        )
        product.wait(timedelta(hours=8, minutes=30))  # 20:30 in Santiago
        for _ in range(3):
            product.unhappy()
        product.drain()
        product.advance(timedelta(days=14, hours=13, minutes=59))
        assert len(self.sms(product)) == 1, "at 10:29 on the first open day Ana still has quiet"
        product.advance(minutes(2))
        assert [text for text in self.sms(product)[1:] if "sin atender" in text] == self.sms(product)[1:2]
        token = self.sms(product)[1].partition("/f/")[2]
        assert product.cloud.request("GET", f"/f/{token}").status == 303

    def test_two_workers_send_one_digest(self, product: Product) -> None:
        event = self.digest_due(product)
        before = len(self.sms(product))
        for nth in range(1, 30):
            met = product.just_before(None, lambda: product.notify(event), function="Notify", nth=nth)
            product.notify(event)
            assert len(self.sms(product)) == before + 1
            if not met["done"]:
                break
            (digest,) = product.items("DIGEST#")
            self.reset(product, digest)
            before += 1
        assert nth > 5

    def test_a_digest_whose_outcome_is_unknown(self, product: Product) -> None:
        event = self.digest_due(product)
        before = len(self.sms(product))
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER, times=1000)
        product.notify(event)
        assert len(self.sms(product)) == before + 1
        product.advance(timedelta(hours=4))
        assert len(self.sms(product)) == before + 2, "once more, and never again"
        (digest,) = product.items("DIGEST#")
        assert digest["state"] == "failed"
        assert "due_at" not in digest

    def test_a_digest_throttled_for_a_while(self, product: Product) -> None:
        event = self.digest_due(product)
        before = len(self.sms(product))
        product.refuse_sms("Throttling", 400, times=3)
        product.notify(event)
        product.advance(timedelta(hours=1))
        assert len(self.sms(product)) == before + 1

    def test_a_digest_refused(self, product: Product) -> None:
        event = self.digest_due(product)
        product.refuse_sms()
        assert product.notify(event) == []
        (digest,) = product.items("DIGEST#")
        assert digest["state"] == "failed"
        assert "due_at" not in digest

    def test_a_digest_refused_to_whom_nothing_else_reaches_goes_up(self, product: Product) -> None:
        self.store(product, cap=1, contacts=[{**ANA, "email": None}, DIEGO])
        first, second = (product.unhappy() for _ in range(2))
        product.notify(first, second)
        assert product.outbox() == [ANAS_PHONE]
        product.wait(minutes(60))
        product.refuse_sms()
        product.notify(told_again(product))
        levels = {f["followup_id"]: f["level"] for f in product.followups()}
        assert levels == {first["followup_id"]: 0, second["followup_id"]: 1}
        assert product.events()[-1]["type"] == "followup.unreachable"

    def test_what_comes_while_the_digest_is_sent_gets_the_next_one(self, product: Product) -> None:
        event = self.digest_due(product)
        # The hour's last alert was slow: its sender still believes the hour before.
        product.cloud.faults.clear()

        def late() -> None:
            (waiting, *_) = product.items("DELIVERY#0#0#sms")
            sms_rate_limit.defer_to_digest(
                product.table, deliveries.delivery_from_item(waiting), product.now() - minutes(10)
            )

        product.just_before("Publish", late, function="Notify")
        product.notify(event)
        hours = {d["sk"].split("#")[1]: d["state"] for d in product.items("DIGEST#")}
        assert hours == {"2026-03-10T15": "sent", "2026-03-10T16": "pending"}

    def digest_due(self, product: Product) -> dict[str, Any]:
        """Three alerts, one SMS allowed; the hour is over and the sweep has told of the digest."""
        self.store(product, cap=1)
        for event in [product.unhappy() for _ in range(3)]:
            product.notify(event)
        assert len(self.sms(product)) == 1
        (digest,) = product.items("DIGEST#")
        assert len(digest["followups"]) == 2
        assert digest["due_at"] == "2026-03-10T16:00:00.000Z"
        product.wait(minutes(60))
        event = told_again(product)
        assert event["type"] == "digest.due"
        return event

    def reset(self, product: Product, digest: dict[str, Any]) -> None:
        """The digest as it was before it was sent."""
        product.table._client.update_item(
            TableName=product.table._name,
            Key={k: {"S": digest[k]} for k in ("pk", "sk")},
            UpdateExpression="SET #s = :p, attempts = :z, unclear = :z REMOVE lease_until",
            ExpressionAttributeNames={"#s": "state"},
            ExpressionAttributeValues={":p": {"S": "pending"}, ":z": {"N": "0"}},
        )


def test_an_hour_is_utcs_and_the_cap_is_the_stores(product: Product) -> None:
    """Two shops do not share a cap."""
    product.open_store(policy={"sms_per_hour": 1})
    product.open_store(store_id="sur", policy={"sms_per_hour": 1})
    for store_id in ("norte", "sur", "norte", "sur"):
        product.unhappy(store_id=store_id)
    product.drain()
    assert product.outbox().count(ANAS_PHONE) == 2
    assert {i["sk"]: i["n"] for i in product.items("SMS#")} == {"SMS#2026-03-10T15": 1}
    assert all(
        i["expires_at"] == int(datetime(2026, 3, 12, 15, tzinfo=UTC).timestamp())
        for i in product.items("SMS#")
    )


assert MARTA["email"]
