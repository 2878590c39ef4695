"""POST /v1/customers/events: what is rejected, with which index, field, code and message."""

import json
from typing import Any

import pytest

from lazo.translations import LANGUAGES, translations
from tests.functions.crm import PHONE, Crm, event

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
    "a local phone without a store": (
        {"customer": {"phone": "922345671"}, "store_id": None},
        "customer.phone",
        "phone_invalid",
    ),
    "a malformed store id": ({"store_id": "Norte!"}, "store_id", "store_id_invalid"),
    "an unknown store": ({"store_id": "sur"}, "store_id", "store_id_unknown"),
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


def test_each_error_names_its_index_field_and_code_and_nothing_is_stored(crm: Crm) -> None:
    """All in one batch beside good ones: each has its own index, field and code."""
    bad = [event(**{"event_id": f"bad-{n}", **changes}) for n, (changes, _, _) in enumerate(WRONG.values())]
    found = crm.errors({"events": [event("good"), *bad, event("last")]})
    assert found == [(n, field, code) for n, (_, field, code) in enumerate(WRONG.values(), start=1)]


def test_several_errors_of_one_event(crm: Crm) -> None:
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
def test_malformed_batches_are_rejected(
    crm: Crm, body: Any, index: int | None, field: str | None, code: str
) -> None:
    assert crm.errors(body) == [(index, field, code)]


def test_all_that_is_wrong_with_a_batch_is_told_at_once(crm: Crm) -> None:
    assert crm.errors({"events": {}, "more": 1, "also": 2}) == [
        (None, "more", "unknown_field"),
        (None, "also", "unknown_field"),
        (None, "events", "events_invalid"),
    ]


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
def test_malformed_requests_are_rejected(
    crm: Crm, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    reply = crm.post(body, **headers)
    assert (reply.status, reply.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("number", ["1e9999999999999999999", "0e999999999", "1" * 39, "0." + "0" * 129 + "1"])
def test_a_number_that_the_table_cannot_hold_stores_nothing_of_the_batch(crm: Crm, number: str) -> None:
    events = [event("good"), event("usage", kind="usage", change=-7), event("back", kind="refund", amount=-7)]
    body = json.dumps({"events": events}).replace("-7", number).encode()
    assert crm.errors(body) == [(1, "change", "change_invalid"), (2, "amount", "amount_invalid")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_are_in_the_accepted_language(crm: Crm, language: str) -> None:
    reply = crm.post(event(kind="gossip"), f"{language};q=0.9, ja")
    assert reply.headers["content-language"] == language
    assert (
        reply.json()["errors"][0]["message"]
        == translations("customer_events", language)["errors"]["kind_invalid"]
    )


def test_every_error_code_has_a_message_in_every_language() -> None:
    english = translations("customer_events", "en")["errors"].keys()
    assert {code for _, _, code in WRONG.values()} <= english
    assert all(
        translations("customer_events", language)["errors"].keys() == english for language in LANGUAGES
    )
