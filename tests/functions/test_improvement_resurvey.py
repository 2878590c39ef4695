"""Customers who were told of an improvement are asked some weeks later whether they notice it, once, if they may be.
What they reply stands with the improvement."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lazo.followup.model import FollowUp
from lazo.insight.bands import BandCounts
from lazo.insight.improvement_replies import ImprovementReplies
from lazo.insight.improvements import Improvement
from lazo.table import erasure, followups, improvements
from lazo.table.dynamodb import customer_partition
from lazo.table.dynamodb.writes import Put, set_attributes
from lazo.table.improvement_resurveys import (
    get_resurvey,
    improvement_replies,
    reply_writes,
    resurvey_date,
)
from lazo.table.messaging import contact_limits, opt_outs
from lazo.table.messaging.customer_messages import MESSAGES
from tests.builders import DIEGO
from tests.dom import parse
from tests.functions.test_desk_improvements import PATH, signed_in
from tests.functions.test_improvement_news import interested_case, publish
from tests.functions.test_improvements_table import made
from tests.product import Product
from tests.surveys import Page, Survey
from tests.unit.messaging.customer_messages import composed_message

DAY = timedelta(days=1)
POLICY = {"tell_customer": False, "sms_per_hour": 1000, "contact_messages_per_hour": 1000}


def key_of(number: int) -> str:
    return f"{number}b" * 16


def phone_of(number: int) -> str:
    return f"+5698765000{number}"


def confirmed(product: Product, number: int, **changes: Any) -> FollowUp:
    """The case of a customer who agreed to hear of improvements, which is over."""
    followup_id = interested_case(product, number)
    before = followups.get_followup(product.table, followup_id)
    assert before
    after = before.changed(stage="confirmed", owner="ana", deadline=None, **changes)
    followups.replace_followup(product.table, before, after)
    return after


def told(product: Product, number: int, improvement: Improvement, state: str = "sent") -> FollowUp:
    """The same, told of an improvement some weeks ago and due to be asked about it."""
    about = confirmed(product, number)
    news = MESSAGES.item(about.followup_id, composed_message(template="improved"))
    key = MESSAGES.key(about.followup_id, f"{improvement.improvement_id}-improved")
    product.table.put(
        Put({**news, "sk": key.sk, "state": state, "improvement_id": improvement.improvement_id})
    )
    product.table.put(resurvey_date(about.followup_id, improvement.improvement_id, product.now()))
    return about


def questions(product: Product, number: int = 1) -> list[str]:
    """The texts in which a customer was asked about an improvement."""
    texts = [m["text"] for m in product.cloud.outbox() if m["to"] == phone_of(number)]
    return [text for text in texts if "te contamos que cambiamos algo" in text]


def replies(product: Product, improvement: Improvement) -> ImprovementReplies:
    (found,) = improvement_replies(product.table, [improvement.improvement_id]).values()
    return found


def test_replies_stand_with_the_improvement_and_not_with_the_case(product: Product) -> None:
    survey = Survey(product, policy=POLICY, contacts=[DIEGO])
    about = confirmed(product, 1)
    improvement = publish(product)
    product.advance(timedelta(minutes=5))
    assert replies(product, improvement) == ImprovementReplies(told=1)
    product.advance(27 * DAY)
    assert questions(product) == []
    product.advance(2 * DAY)
    (text,) = questions(product)
    found = re.search(r"https://lazo\.example(/s/caja3\?lang=es&r=([A-Za-z0-9_-]{51}))$", text)
    assert found, text
    assert replies(product, improvement) == ImprovementReplies(told=1, asked=1)
    recovery = product.items("RECOVERY#")

    page = Page(product.cloud.request("GET", found[1]).text)
    assert "¿Has notado una mejora desde entonces?" in page.text
    product.wait(timedelta(minutes=1))
    assert survey.post({"score": 1, "improved": "no", "r": found[2], "remark": "x"}).status == 202
    product.drain()
    assert replies(product, improvement).bands.n == 0, "the honeypot says that it may not be a customer's"
    assert survey.send(page, improved="little", score="9").status == 303
    product.drain()
    once = ImprovementReplies(told=1, asked=1, little=1, bands=BandCounts(promoters=1))
    assert replies(product, improvement) == once
    assert survey.post({"score": 2, "improved": "no", "r": found[2]}).status == 202
    product.drain()
    assert replies(product, improvement) == once, "the first reply counts"
    last = max(survey.answers(), key=lambda each: str(each["at"]))
    assert (last["resurvey_of"], last["improvement_id"]) == (about.followup_id, improvement.improvement_id)
    assert last["customer_pk"] == f"CUSTOMER#{key_of(1)}"
    assert product.items("RECOVERY#") == recovery
    now = followups.get_followup(product.table, about.followup_id)
    assert now
    assert now.again is None

    diego = signed_in(product, DIEGO)
    figures = "Asked some weeks later: 1. Answered: 1. Noticed an improvement: 0; a little: 1; not: 0."
    assert figures in parse(diego.get(PATH).text).text
    shown = diego.get(f"{PATH}/{improvement.improvement_id}").text
    assert figures in parse(shown).text
    assert re.search(r'<ul class="lines quiet">\s*<li><a href="[^"]+">Asked some weeks later', shown), (
        "greyed"
    )
    links = {link.text: link["href"] for link in parse(shown).one("main").all("a")}
    for words in ("Customers told: 1", "Asked some weeks later: 1.", "Answered: 1.", "a little: 1;"):
        (listed,) = parse(diego.get(links[words]).text).one(id="cases").all("li")
        assert listed["id"] == f"c-{about.followup_id}", words
    assert "not: 0." not in links
    none = parse(diego.get(f"{PATH}/{improvement.improvement_id}?cases=not_noticed").text).one(id="cases")
    assert "No case is counted here." in none.text
    assert "The score of the one who answered is 100, from 1 response: too few to compare." in shown

    asked = product.items("ASKED#")
    erasure.request_erasure(product.table, now, [key_of(1)], product.now())
    product.advance(timedelta(minutes=10))
    assert product.items("ASKED#") == asked, "what is counted stays, and names nobody"
    assert replies(product, improvement) == once


def test_who_must_not_be_asked_is_not(product: Product) -> None:
    product.open_store(policy=POLICY)
    table, now = product.table, product.now()
    improvement, withdrawn = made(1, published_at=now, in_place_from=now.date()), made(2)
    for each in (improvement, withdrawn):
        improvements.save_improvement(table, None, each, now)
    told(product, 1, improvement)
    for number in range(2, 5):
        told(product, number, improvement)
    table.put(opt_outs.record_opt_out(key_of(2), "page", now))
    rights = {"objections": ["resurvey"], "way": "page"}
    table.update(set_attributes(customer_partition.customer_rights(key_of(3)), rights))
    table.transact(contact_limits.record_resurvey([key_of(4)], now - 60 * DAY))
    for mark, number in (("restricted_at", 5), ("erased_at", 6), ("interested", 7)):
        about = told(product, number, improvement)
        item = next(i for i in product.followups() if i["followup_id"] == about.followup_id)
        product.change(item, **{mark: mark != "interested" and "2026-03-10T15:00:00.000Z"})
    told(product, 8, withdrawn)
    told(product, 9, improvement, state="cancelled")
    product.advance(timedelta(minutes=5))
    assert {number for number in range(1, 10) if questions(product, number)} == {1}
    waiting = [i for i in product.items("DATE#improvement_resurvey") if "due_at" in i]
    (restricted, just_told) = sorted(waiting, key=lambda date: str(date["due_at"]))
    assert restricted["due_at"] < "2026-03-10T17", "waits until that is lifted"
    assert just_told["due_at"] > "2026-04-07", "the eighth was told of the other one just now"
    assert (replies(product, improvement).asked, replies(product, withdrawn).asked) == (1, 0)
    assert product.dead_letters() == {}


def test_their_week_postpones_it_and_two_sweeps_ask_once(product: Product) -> None:
    """START is a Tuesday of the week 11; the next begins on 16 March."""
    product.open_store(policy={**POLICY, "customer_messages_per_week": 1})
    improvement = publish(product)
    about = told(product, 1, improvement)
    product.change({"pk": f"CUSTOMER#{key_of(1)}", "sk": "WEEK#2026-W11", "n": 1})
    product.advance(5 * DAY)
    assert questions(product) == []
    (date,) = [i for i in product.items("DATE#improvement_resurvey") if "due_at" in i]
    product.wait(2 * DAY)
    met = product.just_before("TransactWriteItems", product.scheduler, function="FollowupScheduler", nth=1)
    product.scheduler()
    product.drain()
    assert met["done"] == 1
    assert len(questions(product)) == 1
    assert replies(product, improvement).asked == 1
    assert date["due_at"] < "2026-03-17"

    # Two replies that are classified at the same time: whoever is second starts again, and sees the first.
    asked = get_resurvey(product.table, about.followup_id, improvement.improvement_id)
    assert asked
    replied = replace(asked, answered_at=product.now(), score=9, improved="yes")
    product.table.transact(reply_writes(about, improvement.improvement_id, replied))
    with pytest.raises(followups.ChangedMeanwhile):
        product.table.transact(reply_writes(about, improvement.improvement_id, replied))
    assert (replies(product, improvement).yes, replies(product, improvement).bands.promoters) == (1, 1)


def test_after_a_crash_at_any_call_one_question_is_sent(product: Product) -> None:
    product.open_store(policy=POLICY)
    improvement = publish(product)
    product.advance(timedelta(minutes=5))
    struck = True
    asked = 0
    while struck:
        asked += 1
        told(product, asked, improvement)
        fault = product.crash("FollowupScheduler", asked)
        product.dies(product.scheduler)
        struck = bool(fault.struck)
        product.cloud.faults.clear()
        product.advance(timedelta(minutes=2))
        assert len(questions(product, asked)) == 1
        assert replies(product, improvement).asked == asked
    assert asked > 2
