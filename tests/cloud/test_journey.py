"""The journey against a deployed stack: `LAZO_STACK=lazo-dev make test ARGS=tests/cloud`, with AWS credentials that may
read the stack, its table and its secret LinkKey.

It opens stores of its own, whose contacts are SES's mailbox simulator (which a sandbox allows too), lives through the
journey, reads in the table what became of each message, and takes its stores away. No SMS is sent, as that takes
somebody's phone. Without LAZO_STACK the same is asked of the local cloud alone, so that the journey itself is known to
be right.
"""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.cloud import LocalCloud
from lazo import clock
from lazo.auth import links
from lazo.messaging.customer_message import CustomerMessage
from lazo.table import answers, followups
from lazo.table.messaging import customer_messages
from tests.builders import START
from tests.cloud.stacks import Deployed, JourneyStore, Local, Stack
from tests.cloud.steps import (
    COMMENT,
    FORM,
    JSON,
    Manager,
    open_store,
    post_answer,
    wait_for_delivery,
    wait_for_followup,
)

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
PARAMETERS = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": Local.base_url}
NAME = os.environ.get("LAZO_STACK", "")


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


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[JourneyStore]:
    store = open_store(stack, take_on_minutes=1, urgent_take_on_minutes=1)
    yield store
    store.close()


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
    assert ask("GET", "/desk/followups/aaaaaaaaaaaaaaaa").status == 303
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

    assert [each.template for each in stack.until(sent_messages, 180)] == ["received"]

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
