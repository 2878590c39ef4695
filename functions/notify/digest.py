"""Send the one SMS that stands for those that a store's hourly limit held back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.channels.sms_sns import SmsChannel
from lazo.followup import staff_deliveries
from lazo.followup.model import FollowUp
from lazo.messaging.send_state import is_claimable, is_exhausted
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import followups
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import deliveries, sms_conversations, sms_rate_limit
from lazo.table.messaging.sms_rate_limit import DIGEST_CLAIMS, Digest
from lazo.table.stores import StoreCache
from lazo.workflows.contacts import FollowUpLinks
from lazo.workflows.events import Event, followup_event
from lazo.workflows.send_attempt import send_claimed
from notify import alert_sms


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
    clock: Callable[[], datetime]
    logger: Logger
    fall_back: Callable[[Event, Store], None]
    count_failed_message: Callable[[str], None]

    def send_due(self, event: Event) -> None:
        """Send the event's digest if its time has come, unless every follow-up in it has an owner by now.

        Outside the contact's hours it waits, like an alert.
        """
        now = self.clock()
        digest = sms_rate_limit.get_digest(self.table, event.store_id, event.digest_id)
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
        if contact is None or not contact.phone or not waiting:
            DIGEST_CLAIMS.cancel(self.table, digest)
        elif sms_conversations.has_opted_out(self.table, contact.phone):
            self._fail(digest, waiting, store, "opted_out")
        elif is_exhausted(digest):
            self.logger.warning("digest not sent", code="gave_up")
            self._fail(digest, waiting, store, "gave_up")
        elif (awake := staff_deliveries.next_reachable_time(store, contact, now)) > now:
            DIGEST_CLAIMS.postpone(self.table, digest, awake, "out_of_hours")
        else:
            self._claim_and_send(digest, waiting, store, contact, contact.phone)

    def _claim_and_send(
        self, digest: Digest, waiting: list[FollowUp], store: Store, contact: Contact, phone: str
    ) -> None:
        issued = staff_deliveries.next_reachable_time(store, contact, digest.sends_at)
        link = self.links.link_for(waiting[0].followup_id, contact, issued)
        text = alert_sms.digest_sms(len(waiting), store, contact, link)
        claimed = DIGEST_CLAIMS.claim(self.table, digest, self.clock())
        if claimed is None:
            return
        error = send_claimed(
            self.table,
            self.clock,
            DIGEST_CLAIMS,
            claimed,
            lambda: self.sms.send(phone, text),
            on_permanent_failure=lambda code: self._fail(claimed, waiting, store, code),
        )
        if error:
            self.logger.warning("digest not sent", code=error.code)

    def _fail(self, digest: Digest, waiting: list[FollowUp], store: Store, code: str) -> None:
        """Record that the digest will never be sent, and with it all deliveries that it stands for."""
        self._fail_deliveries(digest, waiting, store, code)
        DIGEST_CLAIMS.failed(self.table, digest, code)
        self.count_failed_message("sms")

    def _fail_deliveries(self, digest: Digest, waiting: list[FollowUp], store: Store, code: str) -> None:
        """Record the deliveries that the digest stands for as failed, and try the next channel or level for each."""
        for followup in waiting:
            for delivery in deliveries.deliveries_at_level(self.table, followup.followup_id, followup.level):
                if delivery.state == "digested" and delivery.contact_id == digest.contact_id:
                    deliveries.CLAIMS.failed(self.table, delivery, code)
            self.fall_back(followup_event("followup.delivery_due", followup, self.clock()), store)

    def _still_open(self, digest: Digest) -> list[FollowUp]:
        """Return the digest's follow-ups that have no owner and have not ended, the lowest score first."""
        found = (followups.get_followup(self.table, followup_id) for followup_id in digest.followup_ids)
        waiting = [f for f in found if f is not None and f.owner is None and not f.ended]
        # A follow-up that no answer opened has no score, and comes last.
        return sorted(waiting, key=lambda f: (11 if f.score is None else f.score, f.opened_at))
