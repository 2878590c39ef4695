"""Who does what in the month, decided as it goes: customers come and answer, managers react to what reached them,
forget, come late, and two of them act on one case. What was decided is the script: the same month can be lived through
again."""

from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.arrivals import Arrival
from tests.simulation.month import OWN_PAGE, STAFF_LINK, SURVEY, Message, Month
from tests.simulation.people import Act, Customer, Dice, ulid
from tests.simulation.staff import TEXTS, Staff

CLEAR_OF_DATES = timedelta(minutes=2)
"""Nobody acts on a case so shortly before or after one of its dates: which of the two comes first would be chance."""
BETWEEN_ACTS = timedelta(minutes=7)
"""Nor within this time after somebody did something about it, rivals apart: a message that had to be sent once more
would have been overtaken."""
SECOND_ANSWERS = 1_000_000
"""From here on count the ids of answers of those who were asked again."""
AN_HOUR = timedelta(hours=1)


class Director:
    """`script` is what was done, in order."""

    def __init__(self, month: Month, dice: Dice, arrivals: list[Arrival]) -> None:
        self.script: list[Act] = []
        self._month, self._dice = month, dice
        self._customers = {
            to: a.customer for a in arrivals for to in (a.customer.sms, a.customer.email) if to
        }
        self._staff = Staff(month, dice)
        self._contacts = self._staff.contacts
        self._number = count(1)
        self._read = 0
        self._ahead: list[tuple[datetime, int, Act | None, Message | None]] = []
        self._steps: dict[tuple[str, str], int] = {}
        self._acted: dict[str, datetime] = {}
        for arrival in arrivals:
            self._plan(arrival.at, "answer", arrival.code, typed=arrival.body, times=arrival.times)

    def run(self, until: datetime) -> None:
        while True:
            self._react()
            at = self._ahead[0][0] if self._ahead else until
            if not self._month.step(min(at, until)):
                continue
            self._react()
            if self._month.cloud.now() >= until:
                return
            at, _, act, message = heappop(self._ahead)
            if at > self._month.cloud.now():
                heappush(self._ahead, (at, next(self._number), act, message))
            elif message:
                self._open(message)
            elif act:
                self._do(act)

    def _do(self, act: Act) -> None:
        if act.about and (self._near(act.about) or self._just_done(act)):
            later = Act(**{**vars(act), "at": act.at + BETWEEN_ACTS})
            heappush(self._ahead, (later.at, later.number, later, None))
            return
        if act.kind == "desk" and not act.ending:
            self._work(act.who, act.about)
            return
        self._carry_out(Act(**{**vars(act), "at": self._month.cloud.now()}))

    def _carry_out(self, act: Act, page: str | None = None) -> None:
        self.script.append(act)
        if act.kind == "sms" and act.who in self._contacts:
            self._acted[self._contacts[act.who]["email"]] = act.at
        elif act.about:
            self._acted[act.about] = act.at
        ended = self._month.do(act, page)
        if act.kind == "desk" and ended.endswith((" 303", " 409", " 422")):
            self._go_on(act.who, act.about)

    def _near(self, about: str) -> bool:
        """Whether a date of the case is close ahead, or has only just brought what it brings."""
        now = self._month.cloud.now()
        items = list(self._month.table.query_prefix(f"FU#{about}"))
        ahead = (datetime.fromisoformat(i["due_at"]) for i in items if "due_at" in i)
        behind = (datetime.fromisoformat(i["planned_at"]) for i in items if "planned_at" in i)
        return any(now <= at <= now + CLEAR_OF_DATES for at in ahead) or any(
            now - CLEAR_OF_DATES < at <= now for at in behind
        )

    def _just_done(self, act: Act) -> bool:
        """Whether somebody did something about the case a moment ago, or they themselves by SMS."""
        last = [self._acted[each] for each in (act.about, act.who) if each in self._acted]
        return any(self._month.cloud.now() < at + BETWEEN_ACTS for at in last)

    def _plan(self, at: datetime, kind: Any, who: str, **more: Any) -> None:
        at = at.replace(microsecond=0)
        number = next(self._number)
        heappush(self._ahead, (at, number, Act(at, number, kind, who, **more), None))

    def _react(self) -> None:
        """Plan reactions to the messages that came since."""
        for number in range(self._read, len(self._month.messages)):
            message = self._month.messages[number]
            # Not its number: of messages of the same minute any may come first.
            which = f"{message.at:%d %H:%M} {message.channel}"
            if message.to in self._customers:
                self._customer_reads(message, self._customers[message.to], which)
            elif message.to in self._contacts:
                self._manager_reads(message, which)
        self._read = len(self._month.messages)

    def _customer_reads(self, message: Message, customer: Customer, which: str) -> None:
        to = message.to
        if message.link(SURVEY):
            if self._dice.roll("again", to, which) < 0.6:
                at = message.at + self._dice.between(1, 30, to, which) * AN_HOUR
                said = {
                    "score": int(self._dice.between(3, 11, "score again", to)),
                    "improved": self._dice.pick({"yes": 5, "little": 2, "no": 1}, "improved", to),
                    "lang": customer.language,
                    "answer_id": ulid(at, SECOND_ANSWERS + int(1_000_000 * self._dice.roll(to))),
                }
                self._plan(at, "again", to, typed=said)
            return
        if message.link(OWN_PAGE) is None:
            return
        solved = "/solved" if self._dice.roll("solved", to, which) < 0.6 else "/not-yet"
        chosen = self._dice.pick(
            {"": 4, solved: 5, "/stop": 0.7, "/erase": 0.3, "stop by sms": 0.5}, "customer", to, which
        )
        at = message.at + self._dice.between(0.2, 20, "when", to, which) * AN_HOUR
        if chosen == "stop by sms" and message.channel == "sms":
            self._plan(at, "sms", to, typed={"text": "STOP"})
        elif chosen.startswith("/"):
            typed = {"text": TEXTS[customer.language][1]} if chosen == "/not-yet" else {}
            self._plan(
                at,
                "page",
                to,
                ending=chosen,
                typed=typed,
                times=1 + (self._dice.roll("twice", to, which) < 0.3),
            )

    def _manager_reads(self, message: Message, which: str) -> None:
        if message.link(STAFF_LINK) is None:
            return
        does = {"open": 6.0, "": 3.0}
        if "1=" in message.text:
            does |= {"1": 1.5, "2": 0.7, "STOP": 0.1}
        what = self._dice.pick(does, "manager", message.to, which)
        minutes = self._dice.pick({"3": 5, "12": 2, "47": 2, "200": 1}, "in", message.to, which)
        at = message.at + timedelta(minutes=int(minutes))
        if what == "open":
            heappush(self._ahead, (at, next(self._number), None, message))
        elif what:
            self._plan(at, "sms", message.to, typed={"text": what})

    def _open(self, message: Message) -> None:
        """Let somebody open the link of a message, and work on its case."""
        link, who = message.link(STAFF_LINK), self._contacts[message.to]["email"]
        about = self._month.behind(who, link) if link else None
        if about:
            self._go_on(who, about, soon=True)

    def _go_on(self, who: str, about: str, *, soon: bool = False) -> None:
        """Plan when they come back to the case, unless they forget it."""
        step = self._steps[who, about] = self._steps.get((who, about), 0) + 1
        if step > 14 or (not soon and self._dice.roll("forgets", who, about, step) < 0.2):
            return
        hours = 0 if soon else self._dice.between(0.2, 26, "comes back", who, about, step)
        at = self._month.cloud.now() + timedelta(hours=hours)
        zone = ZoneInfo(self._contacts[who]["zone"])
        local = at.astimezone(zone)
        if not soon and not 9 <= local.hour < 20:
            at += timedelta(hours=(9 - local.hour) % 24 + 1)
        self._plan(at, "desk", who, about=about)

    def _work(self, who: str, about: str) -> None:
        """The next sensible thing that the page offers."""
        page = self._month.case_page(who, about)
        step = self._steps[who, about]
        act = self._staff.next_step(page, who, about, step)
        if act is None:
            return
        number = next(self._number)
        now = self._month.cloud.now()
        rival = self._staff.rival(who, about, step, number, now)
        times = 2 if self._dice.roll("double tap", who, about, step) < 0.1 else 1
        self._carry_out(Act(now, number, "desk", who, about, rival=rival, times=times, **act), page)
