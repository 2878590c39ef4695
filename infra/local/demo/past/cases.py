"""What became of the unhappy answers: who took them on and when, what was promised, and how it ended."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from infra.local.demo.past.answers import AWAKE
from lazo import ids
from lazo.case.model import HistoryEntry, HistoryKind
from lazo.followup import lifecycle, opening
from lazo.followup.model import FollowUp, LaterAnswer, Resurvey
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise.model import Promise
from lazo.store.model import Store
from lazo.survey.answer import Answer, Classification
from lazo.survey.nps import band_of_score

_NEVER_TAKEN_ON, _PASSED_ON, _PROMISED, _CONFIRMED, _ASKED_AGAIN = 0.04, 0.2, 0.35, 0.55, 0.6
_NOT_REACHED = 0.12
_CAME_BACK, _STILL_UNHAPPY = {True: 0.3, False: 0.8}, {True: 0.0, False: 0.35}
"""Whether customers answer again of themselves, and are unhappy whatever others are; by whether they were reached."""
_BACK_WITHIN = (timedelta(days=4), timedelta(days=20))


@dataclass(slots=True)
class PastCase:
    """A case as it stands now, with its history and promises; `again` is the answer of its customer to the resurvey."""

    followup: FollowUp
    history: list[HistoryEntry] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    again: Answer | None = None

    def enter(self, what: HistoryKind, store: Store, at: datetime, **detail: str) -> None:
        """Add an entry of the owner's."""
        contact = store.contact(self.followup.owner or "")
        by, name = (contact.contact_id, contact.name) if contact else ("", "")
        about = self.followup
        self.history.append(
            HistoryEntry(f"past-{what}-{about.version}", what, by, name, at, about.version, detail)
        )


def past_cases(
    store: Store, answers: Sequence[Answer], words: Mapping[str, Sequence[str]], now: datetime
) -> Iterator[PastCase]:
    """Yield the case of each answer that needed one. `words`: what was `done` and `promised`."""
    opened = [(answer, opening.open_for_answer(answer, store)) for answer in answers]
    needed = [(answer, _alerted(followup, store)) for answer, followup in opened if followup]
    known: set[str] = set()
    for answer, followup in needed[:-2]:
        case = _lived(PastCase(followup), answer, store, words, now)
        _came_back(case, answers, known)
        yield case
    # The newest two are in work: one just taken on, one with a promise ahead.
    for number, (answer, followup) in enumerate(needed[-2:]):
        yield _in_work(PastCase(followup), answer, store, words, now, promised=number == 0)


def _alerted(followup: FollowUp, store: Store) -> FollowUp:
    """Return the follow-up with its alert: a second after it opened, or when the store next does."""
    return replace(followup, alerted_at=store.hours.next_opening(followup.opened_at) + timedelta(seconds=1))


def _lived(
    case: PastCase, answer: Answer, store: Store, words: Mapping[str, Sequence[str]], now: datetime
) -> PastCase:
    chance = random.Random(answer.ulid)  # noqa: S311 - invented data
    at = store.hours.add_open_time(case.followup.opened_at, timedelta(minutes=chance.expovariate(1 / 7)))
    if chance.random() < _NEVER_TAKEN_ON:
        ended = case.followup.opened_at + timedelta(days=store.policy.close_light_days)
        if ended < now:
            case.followup = case.followup.changed(stage="unanswered", unanswered_at=ended, deadline=None)
            return case
    first, *higher = sorted(store.contacts, key=lambda contact: contact.level)
    owner = first.contact_id
    if higher and chance.random() < _PASSED_ON:
        at = store.hours.add_open_time(at, timedelta(minutes=15))
        case.followup, owner = case.followup.changed(level=higher[0].level), higher[0].contact_id
    case.followup = lifecycle.take_on(case.followup, owner, store, at)
    case.enter("taken_on", store, at)
    at = store.hours.add_open_time(at, timedelta(minutes=chance.expovariate(1 / 12)))
    reached = chance.random() >= _NOT_REACHED
    case.followup = lifecycle.record_contact(case.followup, store, at, reached=reached)
    case.enter(
        "contacted",
        store,
        at,
        channel="in_person" if reached else "phone",
        reached="yes" if reached else "no",
    )
    if reached and chance.random() < _PROMISED:
        due = store.hours.add_open_time(at, timedelta(hours=chance.choice([4, 9, 24, 30])))
        at = _promised(case, store, words["promised"], at, due, chance, now)
    else:
        at = store.hours.add_open_time(at, timedelta(minutes=chance.expovariate(1 / 60)))
    if at < now:
        theme = next(iter(case.followup.themes), "service")
        done = chance.choice(words["done"])
        case.followup = lifecycle.resolve(
            case.followup, store, at, root_cause_theme=theme, root_cause="", done=done
        )
        case.enter("resolved", store, at)
        _ended(case, answer, store, at, chance, now)
    return case


def _came_back(case: PastCase, answers: Sequence[Answer], known: set[str]) -> None:
    """Let the customer be the one who gave a later answer, if that is nobody's yet (`known`)."""
    about = case.followup
    reached = about.reached is True
    chance = random.Random(about.followup_id)  # noqa: S311 - invented data
    since = about.contacted_at or about.unanswered_at
    if since is None or chance.random() >= _CAME_BACK[reached]:
        return
    first, last = (since + each for each in _BACK_WITHIN)
    free = [
        each for each in answers if first < each.at < last and not each.suspect and each.ulid not in known
    ]
    unhappy = [each for each in free if band_of_score(each.score) == "detractor"]
    later = (
        chance.choice(unhappy if unhappy and chance.random() < _STILL_UNHAPPY[reached] else free)
        if free
        else None
    )
    if later:
        known.add(later.ulid)
        case.followup = about.changed(later_answer=LaterAnswer(later.at, later.score))


def _in_work(
    case: PastCase,
    answer: Answer,
    store: Store,
    words: Mapping[str, Sequence[str]],
    now: datetime,
    *,
    promised: bool,
) -> PastCase:
    chance = random.Random(answer.ulid)  # noqa: S311 - invented data
    first = min(store.contacts, key=lambda contact: contact.level)
    at = store.hours.add_open_time(case.followup.opened_at, timedelta(minutes=6))
    case.followup = lifecycle.take_on(case.followup, first.contact_id, store, at)
    case.enter("taken_on", store, at)
    if promised:
        at = store.hours.add_open_time(at, timedelta(minutes=8))
        case.followup = lifecycle.record_contact(case.followup, store, at, reached=True)
        case.enter("contacted", store, at, channel="in_person", reached="yes")
        due = store.hours.add_open_time(now, timedelta(hours=5))
        _promised(case, store, words["promised"], at, due, chance, now)
    return case


def _promised(
    case: PastCase,
    store: Store,
    texts: Sequence[str],
    at: datetime,
    due: datetime,
    chance: random.Random,
    now: datetime,
) -> datetime:
    """Add a promise. Returns when it ended, or would have."""
    about = case.followup
    made = Promise(
        promise_id=ids.new_ulid(at, chance.randbytes(10)),
        followup_id=about.followup_id,
        store_id=store.store_id,
        what=chance.choice(texts),
        due=due,
        owner=about.owner or "",
        hears_by="in_person",
        made_by=about.owner or "",
        made_at=at,
    )
    case.enter("promise_made", store, at)
    ended = due - (due - at) * chance.random() if chance.random() < 0.86 else due + timedelta(hours=5)
    if ended < now:
        kept = made if ended < due else promise_lifecycle.mark_missed(made)
        case.promises.append(promise_lifecycle.keep_promise(kept, made.owner, ended))
    else:
        case.promises.append(made)
    return ended


def _ended(
    case: PastCase, answer: Answer, store: Store, at: datetime, chance: random.Random, now: datetime
) -> None:
    """Let the customer confirm or not, and be asked again, as far as that is in the past."""
    waits = timedelta(days=store.policy.confirm_days)
    if not case.followup.reached or chance.random() >= _CONFIRMED:
        if at + waits < now:
            case.followup = lifecycle.end_unconfirmed(case.followup, at + waits)
        return
    confirmed = at + waits * chance.random()
    if confirmed >= now:
        return
    case.followup = lifecycle.confirm_by_customer(case.followup, store, confirmed)
    asked = _awake(store, confirmed + timedelta(days=store.policy.ask_again_days))
    if asked >= now or chance.random() >= _ASKED_AGAIN:
        return
    answered = _awake(store, asked + timedelta(hours=chance.expovariate(1 / 8)))
    score = min(10, max(0, round(chance.gauss(7.5, 2))))
    again = Resurvey(asked)
    if answered < now and chance.random() < 0.5:
        again = Resurvey(asked, answered, score, "yes" if score > 6 else "little")
        case.again = _answer_again(answer, again, answered, case.followup.followup_id, chance)
    case.followup = replace(case.followup, again=again)


def _awake(store: Store, at: datetime) -> datetime:
    """Return a time when customers are awake: this, or as many minutes after the next hour in which they are."""
    local, (first, last) = at.astimezone(store.hours.zone), AWAKE
    if first <= local.hour < last:
        return at
    return (local + timedelta(days=local.hour >= last)).replace(hour=first).astimezone(at.tzinfo)


def _answer_again(
    first: Answer, again: Resurvey, at: datetime, followup_id: str, chance: random.Random
) -> Answer:
    ulid = ids.new_ulid(at, chance.randbytes(10))
    given = replace(
        first,
        answer_id=ulid,
        ulid=ulid,
        at=at,
        score=again.score or 0,
        comment="",
        reasons=(),
        suspect=(),
        resurvey_of=followup_id,
        improved=again.improved,
    )
    found = Classification(band_of_score(given.score), (), (), False, (), (), at)
    return given.with_classification(found)
