"""Acting on early signs: weighing what is known of a customer when something new of them comes in, and opening a
follow-up before any survey does.

Once per episode: the transaction that opens a follow-up is conditioned on no other having been opened for the customer
since their history was read, and lets signals count anew from then on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from lazo.customer import signals
from lazo.customer.event import CustomerEvent, EventFindings
from lazo.customer.signal_rules import load_signal_rules
from lazo.customer.timeline import CustomerHistory, entry_of_answer, entry_of_event
from lazo.followup import staff_deliveries
from lazo.followup.model import FollowUp
from lazo.phrases import themes
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import customers, due, followups
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put, Update
from lazo.table.messaging import deliveries
from lazo.table.stores import StoreCache, UnknownStore
from lazo.translations import LANGUAGES
from lazo.workflows.events import Topic, followup_event

Outcome = Literal["opened", "weighed", "no_shop", "done_before", "not_yet"]


@dataclass(frozen=True, slots=True)
class SignalOpening:
    """A follow-up that signals call for, and the writes that open it."""

    followup: FollowUp
    writes: tuple[Put | Update, ...]


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """What weighing needs: the table, the topic, and the shops."""

    table: Table
    topic: Topic
    stores: StoreCache

    def weigh_event(self, event: CustomerEvent, now: datetime) -> Outcome:
        """Understand an event, weigh it with what else is known of the customer, and open a follow-up where that
        crosses the shop's threshold. Repeating it changes nothing.

        "no_shop": it is kept, but neither it nor anything else known of the customer names a shop that there is.
        """
        if event.kind == "invitation" and now < signals.weigh_deadline(event):
            return "not_yet"
        known = customers.load_history(self.table, event.customer_key, event.customer_also)
        store = self._shop(event.store_id or known.last_store_id(), now)
        found = _understood(event, store, now)
        known = customers.with_entry(known, entry_of_event(replace(event, understood=found)))
        opening = self._opening(known, store, now) if store else None
        mark = customers.findings_update(event, found)
        links = customers.link_keys(event.customer_key, event.customer_also)
        try:
            self.table.transact([mark, *links, *(opening.writes if opening else ())])
        except customers.AlreadyWeighed:
            return "done_before"
        if opening:
            self.topic.publish(followup_event("followup.opened", opening.followup, now))
            return "opened"
        return "weighed" if store else "no_shop"

    def weigh_answer(self, answer: Answer, store: Store, now: datetime) -> SignalOpening | None:
        """What a classified answer that opened no follow-up of its own calls for, with what else is known of its
        customer."""
        if answer.customer_key is None:
            return None
        known = customers.load_history(self.table, answer.customer_key, answer.customer_also)
        return self._opening(customers.with_entry(known, entry_of_answer(answer)), store, now)

    def _opening(self, known: CustomerHistory, store: Store, now: datetime) -> SignalOpening | None:
        risk = signals.weigh_signals(known, load_signal_rules(), now)
        opened = signals.open_for_signals(risk, known, store, now)
        if opened is None:
            return None
        # An event may be dated by a clock ahead of ours; it is used up all the same.
        until = max(now, *(signal.at for signal in risk.signals))
        owed = staff_deliveries.plan_deliveries(opened, store, "alert", now)
        return SignalOpening(
            opened,
            (
                followups.followup_put(opened),
                *(deliveries.delivery_put(each) for each in owed),
                *due.reminder_dates(opened, store, now),
                due.retention_date(opened, store),
                *customers.consume_signals_if_unchanged(known, until),
            ),
        )

    def _shop(self, store_id: str | None, now: datetime) -> Store | None:
        try:
            return self.stores.get(store_id, now) if store_id else None
        except UnknownStore:
            return None


def consume_signals(answer: Answer, opened: FollowUp | None) -> Iterable[Put | Update]:
    """What follows for its customer from a classified answer that may be trusted: their keys are linked, and a
    follow-up that it opened uses up the signals so far."""
    yield from customers.link_keys(answer.customer_key, answer.customer_also)
    if opened:
        yield from customers.consume_signals((answer.customer_key, answer.customer_also), opened.opened_at)


def _understood(event: CustomerEvent, store: Store | None, now: datetime) -> EventFindings:
    language, competitors = (store.language, store.competitors) if store else (LANGUAGES[0], ())
    found = themes.assess_comment(event.text, (), language, competitors)
    return EventFindings(found.themes, found.leaving, found.competitors, now)
