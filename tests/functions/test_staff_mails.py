"""The weekly digest and the praise of a day reach each reader once, when they work, and nobody without cause."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lazo.auth.users import user_id_of
from lazo.messaging.staff_mail import MailWishes
from lazo.store.model import Store
from lazo.table import report_dates
from lazo.table.messaging import staff_mails
from tests.builders import ANA, DIEGO, MARTA, WEEK
from tests.product import AFTER, BEFORE, CRASH, Product

OPEN_DAYS = {**WEEK, "mon": [], "holidays": "as_usual"}
"""Closed on Mondays, 9 to 21 on other days."""
MONDAY_NIGHT = datetime(2026, 3, 16, 7, 0, tzinfo=UTC)
"""04:00 in Santiago (UTC-3); the week of START, 2026-W11, is over and counted."""
TUESDAY_OPENED = datetime(2026, 3, 17, 12, 25, tzinfo=UTC)
"""09:25: all digests have been due."""
WEEK_OF_START = ("9 mar", "9 Mar", "9 de mar.")
PRAISE = "Pamela me ayudó a elegir y me explicó todo"


def stores(product: Product, **changes: Any) -> Store:
    """Ana works in norte, Diego has norte and sur, Marta is the head. Returns norte."""
    norte = product.open_store(hours=OPEN_DAYS, **changes)
    sur = product.open_store(store_id="sur", name="Aurora Sur", hours=OPEN_DAYS, contacts=[DIEGO, MARTA])
    for store in (norte, sur):
        report_dates.start_reports(product.table, store, product.now())
    return norte


def at(product: Product, instant: datetime) -> None:
    product.wait(instant - product.now())


def digests(product: Product) -> list[Mapping[str, Any]]:
    """Those of the week of START, by the days in their subject; alerts have none."""
    return [
        each
        for each in product.cloud.outbox()
        if any(day in (each["subject"] or "") for day in WEEK_OF_START)
    ]


def praise(product: Product) -> list[Mapping[str, Any]]:
    return [each for each in product.cloud.outbox() if "?praise=" in each["text"]]


def sent_to(messages: list[Mapping[str, Any]]) -> Counter[str]:
    return Counter(each["to"] for each in messages)


def test_one_digest_for_each_person_at_the_first_opening_of_the_week(product: Product) -> None:
    stores(product)
    product.accept(score=10, comment=PRAISE)
    product.accept(score=9, store_id="sur", code="caja9", comment="Nos atendieron muy rápido")
    product.accept(score=10, comment="Llámenme al +56987654321, gracias")
    product.drain()
    at(product, MONDAY_NIGHT)
    # Sweeps die before or after each of their first transactions: months are rolled up by these, and weeks closed.
    for when in (BEFORE, AFTER, BEFORE, AFTER, BEFORE, AFTER):
        product.fault(function="FollowupScheduler", operation="TransactWriteItems", kind=CRASH, when=when)
        assert product.dies(product.scheduler)
        product.restart("FollowupScheduler")
    product.scheduler()
    product.scheduler()
    assert len(product.items("MAIL#weekly")) == 3
    assert digests(product) == [], "planned, and the stores are closed on Mondays"
    at(product, TUESDAY_OPENED)
    # The e-mail of whoever dies after handing it over is sent once more at most, and not by every sweep.
    product.fault(operation="SendEmail", function="Notify", kind=CRASH, when=AFTER)
    for _ in range(4):
        product.scheduler()
        product.drain()
        product.wait(timedelta(minutes=2))
    sent = sent_to(digests(product))
    assert set(sent) == {ANA["email"], DIEGO["email"], MARTA["email"]}
    assert sum(sent.values()) <= 4
    by_reader = {each["to"]: each for each in digests(product)}
    anas, diegos = by_reader[ANA["email"]], by_reader[DIEGO["email"]]
    # What was said with a phone is a case that nobody has had since Tuesday, and is quoted to nobody.
    assert anas["subject"] == "Aurora Norte: 1 caso sin atender (semana del 9 mar al 15 mar)"
    assert "2 respuestas: muy pocas para un resultado." in anas["text"]
    assert "me explicó todo" in anas["text"]
    assert "?case=" in anas["text"]
    assert "Pamela" not in anas["text"] + anas["html"] + diegos["text"] + diegos["html"]
    assert diegos["subject"] == "2 shops: 1 unattended case (week of 9 Mar to 15 Mar)"
    assert "3 responses: too few for a score." in diegos["text"]
    assert "+5698" not in str(digests(product))
    assert product.dead_letters() == {}
    states = Counter(item["state"] for item in product.items("MAIL#weekly"))
    assert states == {"sent": 3}


def test_who_does_not_want_it_and_who_left_get_none(product: Product) -> None:
    norte = stores(product)
    wishes = MailWishes(weekly=False)
    staff_mails.set_mail_wishes(product.table, user_id_of(norte.contacts[0]), wishes, "01F")
    at(product, MONDAY_NIGHT)
    product.scheduler()
    assert len(product.items("MAIL#weekly")) == 3
    for store_id in ("norte", "sur"):
        product.open_store(store_id=store_id, hours=OPEN_DAYS, contacts=[ANA, DIEGO])
    at(product, TUESDAY_OPENED)
    product.scheduler()
    product.drain()
    assert [(each["to"], each["subject"]) for each in digests(product)] == [
        (DIEGO["email"], "2 shops: a quiet week (9 Mar to 15 Mar)")
    ]
    states = {item["user_id"]: item["state"] for item in product.items("MAIL#weekly")}
    assert Counter(states.values()) == {"sent": 1, "cancelled": 2}


def test_a_digest_of_stores_far_apart_waits_until_the_last_of_them_has_had_its_sunday(
    product: Product,
) -> None:
    """It is Monday, 09:00, in Auckland (UTC+13) when it is Sunday, 17:00, in Santiago (UTC-3)."""
    far = {"store_id": "lejos", "name": "Aurora Lejos", "timezone": "Pacific/Auckland", "country": "NZ"}
    for changes in ({}, far):
        store = product.open_store(hours={"always": True}, contacts=[DIEGO], **changes)
        report_dates.start_reports(product.table, store, product.now())
    product.accept(at=product.now(), score=10)
    product.drain()
    at(product, datetime(2026, 3, 15, 20, 30, tzinfo=UTC))
    for _ in range(2):
        product.scheduler()
        product.drain()
    assert [item["ref"] for item in product.items("MAIL#weekly")] == ["2026-W11"]
    assert digests(product) == [], "half of the week would be missing"
    at(product, MONDAY_NIGHT)
    for _ in range(2):
        product.scheduler()
        product.drain()
    (sent,) = digests(product)
    assert sent["to"] == DIEGO["email"]
    assert "1 response: too few for a score." in sent["text"]


def test_praise_reaches_the_team_once_on_its_day_in_the_words_of_those_who_may_be_quoted(
    product: Product,
) -> None:
    """The second store shows names. The words of one customer are erased before they are sent."""
    norte = stores(product)
    product.open_store(
        store_id="sur",
        name="Aurora Sur",
        hours=OPEN_DAYS,
        contacts=[{**ANA, "contact_id": "hana", "email": "hana@aurora.example"}],
        policy={"names_in_praise": True},
    )
    product.accept(score=10, comment=PRAISE)
    erased = product.accept(score=9, comment="Gracias por la paciencia de todos")
    product.accept(score=10, store_id="sur", code="caja9", comment=PRAISE)
    product.accept(score=6, comment="Muy lento todo el servicio")
    product.drain()
    product.change(
        next(item for item in product.items("ANSWER#") if item["ulid"] == erased.ulid),
        comment="",
        erased_at="2026-03-10T16:00:00.000Z",
    )
    at(product, datetime(2026, 3, 10, 23, 1, tzinfo=UTC))  # 20:01, an hour before closing
    product.scheduler()
    product.scheduler()
    product.drain()
    product.scheduler()
    product.drain()
    assert sent_to(praise(product)) == {ANA["email"]: 1, "hana@aurora.example": 1}
    by_reader = {each["to"]: each for each in praise(product)}
    anas, hanas = by_reader[ANA["email"]], by_reader["hana@aurora.example"]
    assert anas["subject"] == "Aurora Norte: un elogio para el equipo"
    assert "[nombre] me ayudó a elegir" in anas["text"]
    assert "paciencia" not in anas["text"]
    assert "Pamela me ayudó a elegir" in hanas["text"]
    at(product, datetime(2026, 3, 11, 23, 1, tzinfo=UTC))
    product.scheduler()
    product.drain()
    assert len(praise(product)) == 2, "nothing on a day without praise"
    assert norte.contacts[1].email not in sent_to(praise(product))


def test_a_stores_night_takes_few_calls(product: Product) -> None:
    norte = product.open_store(hours=OPEN_DAYS)
    report_dates.start_reports(product.table, norte, product.now())
    for _ in range(3):
        product.accept(score=10, comment=PRAISE)
    product.drain()
    at(product, MONDAY_NIGHT)
    before = len(product.calls("FollowupScheduler"))
    product.scheduler()
    calls = product.calls("FollowupScheduler")[before:]
    assert len(product.items("MAIL#weekly")) == 3
    # Two thousand stores, spread over the 180 minutes in which weeks are counted, are twelve in a sweep of 45 s, each
    # call taking 8 ms. (The sweep's own queries, and those for the praise of the days before, are among these.)
    assert len(calls) * 12 * 0.008 < 45, Counter(calls)
