"""Answers that may have come from one device, or from the network of the store's team."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from benchmarks.shared_sources import HONEST, MADE_UP, Customers, days_until_seen, false_signs
from lazo.insight.marked_answers import (
    MarkCounts,
    MarkedDay,
    SharedSource,
    marked_days_after,
    one_device,
    team_network,
)

TODAY = date(2026, 11, 30)


def usual_days(
    number: int = 28, n: int = 25, tens: int = 9, alike: int = 3, **shared: int
) -> list[MarkedDay]:
    """Days until yesterday on which so many answers share a mark, of which a third are tens."""
    first = TODAY - timedelta(days=number)
    return [
        MarkedDay(first + timedelta(days=day), n, tens, alike, alike // 3, shared.get("staff", 0), 0)
        for day in range(number)
    ]


def today(n: int, tens: int, alike: int, alike_tens: int, staff: int = 0, staff_tens: int = 0) -> MarkedDay:
    return MarkedDay(TODAY, n, tens, alike, alike_tens, staff, staff_tens)


PHONE = today(25, 13, 8, 8)
"""Eight tens of one phone, and five of the other seventeen: a chance of 1287 / 1081575, one in 840."""


class TestADay:
    def test_counts_those_of_the_most_frequent_mark_and_of_the_teams_networks(self) -> None:
        """Networks 2 and 3 have the marks 8 to 11, and 12 to 15."""
        tens = {"caja1": {9: 2, 12: 1, 40: 3}, "caja2": {}}
        others = {"caja1": {9: 1, 40: 1, 63: 1}, "caja2": {5: 1}}
        found = marked_days_after({}, MarkCounts(tens, others, frozenset({2, 3})), TODAY)
        assert found == {
            "caja1": [MarkedDay(TODAY, 9, 6, 4, 3, 4, 3)],
            "caja2": [MarkedDay(TODAY, 1, 0, 1, 0, 0, 0)],
        }

    def test_of_marks_that_are_as_frequent_the_lower_one_is_taken_whatever_its_scores(self) -> None:
        for tens, others in (({"c": {1: 2}}, {"c": {7: 2}}), ({"c": {7: 2}}, {"c": {1: 2}})):
            (day,) = marked_days_after({}, MarkCounts(tens, others, frozenset()), TODAY)["c"]
            assert (day.alike, day.alike_tens) == (2, tens["c"].get(1, 0))

    def test_is_kept_four_weeks_and_so_is_a_touchpoint_that_rests(self) -> None:
        before = {"caja1": usual_days(40), "gone": usual_days(3)}
        counts = MarkCounts({"caja1": {5: 1}}, {}, frozenset())
        found = marked_days_after(before, counts, TODAY)
        assert len(found["caja1"]) == 29
        assert found["gone"] == before["gone"]
        found = marked_days_after(before, counts, TODAY + timedelta(weeks=8))
        assert found.keys() == {"caja1"}
        assert [day.on for day in found["caja1"]] == [TODAY + timedelta(weeks=8)]


class TestOneDevice:
    def test_is_seen_in_eight_tens_of_one_phone(self) -> None:
        assert one_device([*usual_days(), PHONE], TODAY) == SharedSource(1, 25, 8, 8)

    @pytest.mark.parametrize(
        "day",
        [
            today(25, 14, 8, 5),  # no better than the others
            today(25, 10, 10, 8),  # better (4876 / 3268760), and only four in five of them tens
            today(25, 20, 8, 8),  # the others are as happy: 125970 / 1081575
            today(25, 8, 4, 4),  # too few
            today(25, 25, 8, 8),
        ],
    )
    def test_is_not_seen_in_answers_like_the_others(self, day: MarkedDay) -> None:
        assert one_device([*usual_days(), day], TODAY) is None

    def test_is_not_seen_where_as_many_are_usual(self) -> None:
        """A carrier, or a tablet on the counter: ten of 25 are alike each day."""
        assert one_device([*usual_days(alike=10), PHONE], TODAY) is None
        assert one_device([*usual_days(alike=25), today(25, 13, 25, 13)], TODAY) is None

    def test_is_not_seen_before_it_is_known_what_is_usual(self) -> None:
        assert one_device([*usual_days(13), PHONE], TODAY) is None
        assert one_device([*usual_days(14), PHONE], TODAY) is not None

    def test_does_not_become_usual(self) -> None:
        """It answered on each of the last days too: they are left out of what is usual."""
        made_up = [MarkedDay(each.on, *(25, 13, 8, 8, 0, 0)) for each in usual_days(14)]
        days = [*usual_days(28)[:14], *made_up, PHONE]
        assert one_device(days, TODAY) == SharedSource(1, 25, 8, 8)

    def test_of_a_week_is_seen_without_knowing_what_is_usual(self) -> None:
        """Two such days are (1287 / 1081575) squared: 1.4 in a million."""
        yesterday = MarkedDay(TODAY - timedelta(days=1), 25, 13, 8, 8, 0, 0)
        assert one_device([yesterday, PHONE], TODAY) == SharedSource(7, 50, 16, 16)
        last_week = MarkedDay(TODAY - timedelta(days=7), 25, 13, 8, 8, 0, 0)
        assert one_device([last_week, PHONE], TODAY) is None

    def test_is_told_on_its_own_night(self) -> None:
        assert one_device([*usual_days(), PHONE], TODAY + timedelta(days=1)) is None
        assert one_device([], TODAY) is None


class TestTheTeamsNetwork:
    def test_is_seen_when_its_answers_are_tens_and_the_others_are_not(self) -> None:
        """Two days with eight tens of thirteen from there: 1.4 in a million; on one of them alone 1.2 in 1000."""
        day = today(25, 13, 3, 1, staff=8, staff_tens=8)
        before = MarkedDay(TODAY - timedelta(days=3), 25, 13, 3, 1, 8, 8)
        quiet = MarkedDay(TODAY - timedelta(days=1), 20, 8, 2, 1, 0, 0)
        assert team_network([before, quiet, day], TODAY) == SharedSource(7, 70, 16, 16)
        assert team_network([quiet, day], TODAY) is None

    def test_is_seen_with_a_few_strangers_among_its_answers(self) -> None:
        """Eight of ten are tens on two days: 3.8 in a million."""
        days = [MarkedDay(TODAY - timedelta(days=ago), 25, 10, 3, 1, 10, 8) for ago in (1, 0)]
        assert team_network(days, TODAY) == SharedSource(7, 50, 20, 16)
        assert one_device([replace(day, alike=10, alike_tens=8) for day in days], TODAY) is None

    def test_is_not_seen_where_customers_on_the_wifi_answer_like_the_others(self) -> None:
        """Half of all are on it, and are tens a little more often: 54 % against 34 %."""
        week = [MarkedDay(TODAY - timedelta(days=ago), 25, 11, 5, 2, 13, 7) for ago in range(6, -1, -1)]
        assert team_network(week, TODAY) is None

    def test_is_told_on_a_night_with_answers(self) -> None:
        assert team_network([], TODAY) is None


@pytest.mark.parametrize("who", HONEST, ids=lambda who: who.name)
def test_honest_answers_are_not_shown(who: Customers) -> None:
    """A few of the looks that `python -m benchmarks.shared_sources` takes."""
    assert false_signs(who, 6, 28) == (0, 0)


def test_made_up_answers_are_seen_within_days() -> None:
    phone, on_wifi = (
        next(who for who in MADE_UP if words in who.name) for words in ("one phone", "8 tens of 25, team")
    )
    devices, _ = days_until_seen(phone, 20)
    assert devices[len(devices) // 2] <= 5
    _, networks = days_until_seen(on_wifi, 20)
    assert networks[len(networks) // 2] <= 7
