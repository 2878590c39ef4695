"""Send the one SMS or e-mail that tells a person of several deliveries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from lazo.auth.users import user_id_of
from lazo.followup import staff_deliveries
from lazo.followup.model import PRIORITIES
from lazo.messaging import sms_pause
from lazo.messaging.send_state import ON_TIME_WITHIN, is_claimable, is_exhausted
from lazo.table import answers, users
from lazo.table.messaging import bundles, deliveries, digests, sms_conversations
from lazo.table.messaging.bundles import BUNDLE_CLAIMS, Bundle, Collecting
from lazo.text.contact_details import is_landline
from lazo.workflows.events import Event, followup_event
from lazo.workflows.send_attempt import send_claimed
from notify import alert_sms, bundle_email
from notify.alert_facts import Alert
from notify.alerts import AlertSender
from notify.send_steps import for_each

BUNDLE_EVERY: Final = timedelta(minutes=30)
"""A person gets a bundle on a channel this long after the one before, at the earliest: two in an hour. The policy's
`contact_messages_per_hour` counts on it."""


@dataclass(frozen=True, slots=True)
class BundleSender:
    """What sending bundles needs: what alerts need, since a bundle of one is that alert."""

    alerts: AlertSender

    def send_due(self, event: Event) -> None:
        """Send the event's bundle if its time has come, or close what was collected for one and send that."""
        table, now = self.alerts.table, self.alerts.clock()
        if event.store_id:
            self._adopt_digest(event, now)
            return
        match bundles.get_bundle(table, event.digest_id):
            case Collecting() as collecting if collecting.sends_at <= now:
                self._close(collecting, now)
            case Bundle(state="failed") as undelivered:
                # The provider accepted it, and it did not arrive.
                self._fail_deliveries(
                    self._alerts(undelivered, told=True), undelivered.failure or "undelivered"
                )
            case Bundle() as bundle if is_claimable(bundle, bundle.closed_at, now):
                self._send(bundle, now)

    def _close(self, collecting: Collecting, now: datetime) -> None:
        """Close and send what was collected, unless none of it is wanted any more, or its reader has to be left in
        peace: then it goes on collecting."""
        table, waiting = self.alerts.table, self._alerts(collecting)
        if not waiting:
            bundles.discard(table, collecting)
            return
        spaced = collecting.closed_at + BUNDLE_EVERY if collecting.closed_at else now
        until = max(now, spaced)
        if until > now or now - collecting.sends_at >= ON_TIME_WITHIN:
            until = _reachable_from(waiting, until)
        if until > now:
            bundles.postpone(table, collecting, until)
        elif bundle := bundles.close(table, collecting, now):
            self._send(bundle, now)

    def _send(self, bundle: Bundle, now: datetime) -> None:
        table, waiting = self.alerts.table, self._alerts(bundle)
        if not waiting:
            # It was told by a sender that died, its deliveries failed, or there is nothing to tell any more.
            told, failed = self._alerts(bundle, told=True), is_exhausted(bundle)
            BUNDLE_CLAIMS.end(table, bundle, "sent" if told else "failed" if failed else "cancelled")
            return
        address = self.alerts.address_of(waiting[0]) or ""
        if is_exhausted(bundle):
            self._fail(bundle, waiting, "gave_up")
        elif bundle.channel == "sms" and sms_conversations.has_opted_out(table, address):
            self._fail(bundle, waiting, "opted_out")
        elif bundle.channel == "sms" and is_landline(address):
            self._fail(bundle, waiting, "landline")
        elif bundle.channel == "sms" and (paused := self.alerts.sms.paused_until()):
            self._do_without_sms(bundle, waiting, paused)
        elif now - bundle.closed_at >= ON_TIME_WITHIN and (until := _reachable_from(waiting, now)) > now:
            if bundle.state == "sending":
                BUNDLE_CLAIMS.keep_unclear(table, bundle, until)
            else:
                BUNDLE_CLAIMS.postpone(table, bundle, until, "out_of_hours")
        else:
            self._claim_and_send(bundle, waiting, address, self._prepared(bundle, waiting, address))

    def _claim_and_send(
        self, bundle: Bundle, waiting: Sequence[Alert], address: str, send: Callable[[], str]
    ) -> None:
        table, clock = self.alerts.table, self.alerts.clock
        last_alert = self.alerts.last_alert_puts(waiting[0].delivery, address) if len(waiting) == 1 else ()
        claimed = BUNDLE_CLAIMS.claim(table, bundle, clock(), last_alert)
        if claimed is None:
            return

        def send_and_mark() -> str:
            # Marked before the bundle is: whoever takes over from a sender that dies finds nothing left to tell.
            provider_id = send()
            for each in waiting:
                deliveries.mark_told(table, each.delivery, bundle.bundle_id, provider_id, clock())
            return provider_id

        error = send_claimed(
            table,
            clock,
            BUNDLE_CLAIMS,
            claimed,
            send_and_mark,
            on_permanent_failure=lambda code: self._fail(claimed, waiting, code),
        )
        if error:
            self.alerts.logger.warning("bundle not sent", code=error.code, channel=bundle.channel)

    def _prepared(self, bundle: Bundle, waiting: Sequence[Alert], address: str) -> Callable[[], str]:
        """Return the call that hands the message to the provider; that of the alert itself where there is one only."""
        language = users.in_chosen_language(self.alerts.table, waiting[0].contact).language
        waiting = [replace(each, contact=replace(each.contact, language=language)) for each in waiting]
        if len(waiting) == 1:
            return self.alerts.prepared(self._with_answer(waiting[0], bundle), address)
        first = waiting[0]
        cases = dict.fromkeys(each.followup.followup_id for each in waiting)
        about, closed_at = first.followup.followup_id, bundle.closed_at
        board = self.alerts.links.link_for(about, first.contact, closed_at, bundle=True)
        stores = list(dict.fromkeys(each.store.name for each in waiting))
        if bundle.channel == "sms":
            text = alert_sms.bundle_sms(len(cases), stores, first.contact, board)
            return lambda: self.alerts.sms.send(address, text)
        shown = [*cases][: bundle_email.CASES_AT_MOST]
        listed = [self._with_answer(each, bundle) for each in waiting if each.followup.followup_id in shown]
        mail = bundle_email.build_bundle_email(listed, len(cases), stores, board)
        return lambda: self.alerts.email.send(address, mail.sender_name, mail.subject, mail.text, mail.html)

    def _with_answer(self, alert: Alert, bundle: Bundle) -> Alert:
        """Return the alert with what its words need: the answer, and a link that every attempt has alike."""
        followup, contact = alert.followup, alert.contact
        answer = answers.telling_answer_of(self.alerts.table, followup)
        link = self.alerts.links.link_for(followup.followup_id, contact, bundle.closed_at)
        return Alert(alert.delivery, followup, answer, alert.store, contact, link)

    def _alerts(self, found: Collecting | Bundle, *, told: bool = False) -> list[Alert]:
        """Return what a bundle has to tell, or has `told`, the gravest first. What is not wanted any more, or has lost
        its reader, is ended."""
        waiting, lost = [], []
        for delivery, followup in bundles.bundled_deliveries(self.alerts.table, found.names):
            store = self.alerts.stores.get(followup.store_id, self.alerts.clock())
            contact = store.contact(delivery.contact_id)
            alert = Alert(delivery, followup, None, store, contact, "") if contact else None
            if told:
                mine = isinstance(found, Bundle) and delivery.bundle == found.bundle_id
                waiting += [alert] if alert and mine and delivery.state == "sent" else []
            elif delivery.state not in ("pending", "digested"):
                continue
            elif followup.erased_at or not self.alerts.is_still_relevant(delivery, followup):
                deliveries.CLAIMS.cancel(self.alerts.table, delivery)
            elif (
                alert is None
                or user_id_of(alert.contact) != found.user_id
                or not self.alerts.address_of(alert)
            ):
                self.alerts.steps.give_up(delivery, "contact_gone")
                lost.append(
                    followup_event("followup.delivery_due", followup, self.alerts.clock(), delivery.level)
                )
            else:
                waiting.append(alert)
        for event in lost:
            self.alerts.fall_back(event, self.alerts.stores.get(event.store_id, self.alerts.clock()))
        return sorted(waiting, key=_gravity)

    def _do_without_sms(self, bundle: Bundle, waiting: Sequence[Alert], until: datetime) -> None:
        """End the bundle while no SMS is sent: its reader's e-mail tells it. Without one it waits `until` then, and the
        deadlines of what it tells go on."""
        contact = waiting[0].contact
        if contact.email:
            self._fail_deliveries(waiting, sms_pause.CODE)
            BUNDLE_CLAIMS.failed(self.alerts.table, bundle, sms_pause.CODE)
        else:
            BUNDLE_CLAIMS.postpone(self.alerts.table, bundle, until, sms_pause.CODE)

    def _fail(self, bundle: Bundle, waiting: Sequence[Alert], code: str) -> None:
        """Record that the bundle will never be sent, and with it all deliveries in it."""
        self._fail_deliveries(waiting, code)
        BUNDLE_CLAIMS.failed(self.alerts.table, bundle, code)
        self.alerts.steps.count_failed_message(bundle.channel)

    def _fail_deliveries(self, waiting: Sequence[Alert], code: str) -> None:
        """Record the deliveries as failed, and try the next channel or level for each follow-up."""

        def fail(group: list[Alert]) -> None:
            for each in group:
                if code == sms_pause.CODE:
                    until = self.alerts.sms.paused_until() or self.alerts.clock()
                    self.alerts.do_without_sms(each.delivery, each.store, each.contact, until)
                else:
                    deliveries.CLAIMS.failed(self.alerts.table, each.delivery, code)
            followup, level = group[0].followup, group[0].delivery.level
            event = followup_event("followup.delivery_due", followup, self.alerts.clock(), level)
            self.alerts.fall_back(event, group[0].store)

        groups: dict[tuple[str, int], list[Alert]] = {}
        for each in waiting:
            groups.setdefault((each.followup.followup_id, each.delivery.level), []).append(each)
        for_each(groups.values(), fail)

    def _adopt_digest(self, event: Event, now: datetime) -> None:
        """Leave what a digest of an earlier release holds to a bundle."""
        table = self.alerts.table
        digest = digests.get_digest(table, event.store_id, event.digest_id)
        if digest is None or digest.state not in ("pending", "sending"):
            return
        if contact := self.alerts.stores.get(digest.store_id, now).contact(digest.contact_id):
            for delivery in digests.digested_deliveries(table, digest):
                bundles.collect(table, user_id_of(contact), delivery, now)
        digests.DIGEST_CLAIMS.cancel(table, digest)


def _reachable_from(waiting: Sequence[Alert], at: datetime) -> datetime:
    """Return the first time from `at` on at which one of the alerts may be told."""
    return min(staff_deliveries.next_time(each.delivery, each.store, each.contact, at) for each in waiting)


def _gravity(alert: Alert) -> tuple[int, int, datetime]:
    """A follow-up that no answer opened has no score, and comes last of its priority."""
    followup = alert.followup
    score = 11 if followup.score is None else followup.score
    return PRIORITIES.index(followup.priority), score, followup.opened_at
