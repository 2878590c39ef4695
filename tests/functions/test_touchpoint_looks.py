"""Each night a store's touchpoints are looked at; a contact hears once of one that fell silent."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from infra.local.direct_items import put_directly
from lazo.auth.users import user_id_of
from lazo.insight.touchpoint_activity import ActivityChange
from lazo.store.contacts import Contact
from lazo.store.model import Touchpoint
from lazo.table import nightly_looks, stores
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import staff_mails
from lazo.table.touchpoint_signs import signs_of_stores, store_signs
from lazo.workflows.events import staff_mail_due
from tests.builders import ANA, DIEGO, MARTA
from tests.functions.sweeps import IDLE
from tests.product import AFTER, CRASH, Product

MONDAY = date(2026, 3, 16)
NIGHT = datetime(2026, 3, 17, 9, tzinfo=UTC)
"""Tuesday, 6 in the morning in Santiago: the look at Monday has come, the store opens at nine."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = {day: [["09:00", "21:00"]] for day in WEEKDAYS}


def days_of(code: str, answers: list[int], last: date) -> Iterator[tuple[date, str, int]]:
    for ago, n in enumerate(reversed(answers)):
        if n:
            yield last - timedelta(days=ago), f"q#{code}#promoter", n


def put_days(product: Product, last: date, **answers: list[int]) -> None:
    """Count answers of touchpoints on the days up to `last`."""
    items: dict[date, Item] = {}
    for code, of_code in answers.items():
        for day, name, n in days_of(code, of_code, last):
            item = items.setdefault(day, {"pk": "STORE#norte", "sk": f"DAY#{day}", "store_id": "norte"})
            item[name] = n
            item["s9"] = item.get("s9", 0) + n
    put_directly(product.cloud, items.values())


@pytest.fixture
def night(product: Product) -> Product:
    """`caja1` has been silent for two days, `caja2` is flooded, `caja3` is as ever, `caja4` is retired,
    `caja5` for trying things out. It is the night after."""
    store = product.open_store(hours=HOURS, contacts=[ANA, DIEGO, MARTA])
    for code in ("caja1", "caja2", "caja3", "caja4", "caja5"):
        touchpoint = Touchpoint(
            code, "norte", code.replace("caja", "Caja "), active=code != "caja4", test=code == "caja5"
        )
        stores.put_touchpoint(product.table, touchpoint)
    usual = [10] * 28
    put_days(
        product,
        MONDAY,
        caja1=[*usual, 0, 0],
        caja2=[*usual, 10, 60],
        caja3=[*usual, 9, 11],
        caja4=[*usual, 0, 0],
        caja5=[*usual, 0, 0],
    )
    product.wait(NIGHT - timedelta(hours=12) - product.now())
    nightly_looks.start_looks(product.table, store, product.now())
    product.wait(NIGHT - product.now())
    return product


def mails(product: Product) -> list[dict[str, Any]]:
    return [m for m in product.cloud.outbox() if m["channel"] == "email"]


def test_a_silence_is_told_once_by_email_when_the_store_opens(night: Product) -> None:
    night.scheduler()
    night.drain()
    assert mails(night) == [], "it wakes nobody"
    found = store_signs(night.table, "norte")
    assert set(found) == {"caja1", "caja2"}
    assert found["caja1"].silent == ActivityChange("silent", 2, 0, 20)
    assert found["caja1"].silent_since == date(2026, 3, 15)
    assert found["caja2"].flooded == ActivityChange("flooded", 1, 60, 10)
    assert signs_of_stores(night.table, ["norte", "sur"]) == {"norte": found}

    night.advance(timedelta(hours=3, minutes=2))
    (mail,) = mails(night)
    assert (mail["to"], mail["subject"]) == (
        ANA["email"],
        "Aurora Norte: ya no llegan respuestas de Caja 1",
    )
    assert "Caja 1: 2 días sin respuestas; lo habitual serían 20." in mail["text"]
    assert night.outbox() == [("email", ANA["email"])], "and no SMS"
    link = re.search(r"/desk/in/\S+", mail["text"])
    assert link
    opened = night.cloud.request("GET", link[0])
    assert opened.headers["location"] == "/desk/insights/touchpoints?shop=norte"

    # Two more silent nights are not told; the board still shows them. Then it wakes up, and all is as ever.
    put_days(night, date(2026, 3, 18), caja3=[10, 10])
    night.advance(timedelta(days=2))
    silent = store_signs(night.table, "norte")["caja1"].silent
    assert silent is not None
    assert silent.days == 4
    put_days(night, date(2026, 3, 20), caja1=[3, 10], caja3=[10, 10])
    night.advance(timedelta(days=2))
    assert "caja1" not in store_signs(night.table, "norte")
    assert len(mails(night)) == 1


def test_two_sweeps_and_a_crash_enqueue_one_notice(night: Product) -> None:
    night.fault(function="FollowupScheduler", operation="TransactWriteItems", kind=CRASH, when=AFTER)
    assert night.dies(night.scheduler)
    assert night.scheduler() == IDLE
    (notice,) = night.items("MAIL#silence#")
    assert (notice["user_id"], notice["codes"]) == (user_id_of(Contact(**ANA)), ["caja1"])
    assert notice["state"] == "pending"
    assert notice["due_at"] == "2026-03-17T12:00:00.000Z", "nine in Santiago"


def test_a_notice_is_not_sent_of_what_answers_again_or_is_retired(night: Product) -> None:
    night.scheduler()
    stores.put_touchpoint(night.table, Touchpoint("caja1", "norte", "Caja 1", active=False))
    night.advance(timedelta(hours=4))
    assert mails(night) == []
    assert [item["state"] for item in night.items("MAIL#silence#")] == ["cancelled"]


def test_a_silence_that_cannot_be_told_for_days_is_given_up(night: Product) -> None:
    night.scheduler()
    (planned,) = night.items("MAIL#silence#")
    night.wait(timedelta(days=4, hours=4))
    night.notify(asdict(staff_mail_due(staff_mails.id_of(Key.key_of(planned)), night.now())))
    (given_up,) = night.items("MAIL#silence#")
    assert (given_up["state"], given_up["failure"]) == ("failed", "too_late")
    assert mails(night) == []


def test_tens_within_a_minute_show_by_the_stores_day(product: Product) -> None:
    """Five tens of `caja3` within 40 seconds of Tuesday, March 10, at noon, and a sixth an hour later."""
    store = product.open_store(policy={"answers_per_hour": 1000})
    stores.put_touchpoint(product.table, Touchpoint("caja3", "norte", "Caja 3"))
    for _ in range(5):
        product.accept(score=10)
        product.wait(timedelta(seconds=10))
    product.wait(timedelta(hours=1))
    product.accept(score=10)
    product.drain()
    nightly_looks.start_looks(product.table, store, product.now())
    product.advance(timedelta(days=1))
    signs = store_signs(product.table, "norte")["caja3"]
    assert (signs.tens, signs.tens_on) == (5, date(2026, 3, 10))
    assert mails(product) == [], "nobody is accused by e-mail"
    product.advance(timedelta(days=14))
    (item,) = [i for i in product.items("STORE#norte") if i["pk"] == "TOUCHPOINTS"]
    assert signs_of_stores(product.table, ["norte"]) == {}
    assert item["expires_at"] < (product.now() + timedelta(days=1)).timestamp()
