"""Actions at the desk that are rejected, and two people who act on one follow-up at once."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.builders import ANA, DIEGO, MARTA
from tests.desk import Desk, form_to, forms
from tests.functions.desk_cases import (
    CONCERN,
    assert_rejected,
    open_case_page,
    page_after_contact,
    page_with_concern,
    page_with_solved_concern,
    stored_children,
)
from tests.product import Product


class TestConcurrentEdits:
    @pytest.fixture
    def diego(self, unhappy: Product) -> Desk:
        unhappy.advance(timedelta(minutes=11))
        return Desk(unhappy)

    def test_the_second_sees_what_changed_and_keeps_what_they_typed(
        self, unhappy: Product, ana: Desk, diego: Desk
    ) -> None:
        mine = ana.do(page_after_contact(unhappy, ana), "/concern", **{**CONCERN, "owner": "diego"}).text
        theirs = open_case_page(unhappy, diego, DIEGO)
        ana.do(mine, "/settle", how="solved", action="Se disculpó Ana")
        reply = diego.send(
            form_to(theirs, "/settle"),
            how="planned",
            action="Llamar al <técnico>",
            date="2026-03-11",
            hears_by="sms",
        )
        page = assert_rejected(reply, 409)
        assert "Esperó 40 minutos" in page
        assert "Llamar al &lt;técnico&gt;" in page
        (concern,) = stored_children(unhappy, "CONCERN")
        assert (concern["state"], concern["action"]) == ("solved", "Se disculpó Ana")

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("es", "Ana lo tiene desde las 12:16. No hace falta que hagas nada."),
            ("en", "Ana has had it since 12:16. There is nothing you need to do."),
            ("pt", "Está com Ana desde as 12:16. Você não precisa fazer nada."),
        ],
    )
    def test_who_is_second_to_take_it_on_reads_who_has_it(
        self, unhappy: Product, ana: Desk, language: str, said: str
    ) -> None:
        """It is 12:16 in Santiago when Ana takes it on, four minutes before Diego tries to."""
        unhappy.open_store(contacts=[ANA, {**DIEGO, "language": language}, MARTA])
        unhappy.advance(timedelta(minutes=11))
        diego = Desk(unhappy)
        theirs = open_case_page(unhappy, diego, DIEGO)
        unhappy.wait(timedelta(minutes=5))
        mine = open_case_page(unhappy, ana)
        ana.do(mine, "/take-on")
        unhappy.wait(timedelta(minutes=4))
        reply = diego.send(form_to(theirs, "/take-on"))
        assert reply.status == 409
        assert 'role="alert"' not in reply.text
        assert re.findall(r'role="status"[^>]*>([^<]*)<', reply.text) == [said]
        assert 'class="act' not in reply.text, "no button for somebody else's case"
        assert not [f for f in forms(reply.text) if f.action.endswith("/take-on")]
        assert 'id="do-contacted"' not in reply.text
        # Diego is a level above Ana.
        offered = {f.action.rpartition("/")[2] for f in forms(reply.text) if "/followups/" in f.action}
        assert offered == {"note", "reassign"}
        # A form that the page does not show is refused with the same sentence, and nothing that was typed is lost.
        sent = form_to(theirs, "/take-on")
        sent.action = sent.action.replace("/take-on", "/contacted")
        reply = diego.send(sent, reached="yes", channel="phone", text="Hablé con <ella>")
        assert (reply.status, unhappy.followup()["stage"]) == (409, "taken_on")
        assert re.findall(r'role="status"[^>]*>([^<]*)<', reply.text) == [said]
        assert "Hablé con &lt;ella&gt;" in reply.text
        own = ana.get(form_to(mine, "/take-on").action.rpartition("/")[0]).text
        assert {"contacted", "interested"} <= {f.action.rpartition("/")[2] for f in forms(own)}

    def test_since_when_the_present_owner_has_it(self, unhappy: Product, ana: Desk, diego: Desk) -> None:
        page = ana.do(open_case_page(unhappy, ana), "/take-on").text
        unhappy.wait(timedelta(hours=2))
        page = ana.do(page, "/reassign", owner="diego", sure="on").text
        assert "Diego lo tiene desde las 14:11" in page

    def test_what_only_adds_is_accepted_on_an_older_version(
        self, unhappy: Product, ana: Desk, diego: Desk
    ) -> None:
        mine = ana.do(open_case_page(unhappy, ana), "/take-on").text
        theirs = open_case_page(unhappy, diego, DIEGO)
        ana.do(mine, "/note", channel="phone", text="De Ana")
        assert diego.send(form_to(theirs, "/note"), channel="phone", text="De Diego").status == 303
        assert {n["text"] for n in stored_children(unhappy, "NOTE")} == {"De Ana", "De Diego"}

    def test_two_notes_in_the_same_moment_are_both_kept(
        self, unhappy: Product, ana: Desk, diego: Desk
    ) -> None:
        mine = ana.do(open_case_page(unhappy, ana), "/take-on").text
        theirs = open_case_page(unhappy, diego, DIEGO)
        other = form_to(theirs, "/note")
        met = unhappy.just_before(
            "TransactWriteItems",
            lambda: diego.send(other, channel="phone", text="De Diego"),
            function="Desk",
        )
        assert ana.send(form_to(mine, "/note"), channel="phone", text="De Ana").status == 303
        assert met["done"]
        assert {n["text"] for n in stored_children(unhappy, "NOTE")} == {"De Ana", "De Diego"}
        assert unhappy.followup()["version"] == 5  # opened, escalated, taken on, and two notes

    def test_a_form_is_accepted_after_an_escalation_in_between(self, unhappy: Product, ana: Desk) -> None:
        page = open_case_page(unhappy, ana)
        unhappy.advance(timedelta(minutes=11))
        assert ana.send(form_to(page, "/take-on")).status == 303


class TestRejectedActions:
    def test_resolving_lists_the_open_concerns(self, unhappy: Product, ana: Desk) -> None:
        """The page offers no such form; one of before, or of somebody who does it all the same, loses nothing."""
        page = page_with_concern(unhappy, ana)
        assert not [f for f in forms(page) if f.action.endswith("/resolve")]
        typed = {"root_cause_theme": "waiting_time", "root_cause": "Causa muy propia", "done": "Nada <aún>"}
        sent = form_to(page, "/note")
        sent.action = sent.action.replace("/note", "/resolve")
        shown = assert_rejected(ana.send(sent, **typed))
        assert "Esperó 40 minutos" in shown
        assert "Causa muy propia" in shown
        assert "Nada &lt;aún&gt;" in shown
        assert unhappy.followup()["stage"] == "contacted"
        assert ana.do(shown, "/settle", how="solved", action="Ya").status == 200

    def test_a_recording_needs_the_customers_consent(self, unhappy: Product, ana: Desk) -> None:
        page = ana.do(open_case_page(unhappy, ana), "/take-on").text
        typed = {"channel": "phone", "text": "Grabada", "recording": "https://calls.example/1"}
        shown = assert_rejected(ana.send(form_to(page, "/note"), **typed))
        assert "Grabada" in shown
        assert stored_children(unhappy, "NOTE") == []
        assert ana.send(form_to(shown, "/note"), **typed, recording_consent="on").status == 303
        assert stored_children(unhappy, "NOTE")[0]["recording"] == "https://calls.example/1"

    def test_no_incentive_without_an_action_and_none_beyond_the_limit(
        self, unhappy: Product, ana: Desk
    ) -> None:
        page = page_with_concern(unhappy, ana)
        gift = {"kind": "gift_card", "reason": "Por la espera"}
        (concern,) = stored_children(unhappy, "CONCERN")
        early = [f for f in forms(page) if f.action.endswith("/incentive")]
        assert early == []  # not even offered
        page = ana.do(page, "/settle", how="solved", action="Se disculpó").text
        form = form_to(page, "/incentive")
        assert_rejected(ana.send(form, **gift, value="10001", concern_id=concern["concern_id"]))
        assert_rejected(ana.send(form, **gift, value="1", concern_id="another"))
        assert stored_children(unhappy, "INCENTIVE") == []
        assert ana.send(form, **gift, value="9999,50", concern_id=concern["concern_id"]).status == 303
        (month,) = unhappy.items("INCENTIVES#")
        assert (month["sk"], Decimal(str(month["given"])), month["n"]) == (
            "INCENTIVES#2026-03",
            Decimal("9999.5"),
            1,
        )

    def test_the_monthly_limit_holds_for_two_follow_ups_at_once(self, unhappy: Product, ana: Desk) -> None:
        """15,000 a month: a second gift of 10,000 is rejected, also when both come in the same moment."""
        page = page_with_solved_concern(unhappy, ana)
        gift = {"kind": "gift_card", "reason": "Por la espera", "value": "10000"}
        (concern,) = stored_children(unhappy, "CONCERN")

        def another_follow_up_gives() -> None:
            unhappy.change({"pk": "STORE#norte", "sk": "INCENTIVES#2026-03"}, given=10000, n=1)

        unhappy.just_before("TransactWriteItems", another_follow_up_gives, function="Desk")
        shown = assert_rejected(
            ana.send(form_to(page, "/incentive"), **gift, concern_id=concern["concern_id"])
        )
        assert "5000" in re.sub(r"[.,\s\u202f\xa0]", "", shown)
        assert stored_children(unhappy, "INCENTIVE") == []

    @pytest.mark.parametrize(
        ("action", "status"), [("", 405), ("delete", 404), ("take-on/x", 404), ("__class__", 404)]
    )
    def test_unknown_actions_are_not_found(
        self, unhappy: Product, ana: Desk, action: str, status: int
    ) -> None:
        form = form_to(open_case_page(unhappy, ana), "/take-on")
        form.action = form.action.removesuffix("take-on") + action
        assert ana.send(form).status == status
        assert unhappy.followup()["version"] == 1

    def test_a_form_of_one_user_is_rejected_from_another(self, unhappy: Product, ana: Desk) -> None:
        form = form_to(open_case_page(unhappy, ana), "/take-on")
        unhappy.advance(timedelta(minutes=11))
        diego = Desk(unhappy)
        open_case_page(unhappy, diego, DIEGO)
        assert_rejected(diego.send(form), 403)
        assert unhappy.followup()["stage"] == "open"
