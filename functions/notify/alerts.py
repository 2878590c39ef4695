"""Working off what is owed: each delivery claimed before it is sent, and recorded after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.links import Bearer
from lazo.auth.users import person_of
from lazo.channels.email_ses import EmailChannel
from lazo.channels.errors import PermanentFailure, SendError
from lazo.channels.sms_sns import SmsChannel
from lazo.followup import staff_deliveries
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.send_state import IN_TIME, claimable, exhausted
from lazo.promise import alerts as promise_alerts
from lazo.runtime.error_logging import facts
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, cases, followups, promises, users
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import deliveries, sms_conversations, sms_rate_limit
from lazo.table.messaging.deliveries import CLAIMS
from lazo.table.messaging.sms_rate_limit import DIGEST_CLAIMS
from lazo.table.stores import KnownStores
from lazo.workflows.escalation import escalate
from lazo.workflows.events import Event, Topic, about
from lazo.workflows.send_attempt import Attempts
from notify import alert_email, alert_sms


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What sending needs. `alerted` is told of each first alert sent (`measures.alert_sent`), `failed` of the channel
    of each message that will never arrive."""

    table: Table
    topic: Topic
    stores: KnownStores
    ring: KeyRing
    sms: SmsChannel
    email: EmailChannel
    base_url: str
    clock: Callable[[], datetime]
    logger: Logger
    alerted: Callable[[str, str, float, float], None]
    failed: Callable[[str], None]

    def work_off(self, event: Event) -> None:
        """Send what is owed for the event's follow-up and level and may be sent now.

        One delivery that fails by our own fault does not stop the others; the event then fails and comes again.
        """
        followup = followups.get(self.table, event.followup_id)
        if followup is None:
            self.logger.warning("event for no follow-up", extra={"followup_id": event.followup_id})
            return
        store = self.stores.get(followup.store_id, self.clock())
        answer = answers.of(self.table, followup)
        own_failure: Exception | None = None
        for owed in deliveries.of_level(self.table, event.followup_id, event.level):
            if not claimable(owed, owed.not_before, self.clock()):
                continue
            try:
                self._deliver(owed, store, answer)
            except Exception as error:
                self.logger.error("delivery not worked off", extra={"channel": owed.channel, **facts(error)})
                own_failure = error
        if own_failure:
            raise own_failure
        self._fall_back(event, store)

    def _deliver(self, owed: Delivery, store: Store, answer: Answer | None) -> None:
        followup = followups.get(self.table, owed.followup_id)
        erased = followup is not None and followup.origin == "answer" and answer is None
        if followup is None or erased or not staff_deliveries.wanted(owed, followup) or self._settled(owed):
            CLAIMS.cancel(self.table, owed)
            return
        contact = store.contact(owed.contact_id)
        address = contact and (contact.phone if owed.channel == "sms" else contact.email)
        if contact is None or not address:
            self._never(owed, "contact_gone")
            return
        if exhausted(owed):
            self._never(owed, "gave_up")
            return
        if owed.channel == "sms" and sms_conversations.stopped(self.table, address):
            CLAIMS.failed(self.table, owed, "opted_out")
            return
        if until := self._held_until(owed, followup, store, contact):
            if owed.state == "sending":
                CLAIMS.hold(self.table, owed, until)
            else:
                CLAIMS.postpone(self.table, owed, until, "out_of_hours")
            return
        send = self._prepared(owed, followup, answer, store, contact, address)
        if owed.channel == "sms" and not sms_rate_limit.reserve(
            self.table, store, self.clock(), always=followup.urgent
        ):
            self._over_the_cap(owed)
            return
        claimed = CLAIMS.claim(self.table, owed, self.clock())
        if claimed is None:
            return
        if owed.channel == "sms" and self.sms.can_be_answered(address):
            sms_conversations.told(self.table, address, owed, self.clock())
        self._send(claimed, send, followup)

    def _over_the_cap(self, owed: Delivery) -> None:
        """What asks the chain waits for the digest of the hour; a digest says nothing of what is said to somebody by
        name, so that waits for an hour with room."""
        if owed.purpose in staff_deliveries.CHAIN:
            sms_rate_limit.put_off(self.table, owed, self.clock())
            deliveries.digested(self.table, owed)
        else:
            CLAIMS.postpone(self.table, owed, sms_rate_limit.next_hour(self.clock()), "sms_cap")

    def _settled(self, owed: Delivery) -> bool:
        """Whether it is about a promise that meanwhile was kept, or has another date."""
        of = promise_alerts.promise_id(owed)
        return bool(of) and not promise_alerts.wanted(
            owed, promises.get(self.table, owed.followup_id, str(of))
        )

    def _held_until(
        self, owed: Delivery, followup: FollowUp, store: Store, contact: Contact
    ) -> datetime | None:
        """When a message that comes late, by our own fault or the provider's, may be sent: what was planned for the
        afternoon must wake nobody at night. None: now."""
        now = self.clock()
        if followup.urgent or now - owed.not_before < IN_TIME:
            return None
        awake = staff_deliveries.reachable_from(store, contact, now)
        return awake if awake > now else None

    def _prepared(
        self,
        owed: Delivery,
        followup: FollowUp,
        answer: Answer | None,
        store: Store,
        contact: Contact,
        address: str,
    ) -> Callable[[], str]:
        """The message, ready before the claim, so that a mistake in its words costs no lease."""
        link = self._link(owed.followup_id, contact, owed.not_before)
        if owed.channel == "sms":
            answerable = self.sms.can_be_answered(address)
            text = alert_sms.sms(owed, followup, answer, store, contact, link, answerable=answerable)
            return lambda: self.sms.send(address, text)
        so_far = alert_email.NOTHING_YET
        if alert_email.tells_so_far(owed):
            about, table = owed.followup_id, self.table
            so_far = alert_email.SoFar(cases.history(table, about), deliveries.told(table, about))
        mail = alert_email.email(owed, followup, answer, store, contact, link, so_far)
        return lambda: self.email.send(address, mail.sender_name, mail.subject, mail.text, mail.html)

    def _send(self, claimed: Delivery, send: Callable[[], str], followup: FollowUp) -> None:
        error = Attempts(self.table, self.clock).make(CLAIMS, claimed, send)
        if isinstance(error, PermanentFailure):
            self.failed(claimed.channel)
        if error:
            self._log(claimed, error)
        elif claimed.purpose == "alert" and followup.origin == "answer":
            now, held = self.clock(), claimed.not_before > claimed.planned_at
            since = claimed.not_before if held else followup.answered_at
            waited, delayed = ((now - then).total_seconds() for then in (followup.answered_at, since))
            self.alerted(followup.priority, claimed.channel, waited, delayed)

    def _never(self, owed: Delivery, code: str) -> None:
        CLAIMS.failed(self.table, owed, code)
        self.failed(owed.channel)

    def _fall_back(self, event: Event, store: Store) -> None:
        """Where a level's messages have all failed for good: the next channel, then the next in the chain."""
        owed = deliveries.of_level(self.table, event.followup_id, event.level)
        if not any(d.state == "failed" for d in owed):
            return
        followup = followups.get(self.table, event.followup_id)
        if followup is None or followup.owner or followup.ended or followup.level != event.level:
            return
        more = staff_deliveries.fallback(followup, store, owed, self.clock())
        if more is None and store.level_after(followup.level) is None:
            # A reminder now would fail as this one did; the next comes with the deadline.
            self.logger.error(
                "nobody in the chain can be reached", extra={"followup_id": followup.followup_id}
            )
        elif more is None:
            escalate(self.table, self.topic, followup, store, self.clock(), unreachable=True)
        elif more:
            for another in more:
                deliveries.owe(self.table, another)
            self.work_off(event)

    def send_digest(self, event: Event) -> None:
        """Send the one SMS that stands for those that the shop's cap held back, unless all are taken on; outside
        the contact's hours it waits like any alert."""
        now = self.clock()
        digest = sms_rate_limit.get_digest(self.table, event.store_id, event.followup_id)
        if digest and digest.state == "failed":
            # It was accepted, and did not arrive.
            self._failed_with(
                digest, self._still_open(digest), self.stores.get(digest.store_id, now), "undelivered"
            )
            return
        if digest is None or not claimable(digest, digest.sends_at, now):
            return
        store = self.stores.get(digest.store_id, now)
        contact = store.contact(digest.contact_id)
        waiting = self._still_open(digest)
        if contact is None or not contact.phone or not waiting:
            DIGEST_CLAIMS.cancel(self.table, digest)
            return
        if sms_conversations.stopped(self.table, contact.phone):
            self._digest_failed(digest, waiting, store, "opted_out")
            return
        if exhausted(digest):
            self.logger.warning("digest not sent", extra={"code": "gave_up"})
            self._digest_failed(digest, waiting, store, "gave_up")
            return
        if (awake := staff_deliveries.reachable_from(store, contact, now)) > now:
            DIGEST_CLAIMS.postpone(self.table, digest, awake, "out_of_hours")
            return
        since = staff_deliveries.reachable_from(store, contact, digest.sends_at)
        link = self._link(waiting[0].followup_id, contact, since)
        text = alert_sms.digest_sms(len(waiting), store, contact, link)
        claimed = DIGEST_CLAIMS.claim(self.table, digest, now)
        if claimed is None:
            return
        phone, taken = contact.phone, claimed
        error = Attempts(self.table, self.clock).make(
            DIGEST_CLAIMS,
            claimed,
            lambda: self.sms.send(phone, text),
            refused=lambda code: self._digest_failed(taken, waiting, store, code),
        )
        if error:
            self.logger.warning("digest not sent", extra={"code": error.code})

    def _digest_failed(
        self, digest: sms_rate_limit.Digest, waiting: list[FollowUp], store: Store, code: str
    ) -> None:
        """Record it as failed, and with it all that it spoke for."""
        self._failed_with(digest, waiting, store, code)
        DIGEST_CLAIMS.failed(self.table, digest, code)
        self.failed("sms")

    def _failed_with(
        self, digest: sms_rate_limit.Digest, waiting: list[FollowUp], store: Store, code: str
    ) -> None:
        """Each message that the digest spoke for has failed with it, and what follows from that follows."""
        for followup in waiting:
            for owed in deliveries.of_level(self.table, followup.followup_id, followup.level):
                if owed.state == "digested" and owed.contact_id == digest.contact_id:
                    CLAIMS.failed(self.table, owed, code)
            self._fall_back(about("followup.delivery_due", followup, self.clock()), store)

    def _still_open(self, digest: sms_rate_limit.Digest) -> list[FollowUp]:
        found = (followups.get(self.table, followup_id) for followup_id in digest.followup_ids)
        waiting = [f for f in found if f is not None and f.owner is None and not f.ended]
        return sorted(waiting, key=lambda f: (11 if f.score is None else f.score, f.opened_at))

    def _link(self, followup_id: str, contact: Contact, issued: datetime) -> str:
        person_id = person_of(contact)
        who = Bearer(person_id, users.epoch(self.table, person_id))
        return f"{self.base_url}/f/{links.for_followup(self.ring, followup_id, who, issued)}"

    def _log(self, claimed: Delivery, error: SendError) -> None:
        self.logger.warning(
            "message not sent",
            outcome=type(error).__name__,
            code=error.code,
            channel=claimed.channel,
            followup_id=claimed.followup_id,
            attempts=claimed.attempts,
        )
