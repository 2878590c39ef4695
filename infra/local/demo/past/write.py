"""Write the past of the demo stores: items as the product would have written them, past its API, since it would take a
minute to live through them. `lazo recount` finds no difference (a test)."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.local.cloud import LocalCloud
from infra.local.demo.past.answers import StoreCharacter, past_answers
from infra.local.demo.past.cases import PastCase, past_cases
from infra.local.demo.past.improvements import past_improvement
from infra.local.demo.past.looks import past_visitors, take_last_look
from infra.local.demo.past.weeks import closed_weeks, counts_of_running_week
from infra.local.direct_items import put_directly
from lazo.followup.recovery import counted_as
from lazo.insight.case_counts import case_counts
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import counters, followups, improvements, nightly_looks, report_dates, rollups
from lazo.table.case_records import HISTORY
from lazo.table.dynamodb import counter_names, figure_keys, improvement_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, set_attributes
from lazo.table.promises import counted_outcomes, promise_item
from lazo.table.stores import get_store, get_touchpoint
from lazo.table.visitors import enter_visitors

FILE = Path(__file__).with_name("past.toml")


def write_past(cloud: LocalCloud) -> int:
    """Give each demo store its past, marked as `sample`. Returns how many answers there are."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    table, now = Table(cloud.client("dynamodb"), cloud.physical_id("Table")), cloud.now()
    written, months, stores = 0, set[str](), list[Store]()
    for shown in cloud.stores:
        store = get_store(table, shown["store_id"])
        touchpoints = [get_touchpoint(table, each["code"]) for each in shown["touchpoints"]]
        if store is None or store.store_id not in data["stores"]:
            continue
        character = _character(data, store)
        answers = [*past_answers(store, [each for each in touchpoints if each], character, now)]
        words = {name: data[name][store.language] for name in ("done", "promised")}
        cases = [*past_cases(store, answers, words, now)]
        answers += [case.again for case in cases if case.again]
        visitors = past_visitors(store, answers, now)
        weeks = closed_weeks(store, answers, cases, visitors, now)
        put_directly(cloud, [*_items(store, answers, cases), *weeks])
        for write in counts_of_running_week(store, cases, now):
            table.update(write)
        report_dates.start_reports(table, store, now)
        nightly_looks.start_looks(table, store, now)
        _write_improvements(table, store, data["improvements"], now)
        enter_visitors(table, store.store_id, visitors, now)
        stores.append(store)
        for month in sorted({f"{store.hours.local_date(answer.at):%Y-%m}" for answer in answers}):
            rollups.roll_up_store_month(table, store, month, now)
            months.add(month)
        written += len(answers)
    for month in months:
        rollups.roll_up_groups(table, month, now)
    take_last_look(table, stores, now)
    return written


def _write_improvements(
    table: Table, store: Store, written: Iterable[Mapping[str, Any]], now: datetime
) -> None:
    for each in written:
        if each["store"] == store.store_id:
            made = past_improvement(store, each, now)
            improvements.save_improvement(table, None, made, made.published_at or now)
            table.update(set_attributes(improvement_keys.improvement(made.improvement_id), {"sample": True}))


def _character(data: Mapping[str, Any], store: Store) -> StoreCharacter:
    unhappy, happy = (data[name][store.language] for name in ("unhappy", "happy"))
    return StoreCharacter(**data["stores"][store.store_id], words={"detractor": unhappy, "promoter": happy})


def _items(store: Store, answers: Iterable[Answer], cases: Iterable[PastCase]) -> Iterator[Item]:
    counted: dict[Key, Counter[str]] = {}

    def count(key: Key, names: Iterable[str]) -> None:
        counted.setdefault(key, Counter()).update(names)

    for answer in answers:
        yield _sample(followups.classified_answer_item(answer))
        on, names = counters.counters_of(answer, store)
        count(figure_keys.day(store.store_id, on), names)
    for case in cases:
        about = case.followup
        own, listed = followups.opening_puts(about)
        yield _sample(own.item)
        yield listed.item
        yield from (HISTORY.item(about.followup_id, entry) for entry in case.history)
        if about.recovery_month:
            month = figure_keys.recovery_of_month(store.store_id, about.recovery_month)
            count(month, map(counter_names.recovery, counted_as(about).elements()))
        if about.opened_month:
            month = figure_keys.times_of_month(store.store_id, about.opened_month)
            count(month, map(counter_names.case, case_counts(about).elements()))
        if about.unanswered_at:
            month = figure_keys.recovery_of_month(store.store_id, _month(store, about.unanswered_at))
            count(month, [counter_names.recovery("unanswered")])
        for promise in case.promises:
            yield promise_item(promise)
            for name, at in counted_outcomes(promise):
                count(figure_keys.promises_of_month(store.store_id, _month(store, at)), [name])
    yield from (key.item(**names, changes=1) for key, names in counted.items())


def _month(store: Store, at: datetime) -> str:
    return f"{store.hours.local_date(at):%Y-%m}"


def _sample(item: Item) -> Item:
    return {**item, "sample": True}
