"""Every date that a customer is told stands in the ledger of promises: all texts to customers that can name a date, and
each message and page of a case in which every one of them is said."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lazo.messaging import date_format
from lazo.promise.model import Promise
from lazo.table import promises as ledger
from lazo.text.cleaning import fold
from lazo.text.regional_formats import month_names
from lazo.translations import LANGUAGES, translations
from tests.builders import ANA, consent
from tests.desk import Desk, link_to
from tests.dom import parse
from tests.product import Product

SANTIAGO = ZoneInfo("America/Santiago")
HOUR = timedelta(hours=1)
PLACEHOLDERS = re.compile(r"\{\{? ?(until|when|day|date|time|deadline|due)\b")

SAID_IN_MESSAGES = {"received.next.sms_dated", "received.next.email_dated", "delay.next.dated"}
SAID_ON_THE_PAGE = {
    "steps.next_late",
    "promises.by",
    "promises.kept",
    "promises.late",
    "promises.delayed",
    "promises.overdue",
    "promises.broken",
}
SAID_ON_THE_THANKS = {"news.call", "slot.text", "for_staff.call"}
"""The time of a call that the customer chose, as it is offered, told, and read by the team: test_thanks."""
PARTS_OF_DATES = {"dates.day", "dates.moment"}
CATALOGS = {
    "customer_messages": SAID_IN_MESSAGES | PARTS_OF_DATES,
    "customer_page": SAID_ON_THE_PAGE,
    "survey": set(),
    "thanks": SAID_ON_THE_THANKS,
}
"""The texts for customers, and those of them that may name a date. Another one needs a promise in the ledger and a
place in the walk below."""


def texts_in(found: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(found, str):
        yield path, found
    children = (
        found.items() if isinstance(found, Mapping) else enumerate(found) if isinstance(found, list) else ()
    )
    for name, each in children:
        yield from texts_in(each, f"{path}.{name}".lstrip("."))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("catalog", CATALOGS)
def test_no_other_text_to_customers_names_a_date(catalog: str, language: str) -> None:
    dated = {path for path, text in texts_in(translations(catalog, language)) if PLACEHOLDERS.search(text)}
    assert dated == CATALOGS[catalog]


class Walk:
    """A case in which each dated message is sent, in one language and by one channel."""

    def __init__(self, product: Product, language: str, channel: str) -> None:
        self.product, self.language = product, language
        product.open_store(
            language=language, policy={"delay_notice": "send", "customer_messages_per_week": 50}
        )
        self.address = "+56987650001" if channel == "sms" else "eva@example.org"
        reach = {"phone" if channel == "sms" else "email": self.address}
        product.accept(score=2, language=language, consent=consent(), customer_key="ab" * 16, **reach)
        product.drain()
        self.followup_id = str(product.followup()["followup_id"])
        self.ana = Desk(product)
        self.page = self.ana.open(link_to(product, ANA["phone"])).text
        self.told: list[str] = []
        self.promised: set[str] = set()
        self.do("/take-on")
        self.do("/deadline", until="2026-03-12T18:20", reason="Falta", tell=channel)
        self.do("/deadline", until="2026-03-12T10:20", reason="Antes", tell=channel)
        self.wait("2026-03-12T09:30")  # the notice of delay
        self.wait("2026-03-12T10:21")  # it is over
        self.page = self.ana.open(link_to(product, ANA["phone"])).text
        self.do("/contacted", channel="phone", reached="yes", text="")
        hears_by = {"hears_by": "phone" if channel == "sms" else "email", "owner": "ana"}
        self.do("/promise", what="Una mesa", date="2026-03-16", time="15:00", **hears_by)
        draft = (
            parse(self.page)
            .one("form", id=f"promise-date-{self.open_promise()}")
            .one("textarea", name="text")
        )
        moved = {"date": "2026-03-17", "time": "", "reason": "Falta", "tell": channel, "text": draft.text}
        self.do("/promise-date", **moved)
        self.wait("2026-03-17T23:00")
        self.wait("2026-03-18T00:01")
        self.wait("2026-03-22T12:00")  # it is broken
        self.page = self.ana.open(link_to(product, ANA["phone"])).text
        self.do("/promise", what="Una silla", date="2026-03-24", **hears_by)
        self.do("/promise-kept", text="Puesta")

    def do(self, ending: str, **typed: str) -> None:
        reply = self.ana.do(self.page, ending, **typed)
        assert reply.status == 200, parse(reply.text).text
        self.page = reply.text
        if ending == "/take-on":
            self.product.pass_undo()
        self.look()

    def wait(self, until: str) -> None:
        self.product.advance(datetime.fromisoformat(until).replace(tzinfo=SANTIAGO) - self.product.now())
        self.look()

    def look(self) -> None:
        """Read what the customer reads now, and hold its dates to the ledger."""
        self.product.drain()
        found = ledger.promises_of_followup(self.product.table, self.followup_id)
        self.promised |= {fold(self.say(at)) for promise in found for at in dates_of(promise)}
        sent = [m["text"] for m in self.product.cloud.outbox() if m["to"] == self.address]
        page = self.customers_page(sent)
        for text in (*sent, *page):
            for day in self.days_in(text):
                assert any(day in each for each in self.promised), text
        self.told += [*sent, *page]

    def customers_page(self, sent: list[str]) -> list[str]:
        """The lines of the customer's page that say what comes next and what was promised."""
        link = next(found[0] for text in sent if (found := re.search(r"/m/[A-Za-z0-9_-]{30}", text)))
        page = parse(self.ana.get(link).text)
        return [each.text for name in ("ahead", "promises") for each in page.all() if name in each.classes]

    def open_promise(self) -> str:
        (one,) = (i["promise_id"] for i in self.product.items("PROMISE#") if i["state"] == "open")
        return str(one)

    def say(self, at: datetime) -> str:
        return date_format.format_day(at.astimezone(SANTIAGO).date(), self.language, "CL")

    def days_in(self, text: str) -> list[str]:
        months = "|".join(map(fold, month_names(self.language)))
        return re.findall(rf"\b\d{{1,2}} (?:de )?(?:{months})\b", fold(text))


def dates_of(promise: Promise) -> Iterator[datetime]:
    yield promise.due
    yield from (each.former for each in promise.moved)
    if promise.settled_at:
        yield promise.settled_at


@pytest.mark.in_part(3)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["sms", "email"])
def test_each_date_that_a_customer_reads_is_in_the_ledger(
    product: Product, language: str, channel: str
) -> None:
    walk = Walk(product, language, channel)
    told = [fold(text) for text in walk.told]
    for catalog, keys in (("customer_messages", SAID_IN_MESSAGES), ("customer_page", SAID_ON_THE_PAGE)):
        for path, text in texts_in(translations(catalog, language)):
            other = {"sms": "email_dated", "email": "sms_dated"}[channel]
            if path in keys and other not in path:
                said = re.split(r"\{\w+\}", fold(text))
                assert any(all(part in each for part in said) for each in told), f"the walk never says {path}"
