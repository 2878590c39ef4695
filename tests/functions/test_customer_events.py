"""POST /v1/customers/events: who may, what is taken, and that nothing is doubled or half taken."""

import hashlib
import hmac
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from infra.local.event_sources.gateway_payloads import Response
from lazo.table import api_keys as kept
from lazo.translations import LANGUAGES, translations
from ops import api_keys
from tests.aws_rules import Watch
from tests.product import AFTER, BEFORE, CRASH, TIMEOUT, Item, Product, output

PATH = "/v1/customers/events"
PHONE = {"phone": "+56922345671"}


def event(event_id: str = "t-1", **changes: Any) -> Item:
    """A complaint of an hour ago; None leaves a field out."""
    given = {
        "event_id": event_id,
        "kind": "complaint",
        "at": "2026-03-10T11:00:00-03:00",
        "customer": PHONE,
        "store_id": "norte",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


class Crm:
    """Another system, with a key of its own."""

    def __init__(self, product: Product, name: str = "crm") -> None:
        self.product = product
        self.key = api_keys.make(
            product.table, name, product.now(), lambda size: name.encode().ljust(size, b".")
        )

    def post(self, body: Any, language: str = "", **headers: str) -> Response:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"content-type": "application/json", "x-api-key": self.key, "accept-language": language}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.product.cloud.request("POST", PATH, {k: v for k, v in given.items() if v}, sent)

    def told(self) -> list[Item]:
        return self.product.items("EVENT#")

    def errors(self, body: Any, language: str = "") -> list[tuple[int | None, str | None, str]]:
        """Index, field and code of what is wrong with a body that is refused, and is written nowhere."""
        reply = self.post(body, language)
        assert reply.status == 422, reply.text
        assert self.told() == self.product.items("EVENTID") == []
        found = reply.json()["errors"]
        assert all(error["message"] for error in found)
        return [(error["index"], error["field"], error["code"]) for error in found]


@pytest.fixture
def crm(product: Product) -> Crm:
    product.open_store()
    return Crm(product)


def mac(product: Product, known_as: str) -> str:
    key = product.cloud.client("secretsmanager").get_secret_value(
        SecretId=product.cloud.physical_id("CustomerKey")
    )
    return hmac.new(
        key["SecretString"].encode(), f"customer\0{known_as}".encode(), hashlib.sha256
    ).hexdigest()[:32]


class TestKeys:
    def test_either_header(self, crm: Crm) -> None:
        assert crm.post(event("1")).status == 202
        assert crm.post(event("2"), x_api_key="", authorization=f"Bearer {crm.key}").status == 202
        assert crm.post(event("3"), x_api_key="", authorization=f"bearer  {crm.key}").status == 202

    def test_one_answer_to_whatever_opens_nothing(self, crm: Crm, watch: Watch) -> None:
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
        assert crm.told() == []
        assert {call.action for call in watch.calls} == {"dynamodb:GetItem"}

    def test_kept_as_a_hash_and_looked_up_once_a_minute(self, crm: Crm) -> None:
        (item,) = crm.product.items("APIKEY#")
        assert item == {
            "pk": "APIKEY",
            "sk": "APIKEY#" + hashlib.sha256(crm.key.encode()).hexdigest(),
            "name": "crm",
            "active": True,
            "created_at": "2026-03-10T15:00:00.000Z",
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

    def test_retired_within_a_minute(self, crm: Crm) -> None:
        assert crm.post(event("1")).status == 202
        api_keys.retire(crm.product.table, hashlib.sha256(crm.key.encode()).hexdigest()[:12])
        crm.product.wait(timedelta(minutes=1))
        assert crm.post(event("2")).status == 401


class TestTaken:
    def test_an_event_is_written_whole(self, crm: Crm) -> None:
        reply = crm.post(
            event(
                kind="refund",
                customer={"phone": "9 2234 5671", "email": "Ana@EXAMPLE.com"},
                text=" Espere\u0301 40 días\r\npor\u202e el cambio ",
                reference="C  77",
                amount=19990.5,
            )
        )
        assert (reply.status, reply.json()) == (202, {"accepted": 1, "repeated": 0})
        assert reply.headers["cache-control"] == "no-store"
        (item,) = crm.told()
        assert item.pop("due_pk").startswith("due#")
        assert item == {
            "pk": f"CUSTOMER#{mac(crm.product, 'phone:+56922345671')}",
            "sk": "EVENT#2026-03-10T14:00:00.000Z#crm#t-1",
            "event_id": "t-1",
            "source": "crm",
            "kind": "refund",
            "at": "2026-03-10T14:00:00.000Z",
            "received_at": "2026-03-10T15:00:00.000Z",
            "customer_also": mac(crm.product, "email:ana@example.com"),
            "store_id": "norte",
            "text": "Esperé 40 días\npor el cambio",
            "reference": "C 77",
            "amount": item["amount"],
            "due_at": "2026-03-10T15:02:00.000Z",
            "expires_at": 1836226800,  # 2028-03-09 15:00 UTC, 730 days on
        }
        assert str(item["amount"]) == "19990.5"

    def test_each_kind(self, crm: Crm) -> None:
        kinds = ("support_ticket", "sales_interaction", "complaint", "refund", "visit", "note")
        events = [event(kind, kind=kind) for kind in kinds]
        events.append(event("usage", kind="usage", change=-30))
        assert crm.post({"events": events}).json() == {"accepted": 7, "repeated": 0}
        assert {item["kind"] for item in crm.told()} == {*kinds, "usage"}

    def test_a_hundred_and_no_more(self, crm: Crm) -> None:
        assert crm.errors({"events": [event(str(n)) for n in range(101)]}) == [
            (None, "events", "events_too_many")
        ]
        crm.product.cloud.faults.clear()
        assert crm.post({"events": [event(str(n)) for n in range(100)]}).json() == {
            "accepted": 100,
            "repeated": 0,
        }
        assert len(crm.told()) == 100
        counted = Counter(crm.product.calls("CustomerEvents"))
        assert counted["PutItem"] == 200
        assert counted["GetItem"] <= 2, "the key and the shop"

    def test_by_e_mail_alone_and_without_a_store(self, crm: Crm) -> None:
        body = event(customer={"email": "Eva@example.com", "phone": None}, store_id=None, text=None)
        assert crm.post(body).status == 202
        assert crm.told()[0]["pk"] == f"CUSTOMER#{mac(crm.product, 'email:eva@example.com')}"

    @pytest.mark.parametrize(
        "at",
        [
            "2026-03-10T15:05:00Z",
            "2026-03-10T12:00:00.5-03:00",
            "20260310T150000Z",
            "2024-03-11T15:00:00+00:00",
        ],
    )
    def test_instants_with_a_zone(self, crm: Crm, at: str) -> None:
        assert crm.post(event(at=at)).status == 202


class TestOnce:
    def test_the_same_again_is_the_same_success(self, crm: Crm) -> None:
        batch = {"events": [event("1", text="¡Mal!"), event("2", kind="usage", change=-40)]}
        assert crm.post(batch).json() == {"accepted": 2, "repeated": 0}
        before = crm.product.items("")
        crm.product.wait(timedelta(days=1))
        # The same instant and number, written in another way.
        again = [
            event("1", at="2026-03-10T14:00:00Z", text="¡Mal!\n"),
            event("2", kind="usage", change=-40.0, customer={"phone": "922345671"}),
        ]
        assert crm.post({"events": [*again, event("3")]}).json() == {"accepted": 1, "repeated": 2}
        assert [i for i in crm.product.items("") if i in before] == before

    def test_twice_in_one_batch(self, crm: Crm) -> None:
        assert crm.post({"events": [event(), event()]}).json() == {"accepted": 1, "repeated": 1}

    @pytest.mark.parametrize(
        "other",
        [
            {"text": "otra cosa"},
            {"kind": "note"},
            {"at": "2026-03-10T11:00:01-03:00"},
            {"customer": {"phone": "+56922345672"}},
            {"customer": {**PHONE, "email": "eva@example.com"}},
            {"store_id": None},
            {"reference": "C-1"},
        ],
    )
    def test_another_event_with_the_id_is_a_conflict_and_the_others_are_taken(
        self, crm: Crm, other: dict[str, Any]
    ) -> None:
        crm.post(event("1"))
        reply = crm.post({"events": [event("0"), event("1", **other), event("1"), event("2")]}, "en")
        assert reply.status == 409
        message = translations("customer_events", "en")["errors"]["event_conflict"]
        conflict = {"index": 1, "field": "event_id", "code": "event_conflict", "message": message}
        assert reply.json() == {"accepted": 2, "repeated": 1, "errors": [conflict]}
        assert sorted(item["event_id"] for item in crm.told()) == ["0", "1", "2"]

    def test_two_systems_may_use_the_same_id(self, crm: Crm) -> None:
        assert crm.post(event("1")).json()["accepted"] == 1
        assert Crm(crm.product, "helpdesk").post(event("1", text="otra")).json()["accepted"] == 1

    def test_a_new_key_of_the_same_system_goes_on(self, crm: Crm) -> None:
        crm.post(event("1"))
        crm.key = api_keys.make(crm.product.table, "crm", crm.product.now(), lambda size: b"n" * size)
        assert crm.post(event("1")).json() == {"accepted": 0, "repeated": 1}

    def test_a_crash_at_every_call_is_made_good_by_the_next_attempt(self, crm: Crm) -> None:
        batch = {"events": [event("1"), event("2")]}
        for nth in range(1, 20):
            crm.product.restart("CustomerEvents")
            crm.product.cloud.faults.clear()
            fault = crm.product.fault(function="CustomerEvents", kind=CRASH, nth=nth)
            crm.post(batch)
            struck = fault.struck
            crm.product.cloud.faults.clear()
            crm.product.restart("CustomerEvents")
            reply = crm.post(batch).json()
            assert reply["accepted"] + reply["repeated"] == 2
            assert [item["event_id"] for item in crm.told()] == ["1", "2"]
            for item in [*crm.told(), *crm.product.items("EVENTID")]:
                key = {name: {"S": item[name]} for name in ("pk", "sk")}
                crm.product.cloud.client("dynamodb").delete_item(
                    TableName=crm.product.cloud.physical_id("Table"), Key=key
                )
            if not struck:
                break
        assert 7 <= nth <= 10, "the key, the shop, the secret twice, and four writes"

    @pytest.mark.parametrize("when", [BEFORE, AFTER])
    def test_a_time_out_that_the_client_makes_good(self, crm: Crm, when: Any) -> None:
        crm.product.fault(operation="PutItem", kind=TIMEOUT, when=when, times=2)
        reply = crm.post(event())
        assert reply.status == 202
        assert len(crm.told()) == 1

    def test_the_table_is_busy(self, crm: Crm) -> None:
        crm.post(event("0"))
        busy = "ProvisionedThroughputExceededException"
        crm.product.fault(operation="PutItem", code=busy, status=400, nth=3, times=3)
        with output() as written:
            reply = crm.post({"events": [event("1"), event("2")]})
        assert (reply.status, reply.headers["retry-after"]) == (503, "5")
        assert reply.json()["error"]["code"] == "unavailable"
        assert "customer events not taken in" in written.getvalue()
        assert crm.post({"events": [event("1"), event("2")]}).json() == {"accepted": 1, "repeated": 1}


WRONG = {
    "no id": ({"event_id": None}, "event_id", "event_id_required"),
    "an empty id": ({"event_id": ""}, "event_id", "event_id_invalid"),
    "a number for an id": ({"event_id": 7}, "event_id", "event_id_invalid"),
    "a space in an id": ({"event_id": "a b"}, "event_id", "event_id_invalid"),
    "an id with a line end": ({"event_id": "a\n"}, "event_id", "event_id_invalid"),
    "a long id": ({"event_id": "x" * 65}, "event_id", "event_id_too_long"),
    "no kind": ({"kind": None}, "kind", "kind_required"),
    "our own kind": ({"kind": "invitation"}, "kind", "kind_invalid"),
    "no instant": ({"at": None}, "at", "at_required"),
    "no zone": ({"at": "2026-03-10T11:00:00"}, "at", "at_invalid"),
    "a day": ({"at": "2026-03-10"}, "at", "at_invalid"),
    "a number for an instant": ({"at": 1773154800}, "at", "at_invalid"),
    "the future": ({"at": "2026-03-10T15:05:01Z"}, "at", "at_in_future"),
    "the end of time": ({"at": "9999-12-31T23:59:59-23:59"}, "at", "at_in_future"),
    "too long ago": ({"at": "2024-03-01T15:00:00Z"}, "at", "at_too_old"),
    "the beginning of time": ({"at": "0001-01-01T00:00:00+23:59"}, "at", "at_too_old"),
    "no customer": ({"customer": None}, "customer", "customer_required"),
    "nobody": ({"customer": {}}, "customer", "customer_required"),
    "nobody in words": ({"customer": {"phone": " ", "email": None}}, "customer", "customer_required"),
    "a text for a customer": ({"customer": "Eva"}, "customer", "customer_invalid"),
    "a name": ({"customer": {**PHONE, "name": "Eva"}}, "customer.name", "unknown_field"),
    "no phone": ({"customer": {"phone": "12"}}, "customer.phone", "phone_invalid"),
    "a number for a phone": ({"customer": {"phone": 56922345671}}, "customer.phone", "phone_invalid"),
    "a long phone": ({"customer": {"phone": "9" * 41}}, "customer.phone", "phone_too_long"),
    "no e-mail": ({"customer": {"email": "eva"}}, "customer.email", "email_invalid"),
    "a long e-mail": ({"customer": {"email": "e" * 250 + "@x.cl"}}, "customer.email", "email_too_long"),
    "a local phone of no shop": (
        {"customer": {"phone": "922345671"}, "store_id": None},
        "customer.phone",
        "phone_invalid",
    ),
    "no shop's id": ({"store_id": "Norte!"}, "store_id", "store_id_invalid"),
    "no shop": ({"store_id": "sur"}, "store_id", "store_id_unknown"),
    "a long text": ({"text": "x" * 2001}, "text", "text_too_long"),
    "a list for a text": ({"text": ["x"]}, "text", "text_invalid"),
    "a long reference": ({"reference": "x" * 81}, "reference", "reference_too_long"),
    "usage without a change": ({"kind": "usage"}, "change", "change_required"),
    "more than everything less": ({"kind": "usage", "change": -100.01}, "change", "change_invalid"),
    "eleven times as much": ({"kind": "usage", "change": 1000.5}, "change", "change_invalid"),
    "a text for a change": ({"kind": "usage", "change": "-30"}, "change", "change_invalid"),
    "true for a change": ({"kind": "usage", "change": True}, "change", "change_invalid"),
    "a change of nothing": ({"change": 5}, "change", "change_unexpected"),
    "a negative amount": ({"kind": "refund", "amount": -1}, "amount", "amount_invalid"),
    "a third of a cent": ({"kind": "refund", "amount": 0.333}, "amount", "amount_invalid"),
    "an amount of nothing": ({"amount": 5}, "amount", "amount_unexpected"),
    "an unknown field": ({"severity": 3}, "severity", "unknown_field"),
}


def test_what_is_wrong_is_named_with_its_place_and_nothing_is_taken(crm: Crm) -> None:
    """All in one batch beside good ones: each has its own index, field and code."""
    bad = [event(**{"event_id": f"bad-{n}", **changes}) for n, (changes, _, _) in enumerate(WRONG.values())]
    found = crm.errors({"events": [event("good"), *bad, event("last")]})
    assert found == [(n, field, code) for n, (_, field, code) in enumerate(WRONG.values(), start=1)]


def test_several_things_wrong_with_one_event(crm: Crm) -> None:
    found = crm.errors(event(at="soon", customer={"phone": "1", "email": "x"}, amount=1))
    assert found == [
        (0, "at", "at_invalid"),
        (0, "customer.phone", "phone_invalid"),
        (0, "customer.email", "email_invalid"),
        (0, "amount", "amount_unexpected"),
    ]


@pytest.mark.parametrize(
    ("body", "index", "field", "code"),
    [
        ({"events": []}, None, "events", "events_required"),
        ({"events": {"a": 1}}, None, "events", "events_invalid"),
        ({"events": [event()], "more": 1}, None, "more", "unknown_field"),
        ({"events": [event(), [event()]]}, 1, None, "event_invalid"),
        ([event()], 0, None, "event_invalid"),
        (7, 0, None, "event_invalid"),
    ],
)
def test_what_is_no_batch(crm: Crm, body: Any, index: int | None, field: str | None, code: str) -> None:
    assert crm.errors(body) == [(index, field, code)]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, "bad_json"),
        (b'{"event_id": "1", "event_id": "2"}', {}, 400, "bad_json"),
        (b'{"event_id": NaN}', {}, 400, "bad_json"),
        (rb'{"\ud800": 1}', {}, 400, "bad_json"),
        (b"[" * 100_000, {}, 400, "bad_json"),
        ("ñ".encode("latin-1"), {}, 400, "bad_json"),
        (b"", {}, 400, "bad_json"),
        (b"{}", {"content_type": "text/plain"}, 415, "unsupported_media_type"),
        (b" " * (256 * 1024 + 1), {}, 413, "too_large"),
    ],
)
def test_what_is_no_request(crm: Crm, body: bytes, headers: dict[str, str], status: int, code: str) -> None:
    reply = crm.post(body, **headers)
    assert (reply.status, reply.json()["error"]["code"]) == (status, code)


def test_a_full_batch_of_the_longest_texts_fits(crm: Crm) -> None:
    batch = {"events": [event(str(n), text="x" * 2000) for n in range(100)]}
    assert len(json.dumps(batch)) < 256 * 1024
    assert crm.post(batch).status == 202


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_in_the_language_that_is_accepted(crm: Crm, language: str) -> None:
    reply = crm.post(event(kind="gossip"), f"{language};q=0.9, ja")
    assert reply.headers["content-language"] == language
    assert (
        reply.json()["errors"][0]["message"]
        == translations("customer_events", language)["errors"]["kind_invalid"]
    )


def test_every_code_has_its_words_in_every_language() -> None:
    english = translations("customer_events", "en")["errors"].keys()
    assert {code for _, _, code in WRONG.values()} <= english
    assert all(
        translations("customer_events", language)["errors"].keys() == english for language in LANGUAGES
    )


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
    def test_names_that_will_not_do(self, name: str) -> None:
        with pytest.raises(ValueError, match="a name has"):
            api_keys.make(None, name, None, lambda size: b"a" * size)  # type: ignore[arg-type]
