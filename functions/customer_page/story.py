"""What happened and what comes next, as a customer reads it: no words of the trade, nothing of what the shop says among
itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lazo.case.model import Case
from lazo.messaging import date_format
from lazo.messaging.customer_message import known_names
from lazo.messaging.customer_templates import first_name
from lazo.phrases import wording_guard
from lazo.promise import delay_notices
from lazo.promise.model import Promise
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.translations import translations


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step of the way; `when` is "" for the one that comes next, of which `until` may say by when."""

    text: str
    when: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class PromiseStory:
    """Something that the customer was promised: what, and in a sentence by when or what became of it."""

    what: str
    state: Literal["open", "kept", "missed"]
    sentence: str


@dataclass(frozen=True, slots=True)
class Story:
    """`title` and `text` say where it stands."""

    title: str
    text: str
    steps: tuple[StoryStep, ...]
    promises: tuple[PromiseStory, ...]


def build_story(case: Case, store: Store, answer: Answer | None, language: str, now: datetime) -> Story:
    """The story of a case that was not erased."""
    said = translations("customer_page", language)
    who = _who(case, store)
    facts = {"shop": store.name, "name": who or said["page"]["somebody"]}
    state = said["state"]["agreed" if _agreed(case) else case.followup.stage]
    return Story(
        title=state["title"],
        text=(state["text"] if who else state.get("text_nobody", state["text"])).format_map(facts),
        steps=(*_behind(case, store, language, facts), *_ahead(case, store, answer, language, facts, now)),
        promises=tuple(
            _promised(each, case, store, answer, language, now)
            for each in case.promises
            if each.state != "withdrawn"
        ),
    )


def _who(case: Case, store: Store) -> str:
    """The first name of who has it."""
    owner = store.contact(case.followup.owner or "")
    return first_name(owner.name) if owner else ""


def _agreed(case: Case) -> bool:
    """For the shop it is resolved, but something is still owed: for the customer it is only agreed."""
    return case.followup.stage == "resolved" and case.has_open_commitments


def _behind(case: Case, store: Store, language: str, facts: dict[str, str]) -> Iterator[StoryStep]:
    said, about = translations("customer_page", language)["steps"], case.followup
    found = {
        "received" if about.origin == "answer" else "noticed": about.answered_at,
        "taken_on": about.taken_on_at,
        "tried" if about.reached is False else "contacted": about.contacted_at,
        "agreed" if _agreed(case) else "resolved": about.resolved_at,
        "confirmed": about.confirmed_at,
    }
    not_yet = case.last_entry("reopened", "customer_reopened")
    if not_yet and about.stage == "contacted":
        found["not_yet"] = not_yet.at
    for name, at in found.items():
        if at is not None:
            when = date_format.format_moment(at, store.timezone, language)
            yield StoryStep(said[name].format_map(facts), _sentence(when))


def _ahead(
    case: Case, store: Store, answer: Answer | None, language: str, facts: dict[str, str], now: datetime
) -> Iterator[StoryStep]:
    said, stage = translations("customer_page", language)["steps"], case.followup.stage
    if stage == "taken_on" and (answer is None or not answer.wants_contact):
        stage_key = "next_unreachable"
    else:
        stage_key = "next_resolved" if stage == "unconfirmed" else f"next_{stage}"
    if stage_key in said:
        yield StoryStep(said[stage_key].format_map(facts), until=_called_by(case, store, language, now))


def _called_by(case: Case, store: Store, language: str, now: datetime) -> str:
    """By when they were told that somebody calls, while nobody has; it stays when somebody else takes it on."""
    told = [m.until for m in case.messages if m.until and m.state not in ("failed", "cancelled")]
    if case.followup.stage != "taken_on" or not told:
        return ""
    said = translations("customer_page", language)
    line: str = (said["promises"]["by"] if now < told[-1] else said["steps"]["next_late"]).format(
        when=date_format.format_moment(told[-1], store.timezone, language)
    )
    return line


def _promised(
    promise: Promise, case: Case, store: Store, answer: Answer | None, language: str, now: datetime
) -> PromiseStory:
    said = translations("customer_page", language)["promises"]
    when = delay_notices.format_promise_date(promise.due, store, language)
    if promise.state in ("kept", "late") and promise.settled_at:
        on = date_format.format_day(store.hours.local_date(promise.settled_at), language)
        return PromiseStory(
            _what(promise, store, answer, language), "kept", said[promise.state].format(day=on)
        )
    if promise.state == "broken":
        return PromiseStory(
            _what(promise, store, answer, language), "missed", said["broken"].format(when=when)
        )
    ahead = "delayed" if _told_of_delay(promise, case, now) else "by"
    line = said["overdue" if promise.is_overdue(now) else ahead].format(when=when)
    state: Literal["open", "missed"] = "missed" if promise.is_overdue(now) else "open"
    return PromiseStory(_what(promise, store, answer, language), state, line)


def _told_of_delay(promise: Promise, case: Case, now: datetime) -> bool:
    """Whether they have been told, before the date, that it will not be held, and nothing since."""
    return promise.is_at_risk(now) and any(
        m.promise_id == promise.promise_id and m.state == "sent" for m in case.messages
    )


def _what(promise: Promise, store: Store, answer: Answer | None, language: str) -> str:
    """In the words of who promised it, if they are fit for a customer; else that there was something."""
    known = known_names(store, answer, "") if answer else (store.name, store.brand)
    if wording_guard.find_blocked_words(promise.what, answer.language if answer else store.language, known):
        something: str = translations("customer_page", language)["promises"]["something"]
        return something
    return promise.what


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
