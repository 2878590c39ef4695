"""What sending to customers needs, and how a message of fixed text becomes one that the guard has cleared."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lazo.auth.keyring import KeyRing
from lazo.phrases import wording_guard
from lazo.store.model import Store
from lazo.table.dynamodb.table import Table
from lazo.table.stores import StoreCache
from lazo.text.gsm7 import spell_for_sms
from lazo.translations import translations
from notify.customer_channel import CustomerChannel, Letter


@dataclass(frozen=True, slots=True)
class CustomerSender:
    """Sends one kind of message to customers."""

    table: Table
    stores: StoreCache
    ring: KeyRing
    channel: CustomerChannel
    base_url: str
    clock: Callable[[], datetime]

    def prepared(
        self, catalog: str, purpose: str, address: str, language: str, store: Store, token: str
    ) -> Callable[[], str]:
        """Return the call that hands the `catalog`'s text for a purpose to the provider, with a link to the customer's
        page of this token ("" for none); raises Blocked when the wording guard refuses it."""
        facts = {"shop": store.name, "link": f"{self.base_url}/m/{token}"}
        texts, names = translations(catalog, language), (store.name, store.brand)
        lines = {name: line.format_map(facts) for name, line in texts[purpose].items()}
        if "@" not in address:
            text = wording_guard.clear_text(spell_for_sms(lines["sms"]), language, names)
            return lambda: self.channel.send_sms(address, text)
        letter = Letter(
            language=language,
            subject=wording_guard.clear_text(lines["subject"], language, names, field="subject"),
            text=wording_guard.clear_text(lines["email"].strip(), language, names),
            reason=wording_guard.clear_text(texts["reason"].format_map(facts), language, names),
        )
        return lambda: self.channel.send_email(address, store.brand, letter)
