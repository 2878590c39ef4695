"""A customer with a page of their own: what they answered, and their phone."""

import re
from urllib.parse import urlencode

from infra.local.event_sources.gateway_payloads import Response
from lazo.auth import links
from lazo.auth.keyring import KeyRing, keyring_from_secret
from lazo.customer.identity import customer_keys_of
from lazo.store.contacts import Channel
from lazo.survey.answer import Answer
from tests.builders import ANA, consent
from tests.desk import Desk, link_to
from tests.product import Product

PHONE, EMAIL = "+56987654321", "eva@example.org"
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Customer:
    """Eva, who answered, and her phone."""

    def __init__(self, product: Product, **changes: object) -> None:
        self.product = product
        self.ring = ring(product)
        self.answer = accept_answer(product, **changes)
        product.drain()
        self.followup_id = str(product.followup()["followup_id"])

    def link(self, channel: Channel = "sms") -> str:
        return "/m/" + links.sign_customer_link(self.ring, self.followup_id, channel, self.product.now())

    def get(self, path: str | None = None, method: str = "GET", **headers: str) -> Response:
        return self.product.cloud.request(method, path or self.link(), headers)

    def post(self, action: str, **fields: str) -> Response:
        body = urlencode(fields).encode()
        return self.product.cloud.request("POST", f"{self.link()}/{action}", FORM, body)

    def send(self, action: str, **typed: str) -> Response:
        """Fill in the page's form to an action, and follow to the page behind it."""
        found = re.search(r'name="version" value="(\d+)"', self.get().text)
        reply = self.post(action, **{"version": found[1] if found else "0", "lang": "es", **typed})
        return self.get(reply.headers["location"]) if reply.status == 303 else reply


def ring(product: Product) -> KeyRing:
    secret = product.cloud.physical_id("LinkKey")
    return keyring_from_secret(product.cloud.client("secretsmanager"), secret, product.now, lambda _: None)


def customer_ring(product: Product) -> KeyRing:
    secret = product.cloud.physical_id("CustomerKey")
    return keyring_from_secret(product.cloud.client("secretsmanager"), secret, product.now, lambda _: None)


def accept_answer(product: Product, **changes: object) -> Answer:
    """Store an answer with the keys of its phone and e-mail, as collect does."""
    values = {
        "score": 2,
        "comment": "Esperé mucho",
        "name": "Eva Ríos",
        "phone": PHONE,
        "email": EMAIL,
        **changes,
    }
    keys = customer_keys_of(customer_ring(product), values["phone"], values["email"])
    assert keys
    known = {"customer_key": keys.key, "customer_also": keys.also, "consent": consent()}
    return product.accept(**{**known, **values})


def resolved(eva: Customer, desk: Desk | None = None, at: str | None = None) -> Desk:
    """Work on the follow-up as Ana until it is resolved; `desk` and page `at` once she has taken it on."""
    if desk is None or at is None:
        desk = Desk(eva.product)
        page = desk.open(link_to(eva.product, str(ANA["phone"])))
        at = desk.do(page.text, "/take-on").text
    page = desk.do(at, "/contacted", channel="phone", reached="yes", text="Muy alterada")
    page = desk.do(
        page.text, "/concern", text="La espera", owner="ana", deadline="2026-03-12", priority="high"
    )
    page = desk.do(page.text, "/settle", how="solved", action="Otra caja")
    page = desk.do(
        page.text, "/resolve", root_cause_theme="waiting_time", root_cause="Un cajero", done="Turnos"
    )
    assert eva.product.followup()["stage"] == "resolved", page.text
    return desk
