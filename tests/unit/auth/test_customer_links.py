"""Links to a customer's own page. The known tokens were made with date, openssl and base64."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.auth import links
from lazo.auth.links import CustomerLink, Principal
from tests.builders import START
from tests.unit.auth.test_links import FOLLOWUP, INSTANTS, PERSON, PERSONS, key_ring

BY_SMS = "AAECAwQFBgcICVDfRL813lxnYpMQig"
BY_EMAIL = "AAECAwQFBgcICdDfbFnKzbefGLaURg"
ENDS = datetime(2026, 9, 7, tzinfo=UTC)  # the end of the day 180 days after START
TICK = timedelta(microseconds=1)
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def test_known_tokens() -> None:
    assert links.sign_customer_link(key_ring(), FOLLOWUP, "sms", START) == BY_SMS
    assert links.sign_customer_link(key_ring(), FOLLOWUP, "email", START) == BY_EMAIL
    assert links.read_customer_link(key_ring(), BY_SMS, START) == CustomerLink(FOLLOWUP, "sms")
    assert links.read_customer_link(key_ring(), BY_EMAIL, START) == CustomerLink(FOLLOWUP, "email")


def test_a_customer_link_expires_at_the_end_of_its_day() -> None:
    assert links.read_customer_link(key_ring(), BY_SMS, ENDS - TICK)
    assert links.read_customer_link(key_ring(), BY_SMS, ENDS) is None


def test_customer_links_work_until_2059() -> None:
    """Fifteen bits of days since 1970: 32768 days end on 19 September 2059."""
    late = datetime(2059, 3, 1, tzinfo=UTC)
    token = links.sign_customer_link(key_ring(), FOLLOWUP, "email", late)
    assert links.read_customer_link(key_ring(), token, late) == CustomerLink(FOLLOWUP, "email")


def test_a_token_is_valid_for_one_purpose_only() -> None:
    alert = links.sign_alert_link(key_ring(), FOLLOWUP, Principal(PERSON, 0), START)
    assert links.read_customer_link(key_ring(), alert, START) is None
    assert links.read_alert_link(key_ring(), BY_SMS, START) is None
    assert links.read_user_token(key_ring(), "session", BY_SMS, START) is None
    assert links.read_customer_link(key_ring(b"another-key"), BY_SMS, START) is None


@pytest.mark.parametrize("place", range(30))
def test_no_character_can_be_changed(place: int) -> None:
    # The last character carries two bits of the tag and four that say nothing.
    other = ALPHABET[(ALPHABET.index(BY_SMS[place]) + 16) % 64]
    assert links.read_customer_link(key_ring(), BY_SMS[:place] + other + BY_SMS[place + 1 :], START) is None


@pytest.mark.parametrize(
    "token", ["", BY_SMS + "A", BY_SMS[:-1], BY_SMS + BY_SMS, f" {BY_SMS}", f"{BY_SMS}\n"]
)
def test_a_longer_or_shorter_token_is_rejected(token: str) -> None:
    assert links.read_customer_link(key_ring(), token, START) is None


@given(PERSONS, st.sampled_from(["sms", "email"]), INSTANTS)
def test_generated_values_can_be_read(followup: str, channel: links.Channel, issued: datetime) -> None:
    token = links.sign_customer_link(key_ring(), followup, channel, issued)
    assert len(token) == 30
    assert set(token) <= set(ALPHABET)
    last_moment = issued + timedelta(days=180) - TICK
    assert links.read_customer_link(key_ring(), token, last_moment) == CustomerLink(followup, channel)
    assert links.read_customer_link(key_ring(), token, issued + timedelta(days=181)) is None
