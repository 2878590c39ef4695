"""E-mails beyond a contact's limit of the hour come as one; danger goes out at once."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from lazo.table.messaging import digests
from tests.builders import ANA, DIEGO, MARTA
from tests.product import Product

EMAIL_ONLY = {name: value for name, value in ANA.items() if name != "phone"}
INJURY = "Mi hija se cayó y se quebró el brazo"
LATE = {"take_on_minutes": 180}


@pytest.fixture
def store(product: Product) -> Product:
    """Ana has no phone; nothing is escalated within three hours."""
    product.open_store(contacts=[EMAIL_ONLY, DIEGO, MARTA], policy=LATE)
    return product


def mails(product: Product) -> list[dict[str, Any]]:
    return [m for m in product.cloud.outbox() if m["channel"] == "email" and m["to"] == ANA["email"]]


def give(product: Product, number: int, **changes: Any) -> None:
    for n in range(number):
        product.accept(**{"score": 2, "comment": f"Esperé {n} minutos", **changes})
    product.drain()


def test_beyond_the_limit_they_come_as_one_with_a_line_and_a_link_each(store: Product) -> None:
    give(store, 23, signed=True)
    assert len(mails(store)) == 20
    assert Counter(d["state"] for d in store.items("DELIVERY#")) == {"sent": 20, "digested": 3}
    store.advance(timedelta(minutes=61))
    assert len(mails(store)) == 21
    digest = mails(store)[-1]
    assert digest["subject"] == "Aurora Norte: 3 respuestas más sin atender"
    for n in (20, 21, 22):
        assert f"Caja 3, 10/03 12:00: 2/10\n> Esperé {n} minutos\nhttps://" in digest["text"].replace(
            "\r\n", "\n"
        )
    assert digest["html"].count(">Ver el caso</a>") == 3
    store.advance(timedelta(hours=1))
    assert len(mails(store)) == 21


def test_danger_goes_alone_and_at_once(store: Product) -> None:
    give(store, 21, signed=True)
    give(store, 1, comment=INJURY, signed=True)
    assert "URGENTE" in mails(store)[-1]["subject"]
    assert len(mails(store)) == 21


def test_a_flood_of_bots_makes_five_e_mails_and_one(store: Product) -> None:
    give(store, 60, suspect=("honeypot",))
    assert len(mails(store)) == 5
    assert all("quizá no es un cliente" in m["subject"] for m in mails(store))
    give(store, 1, signed=True)  # which finds the hour's limit unused
    assert mails(store)[-1]["subject"].endswith("un cliente necesita que lo atiendas (2/10)")
    store.advance(timedelta(minutes=61))
    assert len(mails(store)) == 7
    assert "55 respuestas más" in mails(store)[-1]["subject"]
    assert mails(store)[-1]["text"].count("Quizá no es un cliente: llenó un campo") == 20
    assert "Hay 35 más en el tablero." in mails(store)[-1]["text"]
    assert not any(channel == "sms" for channel, _ in store.outbox())


def test_those_of_an_unusual_rate_come_as_one(product: Product) -> None:
    product.open_store(contacts=[EMAIL_ONLY, DIEGO, MARTA], policy=LATE | {"answers_per_hour": 2})
    give(product, 6)
    assert len(mails(product)) == 2
    give(product, 1, comment=INJURY)
    assert len(mails(product)) == 3
    product.advance(timedelta(minutes=61))
    # The danger, which nobody takes on, is repeated meanwhile.
    others = [m for m in mails(product)[3:] if m["purpose"] != "reminder"]
    assert len(others) == 1
    assert "4 respuestas más" in others[0]["subject"]


def test_a_busy_hour_loses_no_alert(store: Product) -> None:
    give(store, 60, signed=True)
    assert len(store.followups()) == 60
    store.advance(timedelta(minutes=61))
    told = [m["text"] for m in mails(store)]
    assert len(told) == 21
    assert "40 respuestas más" in mails(store)[-1]["subject"]
    states = Counter(d["state"] for d in store.items("DELIVERY#"))
    assert states == {"sent": 20, "digested": 40}


def test_a_digest_that_is_refused_escalates_its_follow_ups(store: Product) -> None:
    give(store, 21, signed=True)
    store.refuse_email()
    store.advance(timedelta(minutes=61))
    assert Counter(f["level"] for f in store.followups()) == {0: 20, 1: 1}
    assert [d["state"] for d in store.items("DIGEST#")] == ["failed"]


def test_a_digest_leaves_out_what_somebody_has_taken_on(store: Product) -> None:
    give(store, 21, signed=True)
    (digest,) = store.items("DIGEST#")
    (held,) = digest["followups"]
    (item,) = (f for f in store.followups() if f["followup_id"] == held)
    store.change(item, owner="ana", stage="taken_on")
    store.advance(timedelta(minutes=61))
    assert len(mails(store)) == 20
    assert [d["state"] for d in store.items("DIGEST#")] == ["cancelled"]


def test_a_full_digest_leaves_the_rest_to_the_next_hours(
    store: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "FOLLOWUPS_AT_MOST", 2)
    give(store, 8, suspect=("honeypot",))
    assert [len(d["followups"]) for d in store.items("DIGEST#")] == [2, 1]
    give(store, 5, suspect=("honeypot",))
    states = Counter(d["state"] for d in store.items("DELIVERY#"))
    assert states == {"sent": 5, "digested": 6, "pending": 2}
    (at,) = {d["due_at"] for d in store.items("DELIVERY#") if d["state"] == "pending"}
    assert at == "2026-03-10T16:00:00.000Z"
