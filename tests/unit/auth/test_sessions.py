"""Sessions of the desk: how far they reach, how long they last, and that no character of one can be changed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.sessions import LinkReach, Session, read_session, sign_session
from tests.builders import START

RING = KeyRing({"AWSCURRENT": b"current-key"}.get, lambda: START, lambda _error: None)
PERSON, FOLLOWUP = "bifqydiob4ibceqt", "aaaqeayeaudaocaj"
SIGNED_IN = Session(PERSON, 258, "aaaqeaye", START, START + timedelta(hours=12))
BY_LINK = replace(SIGNED_IN, link=LinkReach(FOLLOWUP, START + timedelta(hours=24)))
BY_BUNDLE = replace(SIGNED_IN, link=LinkReach(FOLLOWUP, START + timedelta(hours=24), bundle=True))
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.mark.parametrize(("session", "length"), [(SIGNED_IN, 56), (BY_LINK, 75), (BY_BUNDLE, 75)])
def test_a_session_is_read_as_it_was_signed_until_it_ends(session: Session, length: int) -> None:
    token = sign_session(RING, session)
    assert len(token) == length
    assert read_session(RING, token, session.ends_at - timedelta(microseconds=1)) == session
    assert read_session(RING, token, session.ends_at) is None


@pytest.mark.parametrize("session", [SIGNED_IN, BY_LINK, BY_BUNDLE])
def test_no_character_of_a_session_can_be_changed(session: Session) -> None:
    token = sign_session(RING, session)
    for place, character in enumerate(token):
        other = ALPHABET[(ALPHABET.index(character) + 4) % 64]
        assert read_session(RING, token[:place] + other + token[place + 1 :], START) is None


def test_a_link_is_no_session_and_a_session_no_link() -> None:
    principal = links.Principal(PERSON, 258)
    for token in (
        links.sign_alert_link(RING, FOLLOWUP, principal, START),
        links.sign_user_token(RING, "sign-in", principal, START),
        links.sign_user_token(RING, "report", principal, START),
    ):
        assert read_session(RING, token, START) is None
    for session in (SIGNED_IN, BY_LINK, BY_BUNDLE):
        token = sign_session(RING, session)
        assert links.read_alert_link(RING, token, START) is None
        assert links.read_user_token(RING, "sign-in", token, START) is None


def test_a_session_goes_on_while_it_is_used_for_seven_days_at_most() -> None:
    session, hours = SIGNED_IN, 0
    assert session.renewed(START + timedelta(minutes=14)) is None, "not worth a cookie yet"
    while later := session.renewed(START + timedelta(hours=hours + 11)):
        session, hours = later, hours + 11
    assert session.ends_at == START + timedelta(days=7)
    assert session.signed_in_at == START
    assert session.session_id == SIGNED_IN.session_id, "signing out ends it and all it was before"


def test_that_of_a_link_is_not_renewed_and_never_fresh() -> None:
    assert BY_LINK.renewed(START + timedelta(hours=11)) is None
    assert not BY_LINK.is_fresh(START)
    assert SIGNED_IN.is_fresh(START + timedelta(minutes=59))
    assert not SIGNED_IN.is_fresh(START + timedelta(hours=1))
