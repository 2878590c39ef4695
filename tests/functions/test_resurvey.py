"""Resurvey: after a follow-up is confirmed, at most once a quarter and customer; the answer is on the follow-up, and
counts in the month in which the case was resolved."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lazo.followup.recovery import RecoveryFigures
from lazo.store.model import Store
from lazo.table import case_counts, due, followups, recovery
from lazo.table.dynamodb import figure_keys, keys
from lazo.table.dynamodb.writes import Put
from lazo.table.messaging import contact_limits, opt_outs
from tests.builders import ANA, WEEK, consent
from tests.desk import Desk, form_to, link_to
from tests.product import Item, Product
from tests.surveys import Page, Survey

PHONE, KEY, ALSO = "+56987650001", "ab" * 16, "cd" * 16
EVA: dict[str, Any] = {"name": "Eva Soto", "phone": PHONE, "customer_key": KEY, "customer_also": ALSO}
STORE: dict[str, Any] = {
    "hours": {**WEEK, "holidays": "as_usual"},
    "policy": {"tell_customer": False, "confirm_days": 20},
}
DAY = timedelta(days=1)
ASKED_ON = datetime.fromisoformat("2026-03-24T12:00:00-03:00")
"""Confirmed on Tuesday 10 March at noon in Santiago; fourteen days later the store is open."""


def confirmed_followup(product: Product, confirm: bool = True, **answer: Any) -> Item:
    """Work on a follow-up of Eva's until it is confirmed (or only resolved); return it."""
    product.accept(**{"score": 2, "consent": consent(), **EVA, **answer})
    product.drain()
    desk = Desk(product)
    page = desk.open(link_to(product, ANA["phone"])).text
    in_ten_days = (product.now() + 10 * DAY).date().isoformat()
    for ending, typed in (
        ("/take-on", {}),
        ("/contacted", {"channel": "phone", "reached": "yes", "text": ""}),
        ("/concern", {"text": "Esperó", "priority": "normal", "owner": "ana", "deadline": in_ten_days}),
        ("/settle", {"how": "solved", "action": "Otra caja"}),
        ("/resolve", {"root_cause_theme": "waiting_time", "root_cause": "Una caja", "done": "Otra caja"}),
        ("/confirm", {"outcome": "solved", "channel": "phone", "text": ""}),
    ):
        if confirm or ending != "/confirm":
            page = desk.do(page, ending, **typed).text
    product.drain()
    return max(product.followups(), key=lambda item: str(item["opened_at"]))


def resurvey_texts(product: Product) -> list[str]:
    """Return the texts of the resurveys sent to Eva."""
    return [m["text"] for m in product.cloud.outbox() if m["to"] == PHONE]


class ResurveyedCustomer:
    """Eva, who was sent a resurvey; `open` follows the link of her SMS."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.survey = Survey(product, **STORE)
        self.store: Store = self.survey.store
        self.followup_id = confirmed_followup(product)["followup_id"]
        product.advance(14 * DAY)

    def open(self) -> Page:
        (text,) = resurvey_texts(self.product)
        found = re.search(r"https://lazo\.example(/s/caja3\?lang=es&r=([A-Za-z0-9_-]{30}))$", text)
        assert found, text
        reply = self.product.cloud.request("GET", found[1])
        assert reply.status == 200
        self.product.wait(timedelta(minutes=1))
        return Page(reply.text)

    def counted(self) -> RecoveryFigures:
        return recovery.recovery_by_store(self.product.table, {"norte": ["2026-02", "2026-03"]})["norte"]

    def followup(self) -> Item:
        return next(f for f in self.product.followups() if f["followup_id"] == self.followup_id)


@pytest.fixture
def eva(product: Product) -> ResurveyedCustomer:
    return ResurveyedCustomer(product)


def test_a_customer_resurveyed_once_is_won_back(eva: ResurveyedCustomer) -> None:
    product = eva.product
    assert product.now() == ASKED_ON
    assert eva.counted() == RecoveryFigures(silent=1)
    (message,) = product.items("MESSAGE#")
    assert (message["automatic"], message["template"], message["state"]) == (True, "ask_again", "sent")
    token = resurvey_texts(product)[0].rpartition("r=")[2]
    assert not [item for item in product.cloud.items() if token in str(item)], "the link is Eva's alone"

    page = eva.open()
    assert page.text.index("¿Has notado una mejora desde entonces?") < page.text.index(
        "¿Qué probabilidad hay"
    )
    english = Page(eva.survey.send(page, switch="en").text)
    assert (english.fields["r"], english.one("html")["lang"]) == ([token], "en")
    assert eva.survey.send(page, improved="little", score="8").status == 303
    product.drain()
    item = max(eva.survey.answers(), key=lambda each: str(each["at"]))
    assert (item["resurvey_of"], item["improved"], item["band"]) == (eva.followup_id, "little", "passive")
    again = eva.followup()["again"]
    assert (again["score"], again["improved"]) == (8, "little")
    assert eva.counted() == RecoveryFigures(recovered=1, little=1)
    assert eva.counted().rate == 100

    assert eva.survey.send(eva.open(), improved="no", score="1").status == 303
    product.drain()
    assert eva.followup()["again"]["score"] == 8, "the first answer counts"
    assert eva.counted() == RecoveryFigures(recovered=1, little=1)
    assert not [date for date in product.items("DATE#resurvey") if "due_at" in date]
    assert len(resurvey_texts(product)) == 1


def test_an_unhappy_resurvey_opens_another_follow_up(eva: ResurveyedCustomer) -> None:
    token = eva.open().fields["r"][0]
    refused = eva.survey.post({"score": 3, "improved": "perhaps", "r": token})
    assert (refused.status, refused.json()["error"]["field"]) == (422, "improved")
    assert eva.survey.post({"score": 3, "improved": "no", "r": token}).status == 202
    eva.product.drain()
    assert eva.counted() == RecoveryFigures(unchanged=1, no=1)
    assert [f["stage"] for f in eva.product.followups() if f["followup_id"] != eva.followup_id] == ["open"]


def test_a_forged_link_opens_an_ordinary_survey(product: Product) -> None:
    survey = Survey(product)
    for token in ("", "x", 7, None, "A" * 30, ["a"]):
        page = survey.open(f"?r={token}")
        assert "¿Has notado una mejora" not in page.text
        assert "r" not in page.fields
        assert survey.post({"score": 9, "improved": "yes", "r": token}).status == 202
    assert len(survey.answers()) == 6
    assert not [each for each in survey.answers() if each.keys() & {"resurvey_of", "improved"}]


def test_choices_are_kept_when_the_form_is_shown_again(eva: ResurveyedCustomer) -> None:
    page = eva.open()
    again = eva.survey.send(page, improved="yes", score="9", phone="12")
    assert again.status == 422
    shown = Page(again.text)
    assert shown.fields["improved"] == ["yes"]
    assert shown.fields["r"] == page.fields["r"]


@pytest.mark.parametrize("why", ["stopped", "asked lately", "by the other key", "no consent", "unconfirmed"])
def test_customers_who_are_not_resurveyed(product: Product, why: str) -> None:
    product.open_store(**STORE)
    if why == "no consent":
        confirmed_followup(product, phone=None, consent=None, customer_key=None, customer_also=None)
    else:
        confirmed_followup(product, confirm=why != "unconfirmed")
    if why == "stopped":
        product.table.put(opt_outs.record_opt_out(ALSO, "page", product.now()))
    key = {"asked lately": KEY, "by the other key": ALSO}.get(why)
    if key:
        product.table.transact(contact_limits.record_resurvey([key], product.now() - 60 * DAY))
    product.advance((22 if why == "unconfirmed" else 15) * DAY)
    assert product.followup()["stage"] == ("unconfirmed" if why == "unconfirmed" else "confirmed")
    assert resurvey_texts(product) == []
    group = {"unconfirmed": 1} if why == "unconfirmed" else {"not_asked": 1}
    assert recovery.recovery_by_store(product.table, {"norte": ["2026-03"]})["norte"] == RecoveryFigures(
        **group
    )
    assert product.dead_letters() == {}


def test_the_weekly_limit_postpones_the_resurvey(product: Product) -> None:
    product.open_store(**{**STORE, "policy": {**STORE["policy"], "customer_messages_per_week": 1}})
    confirmed_followup(product)
    # The week of Monday 23 March, in which she would be asked.
    product.change({"pk": f"CUSTOMER#{KEY}", "sk": "WEEK#2026-W13", "n": 1})
    product.advance(19 * DAY)
    assert resurvey_texts(product) == []
    product.advance(2 * DAY)
    assert len(resurvey_texts(product)) == 1


def test_months_from_before_there_were_groups_are_still_read(product: Product) -> None:
    before = {"asked": 9, "answered": 5, "detractors": 8, "recovered": 2, "yes": 3, "no": 1}
    key = figure_keys.recovery_of_month("norte", "2026-03")
    product.table.put(Put(key.item(**before, **{"case#recovered": 1, "case#waiting": 4})))
    found = recovery.recovery_by_store(product.table, {"norte": ["2026-03"]})["norte"]
    assert found == RecoveryFigures(recovered=3, unchanged=3, silent=4, waiting=4, yes=3, no=1)


def test_two_sweeps_at_once_send_one_resurvey(product: Product) -> None:
    product.open_store(**STORE)
    confirmed_followup(product)
    product.wait(14 * DAY)
    met = product.just_before("TransactWriteItems", product.scheduler, function="FollowupScheduler", nth=1)
    product.scheduler()
    product.drain()
    assert met["done"] == 1
    assert len(resurvey_texts(product)) == 1
    assert recovery.recovery_by_store(product.table, {"norte": ["2026-03"]})["norte"] == RecoveryFigures(
        silent=1
    )


def customer_due_for_resurvey(product: Product, number: int) -> tuple[str, str]:
    """Make a customer due for a resurvey; return the id of their follow-up, and their phone."""
    phone = f"+5698765{number:04}"
    given = product.accept(score=2, consent=consent(), phone=phone, customer_key=f"{number:032x}")
    product.drain()
    before = followups.followup_from_item(
        next(f for f in product.followups() if f["answer_ulid"] == given.ulid)
    )
    after = replace(
        before, stage="confirmed", owner="ana", confirmed_at=product.now(), deadline=None, version=2
    )
    after = replace(after, recovery_month="2026-03")
    date = due.put_date(after.followup_id, "resurvey", product.now())
    counted = case_counts.count_change(before, after, product.now())
    product.table.transact([followups.followup_replacement(before, after), *counted, date])
    return after.followup_id, phone


def test_after_a_crash_at_any_call_one_resurvey_is_sent(product: Product) -> None:
    product.open_store(
        policy={"tell_customer": False, "sms_per_hour": 1000, "contact_messages_per_hour": 1000}
    )
    for nth in range(1, 40):
        followup_id, phone = customer_due_for_resurvey(product, nth)
        fault = product.crash("FollowupScheduler", nth)
        product.dies(product.scheduler)
        struck = fault.struck
        product.cloud.faults.clear()
        product.advance(timedelta(minutes=2))
        assert sum(message["to"] == phone for message in product.cloud.outbox()) == 1
        item = product.table.get(keys.followup(followup_id))
        assert item
        assert item["again"]
        if not struck:
            break
    assert nth > 2
    (counted,) = product.items("RECOVERY#")
    assert (counted["case#silent"], counted["case#not_asked"]) == (nth, 0)


def test_the_page_of_the_follow_up_shows_the_resurvey(eva: ResurveyedCustomer) -> None:
    desk = Desk(eva.product)
    eva.survey.send(eva.open(), improved="yes", score="9")
    eva.product.drain()
    eva.product.accept(score=1)
    eva.product.drain()
    page = desk.sign_in(ANA).get(f"/desk/followups/{eva.followup_id}").text
    assert "Notó una mejora" in page
    assert form_to(page, "/note")


def test_everybody_is_offered_the_same_public_review(product: Product) -> None:
    survey = Survey(product, review_link="https://reviews.example/aurora")
    offered = {score: survey.send(survey.open(), score=score).headers["location"] for score in ("0", "9")}
    for location in offered.values():
        assert Page(product.cloud.request("GET", location).text).one(
            "a", href="https://reviews.example/aurora"
        )
    assert Page(survey.get().text).all("a", href="https://reviews.example/aurora")
    survey.product.open_store()
    survey.product.restart("Collect")
    assert "reviews.example" not in survey.get().text
