"""Act on early signals: weigh what is known of a customer when something new arrives, and open a follow-up before a
survey does.

The transaction that opens one consumes the signals so far. It fails if another follow-up was opened for the customer
since their history was read, so signals open one follow-up only.
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
from lazo.table.stores import StoreCache
from lazo.translations import LANGUAGES
from lazo.workflows.events import Topic, followup_event

Outcome = Literal["opened", "weighed", "no_store", "done_before", "not_yet"]


@dataclass(frozen=True, slots=True)
class SignalOpening:
    """A follow-up that signals call for, and the writes that open it."""

    followup: FollowUp
    writes: tuple[Put | Update, ...]


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """Weighs signals."""

    table: Table
    topic: Topic
    stores: StoreCache

    def weigh_event(self, event: CustomerEvent, now: datetime) -> Outcome:
        """Analyse an event, weigh it with what else is known of the customer, and open a follow-up if that reaches the
        store's threshold. A repetition changes nothing.

        Returns "no_store" if the event is stored, but nothing known of the customer names an existing store.
        """
        if event.kind == "invitation" and now < signals.weigh_deadline(event):
            return "not_yet"
        known = customers.load_history(self.table, event.customer_key, event.customer_also)
        store = self.stores.find(event.store_id or known.last_store_id(), now)
        # Of a customer whose data may only be stored the text is not read either.
        readable = event if known.rights.restricted_at is None else replace(event, text="")
        found = _findings(readable, store, now)
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
        return "weighed" if store else "no_store"

    def weigh_answer(self, answer: Answer, store: Store, now: datetime) -> SignalOpening | None:
        """Return the opening that a classified answer without a follow-up of its own calls for, with what else is
        known of its customer; None if there is none."""
        if answer.customer_key is None:
            return None
        known = customers.load_history(self.table, answer.customer_key, answer.customer_also)
        return self._opening(customers.with_entry(known, entry_of_answer(answer)), store, now)

    def _opening(self, known: CustomerHistory, store: Store, now: datetime) -> SignalOpening | None:
        if not known.rights.allow("early_signals"):
            return None
        risk = signals.weigh_signals(known, load_signal_rules(), now)
        opened = signals.open_for_signals(risk, known, store, now)
        if opened is None:
            return None
        # The clock that dated an event may be ahead of ours: consume that signal too.
        until = max(now, *(signal.at for signal in risk.signals))
        alerts = staff_deliveries.plan_deliveries(opened, store, "alert", now)
        return SignalOpening(
            opened,
            (
                *followups.opening_puts(opened),
                *(deliveries.delivery_put(each) for each in alerts),
                *due.reminder_dates(opened, store, now),
                due.retention_date(opened, store),
                *customers.consume_signals_if_unchanged(known, until),
            ),
        )


def consume_signals(answer: Answer, opened: FollowUp | None) -> Iterable[Put | Update]:
    """Yield the writes for the customer of a trusted answer: link their keys and, if it opened a follow-up, consume
    the signals so far."""
    yield from customers.link_keys(answer.customer_key, answer.customer_also)
    if opened:
        yield from customers.consume_signals((answer.customer_key, answer.customer_also), opened.opened_at)


def _findings(event: CustomerEvent, store: Store | None, now: datetime) -> EventFindings:
    language, competitors = (store.language, store.competitors) if store else (LANGUAGES[0], ())
    found = themes.assess_comment(event.text, (), language, competitors)
    return EventFindings(found.themes, found.leaving, found.competitors, now)
