"""API keys of POST /v1/customers/events: made, used, retired."""

import hashlib
from datetime import timedelta

import pytest

from lazo.table import api_keys as kept
from ops import api_keys
from tests.aws_rules import Watch
from tests.functions.crm import Crm, event
from tests.product import Product


class TestUsingKeys:
    def test_a_key_is_read_from_either_header(self, crm: Crm) -> None:
        assert crm.post(event("1")).status == 202
        assert crm.post(event("2"), x_api_key="", authorization=f"Bearer {crm.key}").status == 202
        assert crm.post(event("3"), x_api_key="", authorization=f"bearer  {crm.key}").status == 202

    def test_every_invalid_key_gets_the_same_response(self, crm: Crm, watch: Watch) -> None:
        old = api_keys.make(crm.product.table, "old", crm.product.now(), lambda size: b"o" * size)
        api_keys.retire(crm.product.table, hashlib.sha256(old.encode()).hexdigest()[:12])
        watch.clear()
        headers: list[dict[str, str]] = [
            {"x_api_key": ""},
            {"x_api_key": old},
            {"x_api_key": crm.key.upper()},
            {"x_api_key": "lazo_" + "A" * 43},
            {"x_api_key": "ñ"},
            {"x_api_key": "", "authorization": f"Basic {crm.key}"},
            {"x_api_key": "", "authorization": "Bearer"},
        ]
        replies = [crm.post(b"not even JSON", **each) for each in headers]
        assert {reply.status for reply in replies} == {401}
        assert len({reply.text for reply in replies}) == 1
        assert replies[0].json()["error"]["code"] == "unauthorized"
        assert {reply.headers["www-authenticate"] for reply in replies} == {"Bearer"}
        assert crm.stored_events() == []
        # The key is looked up, and the audit trail counts that it is wrong.
        assert {call.action for call in watch.calls} == {"dynamodb:GetItem", "dynamodb:UpdateItem"}

    def test_a_key_is_stored_as_a_hash_and_read_once_a_minute(self, crm: Crm) -> None:
        (item,) = crm.product.items("APIKEY#")
        assert item == {
            "pk": "APIKEY",
            "sk": "APIKEY#" + hashlib.sha256(crm.key.encode()).hexdigest(),
            "name": "crm",
            "active": True,
            "created_at": "2026-03-10T15:00:00.000Z",
            "may": ["post-events"],
        }

        def looked_up() -> int:
            return crm.product.calls("CustomerEvents").count("GetItem")

        crm.post(event("1", store_id=None))
        crm.product.wait(timedelta(seconds=59))
        crm.post(event("2", store_id=None))
        assert looked_up() == 1
        crm.product.wait(timedelta(seconds=1))
        crm.post(event("3", store_id=None))
        assert looked_up() == 2

    def test_a_retired_key_is_rejected_within_a_minute(self, crm: Crm) -> None:
        assert crm.post(event("1")).status == 202
        api_keys.retire(crm.product.table, hashlib.sha256(crm.key.encode()).hexdigest()[:12])
        crm.product.wait(timedelta(minutes=1))
        assert crm.post(event("2")).status == 401

    def test_a_key_that_may_only_read_posts_nothing(self, crm: Crm) -> None:
        table, now = crm.product.table, crm.product.now()
        crm.key = api_keys.make(table, "bi", now, lambda size: b"r" * size, ["read-scores", "read-answers"])
        reply = crm.post(event("1"))
        assert (reply.status, reply.json()["error"]["code"]) == (403, "not_allowed")
        assert crm.stored_events() == []

    def test_a_key_from_before_there_were_rights_may_post_events_alone(self, crm: Crm) -> None:
        (item,) = crm.product.items("APIKEY#")
        crm.product.change(item, may=None)
        (key,) = kept.list_api_keys(crm.product.table)
        assert (key.may, key.stores) == ({"post-events"}, None)
        assert crm.post(event("1")).status == 202


def limited(crm: Crm, stores: list[str], brands: list[str]) -> Crm:
    """Return another system with a key for these stores and the stores of these brands."""
    other = Crm(crm.product, "plaza")
    other.key = api_keys.make(
        crm.product.table,
        "plaza",
        crm.product.now(),
        lambda size: b"p" * size,
        ["post-events"],
        stores,
        brands,
    )
    return other


class TestKeysForSomeStores:
    def test_an_event_has_to_name_a_store_of_the_key(self, crm: Crm) -> None:
        crm.product.open_store(store_id="sur")
        plaza = limited(crm, ["norte"], [])
        batch = {"events": [event("1"), event("2", store_id="sur"), event("3", store_id=None)]}
        assert plaza.errors(batch) == [
            (1, "store_id", "store_id_unknown"),
            (2, "store_id", "store_id_required"),
        ]
        unknown = plaza.post(event("4", store_id="nowhere")).json()["errors"]
        assert plaza.post(event("4", store_id="sur")).json()["errors"] == unknown
        assert plaza.post(event("1")).status == 202
        assert crm.post(batch).status == 202, "a key without stores is good for all, and for none"

    def test_a_brand_has_its_later_stores_too(self, crm: Crm) -> None:
        crm.product.open_store(store_id="boreal", brand="Boreal")
        boreal = limited(crm, [], ["Boreal"])
        assert boreal.errors(event("1")) == [(0, "store_id", "store_id_unknown")]
        crm.product.open_store(store_id="later", brand="Boreal")
        assert [boreal.post(event(each, store_id=each)).status for each in ("boreal", "later")] == [202, 202]
        (item,) = [each for each in crm.product.items("APIKEY#") if "brands" in each]
        assert (item["stores"], item["brands"]) == ([], ["Boreal"]), "a version without brands opens no store"

    @pytest.mark.parametrize(
        ("stores", "brands", "said"),
        [(["nowhere"], [], "nowhere: there is no such store"), ([], ["Bor"], "Bor: no store has this brand")],
    )
    def test_stores_and_brands_that_there_are_not(
        self, crm: Crm, stores: list[str], brands: list[str], said: str
    ) -> None:
        with pytest.raises(ValueError, match=said):
            limited(crm, stores, brands)


class TestMakingKeys:
    def test_make_list_and_retire(self, product: Product) -> None:
        first = api_keys.make(product.table, "crm", product.now(), lambda size: b"a" * size)
        assert first.startswith("lazo_")
        assert len(first) == len("lazo_") + 43  # 32 bytes in base64 without padding
        product.wait(timedelta(days=1))
        second = api_keys.make(product.table, "crm", product.now(), lambda size: b"b" * size)
        assert first != second
        listed = kept.list_api_keys(product.table)
        assert [(key.name, key.active) for key in listed] == [("crm", True), ("crm", True)]
        api_keys.retire(product.table, listed[0].key_id)
        assert [key.active for key in kept.list_api_keys(product.table)] == [False, True]
        with pytest.raises(LookupError):
            api_keys.retire(product.table, "000000000000")

    @pytest.mark.parametrize("name", ["", "lazo", "CRM", "-crm", "a b", "x" * 41, "crm\n"])
    def test_invalid_names_of_keys(self, name: str) -> None:
        with pytest.raises(ValueError, match="a name has"):
            api_keys.make(None, name, None, lambda size: b"a" * size)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("rights", "stores", "said"),
        [
            (["read-everything"], [], "read-everything: a key may post-events, read-scores"),
            ([], [], "a key without a right"),
        ],
    )
    def test_rights_that_are_refused(self, rights: list[str], stores: list[str], said: str) -> None:
        with pytest.raises(ValueError, match=said):
            api_keys.make(None, "bi", None, bytes, rights, stores)
