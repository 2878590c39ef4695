"""Send the links that customers asked for on their page to the address that a link is to prove."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.channels.errors import SendError, TransientFailure
from lazo.customer.address_link import AddressLink
from lazo.phrases import wording_guard
from lazo.store.model import Store
from lazo.table import address_links
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import opt_outs
from lazo.table.stores import StoreCache
from lazo.text.gsm7 import gsm7_if_lossless
from lazo.translations import translations
from lazo.workflows.events import Event
from notify.customer_channel import CustomerChannel, Letter


@dataclass(frozen=True, slots=True)
class AddressLinks:
    """What sending needs."""

    table: Table
    stores: StoreCache
    ring: KeyRing
    channel: CustomerChannel
    base_url: str
    clock: Callable[[], datetime]
    logger: Logger

    def send(self, event: Event) -> None:
        """Send the link of the event, once, unless the address's own holder wants no messages."""
        link = address_links.get_link(self.table, event.link_id, self.clock())
        if link is None or opt_outs.has_holder_opted_out(self.table, link.customer_key):
            self.logger.info("link to an address not wanted any more", link_id=event.link_id)
            return
        send = self._prepared(link, self.stores.get(link.store_id, self.clock()))
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

    def _prepared(self, link: AddressLink, store: Store) -> Callable[[], str]:
        """Return the call that hands the message to the provider; raises Blocked when the wording guard refuses it."""
        token = links.sign_address_link(self.ring, link.link_id, link.at)
        facts = {"shop": store.name, "link": f"{self.base_url}/m/{token}"}
        texts, names = translations("address_link", link.language), (store.name, store.brand)
        lines = {name: line.format_map(facts) for name, line in texts[link.purpose].items()}
        if link.channel == "sms":
            text = wording_guard.clear_text(gsm7_if_lossless(lines["sms"]), link.language, names)
            return lambda: self.channel.send_sms(link.address, text)
        letter = Letter(
            language=link.language,
            subject=wording_guard.clear_text(lines["subject"], link.language, names, field="subject"),
            text=wording_guard.clear_text(lines["email"].strip(), link.language, names),
            reason=wording_guard.clear_text(texts["reason"].format_map(facts), link.language, names),
        )
        return lambda: self.channel.send_email(link.address, store.brand, letter)
