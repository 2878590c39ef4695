"""The kinds of due items, and the functions of `kinds/` that handle them. A new one is added to `KINDS`."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from followup_scheduler.effects import Effect, Reschedule, SweepContext
from followup_scheduler.kinds import (
    concerns,
    figures,
    followups,
    improvements,
    looks,
    promises,
    removal,
    reports,
    resurveys,
    unfinished,
)
from lazo.table import answers, customer_rights, customers, due, report_dates, rollups
from lazo.table import followups as followup_table
from lazo.table.dynamodb import figure_keys
from lazo.table.dynamodb.improvement_keys import RESURVEY_KIND, TELLING_KIND
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import (
    acknowledgements,
    bundles,
    customer_messages,
    deliveries,
    digests,
    sms_pauses,
    staff_mails,
)
from lazo.table.nightly_looks import LOOK_KIND
from lazo.table.removal import ERASURE_KIND
from lazo.table.retention import RETENTION_KIND

Handler = Callable[[Item, datetime, SweepContext], Iterable[Effect]]
"""Reads what an item needs, and returns what follows from its date (now), in the order in which it is applied."""


def _is_date(kind: str) -> Callable[[Key], bool]:
    return lambda key: due.is_date(key, kind)


RESTRICTED_RETRY: Final = timedelta(hours=1)
"""When a date is looked at again whose customer wants their data not used."""


KINDS: Final[tuple[tuple[Callable[[Key], bool], Handler], ...]] = (
    (answers.is_answer, unfinished.classify_answer),
    (customers.is_event, unfinished.weigh_customer_event),
    (customer_messages.is_message, unfinished.finish_customer_message),
    (acknowledgements.is_acknowledgement, unfinished.finish_acknowledgement),
    (deliveries.is_delivery, unfinished.finish_delivery),
    (bundles.is_bundle, unfinished.send_bundle),
    (digests.is_digest, unfinished.send_digest),
    (sms_pauses.is_pause, unfinished.watch_sms_pause),
    (followup_table.is_followup, followups.escalate_overdue),
    (_is_date("reminder"), followups.remind_of_deadline),
    (_is_date("customer_update"), followups.tell_of_silence),
    (_is_date("promise_checkpoint"), promises.remind_at_checkpoint),
    (_is_date("delay_notice"), promises.alert_at_risk),
    (_is_date("promise_due"), promises.alert_when_due),
    (_is_date("concern_checkpoint"), concerns.remind_at_checkpoint),
    (_is_date("concern_due"), concerns.alert_when_due),
    (_is_date("resurvey"), resurveys.ask_again),
    (_is_date(RESURVEY_KIND), resurveys.ask_about_improvement),
    (_is_date(ERASURE_KIND), removal.continue_erasure),
    (_is_date(RETENTION_KIND), removal.apply_retention),
    (_is_date(TELLING_KIND), improvements.tell_customers),
    (customer_rights.is_rights, removal.continue_restriction),
    (rollups.is_counted, figures.roll_up_store),
    (figure_keys.is_group_month, figures.roll_up_groups),
    (_is_date(report_dates.WEEK_KIND), reports.close_week),
    (_is_date(report_dates.PRAISE_KIND), reports.tell_praise),
    (staff_mails.is_mail, reports.send_mail),
    (_is_date(LOOK_KIND), looks.look_at_store),
    (figure_keys.is_rising_look, looks.look_at_all_stores),
)
"""Whether the item at a key is of this kind, and what handles it."""


def handler_for(key: Key) -> Handler:
    """Return what handles the item at `key`; raises LookupError when nothing does."""
    for matches, handle in KINDS:
        if matches(key):
            return handle
    raise LookupError("an item of no known kind is due")


def effects_of(key: Key, item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Yield what follows from the item's date. A date of a follow-up waits while its customer wants their data not
    used, except for an erasure. Raises LookupError if nothing handles the item."""
    handle = handler_for(key)
    if due.is_date_of_followup(key) and not due.is_date(key, ERASURE_KIND):
        about = followup_table.get_followup(context.table, item["followup_id"])
        if about and about.restricted_at:
            yield Reschedule(now + RESTRICTED_RETRY)
            return
    yield from handle(item, now, context)
