"""Find what a customer's link opens: a case and its answer, or an address. It proves the phone or e-mail that it was
sent to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.case.model import Case
from lazo.customer.address_link import AddressLink
from lazo.customer.rights import NO_WISHES, CustomerRights
from lazo.store.brand_look import PLAIN, BrandLook
from lazo.store.contacts import Channel
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import address_links, answers, brand_looks, cases, customer_rights
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import opt_outs
from lazo.table.stores import StoreCache, UnknownStore
from lazo.web.language import choose_language


class LinkRevoked(Exception):
    """The customer's links were ended; `language` is that of their answer, or the one that the reader chose."""

    def __init__(self, language: str) -> None:
        super().__init__("the link was revoked")
        self.language = language


@dataclass(frozen=True, slots=True)
class CustomerVisit:
    """A customer at their page. `answer` is the one whose address the link was sent to by `channel` (None once it was
    erased), `customer_key` the key of that address, `stopped` whether they have opted out."""

    token: str
    case: Case
    store: Store
    answer: Answer | None
    customer_key: str | None
    stopped: bool
    language: str
    now: datetime
    rights: CustomerRights = NO_WISHES
    more_answers: Sequence[Answer] = ()
    """Further answers of the case's visit that left this address."""
    channel: Channel = "sms"
    look: BrandLook = PLAIN

    @property
    def logo(self) -> str:
        """The address of the brand's logo; "" without one."""
        return f"/s/{self.answer.code}/logo?v={self.look.logo_id}" if self.look.logo and self.answer else ""

    @property
    def address(self) -> str | None:
        """The phone or e-mail that the link was sent to."""
        if self.answer is None:
            return None
        return self.answer.email if self.channel == "email" else self.answer.phone

    @property
    def restricted(self) -> bool:
        """Whether the case may only be stored, because of this customer or of the other address's."""
        return self.rights.restricted_at is not None or self.case.followup.restricted_at is not None

    @property
    def erased(self) -> bool:
        """Whether nothing of the customer is stored any more."""
        return self.case.followup.erased_at is not None

    @property
    def proven_keys(self) -> tuple[str, ...]:
        """The keys of the address that the link was sent to: two for an Argentine phone (`lazo.customer.identity`)."""
        if self.customer_key is None or self.answer is None:
            return ()
        spelled_otherwise = self.answer.customer_also if self.answer.email is None else None
        return tuple(filter(None, (self.customer_key, spelled_otherwise)))


@dataclass(frozen=True, slots=True)
class AddressVisit:
    """Somebody who opened a link that proves an address."""

    token: str
    link: AddressLink
    store: Store
    language: str
    now: datetime
    rights: CustomerRights = NO_WISHES

    @property
    def address(self) -> str:
        """The phone or e-mail that the link was sent to."""
        return self.link.address

    @property
    def restricted(self) -> bool:
        """Whether what was left with the address may only be stored."""
        return self.rights.restricted_at is not None

    @property
    def erased(self) -> bool:
        """Whether nothing is stored any more: then the link is gone too."""
        return False

    @property
    def proven_keys(self) -> tuple[str, ...]:
        """The key of the address."""
        return (self.link.customer_key,)


Visit = CustomerVisit | AddressVisit


def visit_for_request(
    event: Mapping[str, Any],
    table: Table,
    stores: StoreCache,
    ring: KeyRing,
    now: datetime,
    form_language: str | None = None,
) -> Visit | None:
    """Return the visit of a request; None when its token opens nothing. `form_language` is the form's field `lang`.

    Raises LinkRevoked for a link that was good until the customer had all of theirs ended.
    """
    token = event["pathParameters"]["token"]
    if link_id := links.read_address_link(ring, token, now):
        return _address_visit(event, table, stores, link_id, now, form_language)
    link = links.read_customer_link(ring, token, now)
    case = cases.load_case(table, link.followup_id) if link else None
    if link is None or case is None:
        return None
    try:
        store = stores.get(case.followup.store_id, now)
    except UnknownStore:
        return None
    own = answers.answer_of(table, case.followup, whole=True)
    answer = _answer_written_to(table, case, link.channel, own) or own
    key = _key_of_channel(answer, link.channel)
    language = language_for(event, form_language, answer, store)
    visit = CustomerVisit(token, case, store, answer, key, False, language, now, channel=link.channel)
    if visit.erased:
        return visit
    # It went to an address that the customer has changed since.
    if answer and link.version != (answer.email_version if link.channel == "email" else answer.phone_version):
        return None
    # The link proves one address. Unless the case's own answer has it, the case is not theirs to see.
    if answer is None or key is None or (own is not None and key not in opt_outs.customer_keys_of(own)):
        return None
    more = answers.more_answers_of(table, case.followup, whole=True)
    rights = customer_rights.rights_of(table, visit.proven_keys)
    if link.sent_by and rights.links_ended_until and link.sent_by <= rights.links_ended_until:
        raise LinkRevoked(language)
    return replace(
        visit,
        more_answers=[each for each in more if key in opt_outs.customer_keys_of(each)],
        stopped=opt_outs.has_opted_out(table, opt_outs.customer_keys_of(answer)),
        rights=rights,
        look=brand_looks.get_look(table, store.brand),
    )


def _address_visit(
    event: Mapping[str, Any],
    table: Table,
    stores: StoreCache,
    link_id: str,
    now: datetime,
    form_language: str | None,
) -> AddressVisit | None:
    link = address_links.get_link(table, link_id, now)
    store = stores.find(link.store_id, now) if link else None
    if link is None or store is None:
        return None
    chosen = (event.get("queryStringParameters") or {}).get("lang")
    accepted = (event.get("headers") or {}).get("accept-language", "")
    language = choose_language([form_language, chosen, link.language], accepted, store.language)
    rights = customer_rights.rights_of(table, [link.customer_key])
    return AddressVisit(event["pathParameters"]["token"], link, store, language, now, rights)


def language_for(
    event: Mapping[str, Any],
    form_language: str | None = None,
    answer: Answer | None = None,
    store: Store | None = None,
) -> str:
    """Return the language that the reader chose, else their answer's, else their browser's, else the store's."""
    chosen = (event.get("queryStringParameters") or {}).get("lang")
    answered_in = answer.language if answer else None
    accepted = (event.get("headers") or {}).get("accept-language", "")
    return choose_language([form_language, chosen, answered_in], accepted, store.language if store else "es")


def _answer_written_to(table: Table, case: Case, channel: Channel, own: Answer | None) -> Answer | None:
    """Return the answer whose address got the newest message of the case by this channel. `own` is the case's answer,
    which need not be read again."""
    sent = next((m for m in reversed(case.messages) if m.channel == channel), None)
    if sent and own and (sent.answered_at_store, sent.answer_ulid) == (own.store_id, own.ulid):
        return own
    return answers.get_answer(table, sent.answered_at_store, sent.answer_ulid, whole=True) if sent else None


def _key_of_channel(answer: Answer | None, channel: Channel) -> str | None:
    """Return the customer key of the answer's address for this channel; None without one."""
    if answer is None:
        return None
    if channel == "sms":
        return answer.customer_key if answer.phone else None
    return (answer.customer_also if answer.phone else answer.customer_key) if answer.email else None
