"""When each early sign shows in a timeline, and the file of their rules."""

from decimal import Decimal
from typing import Any

import pytest

from lazo.customer import signal_rules
from lazo.customer.signal_rules import load_signal_rules
from lazo.followup.model import PRIORITIES
from lazo.translations import LANGUAGES, translations
from tests.unit.customer.timelines import days_since_shown, entry, risk_of, rule


class TestEachSignal:
    @pytest.mark.parametrize(("change", "times"), [(-31, 1), (-30, 1), ("-29.99", 0), (40, 0)])
    def test_falling_usage(self, change: Any, times: int) -> None:
        by = rule("usage", change_at_most=-30)
        assert len(days_since_shown(by, entry("usage", 1, change=Decimal(change)))) == times

    @pytest.mark.parametrize(
        ("days_ago", "found"),
        [
            ((3, 2), []),
            ((3, 2, 1), [1]),
            ((16, 15, 2, 1), []),  # 14 days before the last and more is outside
            # Four in 84 days are 0.67 in 14 days, and twice that is 1.33: three are more.
            ((80, 60, 40, 20, 3, 2, 1), [1]),
            # One every other day since day 96: 7 in 14 days are more than twice the usual as long as fewer than 21 are
            # known of before, which was last so 44 days ago.
            (tuple(range(0, 98, 2)), [44]),
            ((30, 29, 28), [28]),  # dated when it showed, not now
        ],
    )
    def test_contacts_that_become_frequent(self, days_ago: tuple[float, ...], found: list[float]) -> None:
        asks = {"at_least": 3, "within_days": 14, "times_usual": 2, "usual_days": 84}
        by = rule("frequency", kinds=["support_ticket"], **asks)
        assert days_since_shown(by, *(entry("support_ticket", ago) for ago in days_ago)) == found

    @pytest.mark.parametrize(
        ("kind", "length", "themes", "times"),
        [
            ("note", 280, ("service",), 1),
            ("note", 279, ("service",), 0),
            ("note", 280, (), 0),
            ("usage", 280, ("service",), 0),
        ],
    )
    def test_long_criticism(self, kind: str, length: int, themes: tuple[str, ...], times: int) -> None:
        by = rule("long_text", kinds=["note", "answer"], shortest=280)
        assert len(days_since_shown(by, entry(kind, 1, text="x" * length, themes=themes))) == times

    def test_repeated_theme(self) -> None:
        by = rule("same_theme", at_least=3, within_days=60)
        price = [entry("note", ago, themes=("price", "service")) for ago in (50, 20)]
        assert days_since_shown(by, *price) == []
        last = entry("answer", 5, themes=("price",))
        assert days_since_shown(by, *price, last) == [5]
        (found,) = risk_of(by, *price, last).signals
        assert found.themes == ("price",)
        assert days_since_shown(by, entry("note", 65.5, themes=("price",)), price[1], last) == []

    @pytest.mark.parametrize(
        ("scores", "found"),
        [([(9, 6), (1, 6)], [1]), ([(9, 6), (1, 7)], []), ([(182, 0), (1, 0)], []), ([(3, 0)], [])],
    )
    def test_repeated_low_scores(self, scores: list[tuple[float, int]], found: list[float]) -> None:
        by = rule("low_scores", score_at_most=6, at_least=2, within_days=180)
        assert days_since_shown(by, *(entry("answer", ago, score=score) for ago, score in scores)) == found

    @pytest.mark.parametrize(
        ("scores", "found"),
        [
            ([(9, 10), (1, 7)], [1]),
            ([(9, 9), (1, 7)], []),
            ([(9, 3), (1, 9)], []),
            ([(366, 10), (0.5, 1)], []),  # more than 365 days between
            ([(30, 10), (20, 6), (10, 9), (5, 2)], [20, 5]),
        ],
    )
    def test_a_falling_score(self, scores: list[tuple[float, int]], found: list[float]) -> None:
        by = rule("falling_score", by=3, within_days=365)
        assert days_since_shown(by, *(entry("answer", ago, score=score) for ago, score in scores)) == found

    def test_leaving_and_competitors(self) -> None:
        said = [
            entry("note", 2, leaving=True),
            entry("answer", 1, score=9, competitors=("Sur",)),
        ]
        assert days_since_shown(rule("leaving"), *said) == [2]
        assert days_since_shown(rule("competitor"), *said) == [1]

    @pytest.mark.parametrize(
        ("invited", "answered", "found"),
        [
            ((40, 30, 20), None, [13]),  # a week after the third
            ((40, 30, 6.9), None, []),
            ((40, 30, 7), None, [0]),
            ((40, 30), None, []),
            ((40, 30, 20), 25, []),
            ((50, 40, 30, 20), 45, [13]),
            ((50, 40, 30, 20), 10, []),
        ],
    )
    def test_invitations_without_a_reply(
        self, invited: tuple[float, ...], answered: float | None, found: list[float]
    ) -> None:
        by = rule("no_reply", at_least=3, after_days=7)
        answers = [entry("answer", answered, score=8)] if answered else []
        assert days_since_shown(
            by, *(entry("invitation", ago) for ago in invited), *answers
        ) == pytest.approx(found)


class TestRuleFile:
    def test_the_rule_file_is_valid(self) -> None:
        assert signal_rules.check_signal_rules() == []
        assert len(load_signal_rules()) >= 10

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_sign_has_a_name_for_people(self, language: str) -> None:
        labels = translations("labels", language)
        assert (
            labels["signals"].keys()
            == labels["signals_counted"].keys()
            == {rule.kind for rule in load_signal_rules()}
        )

    @pytest.mark.parametrize(
        ("changes", "mistake"),
        [
            ({"sign": "gossip"}, "sign"),
            ({"kinds": None}, "lacks kinds"),
            ({"kinds": ["rumour"]}, "kinds must be among"),
            ({"weight": None}, "lacks weight"),
            ({"weight": "heavy"}, "weight must be a number above 0"),
            ({"weight": True}, "weight must be"),
            ({"half_life_days": 0}, "half_life_days must be"),
            ({"priority": "soon"}, f"priority must be one of {', '.join(PRIORITIES)}"),
            ({"colour": "red"}, "unknown options: colour"),
        ],
    )
    def test_mistakes_name_their_rule(self, changes: dict[str, Any], mistake: str) -> None:
        good = {"sign": "event", "kinds": ["complaint"], "weight": 3, "half_life_days": 10}
        assert signal_rules.check_signal_rules({"mine": good}) == []
        spoilt = {name: value for name, value in {**good, **changes}.items() if value is not None}
        (found,) = signal_rules.check_signal_rules({"good": good, "mine": spoilt})
        assert found.startswith("mine: ")
        assert mistake in found

    @pytest.mark.parametrize(("words", "fits"), [("resistance", True), ("gossip", False), (3, False)])
    def test_words_must_have_their_file(self, words: object, fits: bool) -> None:
        said = {"sign": "words", "words": words, "kinds": ["note"], "weight": 1, "half_life_days": 1}
        assert (signal_rules.check_signal_rules({"mine": said}) == []) == fits

    @pytest.mark.parametrize(("change", "fits"), [(-30, True), (30, False), (0, False)])
    def test_usage_must_fall(self, change: int, fits: bool) -> None:
        said = {"sign": "usage", "change_at_most": change, "weight": 1, "half_life_days": 1}
        assert (signal_rules.check_signal_rules({"mine": said}) == []) == fits
