"""Resurvey links, valid for 60 days: from the afternoon of 10 March 2026 until the end of 9 May."""

from datetime import UTC, datetime, timedelta

import pytest

from lazo.auth import links
from tests.builders import START
from tests.unit.auth.test_links import FOLLOWUP, key_ring

IMPROVEMENT = "01KKC2X0000000000000000001"
ABOUT = links.ResurveyLink(FOLLOWUP)
ENDS = datetime(2026, 5, 10, tzinfo=UTC)


def test_a_resurvey_link_names_its_followup_until_its_day_ends() -> None:
    token = links.sign_resurvey_link(key_ring(), FOLLOWUP, START)
    assert len(token) == 30
    assert links.read_resurvey_link(key_ring(), token, START) == ABOUT
    assert links.read_resurvey_link(key_ring(), token, ENDS - timedelta(microseconds=1)) == ABOUT
    assert links.read_resurvey_link(key_ring(), token, ENDS) is None


def test_a_link_after_an_improvement_names_both() -> None:
    """38 bytes in base64 without padding."""
    token = links.sign_resurvey_link(key_ring(), FOLLOWUP, START, IMPROVEMENT)
    assert len(token) == 51
    about = links.ResurveyLink(FOLLOWUP, IMPROVEMENT)
    assert links.read_resurvey_link(key_ring(), token, ENDS - timedelta(microseconds=1)) == about
    assert links.read_resurvey_link(key_ring(), token, ENDS) is None
    assert links.read_address_link(key_ring(), token, START) is None


@pytest.mark.parametrize("token", ["", "é", "A" * 30, "A" * 31, "x" * 5000])
def test_any_other_text_is_no_resurvey_link(token: str) -> None:
    assert links.read_resurvey_link(key_ring(), token, START) is None


def test_a_link_is_valid_for_one_purpose_only() -> None:
    page = links.sign_customer_link(key_ring(), FOLLOWUP, "sms", START)
    again = links.sign_resurvey_link(key_ring(), FOLLOWUP, START)
    assert links.read_resurvey_link(key_ring(), page, START) is None
    assert links.read_customer_link(key_ring(), again, START) is None


@pytest.mark.parametrize("improvement_id", [None, IMPROVEMENT])
def test_no_character_of_a_resurvey_link_can_be_changed(improvement_id: str | None) -> None:
    token = links.sign_resurvey_link(key_ring(), FOLLOWUP, START, improvement_id)
    for at, character in enumerate(token):
        other = "A" if character != "A" else "B"
        changed = token[:at] + other + token[at + 1 :]
        assert links.read_resurvey_link(key_ring(), changed, START) is None
