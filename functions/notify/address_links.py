"""Send the links that customers asked for on their page to the address that a link is to prove."""

from dataclasses import dataclass

from aws_lambda_powertools import Logger

from lazo.auth import links
from lazo.channels.errors import SendError, TransientFailure
from lazo.table import address_links
from lazo.table.messaging import opt_outs
from lazo.workflows.events import Event
from notify.customer_sender import CustomerSender


@dataclass(frozen=True, slots=True)
class AddressLinks(CustomerSender):
    """Sends them."""

    logger: Logger

    def send(self, event: Event) -> None:
        """Send the link of the event, once, unless the address's own holder wants no messages."""
        link = address_links.get_link(self.table, event.link_id, self.clock())
        if link is None or opt_outs.has_holder_opted_out(self.table, link.customer_key):
            self.logger.info("link to an address not wanted any more", link_id=event.link_id)
            return
        store = self.stores.get(link.store_id, self.clock())
        token = links.sign_address_link(self.ring, link.link_id, link.at)
        send = self.prepared("address_link", link.purpose, link.address, link.language, store, token)
        if not address_links.claim_message(self.table, link, self.clock()):
            return
        try:
            provider_id = send()
        except SendError as error:
            later = isinstance(error, TransientFailure)
            address_links.record_not_sent(self.table, link, error.code, again=later)
            self.logger.warning(
                "link to an address not accepted", outcome=type(error).__name__, code=error.code
            )
            if later:
                raise
        else:
            address_links.record_sent(self.table, link, provider_id)
