"""The steps that alerts and messages to customers share on the way to a provider."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from aws_lambda_powertools import Logger

from lazo.channels.errors import PermanentFailure
from lazo.customer.acknowledgement import Acknowledgement
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.customer_message import CustomerMessage
from lazo.messaging.send_state import ON_TIME_WITHIN
from lazo.messaging.staff_mail import StaffMail
from lazo.runtime.error_logging import error_fields
from lazo.table.dynamodb.table import Table
from lazo.table.messaging.claims import Claims
from lazo.workflows.send_attempt import send_claimed

T = TypeVar("T")
M = TypeVar("M", Delivery, CustomerMessage, Acknowledgement, StaffMail)


def for_each(
    items: Iterable[T], work: Callable[[T], None], log_error: Callable[[T, Exception], None] | None = None
) -> None:
    """Do `work` with each item; one that fails stops no other.

    Raises the last error at the end, so that the event fails and comes again.
    """
    last_error: Exception | None = None
    for item in items:
        try:
            work(item)
        except Exception as error:
            if log_error:
                log_error(item, error)
            last_error = error
    if last_error:
        raise last_error


@dataclass(frozen=True, slots=True)
class SendSteps(Generic[M]):
    """The steps for one kind of message.

    `count_failed_message` is given the channel of each message that will never arrive. `error_line` is logged for an
    error of our own, `not_sent_line` for an attempt that failed.
    """

    table: Table
    clock: Callable[[], datetime]
    logger: Logger
    count_failed_message: Callable[[str], None]
    claims: Claims[M]
    error_line: str
    not_sent_line: str

    def send_each(self, messages: Iterable[M], send: Callable[[M], None]) -> None:
        """Do `send` with each message. An error of our own is logged, stops no other message, and is raised last."""
        for_each(messages, send, self._log_error)

    def give_up(self, message: M, code: str) -> None:
        """Record and count that the message will never be sent; `code` says why."""
        self.claims.failed(self.table, message, code)
        self.count_failed_message(message.channel)

    def hold_back(self, message: M, not_before: datetime, free_from: Callable[[datetime], datetime]) -> bool:
        """Leave a late message until its reader may be written to; return False when that is now.

        `free_from` gives the first such time from a given one on. What was planned for the afternoon must wake nobody
        at night, whether it is late by our fault or the provider's.
        """
        now = self.clock()
        if now - not_before < ON_TIME_WITHIN or (until := free_from(now)) <= now:
            return False
        if message.state == "sending":
            # Its claim ran out: it may have been sent, and stays as unclear as it is.
            self.claims.keep_unclear(self.table, message, until)
        else:
            self.claims.postpone(self.table, message, until, "out_of_hours")
        return True

    def attempt(self, claimed: M, send: Callable[[], str]) -> bool:
        """Make one attempt with a claimed message, record how it went, and return whether it was sent.

        `send` hands the message to the provider and returns the provider's id.
        """
        error = send_claimed(self.table, self.clock, self.claims, claimed, send)
        if isinstance(error, PermanentFailure):
            self.count_failed_message(claimed.channel)
        if error:
            self.log_not_sent(claimed, error.code, outcome=type(error).__name__)
        return error is None

    def log_not_sent(self, message: M, code: str, outcome: str) -> None:
        """Log that an attempt failed, with its outcome (the name of the error) and the provider's code."""
        self.logger.warning(
            self.not_sent_line,
            outcome=outcome,
            code=code,
            channel=message.channel,
            followup_id=message.followup_id,
            attempts=message.attempts,
        )

    def _log_error(self, message: M, error: Exception) -> None:
        self.logger.error(self.error_line, channel=message.channel, **error_fields(error))
