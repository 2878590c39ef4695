"""The month: the product on a clock that is moved from one date to the next, and people who act on what reached them.

Everything goes through the real handlers: surveys, links out of messages, forms of pages, SMS that are answered.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from infra.local.cloud import LocalCloud
from lazo.store.model import Touchpoint
from lazo.table import retention, stores
from lazo.table.dynamodb.table import Table
from tests.desk import Desk, Form, forms
from tests.product import Product
from tests.simulation.people import Act
from tests.simulation.stores import Settings

STAFF_LINK = re.compile(r"https://lazo\.example(/f/[A-Za-z0-9_-]+)")
OWN_PAGE = re.compile(r"https://lazo\.example(/m/[A-Za-z0-9_-]+)")
SURVEY = re.compile(r"https://lazo\.example(/s/[A-Za-z0-9_-]+\?(?:lang=..&)?r=[A-Za-z0-9_-]+)")
LOOKED_AFTER = 25
"""Every 25th store has the nightly round that removes what is too old: it is the same in all, and finds nothing."""
TRIES = 6
"""How often somebody sends the same form again that met a failure."""


@dataclass(frozen=True)
class Message:
    """What reached a phone or a mailbox."""

    at: datetime
    channel: str
    to: str
    text: str
    provider_id: str

    def link(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.search(self.text)
        return found[1] if found else None


class Month:
    """`look` is called whenever the clock has been moved: it must see every state of the month."""

    def __init__(self, cloud: LocalCloud, settings: list[Settings], look: Callable[["Month"], None]) -> None:
        self.cloud = cloud
        self.product = Product(cloud, None)  # type: ignore[arg-type]
        self.table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        self.stores = {store["store_id"]: store for store in settings}
        self.messages: list[Message] = []
        self.act_counts = Counter[str]()
        """How often each kind of act ended how."""
        self.replies = 0
        """How many SMS were sent to us: each may be answered by one."""
        self.outcomes: list[tuple[Act, str]] = []
        self.stopped: dict[str, datetime] = {}
        """Since when an address wants no messages (customers), or no SMS (contacts)."""
        self.erased: dict[str, datetime] = {}
        """When a customer had themselves erased, by their address."""
        self.removed: list[dict[str, Any]] = []
        """Items as they were just before a customer had themselves erased."""
        self._look = look
        self._phones: dict[str, Desk] = {}
        self._done: dict[str, Callable[[Act], str]] = {
            "answer": self._answer,
            "sms": self._sms,
            "page": self._page,
            "again": self._again,
        }
        for store in settings:
            stores.put_store(self.table, store)
            stores.put_touchpoint(self.table, Touchpoint(store["store_id"], store["store_id"], "Caja 1"))
        for store in settings[::LOOKED_AFTER]:
            retention.start_retention(self.table, store["store_id"], cloud.now())
        cloud.drain()

    def step(self, at: datetime) -> bool:
        """Move the clock to the next date in the product, and not beyond `at`; return whether it is there."""
        now = self.cloud.now()
        if now < at:
            first = self.cloud._tables.first_in_index("due")
            ahead = at if first is None else min(at, max(_after(first), now + timedelta(minutes=1)))
            self.cloud.advance((ahead - now).total_seconds())
            self._see()
        return self.cloud.now() >= at

    def move_to(self, at: datetime) -> None:
        """Move the clock from date to date; `look` is called after each."""
        while not self.step(at):
            pass

    def do(self, act: Act, page: str | None = None) -> str:
        """Move the clock to the act and do it; return how it ended. `page`: of the desk, when it is open already."""
        self.move_to(act.at)
        ended = self._desk(act, page) if act.kind == "desk" else self._done[act.kind](act)
        self.cloud.drain()
        self._see()
        self.act_counts[f"{act.kind} {ended}"] += 1
        self.outcomes.append((act, ended))
        return ended

    def newest(self, to: str, pattern: re.Pattern[str]) -> str | None:
        """The newest link of a kind that reached somebody."""
        links = (m.link(pattern) for m in reversed(self.messages) if m.to == to)
        return next((link for link in links if link), None)

    def case_page(self, who: str, about: str) -> str:
        """The page of a follow-up as somebody at the desk sees it; "" when they cannot open it."""
        desk = self._phones.setdefault(who, Desk(self.product))
        path = f"/desk/followups/{about}"
        page = self._insist(lambda: desk.get(path))
        if page.status == 303:
            everybody = (c for store in self.stores.values() for c in store["contacts"])
            desk.sign_in(next(c for c in everybody if who in (c.get("phone"), c.get("email"))))
            page = self._insist(lambda: desk.get(path))
        return page.text if page.status == 200 else ""

    def behind(self, who: str, link: str) -> str | None:
        """Return the id of the follow-up that a link leads to, if any."""
        desk = self._phones.setdefault(who, Desk(self.product))
        reply = self._insist(lambda: desk.get(link))
        found = re.search(r"/desk/followups/([a-z2-7]{16})", reply.headers.get("location", ""))
        return found[1] if found else None

    def _see(self) -> None:
        for sent in self.cloud._outbox.accepted(len(self.messages)):
            at = datetime.fromisoformat(sent.at)
            self.messages.append(Message(at, sent.channel, sent.to, sent.text or "", sent.provider_id))
        self._look(self)

    def _insist(self, ask: Callable[[], Any]) -> Any:
        """Send again, unchanged, what met a failure."""
        for _ in range(TRIES - 1):
            reply = ask()
            if reply.status < 500:
                return reply
        return ask()

    def _answer(self, act: Act) -> str:
        headers, body = {"content-type": "application/json"}, json.dumps(act.typed).encode()
        for _ in range(act.times):
            reply = self._insist(lambda: self.cloud.request("POST", f"/s/{act.who}", headers, body))
        return str(reply.status)

    def _desk(self, act: Act, page: str | None) -> str:
        page = self.case_page(act.who, act.about) if page is None else page
        rival = self.case_page(act.rival.who, act.rival.about) if act.rival else ""
        ended = self._send(page, act)
        if act.rival:
            self.act_counts[f"rival {self._send(rival, act.rival)}"] += 1
        return ended

    def _send(self, page: str, act: Act) -> str:
        form = _form(page, act)
        if form is None:
            return f"{act.ending} not offered"
        desk = self._phones[act.who]
        typed = {**act.typed, **(_decisions(page) if act.ending == "/confirm" else {})}
        for _ in range(act.times):
            reply = self._insist(lambda: desk.send(form, **typed))
        return f"{act.ending} {reply.status}"

    def _sms(self, act: Act) -> str:
        self.cloud.receive_sms(act.who, act.typed["text"])
        self.cloud.drain()
        self.replies += 1
        if act.typed["text"] == "STOP":
            self.stopped.setdefault(act.who, self.cloud.now())
        return str(act.typed["text"])

    def _page(self, act: Act) -> str:
        link = self.newest(act.who, OWN_PAGE)
        if link is None:
            return "no link"
        page = self._insist(lambda: self.cloud.request("GET", link))
        found = next((form for form in forms(page.text) if form.action.endswith(act.ending)), None)
        if found is None:
            return f"{act.ending} not offered"
        typed = {"sure": "yes"} if act.ending == "/erase" else act.typed
        if act.ending == "/erase":
            self.removed += self.cloud.items()
        customer = Desk(self.product)
        for _ in range(act.times):
            reply = self._insist(lambda: customer.send(found, **typed))
        if act.ending == "/stop":
            self.stopped.setdefault(act.who, self.cloud.now())
        if act.ending == "/erase":
            self.erased.setdefault(act.who, self.cloud.now())
        return f"{act.ending} {reply.status}"

    def _again(self, act: Act) -> str:
        link = self.newest(act.who, SURVEY)
        if link is None:
            return "no link"
        page = self._insist(lambda: self.cloud.request("GET", link))
        if 'name="improved"' not in page.text:
            return "asked in another way"
        path, _, query = link.partition("?")
        token = parse_qs(query)["r"][0]
        headers, body = {"content-type": "application/json"}, json.dumps({**act.typed, "r": token}).encode()
        return str(self._insist(lambda: self.cloud.request("POST", path, headers, body)).status)


def _decisions(page: str) -> dict[str, str]:
    """Return what becomes of each open promise that the form of a page asks about: one after the other each outcome."""
    typed: dict[str, str] = {}
    for number, found in enumerate(dict.fromkeys(re.findall(r'name="promise-(\w+)"', page))):
        typed[f"promise-{found}"] = ("open", "withdrawn", "kept")[number % 3]
        typed[f"reason-{found}"] = "Ya no"
    return typed


def _form(page: str, act: Act) -> Form | None:
    fits = (
        form
        for form in forms(page)
        if form.action.endswith(act.ending) and all(form.fields.get(n) == [v] for n, v in act.holds.items())
    )
    return next(fits, None)


def _after(due: str) -> datetime:
    """The first whole minute at or after a date."""
    at = datetime.fromisoformat(due)
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)
