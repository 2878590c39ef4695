"""Nobody is flooded: what falls due for one person within minutes is one message, and an hour has a limit."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from lazo.followup import lifecycle
from lazo.table import followups
from tests.builders import ANA, DIEGO, MARTA, make_store, minutes
from tests.functions.alerts import ANAS_EMAIL, ANAS_PHONE
from tests.product import Product

EMAIL_ONLY = {name: value for name, value in ANA.items() if name != "phone"}
PHONE_ONLY = {name: value for name, value in ANA.items() if name != "email"}
INJURY = "Mi hija se cayó y se quebró el brazo"
LATE = {"take_on_minutes": 600}
N = 20
"""The SMS, and the e-mails, that one contact gets in an hour at most, by default (docs/stores.md)."""


def sent_to(product: Product, *addresses: str) -> list[dict[str, Any]]:
    return [m for m in product.cloud.outbox() if m["to"] in addresses]


def give(product: Product, number: int, **changes: Any) -> None:
    for n in range(number):
        product.accept(**{"score": 2, "comment": f"Esperé {n} minutos", "signed": True, **changes})
    product.drain()


def most_in_an_hour(messages: list[dict[str, Any]]) -> int:
    """Return the most messages in any 60 minutes."""
    at = sorted(datetime.fromisoformat(m["at"]) for m in messages)
    return max(sum(start <= each < start + timedelta(hours=1) for each in at) for start in at)


class TestReminders:
    def test_three_within_minutes_are_one_sms_and_one_email(self, product: Product) -> None:
        product.open_store(contacts=[ANA], policy={"take_on_minutes": 30})
        for score in (4, 1, 3):
            give(product, 1, score=score)
            product.advance(minutes(1))
        product.advance(minutes(26))
        assert len(product.outbox()) == 6  # three alerts, each alone and at once
        product.advance(minutes(10))  # they fell due at 12:30, 12:31 and 12:32
        assert Counter(product.outbox()[6:]) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        sms, mail = sorted(product.cloud.outbox()[6:], key=lambda m: m["channel"] != "sms")
        assert sms["text"].startswith("Aurora Norte: 3 casos te esperan. Tablero: https://")
        assert mail["subject"] == "Aurora Norte: 3 casos te esperan"
        assert mail["text"].count("este cliente sigue esperando") == 3
        assert mail["text"].index("(1/10)") < mail["text"].index("(3/10)") < mail["text"].index("(4/10)")
        link = sms["text"].partition("/f/")[2]
        path, _, query = link.partition("?")
        assert product.cloud.request("GET", f"/f/{path}?{query}").headers["location"] == "/desk"
        assert product.dead_letters() == {}

    def test_each_case_says_how_it_was_told(self, product: Product) -> None:
        product.open_store(contacts=[ANA], policy={"take_on_minutes": 30})
        give(product, 2)
        product.advance(minutes(40))
        alone, bundled = [
            [i for i in product.items("DELIVERY#") if i["purpose"] == purpose]
            for purpose in ("alert", "reminder")
        ]
        assert {i["state"] for i in (*alone, *bundled)} == {"sent"}
        assert not any("bundle" in i for i in alone)
        ids = {b["sk"]: b["provider_id"] for b in product.items("BUNDLE#")}
        for item in bundled:
            sk = item["bundle"].partition("#")[2]
            assert item["provider_id"] == ids[sk]
            assert item["channel"] in sk

    def test_one_alone_reads_as_ever(self, product: Product) -> None:
        product.open_store(contacts=[ANA], policy={"take_on_minutes": 30})
        give(product, 1)
        product.advance(minutes(34))
        assert len(product.outbox()) == 2
        product.advance(minutes(3))
        sms, mail = sorted(product.cloud.outbox()[2:], key=lambda m: m["channel"] != "sms")
        assert sms["text"].startswith("Sigue sin atender (10 mar). Aurora Norte, Caja 3: 2/10")
        assert "El caso sigue abierto y sin responsable." in mail["text"]

    def test_of_two_stores_come_together(self, product: Product) -> None:
        policy = {"take_on_minutes": 30}
        product.open_store(contacts=[ANA], policy=policy)
        product.open_store(store_id="sur", name="Aurora Sur", contacts=[ANA], policy=policy)
        give(product, 1)
        give(product, 1, store_id="sur")
        product.advance(minutes(40))
        sms = sent_to(product, ANA["phone"])[2:]
        assert [m["text"].partition(" Tablero")[0] for m in sms] == ["2 casos te esperan en 2 locales."]

    def test_those_of_the_highest_level_come_once_a_day_in_the_morning(self, product: Product) -> None:
        """The store is always open, and Ana has named no quiet hours: 08:00 is a sane hour."""
        product.open_store(contacts=[ANA], policy={"take_on_minutes": 30})  # it is 12:00 in Santiago
        for _ in range(4):
            give(product, 1)
            product.advance(timedelta(hours=3, minutes=20))
        before = len(product.outbox())
        product.advance(timedelta(days=3) - (product.now() - product.now().replace(hour=3, minute=0)))
        after = product.cloud.outbox()[before:]
        local = [datetime.fromisoformat(m["at"]) - timedelta(hours=3) for m in after]
        assert {(at.hour, at.minute // 10) for at in local} <= {(8, 0)}
        assert (
            max(Counter((at.date(), m["channel"]) for at, m in zip(local, after, strict=True)).values()) == 1
        )
        assert "4 casos te esperan" in after[-1]["text"] + (after[-1]["subject"] or "")

    def test_at_midnight_nobody_is_reminded(self, product: Product) -> None:
        product.open_store(contacts=[ANA], policy={"take_on_minutes": 30})
        product.wait(timedelta(hours=11, minutes=30))  # 23:30 in Santiago
        give(product, 1)
        assert len(product.outbox()) == 2  # the customer is there now
        product.advance(timedelta(hours=8, minutes=29))
        assert len(product.outbox()) == 2
        product.advance(minutes(10))
        assert Counter(product.outbox()[2:]) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}

    def test_before_the_quiet_hours_nobody_waits_until_they_have_begun(self, product: Product) -> None:
        product.open_store(contacts=[ANA], policy={"take_on_minutes": 30})
        product.wait(
            timedelta(hours=8, minutes=28)
        )  # 20:28: it is due at 20:58, and five minutes later Ana sleeps
        give(product, 1)
        product.advance(minutes(33))
        assert len(product.outbox()) == 4
        assert max(m["at"] for m in product.cloud.outbox()) < "2026-03-11T00:00"

    def test_what_was_settled_meanwhile_is_left_out(self, product: Product) -> None:
        product.open_store(contacts=[ANA], policy={"take_on_minutes": 30})
        give(product, 2)
        product.advance(minutes(31))
        for item in product.followups():
            now = followups.followup_from_item(item)
            followups.replace_followup(
                product.table, now, lifecycle.take_on(now, "ana", make_store(), product.now())
            )
        product.advance(minutes(10))
        assert len(product.outbox()) == 4
        assert product.items("BUNDLE#") == []
        assert Counter(d["state"] for d in product.items("DELIVERY#")) == {"sent": 4, "cancelled": 4}


class TestLimit:
    def test_alerts_beyond_it_come_as_one_within_minutes(self, product: Product) -> None:
        product.open_store(policy=LATE)
        give(product, 19)
        assert Counter(product.outbox()) == {ANAS_PHONE: 13, ANAS_EMAIL: 13}
        product.advance(minutes(6))
        assert Counter(product.outbox()) == {ANAS_PHONE: 14, ANAS_EMAIL: 14}
        sms, mail = sorted(product.cloud.outbox()[26:], key=lambda m: m["channel"] != "sms")
        assert "6 casos te esperan" in sms["text"]
        assert mail["text"].count("un cliente necesita que lo atiendas (2/10)") == 6
        assert all(f"> Esperé {n} minutos" in mail["text"] for n in range(13, 19))
        assert mail["html"].count(">Ver el caso</a>") == 6
        product.advance(timedelta(hours=2))
        assert len(product.outbox()) == 28

    def test_six_within_minutes_come_at_once(self, product: Product) -> None:
        product.open_store()
        for n in range(1, 7):
            give(product, 1)
            assert Counter(product.outbox()) == {ANAS_PHONE: n, ANAS_EMAIL: n}
            product.advance(timedelta(seconds=46))
        assert product.items("BUNDLE#") == product.items("COLLECTING#") == []

    def test_answers_from_no_page_leave_the_others_their_room(self, product: Product) -> None:
        product.open_store()
        give(product, 40, score=0, signed=False)
        assert Counter(product.outbox()) == {ANAS_PHONE: 5, ANAS_EMAIL: 5}
        give(product, 1)
        assert Counter(product.outbox()[10:]) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        product.advance(minutes(11))  # all are with the next level too
        answered = ["2/10" in m["text"] for m in sent_to(product, DIEGO["phone"])]
        assert answered.count(True) == 1
        # Six SMS are sent, and those from no page go out up to ten: four, or three if the other one went before.
        assert answered.count(False) == (4 if answered.index(True) == 4 else 3)
        for address in (ANA["phone"], ANA["email"], DIEGO["phone"], DIEGO["email"]):
            assert most_in_an_hour(sent_to(product, address)) <= N

    def test_they_leave_room_in_the_stores_hour_of_sms(self, product: Product) -> None:
        product.open_store(policy=LATE | {"sms_per_hour": 4})
        give(product, 4, signed=False)
        give(product, 2)
        assert Counter(product.outbox()) == {ANAS_PHONE: 2 + 2, ANAS_EMAIL: 4 + 2}

    def test_more_fake_detractors_than_an_hour_has_messages(self, product: Product) -> None:
        product.open_store()
        give(product, 30)
        product.advance(timedelta(hours=1))
        for contact in (ANA, DIEGO, MARTA):
            for address in filter(None, (contact.get("phone"), contact["email"])):
                assert 0 < most_in_an_hour(sent_to(product, address)) <= N
        assert product.dead_letters() == {}

    def test_danger_goes_alone_and_at_once(self, product: Product) -> None:
        product.open_store(policy=LATE)
        give(product, 20)
        before = len(product.outbox())
        give(product, 3, comment=INJURY)
        dangers = product.cloud.outbox()[before:]
        assert Counter((m["channel"], m["to"]) for m in dangers) == {ANAS_PHONE: 3, ANAS_EMAIL: 3}
        assert all("URGENTE" in m["text"] + (m["subject"] or "") for m in dangers)

    def test_it_is_one_persons_whatever_the_store(self, product: Product) -> None:
        product.open_store(policy=LATE)
        product.open_store(store_id="sur", policy=LATE)
        for store_id in ("norte", "sur") * 8:
            give(product, 1, store_id=store_id)
        assert Counter(product.outbox()) == {ANAS_PHONE: 13, ANAS_EMAIL: 13}

    def test_an_hour_later_there_is_room_again(self, product: Product) -> None:
        product.open_store(policy=LATE | {"contact_messages_per_hour": 6})
        give(product, 3)
        product.advance(minutes(30))
        give(product, 1)
        assert len(product.outbox()) == 6
        product.advance(minutes(30))
        before = len(product.outbox())
        give(product, 1)
        assert Counter(product.outbox()[before:]) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}

    def test_bundles_leave_half_an_hour_between_them(self, product: Product) -> None:
        product.open_store(
            contacts=[EMAIL_ONLY, DIEGO, MARTA], policy=LATE | {"contact_messages_per_hour": 6}
        )
        for _ in range(60):
            give(product, 1)
            product.advance(minutes(2))
        got = sent_to(product, ANA["email"])
        assert most_in_an_hour(got) <= 6
        told = [i for i in product.items("DELIVERY#0#0#email") if i["state"] == "sent"]
        assert len(told) > 45
        product.advance(minutes(31))
        assert {i["state"] for i in product.items("DELIVERY#0#0#email")} == {"sent"}

    def test_the_stores_limit_of_sms_bundles_too(self, product: Product) -> None:
        product.open_store(policy=LATE | {"sms_per_hour": 1})
        give(product, 3)
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 3}
        product.advance(minutes(6))
        assert Counter(product.outbox()) == {ANAS_PHONE: 2, ANAS_EMAIL: 3}

    def test_a_flood_of_bots_is_one_email(self, product: Product) -> None:
        product.open_store(contacts=[EMAIL_ONLY, DIEGO, MARTA], policy=LATE)
        give(product, 60, suspect=("honeypot",))
        assert product.outbox() == []
        give(product, 1)
        assert sent_to(product, ANA["email"])[-1]["subject"].startswith(
            "Aurora Norte, Caja 3: un cliente necesita"
        )
        product.advance(minutes(7))
        (_, bundle) = sent_to(product, ANA["email"])
        assert "60 casos te esperan" in bundle["subject"]
        assert bundle["text"].count("Quizá no es un cliente: llenó un campo") == 20
        assert "Hay 40 más en el tablero." in bundle["text"]

    def test_days_with_more_cases_each(self, product: Product) -> None:
        """Nobody takes any of them on, so that each day brings reminders of all the days before. `make simulate` counts
        the same for each contact of fifty stores in a month."""
        product.open_store(contacts=[ANA])
        for _ in range(4):
            give(product, 5)
            product.advance(timedelta(days=1))
        got = sent_to(product, ANA["phone"], ANA["email"])
        assert all(most_in_an_hour(sent_to(product, ANA[each])) <= N for each in ("phone", "email"))
        # A day: five alerts; their first reminders; in the morning those of the days before.
        assert max(Counter(m["at"][:10] for m in got).values()) <= 2 * (5 + 1 + 1)
        assert {i["state"] for i in product.items("DELIVERY#")} <= {
            "sent",
            "cancelled",
            "pending",
            "digested",
        }
        assert product.dead_letters() == {}
