"""Finish what was lost or left unfinished: an answer or event to classify, a message for notify to send."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from followup_scheduler.effects import (
    REPUBLISH_AFTER,
    Complete,
    Effect,
    EmitMetric,
    Publish,
    Reschedule,
    Run,
    SweepContext,
)
from lazo.table import answers, customers, followups
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import (
    acknowledgements,
    bundles,
    customer_messages,
    deliveries,
    digests,
    sms_pauses,
)
from lazo.workflows import events

PAUSE_TOLD_EVERY: Final = timedelta(minutes=5)
"""How often the metric SmsPaused is written while SMS are paused; its alarm looks at 15 minutes."""


def classify_answer(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Classify an answer that the stream has lost, or brings late."""
    answer = answers.answer_from_item(item)
    yield Run(lambda: context.classifier.classify(answer, now))


def weigh_customer_event(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Weigh an external event that the stream has lost, or an invitation to answer again that was not answered."""
    event = customers.event_from_item(item)
    yield Run(lambda: context.classifier.early.weigh_event(event, now))


def finish_customer_message(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Have notify send a message to a customer that is not finished; cancel it when its follow-up was erased."""
    message = customer_messages.message_from_item(item)
    followup = followups.get_followup(context.table, message.followup_id)
    if followup is None:
        yield Run(lambda: customer_messages.CLAIMS.cancel(context.table, message))
    else:
        yield Reschedule(now + REPUBLISH_AFTER)
        yield Publish(events.followup_event("message.owed", followup, now))


def finish_acknowledgement(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Have notify tell a customer that what they asked for was done; give it up once it would come too late."""
    message = acknowledgements.acknowledgement_from_item(item)
    if message.ends_at <= now:
        yield Run(lambda: acknowledgements.CLAIMS.failed(context.table, message, "too_late"))
    else:
        yield Reschedule(now + REPUBLISH_AFTER)
        yield Publish(events.acknowledgement_due(message.store_id, message.acknowledgement_id, now))


def finish_delivery(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Have notify send an alert whose event was lost, whose time has come, or whose sender crashed."""
    delivery = deliveries.delivery_from_item(item)
    followup = followups.get_followup(context.table, delivery.followup_id)
    if followup is None:
        yield Complete()
    else:
        yield Reschedule(now + REPUBLISH_AFTER)
        yield Publish(events.followup_event("followup.delivery_due", followup, now, delivery.level))


def send_bundle(item: Item, now: datetime, _context: SweepContext) -> Iterator[Effect]:
    """Have notify send a bundle, or close what was collected for one."""
    yield Reschedule(now + REPUBLISH_AFTER)
    yield Publish(events.bundle_due(bundles.id_of(Key.key_of(item)), now))


def send_digest(item: Item, now: datetime, _context: SweepContext) -> Iterator[Effect]:
    """Have notify take care of a digest of an earlier release."""
    digest = digests.digest_from_item(item)
    yield Reschedule(now + REPUBLISH_AFTER)
    yield Publish(events.digest_due(digest.store_id, digest.digest_id, now))


def watch_sms_pause(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Say that SMS are paused, for the alarm; end the pause when a message that tried was not reported."""
    pause = sms_pauses.pause_from_item(item)
    if pause is None:
        yield Complete()
    elif pause.is_over(now):
        yield Run(lambda: sms_pauses.end_pause(context.table, pause))
    else:
        yield Reschedule(min(now + PAUSE_TOLD_EVERY, max(pause.next_try, now + timedelta(minutes=1))))
        yield EmitMetric("SmsPaused", {"service": "followup_scheduler"})
