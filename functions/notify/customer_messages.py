"""Sending messages to customers: guarded once more, claimed, sent and recorded, like an alert. The customer's own link
is added here, so that nobody at the shop ever reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.case import customer_updates
from lazo.channels.errors import PermanentFailure
from lazo.followup.model import FollowUp
from lazo.messaging import customer_message, customer_templates
from lazo.messaging.customer_message import CustomerMessage
from lazo.messaging.send_state import IN_TIME, claimable, exhausted
from lazo.phrases import wording_guard
from lazo.runtime.error_logging import facts
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, followups, promises
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import opt_outs
from lazo.table.messaging.customer_messages import CLAIMS, of_followup
from lazo.table.stores import KnownStores
from lazo.text.gsm7 import plainest
from lazo.translations import words
from lazo.workflows.events import Event
from lazo.workflows.send_attempt import Attempts
from notify.customer_channel import CustomerChannel, Letter


@dataclass(frozen=True, slots=True)
class CustomerMessages:
    """What sending needs."""

    table: Table
    stores: KnownStores
    ring: KeyRing
    channel: CustomerChannel
    base_url: str
    clock: Callable[[], datetime]
    logger: Logger
    failed: Callable[[str], None]
    """Told of the channel of each message that will never arrive."""

    def work_off(self, event: Event) -> None:
        """Send the messages of the event's follow-up that are owed and may be sent now, oldest first.

        One that fails by our own fault does not stop the others; the event then fails and comes again.
        """
        own_failure: Exception | None = None
        for message in of_followup(self.table, event.followup_id):
            if not claimable(message, message.starts_at, self.clock()):
                continue
            try:
                self._deliver(message)
            except Exception as error:
                self.logger.error(
                    "message to customer not worked off", extra={"channel": message.channel, **facts(error)}
                )
                own_failure = error
        if own_failure:
            raise own_failure

    def _deliver(self, message: CustomerMessage) -> None:
        followup = followups.get(self.table, message.followup_id)
        answer = answers.get(self.table, message.answered_at_store, message.answer_ulid)
        if followup is None or answer is None or not self._may_be_sent(message, followup, answer):
            CLAIMS.cancel(self.table, message)
            return
        if exhausted(message):
            self._give_up(message, "gave_up")
            return
        store = self.stores.get(message.store_id, self.clock())
        if until := self._held_until(message, store):
            if message.state == "sending":
                CLAIMS.hold(self.table, message, until)
            else:
                CLAIMS.postpone(self.table, message, until, "out_of_hours")
            return
        try:
            send = self._prepared(message, answer, store)
        except wording_guard.Blocked:
            # The words were changed behind our back, or became blocked since; either way they stay here.
            self._give_up(message, "wording")
            return
        claimed = CLAIMS.claim(self.table, message, self.clock())
        if claimed is None:
            return
        error = Attempts(self.table, self.clock).make(CLAIMS, claimed, send)
        if isinstance(error, PermanentFailure):
            self.failed(claimed.channel)
        if error:
            self._log(claimed, error.code, outcome=type(error).__name__)

    def _may_be_sent(self, message: CustomerMessage, followup: FollowUp, answer: Answer) -> bool:
        """With consent, to an address that is still there, while it is true, and not once the customer has said stop:
        also what was owed before."""
        return (
            message.channel in customer_templates.channels(answer)
            and customer_updates.wanted(message, followup)
            and self._still_in_danger(message)
            and self._still_solved(message)
            and not opt_outs.stopped(self.table, opt_outs.of(answer))
        )

    def _still_in_danger(self, message: CustomerMessage) -> bool:
        """Whether the promise that the message says will be late is owed still, for the date that was in danger."""
        if message.promise_id is None:
            return True
        promise = promises.get(self.table, message.followup_id, message.promise_id)
        return promise is not None and promise.endangered(self.clock())

    def _still_solved(self, message: CustomerMessage) -> bool:
        """Whether nothing was promised after all, since it was to be said by itself that all is done."""
        if not message.automatic or message.template != "solved":
            return True
        return not any(each.open for each in promises.of_followup(self.table, message.followup_id))

    def _held_until(self, message: CustomerMessage, store: Store) -> datetime | None:
        """When a message that is late, by our own fault or the provider's, may be sent: what was written in the
        afternoon must wake nobody at night. None: now."""
        now = self.clock()
        if now - message.starts_at < IN_TIME:
            return None
        opening = store.customers_hear_from(now)
        return opening if opening > now else None

    def _prepared(self, message: CustomerMessage, answer: Answer, store: Store) -> Callable[[], str]:
        """The message, cleared before the claim, so that it costs no lease when it is not; guard.Blocked then."""
        language = message.language
        names = customer_message.names(store, answer, message.by_name)
        text = wording_guard.clear(message.text + self._ending(message, answer), language, names)
        phone, email = answer.phone or "", answer.email or ""
        if message.channel == "sms":
            return lambda: self.channel.send_sms(phone, text)
        why = words("customer_messages", language)["email_reason"]
        letter = Letter(
            language=language,
            subject=wording_guard.clear(message.subject, language, names, field="subject"),
            text=text,
            reason=wording_guard.clear(
                why.format(shop=store.name, link=self._page(message)), language, names
            ),
        )
        return lambda: self.channel.send_email(email, store.brand, letter)

    def _ending(self, message: CustomerMessage, answer: Answer) -> str:
        """The customer's link with what leads to it, as it follows the text; "" where there is none."""
        if message.link is None:
            return ""
        link = self._survey(message, answer) if message.link == "survey" else self._page(message)
        lead: str = words("customer_messages", message.language)["links"][message.channel][message.link]
        if message.channel == "sms":
            return " " + plainest(lead.format(link=link))
        return f"\n\n{lead}\n{link}"

    def _page(self, message: CustomerMessage) -> str:
        """Dated by the message, so that every attempt says the same."""
        token = links.for_customer(self.ring, message.followup_id, message.channel, message.at)
        return f"{self.base_url}/m/{token}"

    def _survey(self, message: CustomerMessage, answer: Answer) -> str:
        token = links.for_resurvey(self.ring, message.followup_id, message.at)
        return f"{self.base_url}/s/{answer.code}?lang={message.language}&r={token}"

    def _give_up(self, message: CustomerMessage, code: str) -> None:
        CLAIMS.failed(self.table, message, code)
        self.failed(message.channel)
        self._log(message, code, outcome=PermanentFailure.__name__)

    def _log(self, message: CustomerMessage, code: str, outcome: str) -> None:
        self.logger.warning(
            "message to customer not sent",
            outcome=outcome,
            code=code,
            channel=message.channel,
            followup_id=message.followup_id,
            attempts=message.attempts,
        )
