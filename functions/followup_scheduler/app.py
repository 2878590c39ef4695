"""Every minute: act on each item of the table whose date has come."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from followup_scheduler.due_kinds import effects_of
from followup_scheduler.effects import SweepContext, apply
from lazo import clock
from lazo.messaging.send_state import SendState
from lazo.runtime import logs, metrics, settings
from lazo.runtime.error_logging import error_fields
from lazo.table import due
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import acknowledgements, customer_messages, deliveries, staff_mails
from lazo.table.restore_guard import RestoreGuard
from lazo.table.stores import StoreCache
from lazo.workflows.classification import Classifier, broken_rules_reporter
from lazo.workflows.events import Topic

TIME_KEPT_BACK = 10_000
"""Milliseconds before the time-out from which on no further item is begun; the next sweep continues."""

FAILURES_BEFORE_DEAD_LETTER = 8


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with. `dead_letter` stores the key of an item that fails again and again."""

    context: SweepContext
    dead_letter: Callable[[dict[str, Any]], None]
    logger: Logger
    metrics: Metrics
    restore_guard: RestoreGuard


@cache
def wire() -> Deps:
    """Return what the handler works with, made once for each copy of the function."""
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    topic = Topic(settings.client("sns"), settings.required("TOPIC_ARN"))
    logger = logs.logger()
    stores = StoreCache(table, logger)
    queue, url = settings.client("sqs"), settings.required("DEAD_LETTERS_URL")

    def dead_letter(what: dict[str, Any]) -> None:
        queue.send_message(QueueUrl=url, MessageBody=json.dumps(what))

    namespace = settings.required("POWERTOOLS_METRICS_NAMESPACE")
    classifier = Classifier(
        table,
        topic,
        stores,
        metrics.unusual_rate_counter(namespace, "followup_scheduler"),
        broken_rules_reporter(logger, metrics.broken_rules_counter(namespace, "followup_scheduler")),
    )
    context = SweepContext(table, topic, stores, metrics.counter(namespace), classifier)
    return Deps(context, dead_letter, logger, Metrics(namespace=namespace), RestoreGuard(table))


def handle(milliseconds_left: Callable[[], int], deps: Deps) -> dict[str, int]:
    """Run one sweep: act on each due item, by priority and oldest first, while there is time.

    Returns how many items were acted on, and how many failed; one that fails stops no other. A restored copy of a
    table is left alone.
    """
    if not deps.restore_guard.is_original():
        deps.logger.error("this table is a copy: nothing is sent from it (docs/runbook.md, Restore)")
        return {"acted": 0, "failed": 0}
    acted = failed = 0
    longest_due = longest_unsent = 0.0
    for key in due.due_item_keys(deps.context.table, clock.now()):
        if milliseconds_left() < TIME_KEPT_BACK:
            break
        # One instant for both: a clock set back in between would make what was due not due, and drop it.
        item, now = None, clock.now()
        try:
            item = due.get_due_item(deps.context.table, key, now)
            if item:
                longest_due = max(longest_due, due.overdue_seconds(item, now))
                longest_unsent = max(longest_unsent, seconds_unsent(key, item, now))
                apply(effects_of(key, item, now, deps.context), key, item, deps.context)
                acted += 1
        except Exception as error:
            failed += 1
            deps.logger.error("due item failed", kind=keys.kind_of(key), **error_fields(error))
            if item:
                _try_again_later(key, item, deps)
    deps.metrics.add_metric("OldestDueSeconds", MetricUnit.Seconds, longest_due)
    deps.metrics.add_metric("OldestUnfinishedSeconds", MetricUnit.Seconds, longest_unsent)
    deps.metrics.add_metric("DueItems", MetricUnit.Count, acted)
    deps.metrics.add_metric("DueItemsFailed", MetricUnit.Count, failed)
    deps.metrics.flush_metrics()
    return {"acted": acted, "failed": failed}


def _try_again_later(key: Key, item: Item, deps: Deps) -> None:
    """Put a failed item off: one minute, doubled with each failure.

    From the eighth failure on the item goes to the dead-letter queue and is tried once a day, so that a follow-up
    continues once the cause is gone. An item that was moved before it failed is due at its new date; each eighth of its
    failures goes to the dead-letter queue. When this fails too, the item stays as it is for the next sweep.
    """
    failures = item.get("due_failures", 0) + 1
    try:
        if failures < FAILURES_BEFORE_DEAD_LETTER:
            wait = timedelta(minutes=2 ** (failures - 1))
        else:
            deps.dead_letter({"pk": key.pk, "sk": key.sk, "reason": f"failed {failures} times"})
            wait = timedelta(days=1)
        if due.reschedule(deps.context.table, key, item, clock.now() + wait, failures):
            return
        after = due.count_failure_after_move(deps.context.table, key)
        if after and after % FAILURES_BEFORE_DEAD_LETTER == 0:
            deps.dead_letter({"pk": key.pk, "sk": key.sk, "reason": f"failed {after} times"})
    except Exception as error:
        deps.logger.error("failed item not put off", kind=keys.kind_of(key), **error_fields(error))


def seconds_unsent(key: Key, item: Item, now: datetime) -> float:
    """Return for how many seconds a message could have been sent and was not; 0.0 for an item that is no message.

    Time for which a message was held back, by its reader's hours or after a failed attempt, does not count.
    """
    if deliveries.is_delivery(key):
        delivery = deliveries.delivery_from_item(item)
        return _seconds_since(delivery.not_before, delivery, now)
    if customer_messages.is_message(key):
        message = customer_messages.message_from_item(item)
        return _seconds_since(message.starts_at, message, now)
    if acknowledgements.is_acknowledgement(key):
        told = acknowledgements.acknowledgement_from_item(item)
        return _seconds_since(told.starts_at, told, now)
    if staff_mails.is_mail(key):
        mail = staff_mails.mail_from_item(item)
        return _seconds_since(mail.planned_at, mail, now)
    return 0.0


def _seconds_since(not_before: datetime, message: SendState, now: datetime) -> float:
    since = max(not_before, message.lease_until) if message.lease_until else not_before
    return max(0.0, (now - since).total_seconds())


def lambda_handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Handle the schedule's event."""
    return handle(context.get_remaining_time_in_millis, wire())
