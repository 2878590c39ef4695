"""Expected values: the ULID specification (github.com/ulid/spec) with its reference implementation's README
(github.com/ulid/javascript), and RFC 9562, appendix A.6."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.ids import ENTROPY_BYTES, new_ulid, parse_id

MILLISECONDS = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at(milliseconds: int) -> datetime:
    return EPOCH + milliseconds * MILLISECONDS


def test_time_is_written_as_by_the_reference_implementation() -> None:
    # "ulid(1469918176385) // 01ARYZ6S41TSV4RRFFQ69G5FAV"
    assert new_ulid(at(1469918176385), bytes(10)) == "01ARYZ6S41" + "0" * 16
    assert parse_id("01ARYZ6S41TSV4RRFFQ69G5FAV").at == at(1469918176385)


def test_the_most_entropy_is_written_in_crockford_s_base_32() -> None:
    assert new_ulid(EPOCH, b"\xff" * 10) == "0" * 10 + "Z" * 16


def test_case_does_not_matter() -> None:
    assert parse_id("01arz3ndektsv4rrffq69g5fav").text == "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def test_the_example_of_rfc_9562() -> None:
    # A.6: "Tuesday, February 22, 2022 2:22:22.00 PM GMT-05:00", unix_ts_ms 0x017F22E279B0
    found = parse_id("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")
    assert found.text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    assert found.at == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC) == at(0x017F22E279B0)


def test_a_uuid_and_its_ulid_form_are_the_same_128_bits() -> None:
    found = parse_id("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")
    value = 0
    for character in found.ulid:
        value = value * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(character)
    assert value == 0x017F22E279B07CC398C4DC0C0C07398F


@pytest.mark.parametrize(
    "text",
    [
        "",
        "80000000000000000000000000",  # the spec: larger than 7ZZZ... "should be rejected"
        "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",  # the largest there is; its year is 10889
        "01ARZ3NDEKTSV4RRFFQ69G5FA",
        "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
        "01ARZ3NDEKTSV4RRFFQ69G5FAU",  # I, L, O and U are not in the alphabet
        "01ARZ3NDEKTSV4RRFFQ69G5FAI",
        "01ARZ3NDEKTSV4RRFFQ69G5FAL",
        "01ARZ3NDEKTSV4RRFFQ69G5FAO",
        "01ARZ3NDEKTSV4RRFFQ69G5FA ",
        "01ARZ3NDEKTSV4RRFFQ69G5FAß",  # upper() makes it SS
        "01ARZ3NDEKTSV4RRFFQ69G5FAſ",  # upper() makes it S
        "٠" * 26,
        "\ud800" * 26,
        "017f22e279b07cc398c4dc0c0c07398f",
        "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        "urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "919108f7-52d1-4320-9bac-f847db4148a8",  # version 4: RFC 9562, A.3
        "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",  # another variant
        "ffffffff-ffff-7fff-bfff-ffffffffffff",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a|badly formed"):
        parse_id(text)


def test_entropy_has_ten_bytes() -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        new_ulid(EPOCH, bytes(9))


instants = st.integers(0, 250_000_000_000_000_000).map(
    lambda us: EPOCH + timedelta(microseconds=us)
)  # to 9892
entropies = st.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES)


@given(instants, entropies)
def test_generated_values_can_be_read(now: datetime, entropy: bytes) -> None:
    made = new_ulid(now, entropy)
    found = parse_id(made)
    assert found.text == found.ulid == made
    assert timedelta(0) <= now - found.at < MILLISECONDS


@given(instants, instants, entropies, entropies)
def test_text_sorts_like_time(first: datetime, second: datetime, one: bytes, other: bytes) -> None:
    if second - first >= MILLISECONDS:
        assert new_ulid(first, one) < new_ulid(second, other)


@given(
    st.text()
    | st.text("0123456789abcdefghjkmnpqrstvwxyzABCXYZ", min_size=26, max_size=26)
    | st.uuids().map(str)
)
def test_any_text_is_an_id_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_id(parse_id(text).ulid).ulid == parse_id(text).ulid
