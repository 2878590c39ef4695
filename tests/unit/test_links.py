"""Links: what they allow, to whom, and for how long. The known token was put together with openssl and base64."""

import base64
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo import links
from lazo.keyring import KeyRing
from tests.builders import START

FOLLOWUP = "aaaqeayeaudaocaj"  # base32 of the bytes 0 to 9
TOKEN = "AAECAwQFBgcICSTUuQeEp0ETTKCGwiOKui8"
ENDS = datetime(2026, 3, 17, 15, 0, tzinfo=UTC)  # START, a full hour, and seven days
TICK = timedelta(microseconds=1)


def ring(key: bytes = b"current-key") -> KeyRing:
    return KeyRing({"AWSCURRENT": key}.get, lambda: START, lambda _error: None)


def test_a_known_token() -> None:
    assert links.make(ring(), "link", FOLLOWUP, "ana", START) == TOKEN
    assert links.read(ring(), "link", TOKEN, START) == links.Link(FOLLOWUP, bytes.fromhex("24d4b9"))


def test_it_ends_with_its_hour() -> None:
    assert links.read(ring(), "link", TOKEN, ENDS - TICK)
    assert links.read(ring(), "link", TOKEN, ENDS) is None


def test_an_hour_begun_counts_whole() -> None:
    token = links.make(ring(), "link", FOLLOWUP, "ana", START + TICK)
    assert links.read(ring(), "link", token, ENDS + timedelta(hours=1) - TICK)
    assert links.read(ring(), "link", token, ENDS + timedelta(hours=1)) is None


def test_a_session_ends_after_twelve_hours() -> None:
    token = links.make(ring(), "session", FOLLOWUP, "ana", START)
    assert links.read(ring(), "session", token, START + timedelta(hours=12) - TICK)
    assert links.read(ring(), "session", token, START + timedelta(hours=12)) is None


def test_a_link_is_no_session_and_the_reverse() -> None:
    assert links.read(ring(), "session", TOKEN, START) is None
    session = links.make(ring(), "session", FOLLOWUP, "ana", START)
    assert links.read(ring(), "link", session, START) is None


def test_another_key_opens_nothing() -> None:
    assert links.read(ring(b"another-key"), "link", TOKEN, START) is None


@pytest.mark.parametrize("place", range(35))
def test_no_character_can_be_changed(place: int) -> None:
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    # The last character carries four bits of the tag and two that say nothing.
    other = alphabet[(alphabet.index(TOKEN[place]) + 4) % 64]
    assert links.read(ring(), "link", TOKEN[:place] + other + TOKEN[place + 1 :], START) is None


@given(
    st.binary(min_size=10, max_size=10),
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True),
    st.integers(0, 10**9).map(lambda seconds: START + timedelta(seconds=seconds)),
)
def test_what_is_made_can_be_read(followup: bytes, contact_id: str, issued: datetime) -> None:
    followup_id = base64.b32encode(followup).decode().lower()
    token = links.make(ring(), "link", followup_id, contact_id, issued)
    assert len(token) == 35
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")
    assert token == links.make(ring(), "link", followup_id, contact_id, issued)
    last_moment = issued + timedelta(days=7) - TICK
    assert links.read(ring(), "link", token, last_moment) == links.Link(followup_id, links.tag_of(contact_id))
    assert links.read(ring(), "link", token, issued + timedelta(days=7, hours=1)) is None


@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1")))
def test_anything_else_opens_nothing(token: str) -> None:
    assert links.read(ring(), "link", token, START) is None


@pytest.mark.parametrize("token", ["", TOKEN + "A", TOKEN[:-1], TOKEN + TOKEN, f" {TOKEN}", f"{TOKEN}\n"])
def test_more_or_less_than_a_token_opens_nothing(token: str) -> None:
    assert links.read(ring(), "link", token, START) is None
