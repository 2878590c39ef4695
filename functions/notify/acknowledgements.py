"""Tell customers that what they asked for was done, once."""

from dataclasses import dataclass

from lazo.auth import links
from lazo.customer.acknowledgement import Acknowledgement
from lazo.messaging import sms_pause
from lazo.messaging.send_state import is_claimable, is_exhausted
from lazo.phrases import wording_guard
from lazo.table.messaging import acknowledgements, opt_outs
from lazo.table.messaging.acknowledgements import CLAIMS
from lazo.workflows.events import Event
from notify.customer_sender import CustomerSender
from notify.send_steps import SendSteps


@dataclass(frozen=True, slots=True)
class Acknowledgements(CustomerSender):
    """Sends them."""

    steps: SendSteps[Acknowledgement]

    def send(self, event: Event) -> None:
        """Send the event's message, if it may be sent now."""
        message = acknowledgements.get_acknowledgement(self.table, event.acknowledgement_id)
        if message and is_claimable(message, message.starts_at, self.clock()):
            self.steps.send_each([message], self._deliver)

    def _deliver(self, message: Acknowledgement) -> None:
        """Send the message, unless it is not true or not wanted any more, can never be sent, or has to wait."""
        store = self.stores.find(message.store_id, self.clock())
        if store is None or not self._is_wanted(message):
            CLAIMS.cancel(self.table, message)
            return
        if is_exhausted(message):
            self.steps.give_up(message, "gave_up")
            return
        if message.channel == "sms" and (until := self.channel.sms_paused_until()):
            CLAIMS.postpone(self.table, message, until, sms_pause.CODE)
            return
        if self.steps.hold_back(message, message.starts_at, store.next_customer_contact_time):
            return
        told, token = (message.purpose, message.address, message.language), self._page_token(message)
        try:
            send = self.prepared("acknowledgement", *told, store, token)
        except wording_guard.Blocked:
            # An operator has changed the text.
            self.steps.give_up(message, "wording")
            return
        claimed = CLAIMS.claim(self.table, message, self.clock())
        if claimed:
            self.steps.attempt(claimed, send)

    def _is_wanted(self, message: Acknowledgement) -> bool:
        """Return whether a stop still holds; of an erasure, whether the customer still takes messages like this."""
        if message.purpose == "stopped":
            return all(opt_outs.has_holder_opted_out(self.table, key) for key in message.customer_keys)
        return not opt_outs.has_opted_out(self.table, message.customer_keys, "automatic_messages")

    def _page_token(self, message: Acknowledgement) -> str:
        if not message.followup_id:
            return ""
        return links.sign_customer_link(
            self.ring, message.followup_id, message.channel, message.at, message.address_version
        )
