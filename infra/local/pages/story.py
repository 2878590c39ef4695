"""What became of one answer, or of a follow-up that early signs opened, step by step: understood, told, taken on, sent
up the chain."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from infra.local.pages.records import ROLES, Item, Records
from infra.local.pages.time_format import format_duration, format_moment
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.survey.answer import Answer, Classification
from lazo.table import answers, followups
from lazo.timestamps import parse_timestamp
from lazo.translations import translations

STEPS_SHOWN = 6
AT_RISK = "Customer at risk"

CHANNELS = {"sms": "SMS", "email": "e-mail"}
BANDS = {"detractor": "unhappy (detractor)", "passive": "lukewarm (passive)", "promoter": "happy (promoter)"}
SUSPICIONS = {
    "honeypot": "filled in a field that no person sees",
    "too_fast": "answered within two seconds",
    "unsigned": "came with an id that we never gave out",
    "unusual_rate": "one of too many in an hour",
}


@dataclass(frozen=True)
class Step:
    """Something that happened (or, `coming`, that waits for its time). `kind`: "plain", "sent", "up", "done", "bad"."""

    at: datetime
    when: str
    what: str
    kind: str = "plain"
    coming: bool = False


@dataclass(frozen=True)
class Story:
    """An answer, or the signs before one (`score` "!"), and what became of it. `mood`: "unhappy", "middling", "happy",
    or "odd" for a suspect; `state` with its tone ("late", "running", "done" or "quiet") says how it stands now;
    `left_out`: earlier steps not shown."""

    key: str
    store: str
    place: str
    when: str
    score: str
    mood: str
    comment: str
    state: str
    tone: str
    steps: Sequence[Step]
    left_out: int


def story_of(answer_item: Item | None, followup_item: Item | None, records: Records, now: datetime) -> Story:
    answer = answers.answer_from_item(answer_item) if answer_item else None
    followup = followups.followup_from_item(followup_item) if followup_item else None
    builder = _StoryBuilder(
        answer, followup, records.stores[(answer_item or followup_item or {})["store_id"]], now
    )
    owed = records.deliveries.get(followup.followup_id, ()) if followup else ()
    steps = sorted(
        [*builder.classification_steps(), *builder.message_steps(owed), *builder.case_steps()],
        key=lambda s: s.at,
    )
    state, tone = builder.state_and_tone()
    return Story(
        key=f"a{answer.ulid}" if answer else f"f{followup.followup_id if followup else ''}",
        store=builder.store.name,
        place=answer.touchpoint if answer else AT_RISK,
        when=builder.when(builder.began),
        score=str(answer.score) if answer else "!",
        mood=_mood(answer) if answer else "unhappy",
        comment=answer.comment if answer else "",
        state=state,
        tone=tone,
        steps=steps[-STEPS_SHOWN:],
        left_out=max(len(steps) - STEPS_SHOWN, 0),
    )


def _mood(answer: Answer) -> str:
    found = answer.classification
    if found is None:
        return "middling"
    if found.suspect:
        return "odd"
    return {"detractor": "unhappy", "passive": "middling", "promoter": "happy"}[found.band]


@dataclass(frozen=True)
class _StoryBuilder:
    """One story in words."""

    answer: Answer | None
    followup: FollowUp | None
    store: Store
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return self.store.hours.zone

    @property
    def began(self) -> datetime:
        if self.answer:
            return self.answer.at
        return self.followup.opened_at if self.followup else self.now

    @property
    def beginning(self) -> str:
        return "the answer" if self.answer else "the signs added up"

    def when(self, at: datetime) -> str:
        return format_moment(at, self.zone, self.now)

    def classification_steps(self) -> Iterator[Step]:
        if self.answer is None:
            yield Step(self.began, self.when(self.began), f"Early signs added up: {self._signs()}")
            return
        found = self.answer.classification
        if found is None:
            yield Step(self.answer.at, self.when(self.answer.at), "Stored; not understood yet")
            return
        yield Step(found.at, self.when(found.at), f"Understood: {_meaning(found)}")
        if found.suspect:
            why = ", ".join(SUSPICIONS.get(s, s) for s in found.suspect)
            yield Step(
                found.at,
                self.when(found.at),
                f"May not be a customer, so out of the score and no SMS: {why}",
                "bad",
            )

    def message_steps(self, owed: Iterable[Item]) -> Iterator[Step]:
        def together(item: Item) -> tuple[int, int, str, str]:
            return item["level"], item["round"], item["contact_id"], item["state"]

        for (_, _, contact_id, state), group in groupby(sorted(owed, key=together), key=together):
            items = list(group)
            contact = self.store.contact(contact_id)
            whom = f"{contact.name}, {ROLES[contact.role]}" if contact else contact_id
            channels = " and ".join(sorted(CHANNELS[item["channel"]] for item in items))
            yield self._message(state, items, channels, whom)

    def _message(self, state: str, items: Sequence[Item], channels: str, whom: str) -> Step:
        planned = parse_timestamp(items[0]["planned_at"])
        if state == "sent":
            at = min(parse_timestamp(i["sent_at"]) for i in items)
            what, kind = self._sent(items[0]["purpose"], channels, whom, at)
            return Step(at, self.when(at), what, kind)
        if state == "pending":
            at = min(parse_timestamp(i["not_before"]) for i in items)
            if at > self.now:
                return Step(
                    at, self.when(at), f"Will go to {whom}: {channels}. {self._why_wait(items)}", coming=True
                )
            return Step(planned, self.when(planned), f"On its way to {whom}: {channels}")
        if state == "failed":
            why = ", ".join(sorted({i.get("failure", "no reason given") for i in items})).replace("_", " ")
            return Step(planned, self.when(planned), f"{channels} to {whom} failed for good: {why}", "bad")
        others = {
            "sending": f"{channels} to {whom}: handed over, no answer yet",
            "cancelled": f"{channels} to {whom} not needed any more",
            "digested": f"{channels} to {whom} left to the next bundle",
        }
        return Step(planned, self.when(planned), others.get(state, f"{channels} to {whom}: {state}"))

    def _sent(self, purpose: str, channels: str, whom: str, at: datetime) -> tuple[str, str]:
        if purpose == "escalation":
            return f"Nobody took it on: up the chain to {whom} ({channels})", "up"
        if purpose == "passed_on":
            return f"Passed on to {whom} ({channels})", "up"
        if purpose == "reminder":
            return f"Still nobody: reminder to {whom} ({channels})", "up"
        after = format_duration(at - self.began)
        return f"{channels} to {whom}, {after} after {self.beginning}", "sent"

    def _signs(self) -> str:
        names = translations("labels", "en")["signals"]
        told = self.followup.signals if self.followup else ()
        return " · ".join(dict.fromkeys(names.get(s.kind, s.kind) for s in told))

    def _why_wait(self, items: Sequence[Item]) -> str:
        if any(item["attempts"] for item in items):
            return "The provider could not take it; it is tried again."
        closed = not self.store.hours.is_open(self.now)
        return "The shop is closed now." if closed else "These are their quiet hours."

    def case_steps(self) -> Iterator[Step]:
        followup = self.followup
        if followup is None or followup.taken_on_at is None:
            return
        took = format_duration(followup.taken_on_at - self.began)
        what = f"{self._owner(followup)} took it on, {took} after {self.beginning}."
        yield Step(followup.taken_on_at, self.when(followup.taken_on_at), what, "done")
        spoken = (
            "Somebody talked to the customer" if followup.reached else "The customer could not be reached"
        )
        later = (
            (followup.contacted_at, spoken),
            (followup.resolved_at, f"Resolved: {followup.done}"),
            (followup.confirmed_at, "The customer says that it is solved"),
        )
        yield from (Step(at, self.when(at), said, "done") for at, said in later if at)

    def state_and_tone(self) -> tuple[str, str]:
        followup, found = self.followup, self.answer and self.answer.classification
        if followup is None:
            return ("counted" if found and not found.suspect else "kept", "quiet")
        if followup.stage == "unanswered":
            return "nobody took it on: ended by itself", "late"
        if followup.stage == "taken_on":
            return f"taken on by {self._owner(followup)}", "done"
        if followup.stage != "open":
            return f"{followup.stage}, in the hands of {self._owner(followup)}", "done"
        if followup.deadline is None or followup.deadline <= self.now:
            return "nobody took it on in time", "late"
        return f"clock runs until {self.when(followup.deadline)}", "running"

    def _owner(self, followup: FollowUp) -> str:
        owner = self.store.contact(followup.owner or "")
        return owner.name if owner else str(followup.owner)


def _meaning(found: Classification) -> str:
    labels = translations("labels", "en")
    said = [BANDS[found.band], *(labels["themes"].get(theme, theme) for theme in found.themes)]
    if found.praised:
        said.append("liked: " + ", ".join(labels["themes"].get(theme, theme) for theme in found.praised))
    if found.leaving:
        said.append("says they will not be back")
    said += [f"names {competitor}" for competitor in found.competitors]
    dangers = [f"URGENT: {labels['urgency'].get(u, u)}" for u in found.urgency]
    return " · ".join([*dangers, *said])
