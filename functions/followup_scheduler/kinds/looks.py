"""Look at a store's own figures once a night, and at what rises in all stores once a week."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from followup_scheduler.effects import Complete, Effect, Reschedule, Run, SweepContext
from lazo.auth.users import user_id_of
from lazo.followup.contact_hours import next_reachable_time
from lazo.insight import rising_look, touchpoint_watch
from lazo.insight.answer_counts import AnswerCounts
from lazo.insight.marked_answers import MarkedDay, marked_days_after
from lazo.insight.stuffing_signs import MANY_TENS, tens_in_a_minute
from lazo.insight.touchpoint_watch import TouchpointSigns
from lazo.messaging.staff_mail import StaffMail
from lazo.store.model import Store
from lazo.table import rising, source_marks, touchpoint_signs
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Item, Put, Update
from lazo.table.messaging.staff_mails import mail_put
from lazo.table.retention import next_night
from lazo.table.stores import every_store_id, list_touchpoints
from lazo.table.views.answer_counts import counts_by_day
from lazo.table.views.answer_times import times_and_scores

ASK_AGAIN_AFTER: Final = timedelta(minutes=30)
"""When the look at all stores asks again whether the late ones have come."""
SUNDAY, MONDAY = 6, 0
_DAY: Final = timedelta(days=1)


def look_at_store(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Look at a store's touchpoints; in the night in which its weeks ended, write them for the look at what rises. All
    is written with the next night's date, so two sweeps at once do it once."""
    table, store = context.table, context.stores.find(item["store_id"], now)
    if store is None:
        yield Complete()
        return
    today = store.hours.local_date(now)
    week = _week_that_ended(table, today)
    first = rising_look.first_day(week) if week else today - touchpoint_watch.DAYS_READ
    days = counts_by_day(table, store.store_id, first, today - _DAY)
    writes: list[Put | Update | Delete] = list(_touchpoint_writes(table, store, days, now))
    if week:
        weeks = rising_look.store_weeks(store.store_id, store.brand, days, week)
        writes += [rising.store_weeks_put(weeks, week), rising.look_date(week, now)]
    yield Reschedule(next_night(store, now), writes)


def look_at_all_stores(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Look at what rises in the weeks of all stores; while some are missing, wait for them, with a bound."""
    week = rising.week_from_item(item)
    if "looked_at" in item:
        yield Complete()
        return
    stores = rising.all_store_weeks(context.table, week)
    of_stores = len(every_store_id(context.table))
    if len(stores) < of_stores and not rising.is_too_late_to_wait(week, now):
        yield Reschedule(now + ASK_AGAIN_AFTER)
        return
    yield Run(lambda: rising.take_look(context.table, item, stores, of_stores, now))


def _week_that_ended(table: Table, today: date) -> date | None:
    """Return the week that ended this night, or the night before, since that one may have been missed; None on other
    days, and if the look was taken without the store."""
    week = rising_look.last_week(today)
    if today.weekday() not in (SUNDAY, MONDAY) or rising.was_looked_at(table, week):
        return None
    return week


def _touchpoint_writes(
    table: Table, store: Store, days: Mapping[date, AnswerCounts], now: datetime
) -> Iterator[Put | Delete]:
    """Yield the writes of what became of a store's touchpoints, if it changed, and of e-mails about those that
    fell silent; and those that forget the marks of the day. Touchpoints that are retired, hang in another store, or are
    for trying things out have no signs."""
    last = store.hours.local_date(now) - _DAY
    before = touchpoint_signs.store_signs(table, store.store_id)
    open_days = [last - n * _DAY for n in range(touchpoint_watch.DAYS_READ.days)]
    open_days = [day for day in open_days if store.hours.opens_on(day)]
    tens = _tens(table, store, days.get(last, AnswerCounts()), last)
    marked: Mapping[str, Sequence[MarkedDay]] = {}
    if marks := source_marks.marks_of_day(table, store.store_id, last):
        marked = marked_days_after(source_marks.marked_days(table, store.store_id), marks, last)
        yield from source_marks.look_writes(store.store_id, last, marked)
    after: dict[str, TouchpointSigns] = {}
    for code, answers in touchpoint_watch.answers_by_touchpoint(days, open_days).items():
        signs = touchpoint_watch.next_signs(
            before.get(code, TouchpointSigns()), answers, tens.get(code, 0), last, marked.get(code, ())
        )
        if signs != TouchpointSigns():
            after[code] = signs
    if after:
        here = {
            each.code for each in list_touchpoints(table, store.store_id) if each.active and not each.test
        }
        after = {code: signs for code, signs in after.items() if code in here}
    if after != before:
        yield touchpoint_signs.signs_put(store.store_id, after, now)
    fell_silent = sorted(
        code for code, signs in after.items() if signs.silent and not _was_silent(before, code)
    )
    if fell_silent:
        yield from _mails(store, tuple(fell_silent), now)


def _tens(table: Table, store: Store, counts: AnswerCounts, day: date) -> dict[str, int]:
    """Return how many tens within a minute each touchpoint got on a day. Answers are read only if there can be any."""
    most = {code: bands.promoters for code, bands in counts.touchpoints.items()}
    for code, n in counts.suspect_touchpoints.items():
        most[code] = most.get(code, 0) + n
    if max(most.values(), default=0) < MANY_TENS:
        return {}
    given = times_and_scores(table, store, day)
    return {code: n for code, answers in given.items() if (n := tens_in_a_minute(answers))}


def _was_silent(before: Mapping[str, TouchpointSigns], code: str) -> bool:
    return code in before and before[code].silent is not None


def _mails(store: Store, codes: tuple[str, ...], now: datetime) -> Iterator[Put]:
    """Yield the e-mails to those who are alerted first and have an address, for when they can be reached."""
    for contact in store.with_contacts_on_duty(now).contacts_at_level(0):
        if contact.email:
            at = next_reachable_time(store, contact, now, reminder=True)
            ref = f"{store.store_id}#{store.hours.local_date(now)}"
            mail = StaffMail(user_id_of(contact), "silence", ref, store.store_id, at, codes=codes)
            yield mail_put(mail)
