"""Send the sign-in links that were requested at the desk to the users at the given address, if there are any."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.sign_in import SignInRequest
from lazo.channels.email_ses import EmailChannel
from lazo.channels.errors import SendError, TransientFailure
from lazo.channels.sms_sns import SmsChannel
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import sign_in, stores, users
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import sms_conversations
from lazo.text.contact_details import is_landline
from lazo.text.gsm7 import excerpt
from lazo.translations import translations
from lazo.workflows.contacts import contact_of_user
from lazo.workflows.events import Event
from notify.rendering import Email, render_email, render_line, render_short_sms
from notify.send_steps import for_each

MOST_USERS_OF_ADDRESS = 5
"""How many of the users who share an address, such as a store's own phone, get a link."""

LONGEST_FIRST_NAME = 16
"""Septets that an SMS leaves of the reader's first name."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What sending needs."""

    table: Table
    ring: KeyRing
    sms: SmsChannel
    email: EmailChannel
    base_url: str
    clock: Callable[[], datetime]
    logger: Logger

    def send(self, event: Event) -> None:
        """Send each user at the address of the event's request a link of their own.

        A link that fails by our own fault, or is refused for now, does not stop the others; its error is raised at the
        end.
        """
        request = sign_in.get_request(self.table, event.sign_in_id)
        if request is None or request.is_expired(self.clock()):
            self.logger.warning("sign-in request gone or too late", request_id=event.sign_in_id)
            return
        found = users.users_at_address(self.table, request.address)
        if not found:
            self.logger.info("sign-in link asked for nobody", request_id=event.sign_in_id)
        for_each(
            sorted(found)[:MOST_USERS_OF_ADDRESS],
            lambda user_id: self._send(request, user_id, found[user_id]),
        )

    def _send(self, request: SignInRequest, user_id: str, address: str) -> None:
        scope, session_version = users.current_user(self.table, user_id)
        found = contact_of_user(
            scope, lambda store_id: stores.get_store(self.table, store_id, consistent=True)
        )
        to = self._preferred_address(address, found[1]) if found else None
        if not (found and to and sign_in.claim_message(self.table, request, user_id, self.clock())):
            return
        try:
            provider_id = self._hand_over(*found, to, links.Principal(user_id, session_version))
        except SendError as error:
            later = isinstance(error, TransientFailure)
            sign_in.record_not_sent(self.table, request, user_id, error.code, again=later)
            self.logger.warning("sign-in link not accepted", outcome=type(error).__name__, code=error.code)
            if later:
                raise
        else:
            sign_in.record_sent(self.table, request, user_id, provider_id)

    def _preferred_address(self, address: str, contact: Contact) -> str | None:
        """Return the address for the link: the contact's e-mail, if they have one, when their phone is a landline or
        wants no SMS, or while no SMS is sent."""
        if "@" in address:
            return address
        unwanted = is_landline(address) or sms_conversations.has_opted_out(self.table, address)
        if unwanted or self.sms.paused_until():
            return contact.email
        return address

    def _hand_over(self, store: Store, contact: Contact, address: str, principal: links.Principal) -> str:
        token = links.sign_user_token(self.ring, "sign-in", principal, self.clock())
        link = f"{self.base_url}/desk/in/{token}"
        if "@" not in address:
            return self.sms.send(address, sign_in_sms(store, contact, link))
        mail = sign_in_email(store, contact, link)
        return self.email.send(address, mail.sender_name, mail.subject, mail.text, mail.html)


def sign_in_sms(store: Store, contact: Contact, link: str) -> str:
    """Return one segment: the brand, the reader's first name, the link."""
    values = {"shop": store.brand, "name": excerpt(contact.name.split()[0], LONGEST_FIRST_NAME)}
    return render_short_sms(translations("sign_in", contact.language)["sms"]["link"], values, link)


def sign_in_email(store: Store, contact: Contact, link: str) -> Email:
    """Return the e-mail with the link."""
    text = translations("sign_in", contact.language)["email"]
    facts = {"brand": store.brand, "name": contact.name}
    values = {
        "language": contact.language,
        **{name: render_line(line, facts) for name, line in text.items()},
        "lines": [],
        "link": link,
    }
    return render_email("plain", store.brand, values)
