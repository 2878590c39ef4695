"""A browser that signs in at the desk, and the links that open it."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from infra.local.event_sources.gateway_payloads import Response
from tests.builders import ANA
from tests.product import Product

HOST = "https://lazo.example"
LUIS = {**ANA, "contact_id": "luis", "name": "Luis", "phone": "+56922345679", "email": "luis@aurora.example"}


class Browser:
    """A browser that keeps the cookies of sessions and nothing else."""

    def __init__(self, product: Product, session: str = "") -> None:
        self._product = product
        self.session = session
        self.cases = self.next = ""

    def get(self, path: str, method: str = "GET", **headers: str) -> Response:
        return self._send(method, path.removeprefix(HOST), headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Response:
        form = {"content-type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, form | headers, urlencode(fields).encode())

    def request_link(self, address: str, **more: str) -> Response:
        return self.post("/desk/sign-in", {"address": address, **more})

    def sign_in(self, address: str) -> "Browser":
        """Ask for a link, get it, open it."""
        assert self.request_link(address).status == 303
        self._product.drain()
        assert self.use(sign_in_link(self._product)).status == 303
        return self

    def use(self, link: str) -> Response:
        """Press the button of the page that a sign-in link opens."""
        return self.post(link.removeprefix(HOST), {})

    def opens(self, followup_id: str) -> bool:
        reply = self.get(f"/desk/followups/{followup_id}")
        assert reply.status in (200, 303, 404)
        return reply.status == 200

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Response:
        kept = {"lazo_desk": self.session, "lazo_cases": self.cases, "lazo_next": self.next}
        cookies = "; ".join(f"__Host-{name}={value}" for name, value in kept.items() if value)
        held = {"cookie": cookies} if cookies else {}
        reply = self._product.cloud.request(
            method, path, {"x-forwarded-proto": "https", **held, **headers}, body
        )
        for cookie in reply.cookies:
            name, _, value = cookie.partition("=")
            value = value.partition(";")[0]
            match name:
                case "__Host-lazo_desk":
                    self.session = value
                case "__Host-lazo_cases":
                    self.cases = value
                case "__Host-lazo_next":
                    self.next = value
        return reply


def sign_in_link(product: Product) -> str:
    """Return the link in the newest message."""
    (link,) = re.findall(rf"{HOST}/desk/in/[\w-]+", product.cloud.outbox()[-1]["text"])
    return str(link)


def alert_link(product: Product, to: str, followup_id: str) -> str:
    (text,) = [
        m["text"]
        for m in product.cloud.outbox()
        if m["channel"] == "sms" and m["to"] == to and m["followup_id"] == followup_id
    ]
    return str(text.rsplit(" ", 1)[1])


def sign_in_links_sent(product: Product) -> list[tuple[str, str]]:
    return [(m["channel"], m["to"]) for m in product.cloud.outbox() if m["purpose"] == "sign_in"]


def open_followup(product: Product, store_id: str = "norte") -> str:
    """Open a follow-up and send its alerts; return its id."""
    known = {f["followup_id"] for f in product.followups()}
    product.accept(score=2, store_id=store_id)
    product.drain()
    (new,) = {f["followup_id"] for f in product.followups()} - known
    return str(new)
