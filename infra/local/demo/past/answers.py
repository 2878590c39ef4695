"""Answers that the demo stores might have got, by `past.toml`: by hour and weekday, with comments, and with a theme
that has become better or worse. The same day and store always get the same."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from lazo import ids
from lazo.store.model import Store, Touchpoint
from lazo.survey.answer import Answer, Classification
from lazo.survey.nps import band_of_score

DAYS: Final = 90
AWAKE: Final = (8, 22)
"""Customers answer from one hour to the other, by the store's clock, also where it never closes."""
_WEEKDAYS: Final = (0.8, 0.8, 0.9, 1.0, 1.3, 1.5, 0.7)
_CLASSIFIED_AFTER: Final = timedelta(seconds=2)
_COMMENTS: Final = {"detractor": 0.6, "passive": 0.0, "promoter": 0.3}
_SUSPECT: Final = 0.02
_UNTIL: Final = timedelta(hours=2)
_IN_WORK: Final = (timedelta(minutes=100), timedelta(minutes=35))


@dataclass(frozen=True, slots=True)
class StoreCharacter:
    """How a store is spoken of: `words` by band and theme, and the chances of all that."""

    answers_a_day: float
    scores: Sequence[int]
    changes: Sequence[Mapping[str, Any]]
    words: Mapping[str, Mapping[str, Sequence[str]]]

    def weights(self, days_ago: int) -> dict[str, float]:
        """Return how often each theme is complained about, so many days ago."""
        found = {theme: float(len(said)) for theme, said in self.words["detractor"].items()}
        for change in self.changes:
            if days_ago <= change["days_ago"]:
                found[change["theme"]] *= change["times"]
        return found


def past_answers(
    store: Store, touchpoints: Sequence[Touchpoint], character: StoreCharacter, now: datetime
) -> Iterator[Answer]:
    """Yield the classified answers of the last days, oldest first; at the end two unhappy ones whose cases are in
    work."""
    today = store.hours.local_date(now)
    usual = sum(character.weights(DAYS + 1).values())
    for days_ago in range(DAYS, -1, -1):
        on = today - timedelta(days=days_ago)
        chance = random.Random(f"{store.store_id} {on}")  # noqa: S311 - invented data
        opened = _opening_times(store, on)
        weights = character.weights(days_ago)
        trouble = math.sqrt(sum(weights.values()) / usual)
        for at in sorted(_times(opened, character.answers_a_day * _WEEKDAYS[on.weekday()], chance)):
            answer = _answer(store, chance.choice(touchpoints), character, weights, trouble, at, chance)
            if at < now - _UNTIL:
                yield answer
    yield from _answers_in_work(store, touchpoints, character, now)


def _answers_in_work(
    store: Store, touchpoints: Sequence[Touchpoint], character: StoreCharacter, now: datetime
) -> Iterator[Answer]:
    """Yield two unhappy answers of the last hours in which the store was open."""
    opened = store.hours.open_intervals(now - timedelta(days=4), now)
    unhappy = replace(character, scores=[3, 1, 2, 3, 3, 6, 7, 0, 0, 0, 0])
    for number, before in enumerate(_IN_WORK if opened else ()):
        chance = random.Random(f"{store.store_id} {number}")  # noqa: S311 - invented data
        at = max(opened[-1][0], opened[-1][1] - before)
        yield _answer(store, touchpoints[0], unhappy, character.weights(0), 1.0, at, chance)


def _opening_times(store: Store, on: date) -> list[tuple[datetime, datetime]]:
    first, last = (datetime(on.year, on.month, on.day, hour, tzinfo=store.hours.zone) for hour in AWAKE)
    return store.hours.open_intervals(first, last)


def _times(
    opened: Sequence[tuple[datetime, datetime]], expected: float, chance: random.Random
) -> Iterator[datetime]:
    """Yield times within the opening hours, about as many as expected (Poisson)."""
    most, product = math.exp(-expected), chance.random()
    while product > most and opened:
        first, last = chance.choice(opened)
        yield first + (last - first) * chance.betavariate(2, 1.6)
        product *= chance.random()


def _answer(
    store: Store,
    touchpoint: Touchpoint,
    character: StoreCharacter,
    weights: Mapping[str, float],
    trouble: float,
    at: datetime,
    chance: random.Random,
) -> Answer:
    unhappy = [n * (trouble if score <= 6 else 1) for score, n in enumerate(character.scores)]
    (score,) = chance.choices(range(11), unhappy)
    band = band_of_score(score)
    said = character.words.get(band, {})
    theme = chance.choices([*weights], [*weights.values()])[0] if band == "detractor" else None
    if band == "promoter":
        theme = chance.choice([*said])
    comment = chance.choice(said[theme]) if theme and chance.random() < _COMMENTS[band] else ""
    reasons = (theme,) if theme and chance.random() < 0.5 else ()
    ulid = ids.new_ulid(at, chance.randbytes(10))
    answer = Answer(
        answer_id=ulid,
        ulid=ulid,
        store_id=store.store_id,
        code=touchpoint.code,
        touchpoint=touchpoint.label,
        score=score,
        language=store.language,
        at=at,
        comment=comment,
        reasons=reasons,
        suspect=("too_fast",) if chance.random() < _SUSPECT else (),
        signed=True,
    )
    return answer.with_classification(_classification(answer, theme))


def _classification(answer: Answer, theme: str | None) -> Classification:
    """Return what the rules find (a test compares): the theme that the words are listed under."""
    band = band_of_score(answer.score)
    themes = (theme,) if theme and answer.says_something else ()
    complained, praised = (themes, ()) if band == "detractor" else ((), themes)
    return Classification(
        band=band,
        themes=complained,
        urgency=(),
        leaving=False,
        competitors=(),
        suspect=answer.suspect,
        at=answer.at + _CLASSIFIED_AFTER,
        praised=praised,
    )
