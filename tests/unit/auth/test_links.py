"""Links and sessions: purpose, user and validity. The known tokens were made with date, openssl and base64."""

import base64
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.links import AlertLink, Principal
from tests.builders import START

FOLLOWUP = "aaaqeayeaudaocaj"  # base32 of the bytes 0 to 9
PERSON = "bifqydiob4ibceqt"  # base32 of the bytes 10 to 19
TOKEN = "AAECAwQFBgcICQoLDFeEpxkCvdXr1UEMrbU"  # epoch 5: hour 492711 below four bits 0101
ENDS = datetime(2026, 3, 17, 15, 0, tzinfo=UTC)  # START, a full hour, and seven days
SIGN_IN = "CgsMDQ4PEBESEwABAgHC79PndDpCM-1gZ_fSbiXndWrV"  # epoch 258
TICK = timedelta(microseconds=1)

PERSONS = st.binary(min_size=10, max_size=10).map(lambda raw: base64.b32encode(raw).decode().lower())
INSTANTS = st.integers(0, 10**9).map(lambda seconds: START + timedelta(seconds=seconds))


def key_ring(key: bytes = b"current-key") -> KeyRing:
    return KeyRing({"AWSCURRENT": key}.get, lambda: START, lambda _error: None)


def test_known_alert_token() -> None:
    assert links.sign_alert_link(key_ring(), FOLLOWUP, Principal(PERSON, 5), START) == TOKEN
    assert links.read_alert_link(key_ring(), TOKEN, START) == AlertLink(
        FOLLOWUP, bytes([10, 11, 12]), 5, START
    )


def test_known_sign_in_token() -> None:
    assert links.sign_user_token(key_ring(), "sign-in", Principal(PERSON, 258), START) == SIGN_IN
    assert links.read_user_token(key_ring(), "sign-in", SIGN_IN, START) == Principal(PERSON, 258)


def test_a_link_holds_four_bits_of_the_session_version() -> None:
    assert links.sign_alert_link(key_ring(), FOLLOWUP, Principal(PERSON, 5 + 16), START) == TOKEN


def test_an_alert_link_expires_at_the_end_of_its_hour() -> None:
    assert links.read_alert_link(key_ring(), TOKEN, ENDS - TICK)
    assert links.read_alert_link(key_ring(), TOKEN, ENDS) is None


def test_validity_is_rounded_up_to_a_full_hour() -> None:
    token = links.sign_alert_link(key_ring(), FOLLOWUP, Principal(PERSON, 15), START + TICK)
    assert links.read_alert_link(key_ring(), token, ENDS + timedelta(hours=1) - TICK)
    assert links.read_alert_link(key_ring(), token, ENDS + timedelta(hours=1)) is None


def test_alert_links_work_until_2089() -> None:
    """Twenty bits of hours since 1970: 1048576 hours are 119 years and 7 months."""
    late = datetime(2089, 8, 1, tzinfo=UTC)
    token = links.sign_alert_link(key_ring(), FOLLOWUP, Principal(PERSON, 15), late)
    assert links.read_alert_link(key_ring(), token, late) == AlertLink(
        FOLLOWUP, bytes([10, 11, 12]), 15, late
    )


def test_the_link_of_a_bundle_cannot_be_made_of_that_of_an_alert() -> None:
    bundle = links.sign_alert_link(key_ring(), FOLLOWUP, Principal(PERSON, 5), START, bundle=True)
    assert len(bundle) == len(TOKEN)
    assert bundle[:21] == TOKEN[:21], "only the signature differs"
    read = links.read_alert_link(key_ring(), bundle, START)
    assert read == AlertLink(FOLLOWUP, bytes([10, 11, 12]), 5, START, bundle=True)


@pytest.mark.parametrize(
    ("purpose", "length"), [("report", timedelta(days=7)), ("sign-in", timedelta(minutes=15))]
)
def test_report_and_sign_in_tokens_expire(purpose: links.Purpose, length: timedelta) -> None:
    token = links.sign_user_token(key_ring(), purpose, Principal(PERSON, 0), START)
    assert links.read_user_token(key_ring(), purpose, token, START + length - TICK)
    assert links.read_user_token(key_ring(), purpose, token, START + length) is None


def test_a_token_is_valid_for_one_purpose_only() -> None:
    report = links.sign_user_token(key_ring(), "report", Principal(PERSON, 0), START)
    assert links.read_user_token(key_ring(), "report", SIGN_IN, START) is None
    assert links.read_user_token(key_ring(), "sign-in", report, START) is None
    assert links.read_user_token(key_ring(), "report", TOKEN, START) is None
    assert links.read_alert_link(key_ring(), report, START) is None


def test_another_key_reads_no_token() -> None:
    assert links.read_alert_link(key_ring(b"another-key"), TOKEN, START) is None
    assert links.read_user_token(key_ring(b"another-key"), "sign-in", SIGN_IN, START) is None


ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


@pytest.mark.parametrize("place", range(35))
def test_no_character_of_a_link_can_be_changed(place: int) -> None:
    # The last character carries four bits of the tag and two that say nothing.
    other = ALPHABET[(ALPHABET.index(TOKEN[place]) + 4) % 64]
    assert links.read_alert_link(key_ring(), TOKEN[:place] + other + TOKEN[place + 1 :], START) is None


@pytest.mark.parametrize("place", range(44))
def test_no_character_of_a_session_can_be_changed(place: int) -> None:
    other = ALPHABET[(ALPHABET.index(SIGN_IN[place]) + 1) % 64]
    assert (
        links.read_user_token(key_ring(), "sign-in", SIGN_IN[:place] + other + SIGN_IN[place + 1 :], START)
        is None
    )


@given(PERSONS, PERSONS, st.integers(0, 2**24 - 1), INSTANTS)
def test_generated_values_can_be_read(followup: str, person: str, epoch: int, issued: datetime) -> None:
    token = links.sign_alert_link(key_ring(), followup, Principal(person, epoch), issued)
    assert len(token) == 35
    assert set(token) <= set(ALPHABET)
    assert token == links.sign_alert_link(key_ring(), followup, Principal(person, epoch), issued)
    last_moment = issued + timedelta(days=7) - TICK
    hour = -(-int(issued.timestamp()) // 3600) * 3600
    expected = AlertLink(
        followup, base64.b32decode(person.upper())[:3], epoch % 16, datetime.fromtimestamp(hour, UTC)
    )
    assert links.read_alert_link(key_ring(), token, last_moment) == expected
    assert links.read_alert_link(key_ring(), token, issued + timedelta(days=7, hours=1)) is None

    report = links.sign_user_token(key_ring(), "report", Principal(person, epoch), issued)
    assert set(report) <= set(ALPHABET)
    last_moment = issued + timedelta(days=7) - TICK
    assert links.read_user_token(key_ring(), "report", report, last_moment) == Principal(person, epoch)
    assert links.read_user_token(key_ring(), "report", report, issued + timedelta(days=7, minutes=1)) is None


@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1")))
def test_any_other_text_is_rejected(token: str) -> None:
    assert links.read_alert_link(key_ring(), token, START) is None
    assert links.read_user_token(key_ring(), "report", token, START) is None


@pytest.mark.parametrize("token", ["", TOKEN + "A", TOKEN[:-1], TOKEN + TOKEN, f" {TOKEN}", f"{TOKEN}\n"])
def test_a_longer_or_shorter_token_is_rejected(token: str) -> None:
    assert links.read_alert_link(key_ring(), token, START) is None
