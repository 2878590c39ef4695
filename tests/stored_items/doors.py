"""The product's doors, as a scenario goes through them: surveys, SMS, the desk, other systems.

Nothing is left to chance: the clock moves only with what is asked for, a second each time, the keys of links and
customers are written here, and the ids that the product draws hold the instant and the same ten bytes each time. So
whatever draws an id happens at an instant of its own.
"""

import json
import os
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.local.cloud import LocalCloud
from infra.local.event_sources.gateway_payloads import Response
from lazo.auth import links
from lazo.auth.sessions import SESSION_ID_BYTES
from lazo.ids import ENTROPY_BYTES
from tests.customer import ring
from tests.desk import Desk, Form, form_to
from tests.fixtures import PARAMETERS, TEMPLATE, _StillDatetime
from tests.product import Product

SECRETS = {"LinkKey": "L" * 64, "CustomerKey": "C" * 64}
API_KEY = "lazo_a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s"
OUR_NUMBER = "+56912340000"
NUMBERS = {"TwoWayNumbers": f"CL={OUR_NUMBER}"}

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
SECOND = timedelta(seconds=1)


@contextmanager
def standing_product(at: datetime) -> Iterator[Product]:
    """The product at `at`, by a clock that stands still, with keys and ids that are always the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lazo.clock.datetime", _StillDatetime)
        patch.setattr("infra.local.event_sources.pump.datetime", _StillDatetime)
        patch.setattr(os, "urandom", _same_ids(os.urandom))
        patch.setattr(random, "_urandom", _same_ids(random._urandom))  # type: ignore[attr-defined]
        with LocalCloud.start(TEMPLATE, {**PARAMETERS, **NUMBERS}, at=at) as cloud:
            for name, value in SECRETS.items():
                cloud.client("secretsmanager").put_secret_value(
                    SecretId=cloud.physical_id(name), SecretString=value
                )
            yield Product(cloud, patch)


def _same_ids(real: Any) -> Any:
    """What draws bytes: those of an id are always the same ones, everything else is left to chance."""
    return lambda size: bytes(range(1, size + 1)) if size in (ENTROPY_BYTES, SESSION_ID_BYTES) else real(size)


class Doors:
    """`desk` is Ana's phone. While `all_runs`, what follows from each step happens before the next one."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.desk = Desk(product)
        self.all_runs = True

    def answer(self, code: str, **said: Any) -> None:
        self.post_answer(code, **said)
        self.product.drain()

    def unhappy(self, code: str, **said: Any) -> None:
        """An answer that is understood, and nothing follows from it."""
        before = {item["sk"] for item in self.product.items("ANSWER#")}
        self.post_answer(code, **said)
        (given,) = [item for item in self.product.items("ANSWER#") if item["sk"] not in before]
        assert self.product.classify(given) == []

    def post_answer(self, code: str, **said: Any) -> None:
        self.request("POST", f"/s/{code}", JSON, said)

    def tell(self, event_id: str, kind: str, **said: Any) -> None:
        """Another system tells of a customer, of an hour ago unless `said` has another instant."""
        headers = JSON | {"x-api-key": API_KEY}
        event = {"event_id": event_id, "kind": kind, "store_id": "norte", **said}
        ago = {"at": (self.product.now() - timedelta(hours=1)).isoformat()}
        self.request("POST", "/v1/customers/events", headers, ago | event)

    def sms(self, sender: str, text: str, inbound_id: str) -> None:
        self.product.wait(SECOND)
        topic = self.product.cloud.physical_id("InboundSms")
        message = json.dumps(inbound_sms(sender, text, inbound_id))
        self.product.cloud.client("sns").publish(TopicArn=topic, Message=message)
        self.product.drain()

    def sign_in(self, address: str) -> None:
        self.request("POST", "/desk/sign-in", FORM, {"address": address})

    def open_alert(self, phone: str) -> str:
        """The page behind the newest alert of a contact."""
        page = self.desk.open(self.link_in(phone, r"/f/[\w-]+"))
        assert page.status == 200, page.text
        return page.text

    def do(self, page: str, ending: str, **typed: str | list[str]) -> str:
        return self.sent(form_to(page, ending), **typed)

    def plan(self, page: str, **typed: str) -> str:
        return self.sent(form_to(page, "/settle", how="planned"), **typed)

    def sent(self, form: Form, **typed: str | list[str]) -> str:
        """The page after a form, whose forms have ids of their own."""
        self.product.wait(SECOND)
        reply = self.desk.send(form, **typed)
        assert reply.status == 303, re.findall(r"role=.alert.*?</div>", reply.text, re.DOTALL)
        if self.all_runs:
            self.product.drain()
        return self.desk.get(reply.headers["location"]).text

    def promise_of(self, what: str) -> str:
        """The id of a promise."""
        (found,) = [item["promise_id"] for item in self.product.items("PROMISE#") if item["what"] == what]
        return str(found)

    def followup_of(self, comment: str) -> str:
        """The id of the follow-up of an answer."""
        (ulid,) = [i["ulid"] for i in self.product.items("ANSWER#") if i.get("comment") == comment]
        (found,) = [i["followup_id"] for i in self.product.followups() if i.get("answer_ulid") == ulid]
        return str(found)

    def customer_page(self, comment: str) -> str:
        """The customer's page of the follow-up of an answer, by a link as an SMS has it."""
        key = links.sign_customer_link(
            ring(self.product), self.followup_of(comment), "sms", self.product.now()
        )
        return f"/m/{key}"

    def link_in(self, address: str, pattern: str) -> str:
        """What a message to somebody links to, the newest that does."""
        texts = [m["text"] for m in self.product.cloud.outbox() if m["to"] == address]
        return [found[0] for found in (re.search(pattern, text) for text in texts) if found][-1]

    def request(
        self, method: str, path: str, headers: Mapping[str, str], said: Mapping[str, Any]
    ) -> Response:
        self.product.wait(SECOND)
        body = json.dumps(said) if headers["content-type"] == JSON["content-type"] else urlencode(said)
        reply = self.product.cloud.request(method, path, headers, body.encode())
        assert reply.status in (200, 202, 303), reply.text
        return reply


def inbound_sms(sender: str, text: str, inbound_id: str) -> dict[str, str]:
    """What the provider says of an SMS that somebody sent us, which it calls `inbound_id`."""
    return {
        "originationNumber": sender,
        "destinationNumber": OUR_NUMBER,
        "messageKeyword": "KEYWORD_ANY",
        "messageBody": text,
        "inboundMessageId": inbound_id,
        "previousPublishedMessageId": "out-1",
    }
