"""Send the weekly digest, the praise of a day, and what fell silent: to each person once, in their language and
hours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.users import Scope, user_id_of
from lazo.channels.email_ses import EmailChannel
from lazo.followup.contact_hours import next_reachable_time
from lazo.insight import praise
from lazo.insight.weeks import parse_week
from lazo.messaging.send_state import is_claimable, is_exhausted
from lazo.messaging.staff_mail import SENT_WITHIN, StaffMail
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.store.policy import Policy
from lazo.table import answers, touchpoint_signs, users
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import rate_limits, staff_mails
from lazo.table.messaging.staff_mails import MAIL_CLAIMS
from lazo.table.stores import StoreCache, get_touchpoints
from lazo.workflows.contacts import contact_of_user
from lazo.workflows.events import Event
from lazo.workflows.week_digest import PraiseFound, WeekRead, read_week
from notify.rendering import Email
from notify.report_email import ReportLinks, build_digest_email, build_praise_email, build_silence_email
from notify.send_steps import SendSteps

COUNTED_WITHIN: Final = timedelta(hours=4)
"""How long after a store's week has ended it is counted; a digest of several waits for that of a store further west."""
LOOK_AGAIN: Final = timedelta(minutes=30)
ZONES_LOOKED_AT: Final = 10
ROOM_AGAIN_AFTER: Final = timedelta(hours=1)
"""When an e-mail is tried again whose reader has got as many as they may in an hour."""


@dataclass(frozen=True, slots=True)
class StaffMails:
    """What sending needs."""

    table: Table
    stores: StoreCache
    ring: KeyRing
    email: EmailChannel
    base_url: str
    clock: Callable[[], datetime]
    steps: SendSteps[StaffMail]

    def send(self, event: Event) -> None:
        """Send the event's e-mail, if it may be sent now."""
        mail = staff_mails.get_mail(self.table, event.staff_mail_id)
        if mail and is_claimable(mail, mail.planned_at, self.clock()):
            self.steps.send_each([mail], self._deliver)

    def _deliver(self, mail: StaffMail) -> None:
        """Send the e-mail, unless it is not wanted, has nothing to tell any more, can never be sent, or has to wait."""
        scope, session_version = users.current_user(self.table, mail.user_id)
        found = self._reader(mail, scope)
        wanted = staff_mails.mail_wishes(self.table, mail.user_id).wants(mail.kind)
        if not (scope and found and wanted):
            MAIL_CLAIMS.cancel(self.table, mail)
            return
        store, contact = found
        if is_exhausted(mail) or self.clock() - mail.planned_at >= SENT_WITHIN:
            self.steps.give_up(mail, "gave_up" if is_exhausted(mail) else "too_late")
            return
        if self.steps.hold_back(
            mail, mail.planned_at, lambda now: next_reachable_time(store, contact, now, reminder=True)
        ):
            return
        principal = links.Principal(mail.user_id, session_version)
        token = links.sign_user_token(self.ring, "report", principal, mail.planned_at)
        to = ReportLinks(f"{self.base_url}/desk/in/{token}")
        if mail.kind == "praise":
            self._send(mail, contact, self._praise(mail, store, contact, to))
            return
        if mail.kind == "silence":
            self._send(mail, contact, self._silence(mail, store, contact, to), store.policy)
            return
        every = users.with_all_stores(self.table, scope).stores
        names = {each.store_id: each.name for each in every}
        read = self._week(mail, names)
        if read and (wait := self._still_counting(read)):
            MAIL_CLAIMS.postpone(self.table, mail, wait, "week_not_counted")
        else:
            self._send(mail, contact, build_digest_email(read, names, store, contact, to) if read else None)

    def _send(
        self, mail: StaffMail, contact: Contact, made: Email | None, limits: Policy | None = None
    ) -> None:
        """Claim and send what was made of the e-mail; without anything to tell, cancel it. With `limits` it counts
        among the e-mails that a person may get in an hour: many stores may fall silent in one night."""
        now = self.clock()
        if made is None:
            MAIL_CLAIMS.cancel(self.table, mail)
            return

        def claim() -> StaffMail | None:
            counted = (
                [rate_limits.message_count(self.table, mail.user_id, "email", limits, now)] if limits else ()
            )
            return MAIL_CLAIMS.claim(self.table, mail, now, counted)

        try:
            claimed = rate_limits.repeat_counted(claim)
        except rate_limits.NoRoom:
            MAIL_CLAIMS.postpone(self.table, mail, now + ROOM_AGAIN_AFTER, "too_many")
            return
        if claimed:
            parts = (contact.email or "", made.sender_name, made.subject, made.text, made.html)
            self.steps.attempt(claimed, lambda: self.email.send(*parts))

    def _reader(self, mail: StaffMail, scope: Scope | None) -> tuple[Store, Contact] | None:
        """Return the contact whose e-mail it is, in the store that planned it; of a digest, in another store if that
        one names them no more; of praise, only in the store's team. None without an e-mail address."""
        store = self.stores.find(mail.store_id, self.clock())
        if scope is None or store is None:
            return None
        for contact in store.contacts:
            if user_id_of(contact) == mail.user_id and (contact.role == "store" or mail.kind != "praise"):
                return (store, replace(contact, language=scope.language)) if contact.email else None
        if mail.kind != "weekly":
            return None
        elsewhere = contact_of_user(scope, lambda store_id: self.stores.find(store_id, self.clock()))
        if elsewhere is None:
            return None
        _, contact = elsewhere
        return elsewhere if contact.email else None

    def _week(self, mail: StaffMail, stores_by_id: Mapping[str, str]) -> WeekRead | None:
        week = parse_week(mail.ref)
        return read_week(self.table, stores_by_id, week, self.clock()) if week else None

    def _still_counting(self, read: WeekRead) -> datetime | None:
        """Return when to look again, if the week of a store will be counted soon; else None."""
        now = self.clock()
        for store_id in read.uncounted[:ZONES_LOOKED_AT]:
            store = self.stores.find(store_id, now)
            if store and now < read.digest.week.ends(store.timezone) + COUNTED_WITHIN:
                return now + LOOK_AGAIN
        return None

    def _praise(self, mail: StaffMail, store: Store, contact: Contact, to: ReportLinks) -> Email | None:
        """Return the e-mail with what may still be read to others; None if nothing may."""
        wanted = [keys.answer(store.store_id, ulid) for ulid in mail.answers]
        items = self.table.batch_get(wanted)
        read = (answers.answer_from_item(items[key]) for key in wanted if key in items)
        found = [PraiseFound(answer, store) for answer in read if praise.is_praise(answer)]
        return build_praise_email(found, store, contact, to) if found else None

    def _silence(self, mail: StaffMail, store: Store, contact: Contact, to: ReportLinks) -> Email | None:
        """Return the e-mail about touchpoints that are still silent; None if all answer again or are gone."""
        signs = touchpoint_signs.store_signs(self.table, store.store_id)
        found = get_touchpoints(self.table, [code for code in mail.codes if code in signs])
        silent = sorted(
            (each.label, change)
            for each in found.values()
            if each.active and each.store_id == store.store_id and (change := signs[each.code].silent)
        )
        return build_silence_email(silent, store, contact, to) if silent else None
