"""User ids (made with openssl), scopes, and addresses as users type them."""

from dataclasses import replace

import pytest

from lazo.auth.users import (
    AddressLookup,
    Membership,
    StoreRef,
    address_lookups,
    scope_from_memberships,
    user_id_of,
)
from lazo.store.contacts import Contact
from lazo.text.contact_details import normalize_address
from tests.builders import ANA, DIEGO, MARTA

DIEGO_THERE = Contact(**DIEGO)


def membership(store_id: str, role: str = "area", language: str = "es", name: str = "Diego") -> Membership:
    return Membership(StoreRef(store_id, store_id.title(), role, "diego"), name, language)  # type: ignore[arg-type]


def test_known_user_ids() -> None:
    assert user_id_of(Contact(**ANA)) == "kkmfolnmhzxisqtw"
    assert user_id_of(Contact(**MARTA)) == "4okaumt5hptult75"


def test_role_level_language_and_quiet_hours_do_not_change_the_user_id() -> None:
    elsewhere = replace(DIEGO_THERE, role="store", level=0, language="pt", quiet=("22:00", "07:00"))
    assert user_id_of(elsewhere) == user_id_of(DIEGO_THERE)
    assert user_id_of(replace(DIEGO_THERE, email="Diego@Aurora.example")) == user_id_of(DIEGO_THERE)


@pytest.mark.parametrize(
    "changed",
    [
        {"contact_id": "diego2"},
        {"phone": "+56922345673"},
        {"phone": None},
        {"email": "rojas@aurora.example"},
        {"email": None},
    ],
)
def test_another_contact_id_phone_or_email_is_another_user(changed: dict[str, str | None]) -> None:
    assert user_id_of(replace(DIEGO_THERE, **changed)) != user_id_of(DIEGO_THERE)  # type: ignore[arg-type]


def test_a_scope_has_the_widest_role_of_its_memberships() -> None:
    scope = scope_from_memberships(
        "p", [membership("sur", "store"), membership("este", "head"), membership("norte", "area")]
    )
    assert scope
    assert scope.role == "head"
    assert [store.store_id for store in scope.stores] == ["este", "norte", "sur"]
    assert scope.store("sur") == StoreRef("sur", "Sur", "store", "diego")
    assert scope.store("oeste") is None


def test_no_membership_gives_no_scope() -> None:
    assert scope_from_memberships("p", []) is None


def test_the_language_of_a_scope_is_that_of_most_memberships() -> None:
    scope = scope_from_memberships(
        "p", [membership("a", language="en"), membership("b", language="pt"), membership("c", language="pt")]
    )
    assert scope
    assert scope.language == "pt"
    tie = scope_from_memberships("p", [membership("a", language="pt"), membership("b", language="en")])
    assert tie
    assert tie.language == "en"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ana@aurora.example", "ana@aurora.example"),
        ("  Ana@AURORA.example ", "ana@aurora.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),  # RFC 3492
        ("+56 9 2234 5671", "+56922345671"),
        ("0056 (9) 2234-5671", "+56922345671"),
        ("+44 (0)7911 123456", "+447911123456"),
        ("９２２３４５６７１", "922345671"),
        ("07911 123456", "7911123456"),
        ("9 2234 5671", "922345671"),
        ("(011) 96123-4567", "11961234567"),
        ("\u202a+56 9 2234 5671\u202c", "+56922345671"),  # as phones copy numbers, in bidi marks
    ],
)
def test_typed_addresses_are_normalized(typed: str, meant: str) -> None:
    assert normalize_address(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", " ", "ana", "ana@", "@aurora.example", "añá@aurora.example", "12345", "+", "+56", "0" * 9, "9" * 16,
     "+999 1234567", "call 922345671", "922345671; drop", "a" * 300 + "@aurora.example", "٩٢٢٣٤٥٦٧١"],
)  # fmt: skip
def test_other_texts_are_no_address(typed: str) -> None:
    assert normalize_address(typed) is None


def test_a_number_without_country_is_looked_up_in_all_countries() -> None:
    assert address_lookups("922345671")[0] == AddressLookup("922345671")
    assert address_lookups("+56922345671") == (AddressLookup("922345671", exact_phone="+56922345671"),)
    assert address_lookups("ana@aurora.example") == (AddressLookup("ana@aurora.example"),)


def test_a_country_code_may_lack_its_plus() -> None:
    assert AddressLookup("922345671", exact_phone="+56922345671") in address_lookups("56922345671")
