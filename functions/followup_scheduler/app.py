"""Every minute: whatever has a date that has come, and what the date is for."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from followup_scheduler import kinds
from followup_scheduler.effects import Count, World, carry_out
from lazo import clock
from lazo.runtime import logs, settings
from lazo.runtime.error_logging import facts
from lazo.table import due
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import customer_messages, deliveries
from lazo.table.restore_guard import Home
from lazo.table.stores import KnownStores
from lazo.timestamps import from_text
from lazo.workflows.classification import Intake
from lazo.workflows.events import Topic

TIME_KEPT_BACK = 10_000
"""Milliseconds before the time-out at which no further item is begun; the next sweep goes on."""

FAILURES_TOLD = 8


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with. `dead_letter` stores what the sweep gives up on; `count` measures what it did."""

    world: World
    dead_letter: Callable[[dict[str, Any]], None]
    count: Callable[[Count], None]
    logger: Logger
    metrics: Metrics
    home: Home


@cache
def wire() -> Deps:
    """Settings and clients, made once for each copy of the function."""
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    topic = Topic(settings.client("sns"), settings.required("TOPIC_ARN"))
    logger = logs.logger()
    stores = KnownStores(table, logger)
    queue, url = settings.client("sqs"), settings.required("DEAD_LETTERS_URL")

    def dead_letter(what: dict[str, Any]) -> None:
        queue.send_message(QueueUrl=url, MessageBody=json.dumps(what))

    kinds.all_kinds()  # loaded while the copy starts, not with its first due item
    namespace = settings.required("POWERTOOLS_METRICS_NAMESPACE")

    def count(what: Count) -> None:
        with single_metric(name=what.name, unit=MetricUnit.Count, value=1, namespace=namespace) as metric:
            for name, value in what.dimensions.items():
                metric.add_dimension(name, value)

    world = World(table, topic, stores, Intake(table, topic, stores))
    return Deps(world, dead_letter, count, logger, Metrics(namespace=namespace), Home(table))


def handle(milliseconds_left: Callable[[], int], deps: Deps) -> dict[str, int]:
    """One sweep: act on each due item, by priority and oldest first, while there is time. Returns how many were acted
    on and how many failed; one that fails stops no other. A restored copy of a table is left alone."""
    if not deps.home.holds():
        deps.logger.error("this table is a copy: nothing is sent from it (docs/runbook.md, Restore)")
        return {"acted": 0, "failed": 0}
    acted = failed = 0
    longest = unfinished = 0.0
    for key in due.come(deps.world.table, clock.now()):
        if milliseconds_left() < TIME_KEPT_BACK:
            break
        # One instant for both: a clock set back in between would make what was due not due, and drop it.
        item, now = None, clock.now()
        try:
            item = due.get(deps.world.table, key, now)
            if item:
                longest = max(longest, due.lag(item, now))
                unfinished = max(unfinished, unfinished_for(key, item, now))
                carry_out(kinds.of(key).due(item, now, deps.world), key, item, deps.world, deps.count)
                acted += 1
        except Exception as error:
            failed += 1
            deps.logger.error("due item failed", extra={"kind": key.sk.partition("#")[0], **facts(error)})
            if item:
                _try_again_later(key, item, deps)
    deps.metrics.add_metric("OldestDueSeconds", MetricUnit.Seconds, longest)
    deps.metrics.add_metric("OldestUnfinishedSeconds", MetricUnit.Seconds, unfinished)
    deps.metrics.add_metric("DueItems", MetricUnit.Count, acted)
    deps.metrics.add_metric("DueItemsFailed", MetricUnit.Count, failed)
    deps.metrics.flush_metrics()
    return {"acted": acted, "failed": failed}


def _try_again_later(key: Key, item: Item, deps: Deps) -> None:
    """Wait twice as long after each failure; from the eighth on the dead-letter store is told, and it is tried once
    a day: whatever was in the way, a follow-up goes on when it is gone. What has been moved on already comes when it is
    due again, and the dead-letter store is told of each eighth failure.

    Where even that fails, the item stays as it is, for the next sweep.
    """
    failures = item.get("due_failures", 0) + 1
    try:
        if failures < FAILURES_TOLD:
            wait = timedelta(minutes=2 ** (failures - 1))
        else:
            deps.dead_letter({"pk": key.pk, "sk": key.sk, "reason": f"failed {failures} times"})
            wait = timedelta(days=1)
        if due.move(deps.world.table, key, item, clock.now() + wait, failures):
            return
        after = due.failed_after(deps.world.table, key)
        if after and after % FAILURES_TOLD == 0:
            deps.dead_letter({"pk": key.pk, "sk": key.sk, "reason": f"failed {after} times"})
    except Exception as error:
        deps.logger.error("failed item not put off", extra={"kind": key.sk.partition("#")[0], **facts(error)})


def lambda_handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Entry point for the schedule."""
    return handle(context.get_remaining_time_in_millis, wire())


def unfinished_for(key: Key, item: Item, now: datetime) -> float:
    """For how many seconds a message might have gone out and has not; 0.0 for what is no message. What it was put off
    until, by the hours of its reader or by a pause, does not count."""
    if not deliveries.is_delivery(key) and not customer_messages.is_message(key):
        return 0.0
    from_when = [item.get("not_before") or item.get("at"), item.get("lease_until")]
    since = max(from_text(each) for each in from_when if each)
    return max(0.0, (now - since).total_seconds())
