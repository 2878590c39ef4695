"""Record a report on its message, then notify somebody else, or opt a customer who complained out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger

from delivery_events.reports import COMPLAINED, Report
from lazo.messaging import sms_pause
from lazo.table import answers, followups
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import (
    bundles,
    customer_messages,
    deliveries,
    opt_outs,
    provider_receipts,
    sms_pauses,
)
from lazo.workflows.events import Event, Topic, bundle_due, followup_event

RECORDED_WITHIN = timedelta(seconds=30)
"""How long after a provider accepted a message it takes at most until its id is recorded."""


class NotKnownYet(Exception):
    """The message was accepted a moment ago and is not recorded yet: the report has to come again."""


@dataclass(frozen=True, slots=True)
class ReportRecorder:
    """What recording needs. `count_failed_message` is given the channel of each message that did not arrive."""

    table: Table
    topic: Topic
    clock: Callable[[], datetime]
    logger: Logger
    count_failed_message: Callable[[str], None]

    def record(self, report: Report) -> None:
        """Record one report; recording it again changes nothing.

        Raises NotKnownYet when its message may still be recorded.
        """
        # Whoever's message it was, the limit is the account's.
        dropped = report.code == sms_pause.CODE
        if dropped and sms_pauses.record_limit(self.table, report.sent_at, self.clock()):
            self.logger.error("SMS are paused: the account's spend limit is reached")
        message = provider_receipts.receipt_key(self.table, report.provider_id)
        if message is None:
            if self.clock() - report.sent_at < RECORDED_WITHIN:
                raise NotKnownYet
            # A sign-in link, or a message that something else in this AWS account has sent.
            self.logger.info("report on no known message", code=report.code)
        elif report.code == COMPLAINED:
            self._record_complaint(message, report)
        else:
            self._record_failure(message, report)

    def _record_failure(self, message: Key, report: Report) -> None:
        """Record that a message did not arrive. One that the spend limit kept back is no failure: notify sends it by
        e-mail, or when SMS are sent again."""
        dropped = report.code == sms_pause.CODE
        again = dropped and (deliveries.is_delivery(message) or customer_messages.is_message(message))
        record = provider_receipts.reopen if again else provider_receipts.mark_not_arrived
        item = record(self.table, message, report.provider_id, report.code, self.clock())
        if item is None:
            return
        channel = item.get("channel", "sms")
        self._log("message did not arrive", item, code=report.code, channel=channel)
        if not dropped:
            self.count_failed_message(channel)
        if event := self._next_event(message, item, again=again):
            self.topic.publish(event)

    def _next_event(self, message: Key, item: Item, *, again: bool) -> Event | None:
        """Return the event on which notify sends it again, or tries the next channel or escalation level; None if there
        is none."""
        now = self.clock()
        if bundles.is_bundle(message):
            return bundle_due(bundles.id_of(message), now)
        if deliveries.is_delivery(message):
            delivery = deliveries.delivery_from_item(item)
            followup = followups.get_followup(self.table, delivery.followup_id)
            return (
                followup_event("followup.delivery_due", followup, now, delivery.level) if followup else None
            )
        if again:
            followup = followups.get_followup(self.table, item["followup_id"])
            return followup_event("message.owed", followup, now) if followup else None
        return None

    def _record_complaint(self, message: Key, report: Report) -> None:
        """Record a complaint. A customer who complains gets no more messages; a contact still gets alerts."""
        item = provider_receipts.mark_complained(self.table, message, report.provider_id, self.clock())
        if item is None:
            return
        self._log("message was unwanted", item, channel=item.get("channel", "email"))
        if customer_messages.is_message(message):
            sent = customer_messages.message_from_item(item)
            answer = answers.get_answer(self.table, sent.answered_at_store, sent.answer_ulid)
            for key in opt_outs.customer_keys_of(answer) if answer else ():
                self.table.put(opt_outs.record_opt_out(key, "complaint", self.clock()))

    def _log(self, line: str, item: Item, **more: Any) -> None:
        names = ("followup_id", "store_id", "contact_id")
        ids: dict[str, Any] = {name: item[name] for name in names if name in item}
        self.logger.warning(line, **ids, **more)
