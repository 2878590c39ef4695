"""The link of a store's wall."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.auth import links
from lazo.auth.links import WallLink
from tests.builders import START
from tests.unit.auth.test_links import key_ring

NORTE = WallLink("norte", 3)
ENDS = datetime(
    2027, 3, 12, tzinfo=UTC
)  # the end of the day 366 days after START, which is 10 March 2026 at 15:00


def test_a_token_is_version_day_signature_and_store() -> None:
    head = (3).to_bytes(3) + (ENDS - datetime(1970, 1, 1, tzinfo=UTC)).days.to_bytes(2)
    mac = hmac.new(b"current-key", b"wall\x00" + head + b"norte", hashlib.sha256).digest()[:16]
    token = base64.urlsafe_b64encode(head + mac + b"norte").decode().rstrip("=")
    assert links.sign_wall_link(key_ring(), NORTE, START) == token
    assert links.read_wall_link(key_ring(), token, START) == NORTE


def test_it_expires_at_the_end_of_its_day() -> None:
    token = links.sign_wall_link(key_ring(), NORTE, START)
    assert links.read_wall_link(key_ring(), token, ENDS - timedelta(microseconds=1))
    assert links.read_wall_link(key_ring(), token, ENDS) is None


@given(st.integers(0, 51), st.sampled_from("AQZaz09-_"))
def test_no_other_character_is_taken(at: int, other: str) -> None:
    token = links.sign_wall_link(key_ring(), WallLink("sur-de-la-ciudad-2", 1), START)
    changed = token[:at] + other + token[at + 1 :]
    assert (links.read_wall_link(key_ring(), changed, START) is None) == (changed != token)


@pytest.mark.parametrize("other", ["", "AA", "A" * 28, "norte", "á" * 30])
def test_what_is_no_token(other: str) -> None:
    assert links.read_wall_link(key_ring(), other, START) is None


def test_a_session_is_no_wall_and_a_wall_no_session() -> None:
    session = links.sign_user_token(key_ring(), "sign-in", links.Principal("abcdefghijklmnop", 0), START)
    assert links.read_wall_link(key_ring(), session, START) is None
    report = links.sign_user_token(key_ring(), "report", links.Principal("abcdefghijklmnop", 0), START)
    assert links.read_user_token(key_ring(), "sign-in", report, START) is None
    wall = links.sign_wall_link(key_ring(), WallLink("a" * 12, 1), START)
    assert len(wall) == len(session)
    assert links.read_user_token(key_ring(), "sign-in", wall, START) is None
