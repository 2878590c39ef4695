"""`lazo recount --cases` and `--followups`: what only the whole table tells."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lazo.followup.model import FollowUp, Resurvey
from lazo.insight.bands import BandCounts
from lazo.insight.improvement_replies import ImprovementReplies
from lazo.table import erasure, followups
from lazo.table import promises as ledger
from lazo.table.dynamodb import improvement_keys
from lazo.table.dynamodb.writes import Put
from lazo.table.improvement_resurveys import asked_writes, improvement_replies, reply_writes
from lazo.table.improvements import save_improvement
from lazo.table.views import ended_promises, every_followup
from lazo.table.views.ended_promises import EndedQuery
from tests.builders import START
from tests.case_views import promise
from tests.functions.api_client import ApiClient
from tests.functions.test_improvements_table import made
from tests.ops.conftest import Lazo
from tests.product import Product


def opened(product: Product, number: int) -> list[FollowUp]:
    product.open_store()
    for _ in range(number):
        product.accept(score=1, at=product.now())
    product.drain()
    return [followups.followup_from_item(item) for item in product.followups()]


def unlist(product: Product) -> None:
    """As a version without the list left them."""
    for item in product.items("OPENED"):
        key: dict[str, Any] = {"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}}
        product.table._client.delete_item(TableName=product.table.name, Key=key)


def test_replies_to_improvements_are_counted_anew(lazo: Lazo) -> None:
    """Three are asked; one gives 9 and notices a little, one 2 and does not say, whose customer is erased later."""
    product = lazo.product
    cases, improvement = opened(product, 3), made(1)
    save_improvement(product.table, None, improvement, product.now())
    id_ = improvement.improvement_id
    for about in cases:
        product.table.transact(asked_writes(about, id_, START))
    first = Resurvey(START, START + timedelta(days=1), 9, "little")
    product.table.transact(reply_writes(cases[0], id_, first))
    product.table.transact(reply_writes(cases[1], id_, replace(first, score=2, improved=None)))
    right = ImprovementReplies(asked=3, little=1, bands=BandCounts(promoters=1, detractors=1))
    assert improvement_replies(product.table, [id_])[id_] == right
    erasure.request_erasure(product.table, cases[1], [], product.now())
    product.advance(timedelta(minutes=10))
    agreed = lazo("recount", "--cases", "--json").json
    assert agreed["improvements"] == []
    assert agreed["items_read"] >= 3 * 2

    key = improvement_keys.customers_count(id_)
    product.table.put(Put(key.item(n=7, asked=5, promoter=1, no=2)))
    shown = lazo("recount", "--cases", "--json", code=1).json["improvements"]
    assert shown == [
        {
            "improvement_id": id_,
            "counters": {
                "asked": {"counted": 5, "found": 3},
                "detractor": {"counted": 0, "found": 1},
                "little": {"counted": 0, "found": 1},
                "no": {"counted": 2, "found": 0},
            },
            "fixed": False,
        }
    ]
    mended = lazo("recount", "--cases", "--fix")
    assert "of replies 1 improvements; 1 were mended" in mended.err
    assert "items were read" in mended.err
    assert improvement_replies(product.table, [id_])[id_] == replace(right, told=7)
    lazo("recount", "--cases")


def test_follow_ups_from_before_are_listed_once(lazo: Lazo) -> None:
    product = lazo.product
    cases = opened(product, 3)
    listed = product.items("OPENED")
    bi = ApiClient(product)
    rows = bi.rows("/v1/followups")
    unlist(product)
    assert bi.rows("/v1/followups") == []
    product.open_store(store_id="sur")
    product.accept(score=1, store_id="sur", at=product.now())
    product.drain()
    found = lazo("recount", "--followups", "--json", code=1).json
    assert found == {"followups": 4, "unlisted": 3, "listed": 0}
    elsewhere = lazo("recount", "--followups", "--store", "sur", "--fix", "--json").json
    assert elsewhere == {"followups": 4, "unlisted": 0, "listed": 0}
    mended = lazo("recount", "--followups", "--fix")
    assert "4 follow-ups were read; 3 were not listed, 3 of them are now." in mended.out
    lazo("recount", "--followups")
    assert [item for item in product.items("OPENED") if item["store_id"] == "norte"] == listed
    assert bi.rows("/v1/followups?store=norte") == rows
    assert not followups.list_again(product.table, cases[0])


def test_a_backfill_that_was_stopped_goes_on_where_it_was(
    lazo: Lazo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at once: it dies at the second of the second two, having dealt with two, and says so."""
    product = lazo.product
    opened(product, 5)
    unlist(product)
    monkeypatch.setattr(every_followup, "BATCH_GET_LIMIT", 2)
    listing, tries = followups.list_again, []

    def dies(*given: Any) -> bool:
        tries.append(given)
        if len(tries) == 4:
            raise KeyboardInterrupt
        return listing(*given)

    with monkeypatch.context() as patched:
        patched.setattr(followups, "list_again", dies)
        stopped = lazo("recount", "--followups", "--fix", code=130)
    reached = stopped.err.split("--from ")[1].split("`")[0]
    assert reached == tries[1][1].followup_id
    rest = lazo("recount", "--followups", "--fix", "--from", reached, "--json").json
    assert rest == {"followups": 3, "unlisted": 2, "listed": 2}
    assert len(product.items("OPENED")) == 5
    assert "must be the id" in lazo("recount", "--followups", "--from", "norte", code=2).err


def test_an_erased_customers_case_is_not_listed_again(lazo: Lazo) -> None:
    product = lazo.product
    (about,) = opened(product, 1)
    erasure.request_erasure(product.table, about, [], product.now())
    product.advance(timedelta(minutes=10))
    assert lazo("recount", "--followups", "--fix", "--json").json["unlisted"] == 0
    assert not followups.list_again(product.table, about), "erased while it was read"
    assert product.items("OPENED") == []


def test_promises_that_ended_before_their_list_are_listed_once(
    lazo: Lazo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four ended in all, of which one is listed and one was withdrawn, which no list has; another is open. It dies
    after the first of the two that are missing, one at once."""
    product = lazo.product
    product.open_store()
    made = {
        name: replace(promise(name, followup_id=f"{name}qqox4q56njrtxig", store_id="norte"), **ended)
        for name, ended in {
            "a": {"state": "kept", "settled_at": START},
            "b": {"state": "late", "settled_at": START + timedelta(hours=1)},
            "c": {"state": "broken", "settled_at": START + timedelta(hours=2)},
            "d": {"state": "withdrawn", "settled_at": START},
            "e": {},
        }.items()
    }
    for name, each in made.items():
        item = ledger.promise_item(each)
        old = {k: v for k, v in item.items() if k not in ("list_pk", "store_list_pk", "list_at")}
        product.table.put(Put(old if name in "ab" else item))
    assert lazo("recount", "--promises", "--json", code=1).json == {"promises": 3, "unlisted": 2, "listed": 0}

    monkeypatch.setattr(ended_promises, "BATCH_GET_LIMIT", 1)
    listing, tries = ledger.list_again, []

    def dies(*given: Any) -> bool:
        tries.append(given[1])
        if len(tries) == 2:
            raise KeyboardInterrupt
        return listing(*given)

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "list_again", dies)
        stopped = lazo("recount", "--promises", "--fix", code=130)
    reached = stopped.err.split("--promises --from ")[1].split("`")[0]
    assert reached.startswith(("a", "b", "c"))
    lazo("recount", "--promises", "--fix", "--from", reached)
    again = lazo("recount", "--promises", "--fix", "--json").json
    assert again == {"promises": 3, "unlisted": 0, "listed": 0}
    query = EndedQuery(frozenset({"norte"}), START - timedelta(days=1), START + timedelta(days=1))
    listed = ended_promises.list_ended_promises(product.table, query, lambda each: True).promises
    assert [each.promise.promise_id for each in listed] == ["a", "b", "c"]
    assert [each.promise for each in listed] == [made["a"], made["b"], made["c"]]


def test_a_promise_that_changes_meanwhile_is_not_listed_as_it_was(lazo: Lazo) -> None:
    made = replace(promise("a", store_id="norte"), state="kept", settled_at=START)
    lazo.product.table.put(Put(ledger.promise_item(replace(made, version=made.version + 1))))
    assert not ledger.list_again(lazo.product.table, made)
    assert "goes with --store" in lazo("recount", "--promises", "--followups", code=2).err
