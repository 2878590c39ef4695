"""The kinds of due items, and the functions of `kinds/` that handle them. A new one is added to `KINDS`."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from followup_scheduler.effects import Effect, Reschedule, SweepContext
from followup_scheduler.kinds import followups, promises, removal, unfinished
from lazo.table import answers, customer_rights, customers, due
from lazo.table import followups as followup_table
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import customer_messages, deliveries, digests
from lazo.table.removal import ERASURE_KIND
from lazo.table.retention import RETENTION_KIND

Handler = Callable[[Item, datetime, SweepContext], Iterable[Effect]]
"""Reads what an item needs, and returns what follows from its date (now), in the order in which it is applied."""


def _is_date(kind: str) -> Callable[[Key], bool]:
    return lambda key: due.is_date(key, kind)


RESTRICTED_RETRY: Final = timedelta(hours=1)
"""When a date is looked at again whose customer wants their data not used."""


def _unless_restricted(handle: Handler) -> Handler:
    """Return `handle` for a date of a follow-up, which waits while the use of the customer's data is restricted."""

    def handle_or_wait(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
        followup_id = item.get("followup_id")
        about = followup_table.get_followup(context.table, followup_id) if followup_id else None
        if about and about.restricted_at:
            yield Reschedule(now + RESTRICTED_RETRY)
        else:
            yield from handle(item, now, context)

    return handle_or_wait


KINDS: Final[tuple[tuple[Callable[[Key], bool], Handler], ...]] = (
    (answers.is_answer, unfinished.classify_answer),
    (customers.is_event, unfinished.weigh_customer_event),
    (customer_messages.is_message, unfinished.finish_customer_message),
    (deliveries.is_delivery, unfinished.finish_delivery),
    (digests.is_digest, unfinished.send_digest),
    (followup_table.is_followup, followups.escalate_overdue),
    (_is_date("reminder"), _unless_restricted(followups.remind_of_deadline)),
    (_is_date("customer_update"), _unless_restricted(followups.tell_of_silence)),
    (_is_date("promise_checkpoint"), _unless_restricted(promises.remind_at_checkpoint)),
    (_is_date("delay_notice"), _unless_restricted(promises.alert_at_risk)),
    (_is_date("promise_due"), _unless_restricted(promises.alert_when_due)),
    (_is_date("resurvey"), _unless_restricted(followups.ask_again)),
    (_is_date(ERASURE_KIND), removal.continue_erasure),
    (_is_date(RETENTION_KIND), _unless_restricted(removal.apply_retention)),
    (customer_rights.is_rights, removal.continue_restriction),
)
"""Whether the item at a key is of this kind, and what handles it."""


def handler_for(key: Key) -> Handler:
    """Return what handles the item at `key`; raises LookupError when nothing does."""
    for matches, handle in KINDS:
        if matches(key):
            return handle
    raise LookupError("an item of no known kind is due")
