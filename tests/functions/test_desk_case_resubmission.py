"""Forms of the desk sent again: after a double tap, a crash, a conflict or an expired session."""

from datetime import timedelta

from tests.desk import Desk, form_to, forms
from tests.functions.desk_cases import CONCERN, assert_rejected, open_case_page, reload_page, stored_children
from tests.product import AFTER, CRASH, Cancelled, Product


def test_every_form_sent_twice_acts_once(unhappy: Product, ana: Desk) -> None:
    """The same form arrives again: a double tap, a reload, a phone that lost the answer."""
    page = open_case_page(unhappy, ana)
    for ending, typed in (
        ("/take-on", {}),
        ("/contacted", {"channel": "phone", "reached": "yes", "text": "Hola"}),
        ("/concern", CONCERN),
        ("/settle", {"how": "solved", "action": "Listo"}),
        ("/incentive", {"kind": "gift_card", "value": "4000", "reason": "Por la espera"}),
        ("/note", {"channel": "phone", "text": "Otra nota"}),
        ("/interested", {"value": "on"}),
        ("/deadline", {"until": "2026-03-20T10:00", "reason": "De viaje"}),
        (
            "/resolve",
            {"root_cause_theme": "waiting_time", "root_cause": "Un cajero", "done": "Otra caja"},
        ),
        ("/confirm", {"outcome": "not_yet", "channel": "phone", "text": "Volvió a pasar"}),
        ("/reassign", {"owner": "diego", "sure": "on"}),
    ):
        form = form_to(page, ending)
        for _ in range(2):
            reply = ana.send(form, **typed)
            assert reply.status == 303, (ending, reply.text[:2000])
        before = sorted(unhappy.cloud.items(), key=str)
        assert ana.send(form, **typed).status == 303
        assert sorted(unhappy.cloud.items(), key=str) == before
        page = reload_page(ana, page)
    assert unhappy.followup()["version"] == 12
    assert len(stored_children(unhappy, "INCENTIVE")) == 1


def test_a_crash_after_the_write_and_the_same_form_again(unhappy: Product, ana: Desk) -> None:
    page = ana.do(open_case_page(unhappy, ana), "/take-on").text
    form = form_to(page, "/note")
    unhappy.fault(operation="TransactWriteItems", function="Desk", kind=CRASH, when=AFTER, times=1)
    assert ana.send(form, channel="phone", text="Una vez").status >= 500
    assert ana.send(form, channel="phone", text="Una vez").status == 303
    assert [n["text"] for n in stored_children(unhappy, "NOTE")] == ["Una vez"]


def test_a_write_whose_response_was_lost_counts_as_saved(unhappy: Product, ana: Desk) -> None:
    page = ana.do(open_case_page(unhappy, ana), "/take-on").text
    unhappy.fault(operation="TransactWriteItems", function="Desk", when=AFTER, times=10)
    assert ana.send(form_to(page, "/note"), channel="phone", text="Una vez").status == 303
    assert [n["text"] for n in stored_children(unhappy, "NOTE")] == ["Una vez"]


def test_after_a_failure_the_same_form_is_shown_again(unhappy: Product, ana: Desk) -> None:
    """Its first sending may still come through: of the same form, sent again, nothing is done twice."""
    page = ana.do(open_case_page(unhappy, ana), "/take-on").text
    form = form_to(page, "/note")
    throttled = Cancelled(function="Desk", reasons=("None", "ThrottlingError", "None"))
    unhappy.cloud.faults._faults.append(throttled)
    shown = assert_rejected(ana.send(form, channel="phone", text="Una vez"), 503)
    (again_,) = [f for f in forms(shown) if f.fields.get("text", [""])[0].strip() == "Una vez"]
    assert again_.fields["form"] == form.fields["form"]
    for _ in range(2):
        assert ana.send(again_, channel="phone", text="Una vez").status == 303
    assert len(stored_children(unhappy, "NOTE")) == 1


def test_a_transaction_conflict_is_retried_at_once(unhappy: Product, ana: Desk) -> None:
    page = ana.do(open_case_page(unhappy, ana), "/take-on").text
    conflict = Cancelled(function="Desk", reasons=("None", "TransactionConflict", "None"), times=2)
    unhappy.cloud.faults._faults.append(conflict)
    assert ana.send(form_to(page, "/note"), channel="phone", text="Una vez").status == 303
    assert conflict.struck == 2
    assert [n["text"] for n in stored_children(unhappy, "NOTE")] == ["Una vez"]


def test_a_form_sent_again_with_other_text_is_a_conflict(unhappy: Product, ana: Desk) -> None:
    """The reply to the first was lost on the way, and they typed on: what came second must not be called saved."""
    page = ana.do(open_case_page(unhappy, ana), "/take-on").text
    form = form_to(page, "/note")
    assert ana.send(form, channel="phone", text="Una vez").status == 303
    shown = assert_rejected(ana.send(form, channel="phone", text="Una vez, y que vuelve mañana"), 409)
    kept = [
        f for f in forms(shown) if f.fields.get("text", [""])[0].strip() == "Una vez, y que vuelve mañana"
    ]
    assert ana.send(kept[0], channel="phone").status == 303
    assert len(stored_children(unhappy, "NOTE")) == 2


def test_what_was_typed_is_shown_after_the_session_expired(unhappy: Product, ana: Desk) -> None:
    page = ana.do(open_case_page(unhappy, ana), "/take-on").text
    form = form_to(page, "/note")
    unhappy.wait(timedelta(hours=13))
    late = ana.send(form, channel="phone", text="Vuelve <b>mañana</b>")
    assert late.status == 404
    assert "Vuelve &lt;b&gt;mañana&lt;/b&gt;" in late.text
    assert not stored_children(unhappy, "NOTE")


def test_what_was_typed_is_shown_after_a_failure(unhappy: Product, ana: Desk) -> None:
    page = ana.do(open_case_page(unhappy, ana), "/take-on").text
    unhappy.fault(operation="Query", function="Desk", times=100)
    failed = ana.send(form_to(page, "/note"), channel="phone", text="Vuelve mañana")
    assert failed.status == 503
    assert "Vuelve mañana" in failed.text
