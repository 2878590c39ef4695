"""What the journeys do with a stack: open a store, answer its survey, wait for what follows, work at the desk."""

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from lazo import clock
from lazo.auth import links
from lazo.auth.links import Principal
from lazo.auth.sessions import IDLE_FOR, SESSION_ID_BYTES, Session, sign_session
from lazo.auth.tokens import id_from
from lazo.auth.users import user_id_of
from lazo.followup import model as followup
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.survey.answer import Answer
from lazo.table import answers, followups, users
from lazo.table.dynamodb import customer_partition, keys
from lazo.table.messaging import deliveries
from tests.builders import settings
from tests.cloud.stacks import JourneyStore, Reply, Stack
from tests.desk import Form, form_to

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
COMMENT = "Esperé 40 minutos y nadie me atendió"


def contact(name: str, level: int, mailbox: str = "success", **changes: Any) -> dict[str, Any]:
    return {
        "contact_id": name,
        "name": name.capitalize(),
        "role": "store" if level == 0 else "area",
        "level": level,
        "language": "es",
        "email": f"{mailbox}+{name}@simulator.amazonses.com",
        **changes,
    }


def open_store(
    stack: Stack, mailbox: str = "success", contacts: Sequence[dict[str, Any]] = (), **policy: Any
) -> JourneyStore:
    """A store that is always open, Ana above whom is Diego unless other contacts are given; its customers may be
    written to by night as well."""
    mark = secrets.token_hex(4)
    given = settings(
        store_id=f"journey-{mark}",
        name="Journey",
        contacts=list(contacts) or [contact("ana", 0, mailbox), contact("diego", 1)],
        policy={"customer_quiet": ["03:00", "03:01"], **policy},
    )
    return JourneyStore.open(stack, given, f"journey-{mark}")


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
    """Ana's phone, with the link of an alert in it: `token`, or one like it that is signed here."""

    def __init__(self, store: JourneyStore, about: FollowUp, token: str = "") -> None:
        self._stack = store.stack
        reply = self._stack.ask("GET", f"/f/{token or self._sign_link(store, about)}")
        assert reply.status == 303, reply.text
        self._cookie = reply.cookies[0].partition(";")[0]
        assert "Secure" in reply.cookies[0]
        assert "HttpOnly" in reply.cookies[0]
        self.page = self.get(reply.headers["location"])

    def _sign_link(self, store: JourneyStore, about: FollowUp) -> str:
        person = user_id_of(store.store.contacts[0])
        who = Principal(person, users.session_version(self._stack.table, person))
        return links.sign_alert_link(
            self._stack.ring, about.followup_id, who, clock.now() - timedelta(minutes=1)
        )

    def sign_in(self, store: JourneyStore) -> "Manager":
        """Have what a sign-in link opens, by a session that is signed here."""
        person, now = user_id_of(store.store.contacts[0]), clock.now()
        version = users.session_version(self._stack.table, person)
        session = Session(
            person, version, id_from(secrets.token_bytes(SESSION_ID_BYTES)), now, now + IDLE_FOR
        )
        self._cookie = f"__Host-lazo_desk={sign_session(self._stack.ring, session)}"
        return self

    def get(self, path: str) -> Reply:
        return self._stack.ask("GET", path, {"cookie": self._cookie})

    def send(self, form: Form, **typed: str) -> Reply:
        """Send a form of a page with what is typed into it, and return the response."""
        fields = form.fields | {name: [value] for name, value in typed.items()}
        body = urlencode(fields, doseq=True).encode()
        return self._stack.ask("POST", form.action, {**FORM, "cookie": self._cookie}, body)

    def take_on(self) -> None:
        for _ in range(2):  # a double tap
            assert self.send(form_to(self.page.text, "/take-on")).status == 303
