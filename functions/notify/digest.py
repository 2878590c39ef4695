"""Send the one SMS or e-mail that stands for those that an hourly limit held back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.channels.email_ses import EmailChannel
from lazo.channels.sms_sns import SmsChannel
from lazo.followup import staff_deliveries
from lazo.followup.model import FollowUp
from lazo.messaging.send_state import is_claimable, is_exhausted
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import answers, followups
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import deliveries, digests, sms_conversations
from lazo.table.messaging.digests import DIGEST_CLAIMS, Digest
from lazo.table.stores import StoreCache
from lazo.workflows.contacts import FollowUpLinks
from lazo.workflows.events import Event, followup_event
from lazo.workflows.send_attempt import send_claimed
from notify import alert_sms
from notify.digest_email import CASES_AT_MOST, build_digest_email


@dataclass(frozen=True, slots=True)
class DigestSender:
    """What sending digests needs.

    `fall_back` tries the next channel or level where the messages of an event's level have failed,
    `count_failed_message` is given the channel of each message that will never arrive.
    """

    table: Table
    stores: StoreCache
    links: FollowUpLinks
    sms: SmsChannel
    email: EmailChannel
    clock: Callable[[], datetime]
    logger: Logger
    fall_back: Callable[[Event, Store], None]
    count_failed_message: Callable[[str], None]

    def send_due(self, event: Event) -> None:
        """Send the event's digest if its time has come, unless every follow-up in it has an owner by now.

        Outside the contact's hours it waits, like an alert.
        """
        now = self.clock()
        digest = digests.get_digest(self.table, event.store_id, event.digest_id)
        if digest is None:
            return
        if digest.state == "failed":
            # The provider accepted it, and it did not arrive.
            store = self.stores.get(digest.store_id, now)
            self._fail_deliveries(digest, self._still_open(digest), store, "undelivered")
        elif is_claimable(digest, digest.sends_at, now):
            self._deliver(digest, self.stores.get(digest.store_id, now), now)

    def _deliver(self, digest: Digest, store: Store, now: datetime) -> None:
        contact = store.contact(digest.contact_id)
        waiting = self._still_open(digest)
        address = contact and (contact.phone if digest.channel == "sms" else contact.email)
        if contact is None or not address or not waiting:
            DIGEST_CLAIMS.cancel(self.table, digest)
        elif digest.channel == "sms" and sms_conversations.has_opted_out(self.table, address):
            self._fail(digest, waiting, store, "opted_out")
        elif is_exhausted(digest):
            self.logger.warning("digest not sent", code="gave_up")
            self._fail(digest, waiting, store, "gave_up")
        elif (awake := staff_deliveries.next_reachable_time(store, contact, now)) > now:
            DIGEST_CLAIMS.postpone(self.table, digest, awake, "out_of_hours")
        else:
            self._claim_and_send(
                digest, waiting, store, self._prepared(digest, waiting, store, contact, address)
            )

    def _prepared(
        self, digest: Digest, waiting: list[FollowUp], store: Store, contact: Contact, address: str
    ) -> Callable[[], str]:
        """Return the call that hands the message to the provider."""
        issued = staff_deliveries.next_reachable_time(store, contact, digest.sends_at)
        if digest.channel == "sms":
            link = self.links.link_for(waiting[0].followup_id, contact, issued)
            text = alert_sms.digest_sms(len(waiting), store, contact, link)
            return lambda: self.sms.send(address, text)
        cases = [
            (
                each,
                answers.answer_of(self.table, each),
                self.links.link_for(each.followup_id, contact, issued),
            )
            for each in waiting[:CASES_AT_MOST]
        ]
        mail = build_digest_email(cases, len(waiting), store, contact)
        return lambda: self.email.send(address, mail.sender_name, mail.subject, mail.text, mail.html)

    def _claim_and_send(
        self, digest: Digest, waiting: list[FollowUp], store: Store, send: Callable[[], str]
    ) -> None:
        claimed = DIGEST_CLAIMS.claim(self.table, digest, self.clock())
        if claimed is None:
            return
        error = send_claimed(
            self.table,
            self.clock,
            DIGEST_CLAIMS,
            claimed,
            send,
            on_permanent_failure=lambda code: self._fail(claimed, waiting, store, code),
        )
        if error:
            self.logger.warning("digest not sent", code=error.code)

    def _fail(self, digest: Digest, waiting: list[FollowUp], store: Store, code: str) -> None:
        """Record that the digest will never be sent, and with it all deliveries that it stands for."""
        self._fail_deliveries(digest, waiting, store, code)
        DIGEST_CLAIMS.failed(self.table, digest, code)
        self.count_failed_message(digest.channel)

    def _fail_deliveries(self, digest: Digest, waiting: list[FollowUp], store: Store, code: str) -> None:
        """Record the deliveries that the digest stands for as failed, and try the next channel or level for each."""
        for followup in waiting:
            for delivery in deliveries.deliveries_at_level(self.table, followup.followup_id, followup.level):
                if delivery.state == "digested" and (delivery.contact_id, delivery.channel) == (
                    digest.contact_id,
                    digest.channel,
                ):
                    deliveries.CLAIMS.failed(self.table, delivery, code)
            self.fall_back(followup_event("followup.delivery_due", followup, self.clock()), store)

    def _still_open(self, digest: Digest) -> list[FollowUp]:
        """Return the digest's follow-ups that have no owner and have not ended, the lowest score first."""
        found = (followups.get_followup(self.table, followup_id) for followup_id in digest.followup_ids)
        waiting = [f for f in found if f is not None and f.owner is None and not f.ended]
        # A follow-up that no answer opened has no score, and comes last.
        return sorted(waiting, key=lambda f: (11 if f.score is None else f.score, f.opened_at))
