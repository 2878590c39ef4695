"""Tell contacts by e-mail that touchpoints fell silent, once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lazo.auth.users import user_id_of
from lazo.channels.email_ses import EmailChannel
from lazo.followup.contact_hours import next_reachable_time
from lazo.insight.statements import activity_statement, describe
from lazo.insight.touchpoint_watch import TouchpointSigns
from lazo.messaging.send_state import is_claimable, is_exhausted
from lazo.messaging.silence_notice import SilenceNotice
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import touchpoint_signs
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import rate_limits, silence_notices
from lazo.table.messaging.silence_notices import CLAIMS
from lazo.table.stores import StoreCache, get_touchpoints
from lazo.translations import translations
from lazo.workflows.events import Event
from notify.rendering import Email, render_email, render_line
from notify.send_steps import SendSteps

ROOM_AGAIN_AFTER: Final = timedelta(hours=1)
"""When a notice is tried again whose reader has got as many e-mails as they may in an hour."""

Silent = Sequence[tuple[str, TouchpointSigns]]
"""Touchpoints that are silent, by their label."""


@dataclass(frozen=True, slots=True)
class SilenceNotices:
    """What sending needs."""

    table: Table
    stores: StoreCache
    email: EmailChannel
    base_url: str
    clock: Callable[[], datetime]
    steps: SendSteps[SilenceNotice]

    def send_due(self, event: Event) -> None:
        """Send the event's notice, if it may be sent now."""
        notice = silence_notices.get_notice(self.table, event.notice_id)
        if notice and is_claimable(notice, notice.not_before, self.clock()):
            self.steps.send_each([notice], self._deliver)

    def _deliver(self, notice: SilenceNotice) -> None:
        """Send the notice, unless its touchpoints answer again or are gone, it can never be sent, or has to wait."""
        store = self.stores.find(notice.store_id, self.clock())
        contact = store.contact(notice.contact_id) if store else None
        silent = self._still_silent(notice)
        if store is None or contact is None or not contact.email or not silent:
            CLAIMS.cancel(self.table, notice)
        elif is_exhausted(notice):
            self.steps.give_up(notice, "gave_up")
        elif not self.steps.hold_back(
            notice,
            notice.not_before,
            lambda now: next_reachable_time(store, contact, now, reminder=True),
        ):
            mail = silence_email(store, contact, silent, f"{self.base_url}/desk/insights")
            self._send(notice, store, contact, contact.email, mail)

    def _still_silent(self, notice: SilenceNotice) -> Silent:
        signs = touchpoint_signs.store_signs(self.table, notice.store_id)
        silent = [code for code in notice.codes if code in signs and signs[code].silent]
        found = get_touchpoints(self.table, silent)
        here = [each for each in found.values() if each.active and each.store_id == notice.store_id]
        return sorted((each.label, signs[each.code]) for each in here)

    def _send(self, notice: SilenceNotice, store: Store, contact: Contact, address: str, mail: Email) -> None:
        now, user_id = self.clock(), user_id_of(contact)
        if not rate_limits.reserve_message(self.table, user_id, "email", store.policy, now):
            CLAIMS.postpone(self.table, notice, now + ROOM_AGAIN_AFTER, "too_many")
            return
        claimed = CLAIMS.claim(self.table, notice, now)
        if claimed:
            self.steps.attempt(
                claimed,
                lambda: self.email.send(address, mail.sender_name, mail.subject, mail.text, mail.html),
            )


def silence_email(store: Store, contact: Contact, silent: Silent, link: str) -> Email:
    """Return the e-mail about touchpoints that are silent."""
    text = translations("silence_notice", contact.language)
    facts = {"name": contact.name, "shop": store.name, "places": ", ".join(label for label, _ in silent)}
    lines = [
        f"{label}: {describe(activity_statement(signs.silent), contact.language)}"
        for label, signs in silent
        if signs.silent
    ]
    values = {
        "language": contact.language,
        **{name: render_line(line, facts) for name, line in text.items()},
        "lines": lines,
        "link": link,
    }
    return render_email("plain", store.brand, values)
