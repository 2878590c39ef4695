"""What is unusual at touchpoints, in sentences, for those who may read it.

That a poster fell silent is for everybody who works with the store. That answers may have been begged for or made up is
shown to those above its team: the team would be the ones who did it, or be accused of it by a figure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lazo.insight.statements import (
    activity_statement,
    describe,
    one_device_statement,
    team_network_statement,
    tens_statement,
)
from lazo.insight.touchpoint_watch import TouchpointSigns


@dataclass(frozen=True, slots=True)
class TouchpointNote:
    """What is said of a touchpoint (`code`) of a store: about the days from `first` to `last`, which lead to the
    answers behind it; `last` is None while it goes on. `is_doubt`: answers may have been begged for or made up."""

    store_id: str
    code: str
    sentence: str
    first: date
    last: date | None
    is_doubt: bool


def touchpoint_notes(
    signs: Mapping[str, Mapping[str, TouchpointSigns]], above: Collection[str], language: str
) -> Sequence[TouchpointNote]:
    """Return what a reader is told of touchpoints, given their signs by store and code. `above`: the ids of the stores
    in which the reader's role is not "store"."""
    notes = []
    for store_id, of_store in sorted(signs.items()):
        for code, each in sorted(of_store.items()):
            notes += [
                TouchpointNote(store_id, code, sentence, first, last, is_doubt)
                for sentence, first, last, is_doubt in _said(each, language)
                if store_id in above or not is_doubt
            ]
    return notes


def _said(signs: TouchpointSigns, language: str) -> Sequence[tuple[str, date, date | None, bool]]:
    said: list[tuple[str, date, date | None, bool]] = []
    if signs.silent and signs.silent_since:
        said.append((describe(activity_statement(signs.silent), language), signs.silent_since, None, False))
    if signs.flooded and signs.flooded_on:
        first = signs.flooded_on - timedelta(days=signs.flooded.days - 1)
        said.append((describe(activity_statement(signs.flooded), language), first, signs.flooded_on, True))
    if signs.tens_on:
        said.append((describe(tens_statement(signs.tens), language), signs.tens_on, signs.tens_on, True))
    for statement, found, last in (
        (one_device_statement, signs.device, signs.device_on),
        (team_network_statement, signs.network, signs.network_on),
    ):
        if found and last:
            first = last - timedelta(days=found.days - 1)
            said.append((describe(statement(found), language), first, last, True))
    return said
