"""Tell the customer what happened and what comes next, without jargon and without the store's internal notes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from lazo.case import first_contact
from lazo.case.model import Case
from lazo.followup.model import Origin
from lazo.messaging import date_format
from lazo.messaging.customer_message import known_names
from lazo.messaging.customer_templates import first_name
from lazo.phrases import wording_guard
from lazo.promise import delay_notices
from lazo.promise.model import Promise
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.translations import translations

PromiseOutcome = Literal["open", "kept", "missed"]
_FIRST_STEP: Final[Mapping[Origin, str]] = {"answer": "received", "signals": "noticed", "message": "wrote"}


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step; `when` is "" for the next one, for which `until` may say by when it is due."""

    text: str
    when: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class PromiseStory:
    """A promise to the customer; `sentence` says when it is due or what became of it."""

    what: str
    state: PromiseOutcome
    sentence: str


@dataclass(frozen=True, slots=True)
class Story:
    """What the page tells; `title` and `text` describe the current state."""

    title: str
    text: str
    steps: tuple[StoryStep, ...]
    promises: tuple[PromiseStory, ...]


def build_story(case: Case, store: Store, answer: Answer | None, language: str, now: datetime) -> Story:
    """Return the story of a case that was not erased, in `language`, with times of the store's zone."""
    texts = translations("customer_page", language)
    owner_name = _owner_first_name(case, store)
    facts = {"shop": store.name, "name": owner_name or texts["page"]["somebody"]}
    state = texts["state"]["agreed" if _is_only_agreed(case) else case.followup.stage]
    return Story(
        title=state["title"],
        text=(state["text"] if owner_name else state.get("text_nobody", state["text"])).format_map(facts),
        steps=(
            *_past_steps(case, store, language, facts),
            *_next_steps(case, store, answer, language, facts, now),
        ),
        promises=tuple(
            _promise_story(each, case, store, answer, language, now)
            for each in case.promises
            if _is_listed(each)
        ),
    )


def _owner_first_name(case: Case, store: Store) -> str:
    """Return the owner's first name; "" without an owner."""
    owner = store.contact(case.followup.owner or "")
    return first_name(owner.name) if owner else ""


def _is_only_agreed(case: Case) -> bool:
    """Return whether the store resolved the case but has not kept every promise: the customer reads "agreed"."""
    return case.followup.stage == "resolved" and case.has_open_commitments


def _past_steps(case: Case, store: Store, language: str, facts: dict[str, str]) -> Iterator[StoryStep]:
    texts, followup = translations("customer_page", language)["steps"], case.followup
    steps = {
        _FIRST_STEP[followup.origin]: followup.answered_at,
        "taken_on": followup.taken_on_at,
        "tried" if followup.reached is False else "contacted": followup.contacted_at,
        "agreed" if _is_only_agreed(case) else "resolved": followup.resolved_at,
        "confirmed": followup.confirmed_at,
    }
    reopened = case.last_entry("reopened", "customer_reopened")
    if reopened and followup.stage == "contacted":
        steps["not_yet"] = reopened.at
    for text_key, at in steps.items():
        if at is not None:
            when = date_format.format_moment(at, store.timezone, language, store.country)
            yield StoryStep(texts[text_key].format_map(facts), _capitalized(when))


def _next_steps(
    case: Case, store: Store, answer: Answer | None, language: str, facts: dict[str, str], now: datetime
) -> Iterator[StoryStep]:
    texts, stage = translations("customer_page", language)["steps"], case.followup.stage
    if stage == "taken_on" and (answer is None or not answer.wants_contact):
        stage_key = "next_unreachable"
    else:
        asks = stage == "unconfirmed" and case.followup.resolved_at
        stage_key = "next_resolved" if asks else f"next_{stage}"
    if stage_key in texts:
        yield StoryStep(texts[stage_key].format_map(facts), until=_call_deadline(case, store, language, now))


def _call_deadline(case: Case, store: Store, language: str, now: datetime) -> str:
    """Return the sentence of the time by which a call or message was promised; "" unless it is pending.

    The time stays when the case gets another owner, since the customer counts on it.
    """
    due, delayed = _promised_contact(case, now)
    if case.followup.stage != "taken_on" or due is None:
        return ""
    texts = translations("customer_page", language)
    line: str = (
        texts["promises"]["delayed" if delayed else "by"] if now < due else texts["steps"]["next_late"]
    )
    return line.format(when=delay_notices.format_promise_date(due, store, language))


def _promised_contact(case: Case, now: datetime) -> tuple[datetime | None, bool]:
    """Return the date of the promised first contact, and whether the customer knows that it will be late."""
    promise = first_contact.open_promise(case)
    if promise and first_contact.was_told(promise, case.messages):
        return promise.due, _knows_of_delay(promise, case, now)
    # Messages from before the date was a promise have it themselves.
    said = (m for m in case.messages if m.until and not m.promise_id)
    told = [m.until for m in said if m.state not in ("failed", "cancelled")]
    return (told[-1] if told else None), False


def _is_listed(promise: Promise) -> bool:
    """Return whether a promise is in the list: one of the first contact only once it was late, as the steps tell the
    rest."""
    shown = ("late", "broken") if promise.first_contact else ("open", "kept", "late", "broken")
    return promise.state in shown


def _promise_story(
    promise: Promise, case: Case, store: Store, answer: Answer | None, language: str, now: datetime
) -> PromiseStory:
    state: PromiseOutcome = "open"
    day, line = "", "delayed" if _knows_of_delay(promise, case, now) else "by"
    if promise.state in ("kept", "late") and promise.settled_at:
        day = date_format.format_day(store.hours.local_date(promise.settled_at), language, store.country)
        state, line = "kept", promise.state
    elif promise.state == "broken" or promise.is_overdue(now):
        state, line = "missed", "broken" if promise.state == "broken" else "overdue"
    when = delay_notices.format_promise_date(promise.due, store, language)
    sentence = translations("customer_page", language)["promises"][line].format(when=when, day=day)
    return PromiseStory(_promise_text(promise, store, answer, language), state, sentence)


def _knows_of_delay(promise: Promise, case: Case, now: datetime) -> bool:
    """Return whether the promise is at risk and a delay notice was sent."""
    return promise.is_at_risk(now) and any(
        m.promise_id == promise.promise_id and not m.until and m.state == "sent" for m in case.messages
    )


def _promise_text(promise: Promise, store: Store, answer: Answer | None, language: str) -> str:
    """Return the promise as staff wrote it if it passes the wording guard, else a neutral text in `language`."""
    known = known_names(store, answer, "") if answer else (store.name, store.brand)
    if wording_guard.find_blocked_words(promise.what, answer.language if answer else store.language, known):
        something: str = translations("customer_page", language)["promises"]["something"]
        return something
    return promise.what


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
