"""Send the pending deliveries of a follow-up to the contacts of its store."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aws_lambda_powertools import Logger

from lazo.auth.users import user_id_of
from lazo.case import owner_alerts
from lazo.channels.email_ses import EmailChannel
from lazo.channels.sms_sns import SmsChannel
from lazo.followup import staff_deliveries
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging import sms_pause
from lazo.messaging.send_state import is_claimable, is_exhausted
from lazo.promise import alerts as promise_alerts
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import answers, case_records, followups, promises, users
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put, Update
from lazo.table.messaging import alert_reads, bundles, deliveries, rate_limits, sms_conversations
from lazo.table.messaging.deliveries import CLAIMS
from lazo.table.stores import StoreCache
from lazo.text.contact_details import is_landline
from lazo.workflows.contacts import FollowUpLinks
from lazo.workflows.escalation import escalate
from lazo.workflows.events import Event, Topic
from notify import alert_email, alert_sms
from notify.alert_facts import Alert
from notify.send_steps import SendSteps

BUNDLED_WITHIN: Final = timedelta(minutes=5)
"""Reminders to one person that fall due within this time are one message."""


@dataclass(frozen=True, slots=True)
class AlertSender:
    """What sending alerts needs. `record_alert_time`: see `metrics.alert_time_recorder`."""

    table: Table
    topic: Topic
    stores: StoreCache
    links: FollowUpLinks
    sms: SmsChannel
    email: EmailChannel
    clock: Callable[[], datetime]
    logger: Logger
    record_alert_time: Callable[[str, str, float, float], None]
    steps: SendSteps[Delivery]

    def send_due(self, event: Event) -> None:
        """Send what is pending for the event's follow-up and level and may be sent now.

        A delivery that fails by our own fault does not stop the others; its error is raised at the end.
        """
        followup, level = alert_reads.followup_with_deliveries(self.table, event.followup_id, event.level)
        if followup is None:
            self.logger.warning("event for no follow-up", followup_id=event.followup_id)
            return
        store = self.stores.get(followup.store_id, self.clock())
        self.steps.send_each(
            (each for each in level if is_claimable(each, each.not_before, self.clock())),
            lambda delivery: self._deliver(delivery, store, followup),
        )
        self.fall_back(event, store)

    def fall_back(self, event: Event, store: Store) -> None:
        """Where all messages of the event's level failed for good, try the next channel, then the next level."""
        tried = deliveries.deliveries_at_level(self.table, event.followup_id, event.level)
        if not any(delivery.state == "failed" for delivery in tried):
            return
        followup = followups.get_followup(self.table, event.followup_id)
        if followup is None or followup.owner or followup.ended or followup.level != event.level:
            return
        more = staff_deliveries.fallback_deliveries(followup, store, tried, self.clock())
        if more is None and store.next_level(followup.level) is None:
            # A reminder now would fail as this one did; the next comes with the deadline.
            self.logger.error("nobody in the chain can be reached", followup_id=followup.followup_id)
        elif more is None:
            escalate(self.table, self.topic, followup, store, self.clock(), unreachable=True)
        elif more:
            for delivery in more:
                deliveries.enqueue(self.table, delivery)
            self.send_due(event)

    def _deliver(self, delivery: Delivery, store: Store, seen: FollowUp) -> None:
        """Send the delivery, unless it is not wanted any more, can never arrive, or has to wait. `seen`: its follow-up
        as it was read."""
        known = alert_reads.read_for_delivery(self.table, delivery, seen, store)
        followup = followups.get_followup(known, delivery.followup_id)
        answer = answers.telling_answer_of(known, followup) if followup else None
        erased = followup is not None and followup.origin == "answer" and answer is None
        if followup is None or erased or not self.is_still_relevant(delivery, followup):
            CLAIMS.cancel(self.table, delivery)
            return
        contact = store.contact(delivery.contact_id)
        address = contact and (contact.phone if delivery.channel == "sms" else contact.email)
        if contact is None or not address:
            self.steps.give_up(delivery, "contact_gone")
        elif is_exhausted(delivery):
            self.steps.give_up(delivery, "gave_up")
        elif delivery.channel == "sms" and sms_conversations.has_opted_out(known, address):
            # Their own wish, so it counts as no failure of ours.
            CLAIMS.failed(self.table, delivery, "opted_out")
        elif delivery.channel == "sms" and is_landline(address):
            self.steps.give_up(delivery, "landline")
        elif delivery.channel == "sms" and (until := self.sms.paused_until(known)):
            self.do_without_sms(delivery, store, contact, until)
        elif followup.urgent or not self.steps.hold_back(
            delivery,
            delivery.not_before,
            lambda now: staff_deliveries.next_time(delivery, store, contact, now),
        ):
            # An urgent one may wake its reader, and nothing else held this one back. The message is made before the
            # claim, so that a mistake in its words costs no lease.
            link = self.links.link_for(delivery.followup_id, contact, delivery.not_before, known=known)
            reader = users.in_chosen_language(known, contact)
            alert = Alert(delivery, followup, answer, store, reader, link)
            if staff_deliveries.goes_alone(delivery, followup):
                self._send_alone(alert, address, known)
            else:
                self._leave_to_bundle(alert)

    def do_without_sms(self, delivery: Delivery, store: Store, contact: Contact, until: datetime) -> None:
        """End an SMS while none is sent: the e-mail tells it, or the next escalation level. Where there is neither, or
        it is for this contact alone, it waits `until` then. It counts as no failure: the number is right."""
        above = store.next_level(delivery.level) is not None
        if contact.email or (above and delivery.purpose in staff_deliveries.TO_ESCALATION_LEVEL):
            CLAIMS.failed(self.table, delivery, sms_pause.CODE)
        elif delivery.state == "sent":
            CLAIMS.reopen(self.table, delivery, until, sms_pause.CODE)
        else:
            CLAIMS.postpone(self.table, delivery, until, sms_pause.CODE)

    def _send_alone(self, alert: Alert, address: str, known: Table) -> None:
        """Send the message, or leave it to a bundle where its reader or the store has got as many in this hour."""
        delivery, now = alert.delivery, self.clock()
        send, reads = self.prepared(alert, address, known), iter((known,))

        def claim() -> Delivery | None:
            counts = self._counts(alert, next(reads, self.table), now)
            return CLAIMS.claim(
                self.table, delivery, now, [*counts, *self.last_alert_puts(delivery, address)]
            )

        try:
            claimed = rate_limits.repeat_counted(claim)
        except rate_limits.NoRoom:
            self._leave_to_bundle(alert)
            return
        sent = claimed is not None and self.steps.attempt(claimed, send)
        if claimed and sent and claimed.purpose == "alert" and alert.followup.origin == "answer":
            self._record_time(claimed, alert.followup)

    def _counts(self, alert: Alert, table: Table, now: datetime) -> Iterator[Update]:
        """Yield the writes that count the message within the limits of its reader and its store. Danger has no limit.
        Raises NoRoom."""
        delivery, policy = alert.delivery, alert.store.policy
        urgent, user_id = alert.followup.urgent, user_id_of(alert.contact)
        # Anybody can write a program that posts answers: their alerts leave those of a page's answers their room.
        first = delivery.purpose in ("alert", "escalation")
        unsigned = first and alert.answer is not None and not alert.answer.signed
        # One that was certainly not accepted, and is tried again, has its place already.
        tried = delivery.attempts > 0 and delivery.state == "pending"
        if not (urgent or tried):
            yield rate_limits.message_count(table, user_id, delivery.channel, policy, now, unsigned=unsigned)
        if delivery.channel == "sms":
            yield rate_limits.sms_count(alert.store, now, always=urgent, unsigned=unsigned)

    def _leave_to_bundle(self, alert: Alert) -> None:
        """Leave the delivery to its reader's next bundle: a few minutes from now, or at once if that would be after the
        date that it names, or too late for today."""
        now, ends, until = self.clock(), self.clock() + BUNDLED_WITHIN, alert.delivery.until
        reachable = staff_deliveries.next_time(alert.delivery, alert.store, alert.contact, ends)
        in_time = reachable == ends and not (until and now < until <= ends)
        at = ends if in_time else now
        if not bundles.collect(self.table, user_id_of(alert.contact), alert.delivery, at):
            CLAIMS.postpone(self.table, alert.delivery, ends, "bundle_full")

    def last_alert_puts(self, delivery: Delivery, address: str) -> list[Put]:
        """Return the write that records what a reply to the SMS is about, where replies arrive."""
        if delivery.channel != "sms" or not self.sms.can_be_answered(address):
            return []
        return [sms_conversations.last_alert_put(address, delivery, self.clock())]

    def is_still_relevant(self, delivery: Delivery, followup: FollowUp) -> bool:
        """Return whether it still has to be said; not of a promise or concern that was settled meanwhile, or has
        another date."""
        if not staff_deliveries.is_still_relevant(delivery, followup):
            return False
        if delivery.concern_id is not None:
            concern = case_records.get_concern(self.table, delivery.followup_id, delivery.concern_id)
            return owner_alerts.is_still_relevant(delivery, concern)
        if delivery.promise_id is None:
            return True
        promise = promises.get_promise(self.table, delivery.followup_id, delivery.promise_id)
        return promise_alerts.is_still_relevant(delivery, promise)

    def address_of(self, alert: Alert) -> str | None:
        """Return the address of the alert's reader on its channel."""
        contact = alert.contact
        return contact.phone if alert.delivery.channel == "sms" else contact.email

    def prepared(self, alert: Alert, address: str, known: Table | None = None) -> Callable[[], str]:
        """Return the call that hands the message to the provider. `known`: as for `SmsChannel.send`."""
        if alert.delivery.channel == "sms":
            text = alert_sms.build_alert_sms(alert, answerable=self.sms.can_be_answered(address))
            return lambda: self.sms.send(address, text, known)
        summary, followup_id = alert_email.NO_SUMMARY, alert.followup.followup_id
        if alert_email.includes_summary(alert.delivery):
            summary = alert_email.CaseSummary(
                case_records.load_history(self.table, followup_id),
                deliveries.notified_contacts(self.table, followup_id),
            )
        mail = alert_email.build_alert_email(alert, summary)
        return lambda: self.email.send(
            address, mail.sender_name, mail.subject, mail.text, mail.html, mail.thread
        )

    def _record_time(self, sent: Delivery, followup: FollowUp) -> None:
        """Record how long the first alert took: since the answer, and since it could have been sent."""
        now, held = self.clock(), sent.not_before > sent.planned_at
        sendable_at = sent.not_before if held else followup.answered_at
        waited, delayed = ((now - since).total_seconds() for since in (followup.answered_at, sendable_at))
        self.record_alert_time(followup.priority, sent.channel, waited, delayed)
