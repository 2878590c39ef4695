"""The journey of two unhappy answers through the product, told step by step and checked as it is told."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from infra.local.cloud import LocalCloud
from infra.local.demo.teller import Teller
from infra.local.demo.visitor import Page, Visitor
from infra.local.pages import stories
from infra.local.pages.messages import cost_of
from infra.local.pages.records import Records
from infra.local.pages.time_format import format_duration, format_moment
from lazo.store.model import Store
from lazo.text import gsm7
from lazo.timestamps import parse_timestamp

PARAMETERS = {
    "PublicBaseUrl": "http://127.0.0.1:8000",
    "SenderEmail": "lazo@example.com",
    "Stage": "local",
    "LogLevel": "WARNING",
}
FIRST = ("caja3", "3", "Esperé 25 minutos en la fila con dos cajas cerradas y nadie dio una explicación.")
SECOND = ("caja1", "1", "El pan estaba duro y el cajero fue muy grosero conmigo. No vuelvo más.")
READING_AND_TYPING = timedelta(seconds=40)
HANDS_FULL = timedelta(minutes=3)
"""How long the manager takes to look at the phone."""
LONGEST_WAIT = timedelta(hours=30)
"""For the reminder of the next morning."""

Message = dict[str, Any]
Item = dict[str, Any]


class DidNotHappen(Exception):
    """A step of the story that the product did not take."""


class Journey:
    """Two answers at the first store: one is taken on, the other goes up the chain."""

    def __init__(self, cloud: LocalCloud, teller: Teller) -> None:
        self._cloud = cloud
        self._teller = teller
        self._messages_seen = 0
        self._chapters = 0
        self._began = cloud.now()
        self._store: Store = next(iter(self._records().stores.values()))

    def tell(self) -> None:
        """Tell both stories. Raises DidNotHappen at the first step that goes another way."""
        chain = [f"{c.name} (level {c.level})" for c in self._store.contacts]
        self._teller.title(
            f"Two unhappy customers of {self._store.name}",
            f"Told by the product itself, on a local cloud in this process. Times are {self._store.timezone}'s. "
            f"Who is told, in this order: {', '.join(chain)}.",
        )
        self._taken_on()
        self._up_the_chain()

    def _taken_on(self) -> None:
        self._chapter("A customer is unhappy")
        followup = self._answers(*FIRST)
        self._chapter("The manager's phone")
        alert = self._told(followup, level=0)
        self._chapter("The manager opens the link and takes it on")
        self._takes_on(followup, alert)

    def _up_the_chain(self) -> None:
        self._chapter("Another customer, and nobody takes it on")
        followup = self._answers(*SECOND)
        self._told(followup, level=0)
        levels = sorted({contact.level for contact in self._store.contacts})
        for level in levels[1:]:
            self._chapter(f"Time is over, and nobody took it on: up to level {level}")
            self._wait_for_deadline(followup)
            self._told(followup, level=level)
        self._chapter("The end of the chain: a reminder each morning")
        for _ in range(2):
            self._wait_for_reminder()
            self._told(followup, level=levels[-1])
        _expect(self._item(followup)["stage"] == "open", "it is no longer open")
        ((story,), _) = stories.newest_stories(self._records(), self._cloud.now(), 1)
        self._line(f"Still open, and not forgotten: {story.state}.")

    def _answers(self, code: str, score: str, comment: str) -> str:
        """A customer answers in a browser; returns the id of the follow-up that comes of it."""
        customer = Visitor(self._cloud)
        page = customer.open(f"/s/{code}")
        _expect(page.status == 200 and page.form is not None, f"the survey of {code} is not there")
        self._line(f"A customer scans the code “{code}” and reads: “{page.heading}”")
        self._cloud.advance(READING_AND_TYPING.total_seconds())
        known = set(self._records().followups)
        thanks = customer.send(page, score=score, comment=comment)
        _expect(thanks.status == 200 and thanks.path.endswith("/thanks"), "the answer is not accepted")
        self._line(f"Answers {score}, and writes: “{comment}”")
        self._line(f"Is thanked: “{thanks.heading}”")
        self._cloud.drain()
        opened = set(self._records().followups) - known
        _expect(len(opened) == 1, "no follow-up is opened")
        followup = opened.pop()
        ((story,), _) = stories.newest_stories(self._records(), self._cloud.now(), 1)
        _expect(
            story.comment == comment and story.mood == "unhappy", "the answer is not understood as unhappy"
        )
        self._line(f"{story.steps[0].what}. A follow-up is opened: {story.state}.")
        return followup

    def _told(self, followup: str, level: int) -> Message:
        """The messages that just came: to the level's people, each by all that they have. Returns the first."""
        sent = self._new_messages()
        people = [c for c in self._store.contacts if c.level == level]
        expected = {a for contact in people for a in (contact.phone, contact.email) if a}
        names = " and ".join(contact.name for contact in people)
        _expect({m["to"] for m in sent} == expected and len(sent) == len(expected), f"{names} is not told")
        _expect(all(m["followup_id"] == followup for m in sent), "a message is about something else")
        for message in sorted(sent, key=lambda m: str(m["channel"]), reverse=True):
            self._show(message, followup)
        return sent[0]

    def _show(self, message: Message, followup: str) -> None:
        person = self._records().person(message["to"])
        _expect(person is not None, f"{message['to']} is nobody's address")
        assert person is not None
        whom = f"{person.name}, {person.role_in_words}"
        if message["channel"] == "sms":
            _expect(gsm7.segment_count(message["text"]) == 1, "the SMS takes more than one segment")
            below = f"{self._after(message, followup)} · {cost_of(message['text'])}"
            self._teller.box(f"SMS to {whom}, {message['to']}", message["text"], below)
        else:
            self._line(f"E-mail to {whom}: “{message['subject']}”", message["at"])
            _expect("<html" in message["html"] and _link(message["html"]) != "", "the e-mail has no link")

    def _after(self, message: Message, followup: str) -> str:
        waited = datetime.fromisoformat(message["at"]) - parse_timestamp(self._item(followup)["answered_at"])
        return f"{format_duration(waited)} after the answer"

    def _takes_on(self, followup: str, alert: Message) -> None:
        self._cloud.advance(HANDS_FULL.total_seconds())
        manager = Visitor(self._cloud)
        page = manager.open(_link(alert["text"]))
        self._line(f"The link: {_trail(page)}")
        _expect(page.status == 200 and page.form is not None, "the follow-up does not open")
        assert page.form is not None
        _expect(self._item(followup)["stage"] == "open", "opening the link alone has changed something")
        self._line(f"The page: “{page.heading}”. The button: “{page.form.button}”")
        deadline = self._item(followup)["deadline"]
        pressed = manager.send(page)
        item = self._item(followup)
        _expect(pressed.status == 200 and item["stage"] == "taken_on", "it is not taken on")
        _expect(item["deadline"] > deadline, "the clock of taking it on still runs")
        owner = self._store.contact(item["owner"])
        took = format_duration(parse_timestamp(item["taken_on_at"]) - parse_timestamp(item["answered_at"]))
        self._line(f"Pressed: {_trail(pressed)}. {owner and owner.name} has it, {took} after the answer.")
        self._cloud.advance(
            (parse_timestamp(deadline) - self._cloud.now() + timedelta(minutes=5)).total_seconds()
        )
        _expect(not self._new_messages(), "somebody is told although it was taken on")
        self._line("Five minutes past the deadline: it has an owner, and nobody else was told.")
        form = pressed.form
        _expect(form is not None and form.action.endswith("/contacted"), "the page does not ask for the talk")
        talked = manager.send(
            pressed, reached="yes", channel="in_person", text="Volvió a la caja, le pedí disculpas"
        )
        _expect(self._item(followup)["stage"] == "contacted", "the talk is not written down")
        self._line(
            f"Spoke with the customer: {_trail(talked)}. The next clock runs: three days to resolve it."
        )

    def _wait_for_reminder(self) -> None:
        """The clock moves on until somebody is told."""
        self._line("Nobody has it. The board says so in red, and the clock moves to the next reminder.")
        until = self._cloud.now() + LONGEST_WAIT
        while len(self._cloud.outbox()) == self._messages_seen and self._cloud.now() < until:
            self._cloud.advance(timedelta(minutes=10).total_seconds())

    def _wait_for_deadline(self, followup: str) -> None:
        """The clock moves to a minute past the deadline; sweeps run on the way, as they do every minute."""
        deadline = parse_timestamp(self._item(followup)["due_at"])
        _expect(not self._new_messages(), "somebody is told before the deadline")
        self._line(f"The deadline: {self._when(deadline)}. The clock moves past it.")
        self._cloud.advance((deadline - self._cloud.now() + timedelta(minutes=1)).total_seconds())

    def _new_messages(self) -> list[Message]:
        everything = self._cloud.outbox()
        fresh, self._messages_seen = everything[self._messages_seen :], len(everything)
        return fresh

    def _records(self) -> Records:
        return Records(self._cloud.items())

    def _item(self, followup: str) -> Item:
        return dict(self._records().followups[followup])

    def _when(self, at: datetime) -> str:
        return format_moment(at, self._store.hours.zone, self._began)

    def _chapter(self, text: str) -> None:
        self._chapters += 1
        self._teller.chapter(self._chapters, text)

    def _line(self, text: str, at: str | None = None) -> None:
        self._teller.line(self._when(datetime.fromisoformat(at) if at else self._cloud.now()), text)


def _expect(happened: bool, what: str) -> None:
    if not happened:
        raise DidNotHappen(what)


def _link(text: str) -> str:
    """The path of the link to the follow-up in a message; empty without one."""
    start = f"{PARAMETERS['PublicBaseUrl']}/f/"
    _, found, rest = text.partition(start)
    token = "".join(c if c.isalnum() or c in "-_" else " " for c in rest).split(" ")[0]
    return urlsplit(start + token).path if found and token else ""


def _trail(page: Page) -> str:
    steps = [f"{status} {_short(path)}" for status, path in page.trail]
    return ", then ".join(steps)


def _short(path: str) -> str:
    return path if len(path) < 46 else f"{path[:20]}…"
