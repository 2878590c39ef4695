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
        assert {call.action for call in watch.calls} == {"dynamodb:GetItem"}

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
            (["post-events", "read-scores"], ["norte"], "has no --store"),
        ],
    )
    def test_rights_that_are_refused(self, rights: list[str], stores: list[str], said: str) -> None:
        with pytest.raises(ValueError, match=said):
            api_keys.make(None, "bi", None, bytes, rights, stores)
