"""A report recorded on its message, and what follows: somebody else has to be told, or somebody is left in peace."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger

from delivery_events.reports import COMPLAINED, Report
from lazo.table import answers, followups
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import customer_messages, deliveries, opt_outs, provider_receipts, sms_rate_limit
from lazo.timestamps import to_text
from lazo.workflows.events import Event, Topic, about

RECORDED_WITHIN = timedelta(seconds=30)
"""By then a message that was accepted is recorded with its provider's id."""


class NotKnownYet(Exception):
    """The message was accepted a moment ago, and is not recorded: the report has to come again."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What recording needs. `failed` is told of the channel of each message that did not arrive."""

    table: Table
    topic: Topic
    clock: Callable[[], datetime]
    logger: Logger
    failed: Callable[[str], None]

    def take_in(self, report: Report) -> None:
        """Record one report; the same again changes nothing. NotKnownYet when its message may still turn up."""
        message = provider_receipts.of(self.table, report.provider_id)
        if message is None:
            if self.clock() - report.sent_at < RECORDED_WITHIN:
                raise NotKnownYet
            # A link to sign in, or what somebody else of the account has sent.
            self.logger.info("report on no known message", extra={"code": report.code})
        elif report.code == COMPLAINED:
            self._complained(message, report)
        else:
            self._not_arrived(message, report)

    def _not_arrived(self, message: Key, report: Report) -> None:
        item = provider_receipts.not_arrived(
            self.table, message, report.provider_id, report.code, self.clock()
        )
        if item is None:
            return
        channel = item.get("channel", "sms")
        self._log("message did not arrive", item, code=report.code, channel=channel)
        self.failed(channel)
        if event := self._follows(message, item):
            self.topic.publish(event)

    def _follows(self, message: Key, item: Item) -> Event | None:
        """What notify has to hear of, so that it goes on with the next channel, or the next in the chain."""
        now = self.clock()
        if sms_rate_limit.is_digest(message):
            digest = sms_rate_limit.read_digest(item)
            return Event("digest.due", digest.digest_id, digest.store_id, 0, "normal", to_text(now))
        if not deliveries.is_delivery(message):
            return None
        owed = deliveries.read(item)
        followup = followups.get(self.table, owed.followup_id)
        return about("followup.delivery_due", followup, now, owed.level) if followup else None

    def _complained(self, message: Key, report: Report) -> None:
        """A customer who calls our e-mail unwanted gets no more; a manager's word is only recorded."""
        item = provider_receipts.complained(self.table, message, report.provider_id, self.clock())
        if item is None:
            return
        self._log("message was unwanted", item, channel=item.get("channel", "email"))
        if customer_messages.is_message(message):
            sent = customer_messages.read(item)
            answer = answers.get(self.table, sent.answered_at_store, sent.answer_ulid)
            for key in opt_outs.of(answer) if answer else ():
                self.table.put(opt_outs.stop(key, "complaint", self.clock()))

    def _log(self, what: str, item: Item, **more: Any) -> None:
        names = ("followup_id", "store_id", "contact_id")
        of: dict[str, Any] = {name: item[name] for name in names if name in item}
        self.logger.warning(what, extra={**of, **more})
