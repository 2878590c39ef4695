"""Write back to a contact, once for each inbound message, however often it is delivered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.channels.errors import PermanentFailure
from lazo.channels.sms_sns import SmsChannel
from lazo.messaging import sms_pause
from lazo.messaging.send_state import is_claimable, is_exhausted
from lazo.store.contacts import Contact
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import sms_conversations
from lazo.table.messaging.sms_conversations import CLAIMS
from lazo.workflows.send_attempt import send_claimed


class NotSentYet(Exception):
    """The answer has to be tried again, so the message that it answers has to be delivered again."""


@dataclass(frozen=True, slots=True)
class SmsAnswerer:
    """What answering needs."""

    table: Table
    sms: SmsChannel
    clock: Callable[[], datetime]
    logger: Logger

    def send(self, inbound_id: str, contact: Contact, text: str, followup_id: str | None = None) -> None:
        """Send the answer to a message, unless it was sent or the number has had too many.

        Raises NotSentYet when it has to be tried again.
        """
        phone = contact.phone or ""
        answer, begun = sms_conversations.begin_answer(self.table, inbound_id, followup_id, self.clock())
        if begun and not sms_conversations.reserve_answer(self.table, phone, self.clock()):
            CLAIMS.end(self.table, answer, "cancelled")
            self.logger.warning("reply to SMS not answered", code="too_many", inbound_id=inbound_id)
            return
        if answer.state not in ("pending", "sending"):
            return
        if is_exhausted(answer):
            CLAIMS.failed(self.table, answer, "gave_up")
            return
        if self.sms.paused_until():
            # What the message asked for was done; the answer would come hours later.
            CLAIMS.failed(self.table, answer, sms_pause.CODE)
            return
        if not is_claimable(answer, self.clock(), self.clock()):
            raise NotSentYet
        claimed = CLAIMS.claim(self.table, answer, self.clock())
        if claimed is None:
            raise NotSentYet
        error = send_claimed(self.table, self.clock, CLAIMS, claimed, lambda: self.sms.send(phone, text))
        if error is None:
            return
        outcome = type(error).__name__
        self.logger.warning(
            "reply to SMS not answered", outcome=outcome, code=error.code, inbound_id=inbound_id
        )
        if not isinstance(error, PermanentFailure):
            raise NotSentYet
