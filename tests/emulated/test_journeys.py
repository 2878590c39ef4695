"""Journeys beyond tests/cloud, with phones: the emulator shows what SNS and SES took, and a phone may reply."""

import csv
import json
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from lazo import clock
from lazo.auth import links
from lazo.followup.model import FollowUp
from lazo.table import followups
from lazo.table.messaging import opt_outs
from ops import api_keys
from tests.cloud.stacks import Deployed, JourneyStore
from tests.cloud.steps import (
    COMMENT,
    FORM,
    JSON,
    Manager,
    contact,
    open_store,
    post_answer,
    wait_for_delivery,
    wait_for_followup,
)
from tests.desk import form_to
from tests.emulated.emulation import TWO_WAY_NUMBER
from tests.emulated.emulator import Emulator
from tests.provider_reports import complaint

SECONDS = 60
"""How long anything may take that waits for no deadline."""
AFTER_UNDO = 180
"""Seconds for what a customer hears once taking their case on cannot be undone: a minute, and the sweep."""


@pytest.fixture
def store(stack: Deployed) -> Iterator[JourneyStore]:
    """A store whose contacts have a phone each, theirs alone."""
    people = [contact("ana", 0, phone=new_phone()), contact("diego", 1, phone=new_phone())]
    store = open_store(stack, contacts=people, take_on_minutes=240, urgent_take_on_minutes=240)
    yield store
    store.close()


def new_phone() -> str:
    """A mobile of Chile that nobody else has here."""
    return f"+569{secrets.randbelow(90_000_000) + 10_000_000}"


def phone_of(store: JourneyStore, contact_id: str) -> str:
    (found,) = (each.phone for each in store.store.contacts if each.contact_id == contact_id)
    assert found
    return found


class Phone:
    """A phone that reads its SMS one after the other."""

    def __init__(self, emulator: Emulator, stack: Deployed, number: str) -> None:
        self.number = number
        self._emulator, self._stack, self._read = emulator, stack, 0

    def next_sms(self) -> dict[str, Any]:
        """Wait for an SMS that was not read yet."""
        unread = self._stack.until(lambda: self._emulator.sms_to(self.number)[self._read :], SECONDS)
        self._read += 1
        return unread[0]

    def reply(self, text: str) -> None:
        self._emulator.receive_sms(self.number, text)


def wait_for_email(
    emulator: Emulator, stack: Deployed, address: str, containing: str, seconds: float = SECONDS
) -> dict[str, Any]:
    """Wait for an e-mail whose text contains this."""

    def found() -> dict[str, Any] | None:
        return next((m for m in emulator.emails_to(address) if containing in m["BodyText"]), None)

    email = stack.until(found, seconds)
    assert email
    return email


def test_a_manager_opens_the_link_of_an_sms(emulator: Emulator, stack: Deployed, store: JourneyStore) -> None:
    ana = Phone(emulator, stack, phone_of(store, "ana"))
    about = wait_for_followup(store, post_answer(store))
    alert = ana.next_sms()
    assert "Esperé 40 minutos" in alert["Message"]
    link = re.search(rf"{re.escape(stack.base_url)}/f/(\S+)", alert["Message"])
    assert link
    manager = Manager(store, about, link[1])
    assert COMMENT in manager.page.text
    manager.take_on()
    note = form_to(manager.get(f"/desk/followups/{about.followup_id}").text, "/note")
    assert manager.send(note, channel="phone", text="Llamé, vuelve mañana").status == 303
    assert "Llamé, vuelve mañana" in manager.get(f"/desk/followups/{about.followup_id}").text


def test_replies_take_a_case_on_pass_it_on_and_stop(
    emulator: Emulator, stack: Deployed, store: JourneyStore
) -> None:
    ana, diego = (Phone(emulator, stack, phone_of(store, who)) for who in ("ana", "diego"))
    first = wait_for_followup(store, post_answer(store))
    alert = ana.next_sms()
    assert TWO_WAY_NUMBER in json.dumps(alert["MessageAttributes"])
    ana.reply("1")
    stack.until(lambda: state_of(stack, first) == ("taken_on", "ana", 0), SECONDS)
    ana.next_sms()  # that she has it

    second = wait_for_followup(store, post_answer(store, comment="El baño estaba sucio"))
    ana.next_sms()
    ana.reply("2")
    ana.next_sms()  # that it went to Diego
    assert "El ba" in diego.next_sms()["Message"]
    assert state_of(stack, second) == ("open", None, 1)

    ana.reply("STOP")
    ana.next_sms()  # that it is stopped
    third = wait_for_followup(store, post_answer(store, comment="Me cobraron dos veces"))
    assert wait_for_delivery(store, third, 0, SECONDS).channel == "email"
    assert len(emulator.sms_to(ana.number)) == 5, "two alerts, and what each reply led to"


def state_of(stack: Deployed, about: FollowUp) -> tuple[str, str | None, int]:
    found = followups.get_followup(stack.table, about.followup_id)
    assert found
    return found.stage, found.owner, found.level


def test_a_customers_sms_becomes_a_note(emulator: Emulator, stack: Deployed, store: JourneyStore) -> None:
    customer = Phone(emulator, stack, new_phone())
    answer = post_answer(store, name="Rosa", phone=customer.number, consent=True)
    about = wait_for_followup(store, answer)
    customer.reply("Sigo esperando que me llamen")
    manager = Manager(store, about)
    page = f"/desk/followups/{about.followup_id}"
    stack.until(lambda: "Sigo esperando que me llamen" in manager.get(page).text, SECONDS)


def test_answers_are_exported(stack: Deployed, store: JourneyStore) -> None:
    about = wait_for_followup(store, post_answer(store))
    manager = Manager(store, about).sign_in(store)
    asked = manager.send(form_to(manager.get("/desk/answers").text, "/desk/answers/export"))
    assert asked.status == 303, asked.text
    page = manager.get(asked.headers["location"]).text
    link = re.search(r'href="(http[^"]+)"', page)
    assert link, page
    with urlopen(link[1].replace("&amp;", "&"), timeout=30) as reply:
        assert "attachment" in reply.headers["content-disposition"]
        rows = list(csv.reader(StringIO(reply.read().decode("utf-8-sig"), newline="")))
    assert any(COMMENT in row for row in rows)
    assert manager.send(form_to(page, "/desk/sign-out"), everywhere="1").status == 303
    assert manager.get("/desk").status != 200


def test_a_manager_signs_in_by_a_link(emulator: Emulator, stack: Deployed, store: JourneyStore) -> None:
    address = f"success+{secrets.token_hex(4)}@simulator.amazonses.com"
    own = open_store(stack, contacts=[contact("ana", 0, email=address)])
    try:
        form = urlencode({"address": address}).encode()
        assert stack.ask("POST", "/desk/sign-in", FORM, form).status == 303
        email = wait_for_email(emulator, stack, address, "/desk/in/")
        link = re.search(r"/desk/in/\S+", email["BodyText"])
        assert link
        assert stack.ask("GET", link[0]).status == 200
        signed_in = stack.ask("POST", link[0], FORM)
        assert signed_in.status == 303
        cookie = signed_in.cookies[0].partition(";")[0]
        assert stack.ask("GET", "/desk", {"cookie": f"a=1; {cookie}; b=2"}).status == 200
    finally:
        own.close()


def test_complaints_of_another_system_open_a_case(
    emulator: Emulator, stack: Deployed, store: JourneyStore
) -> None:
    key = api_keys.make(stack.table, f"crm-{secrets.token_hex(3)}", clock.now(), secrets.token_bytes)
    customer = {"phone": new_phone(), "email": f"success+{secrets.token_hex(4)}@simulator.amazonses.com"}
    about: dict[str, Any] = {"kind": "complaint", "store_id": store.store.store_id, "customer": customer}
    events = [
        {**about, "event_id": str(days), "at": (datetime.now(UTC) - timedelta(days=days)).isoformat()}
        for days in (1, 2)
    ]
    body = json.dumps({"events": events}).encode()
    headers = {**JSON, "x-api-key": key}
    for expected in ({"accepted": 2, "repeated": 0}, {"accepted": 0, "repeated": 2}):
        reply = stack.ask("POST", "/v1/customers/events", headers, body)
        assert (reply.status, json.loads(reply.body)) == (202, expected)
    ana = store.store.contacts[0].email
    assert ana
    stack.until(
        lambda: [m for m in emulator.emails_to(ana) if "un cliente en riesgo" in m["Subject"]], SECONDS
    )


def test_a_customer_uses_their_rights_and_leaves_nothing(
    emulator: Emulator, stack: Deployed, store: JourneyStore
) -> None:
    mark = secrets.token_hex(6)
    address, other = (f"success+{part}{mark}@simulator.amazonses.com" for part in ("a", "b"))
    answer = post_answer(
        store, name=f"Rosa{mark}", email=address, consent=True, comment=f"Espera larga {mark}"
    )
    about = wait_for_followup(store, answer)
    Manager(store, about).take_on()
    told = wait_for_email(emulator, stack, address, "/m/", AFTER_UNDO)
    link = re.search(r"/m/[^\s/]+", told["BodyText"])
    assert link
    page = link[0]
    for action, fields in (
        ("not-yet", {"text": f"Sigue igual {mark}"}),
        ("objections", {"resurvey": "1"}),
        ("name", {"name": f"Rosaura{mark}"}),
        ("address", {"address": other}),
        ("restrict", {}),
        ("unrestrict", {}),
        ("stop", {}),
    ):
        reply = stack.ask("POST", f"{page}/{action}", FORM, urlencode(fields).encode())
        assert reply.status == 303, (action, reply.text)
    confirm = wait_for_email(emulator, stack, other, "/m/")
    assert mark in confirm["To"][0]
    assert mark in json.dumps(emulator.items())
    page = f"/m/{links.sign_customer_link(stack.ring, about.followup_id, 'email', clock.now())}"
    assert stack.ask("POST", f"{page}/erase", FORM, b"sure=yes").status == 303
    stack.until(lambda: mark not in json.dumps(emulator.items()), 180)


def test_a_complaint_about_an_email_ends_the_customers_emails(
    emulator: Emulator, stack: Deployed, store: JourneyStore
) -> None:
    address = f"success+{secrets.token_hex(6)}@simulator.amazonses.com"
    answer = post_answer(store, name="Rosa", email=address, consent=True)
    Manager(store, wait_for_followup(store, answer)).take_on()
    email = wait_for_email(emulator, stack, address, "/m/", AFTER_UNDO)
    assert not opt_outs.has_opted_out(stack.table, [answer.customer_key])
    emulator.publish("MailEvents", complaint(email["MessageId"], datetime.now(UTC)))
    stack.until(lambda: opt_outs.has_opted_out(stack.table, [answer.customer_key]), SECONDS)
