"""One installation in which everything can happen, and people who try again when it answers that it cannot."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.event_sources.gateway_payloads import Response
from lazo import ids
from lazo.auth import links
from lazo.store.contacts import Channel
from lazo.store.model import Touchpoint
from lazo.table import stores
from ops import api_keys
from tests.builders import ANA, DIEGO, MARTA, START
from tests.customer import ring
from tests.desk import Desk, Form, form_to
from tests.product import Product
from tests.stored_items.doors import API_KEY, FORM, SECOND, Doors, standing_product
from tests.surveys import Page
from tests.waiting import no_waiting

EVA: dict[str, Any] = {"name": "Eva", "phone": "+56987654321", "email": "eva@example.org", "consent": True}
POLICY: dict[str, Any] = {
    "contact_messages_per_hour": 1000,
    "sms_per_hour": 1000,
    "customer_messages_per_week": 50,
    "delay_notice": "send",
    "currency": "CLP",
    "incentive_most": {"high": 10000, "urgent": 10000},
    "incentive_month": 20000,
}
PATIENCE = 8
"""How often somebody tries until they are answered."""


class PatientDesk(Desk):
    """A phone at the desk whose holder tries again."""

    def get(self, path: str, method: str = "GET", **headers: str) -> Response:
        return until_answered(self._product, lambda: super(PatientDesk, self).get(path, method, **headers))

    def send(self, form: Form, /, **typed: str | list[str]) -> Response:
        return until_answered(self._product, lambda: super(PatientDesk, self).send(form, **typed))


class Life(Doors):
    """Ana's store `norte`, which is always open, and whatever happens there. `page` is the case as Ana saw it last."""

    def __init__(self, product: Product) -> None:
        super().__init__(product)
        self.desk, self.diego = PatientDesk(product), PatientDesk(product)
        self.page = ""
        self.survey: dict[str, str] = {}

    def open(self, **changes: Any) -> None:
        """Open the store: Ana, above her Diego, above him Marta."""
        policy = {**POLICY, **changes.pop("policy", {})}
        contacts = changes.pop("contacts", [ANA, DIEGO, MARTA])
        self.product.open_store(policy=policy, contacts=contacts, **changes)
        stores.put_touchpoint(self.product.table, Touchpoint("caja3", "norte", "Caja 3"))
        made = api_keys.make(self.product.table, "crm", self.product.now(), lambda size: b"k" * size)
        assert made == API_KEY

    def say(self, number: int = 1, **said: Any) -> None:
        """A customer answers as the page does, under an id of its own."""
        answer_id = ids.new_ulid(self.product.now(), number.to_bytes(ids.ENTROPY_BYTES))
        self.answer("caja3", answer_id=answer_id, **said)

    def open_survey(self) -> None:
        """A customer opens the survey, and looks at it."""
        page = Page(until_answered(self.product, lambda: self.product.cloud.request("GET", "/s/caja3")).text)
        self.survey = {name: page.fields[name][0] for name in ("answer_id", "signature")}
        self.product.wait(timedelta(seconds=5))

    def begin(self, **said: Any) -> None:
        """Eva is unhappy, and Ana is told."""
        self.say(**{"score": 2, "comment": "Esperé 40 minutos", **EVA, **said})

    def act(self, ending: str, **typed: str | list[str]) -> None:
        """Ana fills in a form of the case; the first time she opens the alert."""
        if not self.page:
            self.page = self.open_alert(ANA["phone"])
        self.page = self.do(self.page, ending, **typed)

    def reload(self) -> None:
        self.page = self.desk.get(f"/desk/followups/{self.followup_id}").text

    @property
    def followup_id(self) -> str:
        return str(min(self.product.followups(), key=lambda each: each["opened_at"])["followup_id"])

    def own_page(self, action: str, channel: Channel, **typed: str) -> None:
        """Eva does something on her page, to which a message by this channel led her."""
        self.product.wait(SECOND)
        link = links.sign_customer_link(ring(self.product), self.followup_id, channel, self.product.now())
        self.request("POST", f"/m/{link}/{action}", FORM, typed)
        self.product.drain()

    def comes(self, kind: str, after: timedelta = timedelta(minutes=2)) -> None:
        """Let the date of this kind come that is next; what comes before it has come already."""
        self.product.advance(self.date_of(kind) + after - self.product.now())

    def until(self, kind: str) -> None:
        """Let the time pass until just before the date of this kind that is next."""
        self.product.advance(self.date_of(kind) - SECOND - self.product.now())

    def date_of(self, kind: str) -> datetime:
        sk = kind if kind == "FU" else f"DATE#{kind}"
        dates = [i["due_at"] for i in self.product.items(sk) if i["sk"].split("#")[:2] == sk.split("#")[:2]]
        return min(datetime.fromisoformat(each) for each in dates if each).astimezone(UTC)

    def open_alert(self, phone: str) -> str:
        self.desk.get(self.link_in(phone, r"/f/[\w-]+"))
        return self.desk.get(f"/desk/followups/{self.followup_id}").text

    def request(
        self, method: str, path: str, headers: Mapping[str, str], said: Mapping[str, Any]
    ) -> Response:
        again = super().request
        return until_answered(self.product, lambda: again(method, path, headers, said))

    def sign_diego_in(self) -> None:
        """Diego, who may publish improvements, is signed in on a phone of his own."""
        self.diego.sign_in(DIEGO)

    def publish_improvement(self) -> None:
        """Diego writes an improvement and publishes it."""
        written = {"said-es": "Se espera mucho", "done-es": "Otra caja", "in_place_from": "2026-03-10"}
        form = form_to(self.diego.get("/desk/improvements/new").text, "/new")
        self.product.wait(SECOND)
        assert self.diego.send(form, theme="waiting_time", do="publish", **written).status == 303
        self.product.drain()


def until_answered(product: Product, ask: Callable[[], Response]) -> Response:
    """Ask again, a second later, while the product answers that it cannot or the answer is none."""
    for _ in range(PATIENCE - 1):
        try:
            reply = ask()
        except AssertionError:
            reply = None
        if reply is not None and reply.status < 500:
            return reply
        product.wait(SECOND)
    return ask()


@contextmanager
def new_life() -> Iterator[Life]:
    """A life at START in a cloud of its own, whose clients do not wait before they try again."""
    with standing_product(START) as product, no_waiting():
        yield Life(product)
