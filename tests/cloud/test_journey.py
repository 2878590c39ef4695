"""The journey against a deployed stack: `LAZO_STACK=lazo-dev make test ARGS=tests/cloud`, with AWS credentials that may
read the stack, its table and its secret LinkKey.

It opens stores of its own, whose contacts are SES's mailbox simulator (which a sandbox allows too), lives through the
journey, reads in the table what became of each message, and takes its stores away. No SMS is sent, as that takes
somebody's phone. Without LAZO_STACK the same is asked of the local cloud alone, so that the journey itself is known to
be right.
"""

import json
import os
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.local.cloud import LocalCloud
from lazo import clock
from lazo.auth import links
from lazo.auth.links import Principal
from lazo.auth.users import user_id_of
from lazo.followup import model as followup
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.customer_message import CustomerMessage
from lazo.survey.answer import Answer
from lazo.table import answers, followups, users
from lazo.table.dynamodb import customer_partition, keys
from lazo.table.messaging import customer_messages, deliveries
from tests.builders import START, settings
from tests.cloud.stacks import Deployed, JourneyStore, Local, Reply, Stack

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
PARAMETERS = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": Local.base_url}
NAME = os.environ.get("LAZO_STACK", "")

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
COMMENT = "Esperé 40 minutos y nadie me atendió"

STACKS = ["local", *(["deployed"] if NAME else [])]
deployed = pytest.mark.skipif(
    not NAME, reason="LAZO_STACK names no deployed stack: the journey was asked of the local cloud alone"
)


@pytest.fixture(scope="module", params=STACKS)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    if request.param == "deployed":
        yield Deployed(NAME)
        return
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=START) as cloud:
        yield Local(cloud)


def contact(name: str, level: int, mailbox: str = "success") -> dict[str, Any]:
    return {
        "contact_id": name,
        "name": name.capitalize(),
        "role": "store" if level == 0 else "area",
        "level": level,
        "language": "es",
        "email": f"{mailbox}+{name}@simulator.amazonses.com",
    }


def open_store(stack: Stack, mailbox: str = "success", **policy: Any) -> JourneyStore:
    """A store that is always open, Ana above whom is Diego; its customers may be written to by night as well."""
    mark = secrets.token_hex(4)
    given = settings(
        store_id=f"journey-{mark}",
        name="Journey",
        contacts=[contact("ana", 0, mailbox), contact("diego", 1)],
        policy={"customer_quiet": ["03:00", "03:01"], **policy},
    )
    return JourneyStore.open(stack, given, f"journey-{mark}")


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[JourneyStore]:
    store = open_store(stack, take_on_minutes=1, urgent_take_on_minutes=1)
    yield store
    store.close()


def post_answer(store: JourneyStore, **said: Any) -> Answer:
    body = json.dumps({"score": 2, "comment": COMMENT, **said}).encode()
    reply = store.stack.ask("POST", f"/s/{store.code}", JSON, body)
    assert reply.status == 202, reply.text
    answer = answers.get_answer(store.stack.table, store.store.store_id, json.loads(reply.body)["answer_id"])
    assert answer is not None
    store.partitions.add(keys.followup(followup.followup_id_for(answer.store_id, answer.ulid)).pk)
    if answer.customer_key:
        store.partitions.add(customer_partition.customer(answer.customer_key))
    return answer


def wait_for_followup(store: JourneyStore, answer: Answer) -> FollowUp:
    """Wait for the follow-up of an answer."""
    followup_id = followup.followup_id_for(answer.store_id, answer.ulid)
    found = store.stack.until(lambda: followups.get_followup(store.stack.table, followup_id), 60)
    assert found is not None
    return found


def wait_for_delivery(store: JourneyStore, about: FollowUp, level: int, seconds: float) -> Delivery:
    """Wait until the provider has the message to a contact of a level."""

    def found() -> Delivery | None:
        of_level = deliveries.deliveries_at_level(store.stack.table, about.followup_id, level)
        return next((each for each in of_level if each.state == "sent"), None)

    delivery = store.stack.until(found, seconds)
    assert delivery is not None
    return delivery


class Manager:
    """Ana's phone, with the link of an alert in it."""

    def __init__(self, store: JourneyStore, about: FollowUp) -> None:
        self._stack = store.stack
        person = user_id_of(store.store.contacts[0])
        who = Principal(person, users.session_version(store.stack.table, person))
        token = links.sign_alert_link(
            store.stack.ring, about.followup_id, who, clock.now() - timedelta(minutes=1)
        )
        reply = self._stack.ask("GET", f"/f/{token}")
        assert reply.status == 303, reply.text
        self._cookie = reply.cookies[0].partition(";")[0]
        assert "Secure" in reply.cookies[0]
        assert "HttpOnly" in reply.cookies[0]
        self.page = self.get(reply.headers["location"])

    def get(self, path: str) -> Reply:
        return self._stack.ask("GET", path, {"cookie": self._cookie})

    def take_on(self) -> None:
        form = re.search(r'<form[^>]*action="([^"]+/take-on)".*?</form>', self.page.text, re.DOTALL)
        assert form
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
        headers = {**FORM, "cookie": self._cookie}
        for _ in range(2):  # a double tap
            assert self._stack.ask("POST", form[1], headers, urlencode(hidden).encode()).status == 303


def test_the_survey_page_is_small_and_has_its_security_headers(store: JourneyStore) -> None:
    ask = store.stack.ask
    page = ask("GET", f"/s/{store.code}", {"accept-encoding": "gzip", "accept-language": "es"})
    assert page.status == 200
    assert len(page.body) < 30_000
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    head = ask("HEAD", f"/s/{store.code}")
    assert (head.status, head.body) == (200, b"")
    assert ask("GET", "/s/nothing-hangs-here").status == 404
    assert ask("GET", "/desk/followups/aaaaaaaaaaaaaaaa").status == 404
    assert ask("POST", "/v1/customers/events", JSON, b"{}").status == 401


def test_a_manager_is_alerted_and_takes_it_on(store: JourneyStore) -> None:
    stack = store.stack
    answer = post_answer(store)
    about = wait_for_followup(store, answer)
    alert = wait_for_delivery(store, about, 0, seconds=60)
    assert (alert.contact_id, alert.channel, alert.attempts) == ("ana", "email", 1)

    again = {"answer_id": answer.answer_id, "score": 2, "comment": COMMENT}
    assert stack.ask("POST", f"/s/{store.code}", JSON, json.dumps(again).encode()).status == 202
    other = {**again, "score": 3}
    assert stack.ask("POST", f"/s/{store.code}", JSON, json.dumps(other).encode()).status == 409

    ana = Manager(store, about)
    assert ana.page.status == 200
    assert COMMENT in ana.page.text
    ana.take_on()
    taken = followups.get_followup(stack.table, about.followup_id)
    assert taken is not None
    assert (taken.stage, taken.owner, taken.version) == ("taken_on", "ana", about.version + 1)
    board = ana.get("/desk")
    assert board.status == 200
    assert about.followup_id in board.text


def test_a_follow_up_that_nobody_takes_on_is_escalated(store: JourneyStore) -> None:
    about = wait_for_followup(store, post_answer(store, comment="Me cobraron dos veces"))
    above = wait_for_delivery(store, about, 1, seconds=240)
    assert (above.contact_id, above.purpose) == ("diego", "escalation")


def test_a_customer_gets_an_update_reads_the_page_and_is_erased(store: JourneyStore) -> None:
    stack = store.stack
    mailbox = f"success+{secrets.token_hex(6)}@simulator.amazonses.com"
    answer = post_answer(store, name="Rosa", email=mailbox, consent=True)
    about = wait_for_followup(store, answer)
    Manager(store, about).take_on()

    def sent_messages() -> list[CustomerMessage]:
        messages = customer_messages.messages_of_followup(stack.table, about.followup_id)
        return [each for each in messages if each.state == "sent"]

    assert [each.template for each in stack.until(sent_messages, 120)] == ["received"]

    page = f"/m/{links.sign_customer_link(stack.ring, about.followup_id, 'email', clock.now())}"
    assert "Ana" in stack.ask("GET", page, {"accept-language": "es"}).text
    kept = json.loads(stack.ask("GET", f"{page}/data").body)
    assert [each["email"] for each in kept["answers"]] == [mailbox]
    assert stack.ask("POST", f"{page}/erase", FORM, b"sure=yes").status == 303

    def gone() -> bool:
        left = answers.get_answer(stack.table, answer.store_id, answer.ulid)
        return left is not None and not (left.comment or left.name or left.email or left.customer_key)

    assert stack.until(gone, 120)
    assert customer_messages.messages_of_followup(stack.table, about.followup_id) == []


@deployed
@pytest.mark.parametrize("stack", ["deployed"], indirect=True)
def test_a_bounce_escalates_to_the_next_level(stack: Stack) -> None:
    """Nothing bounces on the local cloud."""
    store = open_store(stack, "bounce", take_on_minutes=240)
    try:
        about = wait_for_followup(store, post_answer(store))
        assert wait_for_delivery(store, about, 1, seconds=300).contact_id == "diego"
    finally:
        store.close()


def test_no_dead_letters_are_left(store: JourneyStore) -> None:
    assert set(store.stack.left_behind().values()) == {0}
