"""Send the pending deliveries of a follow-up to the contacts of its store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.case import owner_alerts
from lazo.channels.email_ses import EmailChannel
from lazo.channels.sms_sns import SmsChannel
from lazo.followup import staff_deliveries
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.send_state import is_claimable, is_exhausted
from lazo.promise import alerts as promise_alerts
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, case_records, followups, promises
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import deliveries, digests, rate_limits, sms_conversations
from lazo.table.messaging.deliveries import CLAIMS
from lazo.table.stores import StoreCache
from lazo.text.contact_details import is_landline
from lazo.workflows.contacts import FollowUpLinks
from lazo.workflows.escalation import escalate
from lazo.workflows.events import Event, Topic
from notify import alert_email, alert_sms
from notify.alert_facts import Alert
from notify.send_steps import SendSteps


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
        followup = followups.get_followup(self.table, event.followup_id)
        if followup is None:
            self.logger.warning("event for no follow-up", followup_id=event.followup_id)
            return
        store = self.stores.get(followup.store_id, self.clock())
        answer = answers.answer_of(self.table, followup)
        pending = deliveries.deliveries_at_level(self.table, event.followup_id, event.level)
        self.steps.send_each(
            (each for each in pending if is_claimable(each, each.not_before, self.clock())),
            lambda delivery: self._deliver(delivery, store, answer),
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

    def _deliver(self, delivery: Delivery, store: Store, answer: Answer | None) -> None:
        """Send the delivery, unless it is not wanted any more, can never arrive, or has to wait."""
        followup = followups.get_followup(self.table, delivery.followup_id)
        erased = followup is not None and followup.origin == "answer" and answer is None
        if followup is None or erased or not self._is_still_relevant(delivery, followup):
            CLAIMS.cancel(self.table, delivery)
            return
        contact = store.contact(delivery.contact_id)
        address = contact and (contact.phone if delivery.channel == "sms" else contact.email)
        if contact is None or not address:
            self.steps.give_up(delivery, "contact_gone")
        elif is_exhausted(delivery):
            self.steps.give_up(delivery, "gave_up")
        elif delivery.channel == "sms" and sms_conversations.has_opted_out(self.table, address):
            # Their own wish, so it counts as no failure of ours.
            CLAIMS.failed(self.table, delivery, "opted_out")
        elif delivery.channel == "sms" and is_landline(address):
            self.steps.give_up(delivery, "landline")
        elif followup.urgent or not self.steps.hold_back(
            delivery,
            delivery.not_before,
            lambda now: staff_deliveries.next_reachable_time(store, contact, now),
        ):
            # An urgent one may wake its reader, and nothing else held this one back. The message is made before the
            # claim, so that a mistake in its words costs no lease.
            link = self.links.link_for(delivery.followup_id, contact, delivery.not_before)
            alert = Alert(delivery, followup, answer, store, contact, link)
            self._claim_and_send(alert, address, self._prepared(alert, address))

    def _claim_and_send(self, alert: Alert, address: str, send: Callable[[], str]) -> None:
        delivery, by_sms = alert.delivery, alert.delivery.channel == "sms"
        if not self._reserve(alert):
            self._defer(delivery)
            return
        claimed = CLAIMS.claim(self.table, delivery, self.clock())
        if claimed is None:
            return
        if by_sms and self.sms.can_be_answered(address):
            sms_conversations.record_last_alert(self.table, address, delivery, self.clock())
        sent = self.steps.attempt(claimed, send)
        if sent and claimed.purpose == "alert" and alert.followup.origin == "answer":
            self._record_time(claimed, alert.followup)

    def _reserve(self, alert: Alert) -> bool:
        """Count the message within its hour's limit; return False if it is one too many. Danger has no limit, nor has
        an e-mail to one person about their own case."""
        delivery, urgent, now = alert.delivery, alert.followup.urgent, self.clock()
        if delivery.channel == "sms":
            return rate_limits.reserve_sms(self.table, alert.store, now, always=urgent)
        if urgent or delivery.purpose not in staff_deliveries.TO_ESCALATION_LEVEL:
            return True
        return rate_limits.reserve_email(self.table, alert.store, delivery.contact_id, alert.followup, now)

    def _defer(self, delivery: Delivery) -> None:
        """Leave a message beyond its limit to the digest of the hour, or to an hour with room.

        A digest only speaks for what asks an escalation level to take a follow-up on.
        """
        now = self.clock()
        if delivery.purpose not in staff_deliveries.TO_ESCALATION_LEVEL:
            CLAIMS.postpone(self.table, delivery, rate_limits.next_hour(now), "sms_cap")
        elif digests.defer_to_digest(self.table, delivery, now):
            deliveries.mark_digested(self.table, delivery)
        else:
            CLAIMS.postpone(self.table, delivery, rate_limits.next_hour(now), "digests_full")

    def _is_still_relevant(self, delivery: Delivery, followup: FollowUp) -> bool:
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

    def _prepared(self, alert: Alert, address: str) -> Callable[[], str]:
        """Return the call that hands the message to the provider."""
        if alert.delivery.channel == "sms":
            text = alert_sms.build_alert_sms(alert, answerable=self.sms.can_be_answered(address))
            return lambda: self.sms.send(address, text)
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
