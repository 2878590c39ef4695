"""Alerts to staff about a promise."""

from dataclasses import replace
from datetime import date

from lazo.followup.staff_deliveries import is_still_relevant
from lazo.promise import alerts as promise_alerts
from lazo.promise import lifecycle as promise_lifecycle
from tests.builders import ANA, DIEGO, MARTA, START, make_store
from tests.unit.case.cases import case_with_concern
from tests.unit.promise.promises import DUE, STORE, promise_moved_to, promise_with


class TestAlerts:
    def test_a_missed_date_alerts_the_owner_and_the_next_level(self) -> None:
        about = case_with_concern().followup
        deliveries = promise_alerts.missed_deliveries(promise_with(), about, STORE, DUE)
        assert {(d.contact_id, d.channel) for d in deliveries} == {
            ("ana", "sms"),
            ("ana", "email"),
            ("diego", "sms"),
            ("diego", "email"),
        }
        assert {(d.purpose, d.about, d.until) for d in deliveries} == {
            ("promise_missed", "Una mesa nueva", DUE)
        }
        at_the_end = promise_alerts.missed_deliveries(promise_with(owner="marta"), about, STORE, DUE)
        assert {d.contact_id for d in at_the_end} == {"marta"}

    def test_the_owner_of_the_case_is_responsible_when_the_promises_owner_left(self) -> None:
        about = replace(case_with_concern().followup, owner="diego")
        without_ana = make_store(contacts=[{**ANA, "contact_id": "rita", "name": "Rita"}, DIEGO, MARTA])
        assert promise_alerts.responsible_contact(promise_with(), about, without_ana, START) == "diego"
        nobodys = replace(about, owner=None)
        assert promise_alerts.responsible_contact(promise_with(), nobodys, without_ana, START) == "rita"

    def test_an_alert_about_a_kept_or_moved_promise_is_irrelevant(self) -> None:
        about = case_with_concern().followup
        promise = promise_with()
        delivery = promise_alerts.at_risk_deliveries(promise, about, STORE, START, customer_was_told=False)[0]
        assert delivery.promise_id == "P1"
        assert promise_alerts.is_still_relevant(delivery, promise)
        for gone in (
            promise_lifecycle.keep_promise(promise, "ana", START),
            promise_moved_to(promise, date(2026, 3, 16)),
            None,
        ):
            assert not promise_alerts.is_still_relevant(delivery, gone)

    def test_an_alert_stays_relevant_once_the_case_has_ended(self) -> None:
        about = case_with_concern().followup
        (delivery, *_) = promise_alerts.missed_deliveries(promise_with(), about, STORE, DUE)
        for stage in ("unconfirmed", "confirmed"):
            assert is_still_relevant(delivery, replace(about, stage=stage, deadline=None))
        assert not is_still_relevant(delivery, replace(about, stage="unconfirmed", erased_at=START))

    def test_each_contact_is_asked_once_about_the_open_promises_of_a_solved_case(self) -> None:
        about = replace(case_with_concern().followup, stage="confirmed", deadline=None)
        kept = promise_lifecycle.keep_promise(promise_with(what="Una lámpara"), "ana", START)
        promises = (promise_with(), promise_with(what="Una silla"), promise_with(owner="marta"), kept)
        found = promise_alerts.open_deliveries(promises, about, STORE, START)
        assert [(d.contact_id, d.channel, d.about) for d in found] == [
            ("ana", "sms", "Una mesa nueva; Una silla"),
            ("ana", "email", "Una mesa nueva; Una silla"),
            ("marta", "email", "Una mesa nueva"),
        ]
        assert is_still_relevant(found[0], about)
        assert not is_still_relevant(found[0], replace(about, stage="contacted"))
