"""Times, money and stages as the desk shows them: by the store's clock, in the reader's language."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from desk.case.sentences import history_line
from desk.case.stage_bar import stage_clock, stage_rows
from desk.web.render import CSP, Times, render
from tests import case_views as cases
from tests.builders import START, make_store, minutes

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
"""Tuesday 12:00 in Santiago."""
HERE = Times("America/Santiago", NOW, "es", "CL")


@pytest.mark.parametrize(
    ("instant", "language", "shown"),
    [
        (datetime(2026, 3, 10, 12, 5, tzinfo=UTC), "es", "09:05"),
        # 02:30 of the 11th in UTC is 23:30 of the 10th in Santiago.
        (datetime(2026, 3, 11, 2, 30, tzinfo=UTC), "es", "23:30"),
        (datetime(2026, 3, 11, 3, 30, tzinfo=UTC), "es", "mié 11 mar 00:30"),
        (datetime(2026, 3, 11, 3, 30, tzinfo=UTC), "pt", "qua., 11 de mar. 00:30"),
        (datetime(2026, 3, 11, 3, 30, tzinfo=UTC), "en", "Wed 11 Mar 00:30"),
        (datetime(2025, 12, 24, 23, 0, tzinfo=UTC), "es", "mié 24 dic 2025 20:00"),
        (datetime(2025, 12, 24, 23, 0, tzinfo=UTC), "en", "Wed 24 Dec 2025 20:00"),
        # Chile leaves summer time on 5 April 2026.
        (datetime(2026, 4, 6, 12, 0, tzinfo=UTC), "es", "lun 6 abr 08:00"),
    ],
)
def test_times_are_shown_by_the_stores_clock(instant: datetime, language: str, shown: str) -> None:
    assert replace(HERE, language=language).when(instant) == shown


@pytest.mark.parametrize(
    ("length", "ago", "until"),
    [
        (timedelta(0), "just now", "now"),
        (timedelta(seconds=59), "just now", "in 1 min"),
        (timedelta(seconds=61), "1 min ago", "in 2 min"),
        (timedelta(minutes=90), "90 min ago", "in 90 min"),
        (timedelta(minutes=91), "2 h ago", "in 2 h"),
        (timedelta(minutes=119), "2 h ago", "in 2 h"),
        (timedelta(hours=3, minutes=40), "3 h ago", "in 4 h"),
        (timedelta(hours=36), "36 h ago", "in 36 h"),
        (timedelta(hours=37), "2 days ago", "in 2 days"),
        (timedelta(days=9, hours=23), "9 days ago", "in 10 days"),
    ],
)
def test_durations_since_and_until(length: timedelta, ago: str, until: str) -> None:
    times = replace(HERE, language="en")
    assert times.ago(NOW - length) == ago
    assert times.until(NOW + length) == until


@pytest.mark.parametrize(
    ("length", "shown"), [(timedelta(days=3), "in 3 days"), (timedelta(hours=3), "in 3 h")]
)
def test_what_was_just_set_is_not_a_whole_unit_nearer_a_minute_later(length: timedelta, shown: str) -> None:
    times = replace(HERE, language="en")
    assert times.until(NOW + length) == shown
    assert times.until(NOW + length - timedelta(minutes=1)) == shown
    assert times.until(NOW + length - timedelta(minutes=20)) == shown


def test_past_and_future_are_worded_differently() -> None:
    assert HERE.relative(NOW + minutes(5)) == "en 5 min"
    assert HERE.relative(NOW - minutes(5)) == "hace 5 min"


def test_a_field_for_a_time_holds_the_stores_wall_clock() -> None:
    assert HERE.input(datetime(2026, 3, 11, 2, 30, tzinfo=UTC)) == "2026-03-10T23:30"
    assert HERE.today == date(2026, 3, 10)


def test_money_is_written_as_in_the_stores_country() -> None:
    assert replace(HERE, language="en").money(Decimal(20000), "CLP") == "$20.000"


def test_past_stages_have_person_and_time_and_future_ones_a_deadline() -> None:
    """Taken on at 13:00; the policy gives 24 hours to talk, then 3 days to resolve, then 7 to confirm."""
    case = cases.at_stage("taken_on", cases.given(), make_store())
    rows = stage_rows(case, make_store(), START + minutes(61))
    assert [(row.stage, row.progress, row.by) for row in rows] == [
        ("open", "done", ""),
        ("taken_on", "done", "Ana"),
        ("contacted", "current", ""),
        ("resolved", "ahead", ""),
        ("confirmed", "ahead", ""),
    ]
    hour = timedelta(hours=1)
    assert [row.at for row in rows] == [
        START,
        START + hour,
        START + 25 * hour,
        START + 25 * hour + timedelta(days=3),
        START + 25 * hour + timedelta(days=10),
    ]


def test_a_stage_past_its_deadline_is_late() -> None:
    case = cases.at_stage("taken_on", cases.given(), make_store())
    deadline = case.followup.deadline
    assert deadline is not None
    for now, late in ((deadline - minutes(1), False), (deadline, True)):
        assert stage_rows(case, make_store(), now)[2].progress == ("late" if late else "current")
        assert stage_clock(case, make_store(), make_store().contacts[0], now).late is late


def test_the_countdown_names_the_owner() -> None:
    ana, diego, _ = make_store().contacts
    case = cases.at_stage("taken_on", cases.given(), make_store())
    now = START + minutes(61)
    assert stage_clock(case, make_store(), ana, now).holder == "yours"
    theirs = stage_clock(case, make_store(), diego, now)
    assert (theirs.holder, theirs.name) == ("theirs", "Ana")
    assert (
        stage_clock(cases.at_stage("open", cases.given(), make_store()), make_store(), ana, now).holder
        == "nobody"
    )


def test_an_owner_who_left_the_store_keeps_their_name() -> None:
    case = cases.at_stage("contacted", cases.given(), make_store())
    left = replace(make_store(), contacts=make_store().contacts[1:])
    assert stage_rows(case, left, START)[1].by == "Ana"
    assert stage_clock(case, left, left.contacts[0], START).name == "Ana"


def test_an_entry_of_the_history_names_the_change() -> None:
    times = replace(HERE, language="en")
    moved = cases.entry("deadline_moved", until="2026-03-14T18:00:00+00:00", reason="Back on Saturday")
    assert history_line(moved, times) == "Ana changed the date to Sat 14 Mar 15:00: Back on Saturday"
    gift = cases.entry("incentive", kind="gift_card", value="5000", currency="CLP")
    assert history_line(gift, times) == "Ana gave a goodwill gesture: Gift card of $5.000"
    unreached = cases.entry("contacted", channel="phone", reached="no")
    assert history_line(unreached, times) == "Ana could not reach the customer"


def test_a_page_without_a_visitor_has_no_navigation_and_runs_only_its_own_script() -> None:
    html = render("gone.html.j2", "es")
    assert "/desk/answers" not in html
    assert html.count("<script ") == 1
    assert html.count('<link rel="stylesheet"') == 2
    assert "<style" not in html
    assert CSP.startswith("default-src 'none'; style-src 'self'; script-src 'self'; ")
    assert "unsafe" not in CSP
