"""Sending the link that somebody asked for at the desk, to whom the address belongs, if it is anybody's."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.links import Bearer
from lazo.auth.sign_in import Request
from lazo.auth.users import Scope, person_of
from lazo.channels.email_ses import EmailChannel
from lazo.channels.errors import NotNow, SendError
from lazo.channels.sms_sns import SmsChannel
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import sign_in, stores, users
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import sms_conversations
from lazo.text.gsm7 import gist, one_segment
from lazo.translations import words
from lazo.web.pages import line_template
from lazo.workflows.events import Event
from notify.alert_sms import _head
from notify.rendering import Email, _one_line, templates

PERSONS_AT_MOST = 5
"""Of those who share an address, a shop's own phone say."""


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
        """Send a link of their own to each person at the address of the request that the event names.

        One that fails by our own fault, or is refused for the time being, does not stop the others; the event
        then fails and comes again.
        """
        request = sign_in.get(self.table, event.followup_id)
        if request is None or request.too_late(self.clock()):
            self.logger.warning("sign-in request gone or too late", extra={"request_id": event.followup_id})
            return
        failure: Exception | None = None
        found = users.by_address(self.table, request.address)
        if not found:
            self.logger.info("sign-in link asked for nobody", extra={"request_id": event.followup_id})
        for person_id in sorted(found)[:PERSONS_AT_MOST]:
            try:
                self._send(request, person_id, found[person_id])
            except Exception as error:
                failure = error
        if failure:
            raise failure

    def _send(self, request: Request, person_id: str, address: str) -> None:
        scope, epoch = users.present(self.table, person_id)
        at = self._somewhere(scope) if scope else None
        to = self._wanted_at(address, at[1]) if at else None
        if at is None or to is None or not sign_in.claim(self.table, request, person_id, self.clock()):
            return
        try:
            provider_id = self._hand_over(*at, to, Bearer(person_id, epoch))
        except SendError as error:
            later = isinstance(error, NotNow)
            sign_in.not_sent(self.table, request, person_id, error.code, again=later)
            self.logger.warning(
                "sign-in link not accepted", extra={"outcome": type(error).__name__, "code": error.code}
            )
            if later:
                raise
        else:
            sign_in.sent(self.table, request, person_id, provider_id)

    def _wanted_at(self, address: str, contact: Contact) -> str | None:
        """Where the link goes: to the contact's e-mail, if they have one, when their phone wants no SMS."""
        if "@" in address or not sms_conversations.stopped(self.table, address):
            return address
        return contact.email

    def _somewhere(self, scope: Scope) -> tuple[Store, Contact] | None:
        """A shop that names the person still, and the contact that they are there, reading what most of their
        shops write to them in."""
        for shop in scope.shops:
            store = stores.store(self.table, shop.store_id, consistent=True)
            for contact in store.contacts if store else ():
                if store and person_of(contact) == scope.person_id:
                    return store, replace(contact, language=scope.language)
        return None

    def _hand_over(self, store: Store, contact: Contact, address: str, who: Bearer) -> str:
        link = f"{self.base_url}/desk/in/{links.for_person(self.ring, 'sign-in', who, self.clock())}"
        if "@" not in address:
            return self.sms.send(address, sign_in_sms(store, contact, link))
        mail = sign_in_email(store, contact, link)
        return self.email.send(address, mail.sender_name, mail.subject, mail.text, mail.html)


LONGEST_FIRST_NAME = 16


def sign_in_sms(store: Store, contact: Contact, link: str) -> str:
    """One segment: who sends it, whom it is for, the link."""
    facts = {"shop": store.brand, "name": gist(contact.name.split()[0], LONGEST_FIRST_NAME)}
    return one_segment(_head(words("sign_in", contact.language)["sms"]["link"], facts, link), "", link)


def sign_in_email(store: Store, contact: Contact, link: str) -> Email:
    """Subject, text and HTML with the link."""
    text = words("sign_in", contact.language)["email"]
    facts = {"brand": store.brand, "name": contact.name}
    shown = {
        "language": contact.language,
        **{name: line_template(line).render(facts) for name, line in text.items()},
        "brand": store.brand,
        "link": link,
    }
    return Email(
        sender_name=_one_line(store.brand),
        subject=_one_line(shown["subject"]),
        text=templates().get_template("sign_in.txt.j2").render(shown),
        html=templates().get_template("sign_in.html.j2").render(shown),
    )
