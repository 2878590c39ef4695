"""Whose page a link opens, and what of it may be seen: what was left with the phone or e-mail that the link came to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.case.model import Case
from lazo.store.contacts import Channel
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, cases
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import opt_outs
from lazo.table.stores import StoreCache, UnknownStore
from lazo.web.language import choose_language


@dataclass(frozen=True, slots=True)
class CustomerVisit:
    """A customer at their page. `answer` is the one whose address the link came to (None once it was erased),
    `customer_key` the key of that address, `stopped` whether they want no messages."""

    token: str
    case: Case
    store: Store
    answer: Answer | None
    customer_key: str | None
    stopped: bool
    language: str
    now: datetime

    @property
    def erased(self) -> bool:
        """Nothing of the customer is kept any more."""
        return self.case.followup.erased_at is not None


def visit_for_request(
    event: Mapping[str, Any],
    table: Table,
    stores: StoreCache,
    ring: KeyRing,
    now: datetime,
    wish: str | None = None,
) -> CustomerVisit | None:
    """The visit that a request's token stands for; None when the token opens nothing. `wish`: the language that a form
    names."""
    token = event["pathParameters"]["token"]
    link = links.read_customer_link(ring, token, now)
    case = cases.load_case(table, link.followup_id) if link else None
    if link is None or case is None:
        return None
    try:
        store = stores.get(case.followup.store_id, now)
    except UnknownStore:
        return None
    own = answers.answer_of(table, case.followup)
    answer = _reached(table, case, link.channel, own) or own
    key = _proven(answer, link.channel)
    visit = CustomerVisit(
        token, case, store, answer, key, False, language_for(event, wish, answer, store), now
    )
    if visit.erased:
        return visit
    if answer is None or key is None or (own is not None and key not in opt_outs.customer_keys_of(own)):
        return None
    return replace(visit, stopped=opt_outs.has_opted_out(table, opt_outs.customer_keys_of(answer)))


def language_for(
    event: Mapping[str, Any],
    wish: str | None = None,
    answer: Answer | None = None,
    store: Store | None = None,
) -> str:
    """The language that the reader chose, else that of their answer, else of their browser, else of the shop."""
    asked = (event.get("queryStringParameters") or {}).get("lang")
    spoken = answer.language if answer else None
    accepted = (event.get("headers") or {}).get("accept-language", "")
    return choose_language([wish, asked, spoken], accepted, store.language if store else "es")


def _reached(table: Table, case: Case, channel: Channel, own: Answer | None) -> Answer | None:
    """The answer whose address the newest message about the case went to, by this channel; `own`: the case's."""
    sent = next((m for m in reversed(case.messages) if m.channel == channel), None)
    if sent and own and (sent.answered_at_store, sent.answer_ulid) == (own.store_id, own.ulid):
        return own
    return answers.get_answer(table, sent.answered_at_store, sent.answer_ulid) if sent else None


def _proven(answer: Answer | None, channel: Channel) -> str | None:
    """The key of the address of this channel."""
    if answer is None:
        return None
    if channel == "sms":
        return answer.customer_key if answer.phone else None
    return (answer.customer_also if answer.phone else answer.customer_key) if answer.email else None
