"""Early signs: what each weighs by hand calculation, when it shows, and what can never lower a risk."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazo.customer import signal_rules, signals
from lazo.customer.event import CustomerEvent
from lazo.customer.signal_rules import SignalRule, load_signal_rules
from lazo.customer.signals import Risk
from lazo.customer.timeline import CustomerHistory, TimelineEntry, newest_first
from lazo.followup.model import PRIORITIES
from lazo.translations import LANGUAGES, translations
from tests.builders import START, make_store

DAY = timedelta(days=1)


def rule(
    sign: str, weight: float = 3.0, half_life: float = 10, priority: Any = "light", **asks: Any
) -> SignalRule:
    return SignalRule(sign, sign, weight, timedelta(days=half_life), priority, asks)


def entry(kind: str, days_ago: float, **changes: Any) -> TimelineEntry:
    values: dict[str, Any] = {"store_id": "norte", "text": "", "score": None, "themes": (), "ref": "e"}
    values |= {"at": START - days_ago * DAY, "kind": kind, **changes}
    return TimelineEntry(**values)


def known(*entries: TimelineEntry, since: dict[str, datetime] | None = None) -> CustomerHistory:
    return CustomerHistory(("k1",), since or {}, newest_first(entries))


def risk(by: SignalRule, *entries: TimelineEntry, since: dict[str, datetime] | None = None) -> Risk:
    return signals.weigh_signals(known(*entries, since=since), [by], START)


def shown(by: SignalRule, *entries: TimelineEntry) -> list[float]:
    """How many days ago the sign showed, each time it did, the latest last."""
    found = by.found_in(sorted(entries, key=lambda e: e.at), START)
    return [(START - at) / DAY for at, _ in found]


COMPLAINTS = rule("event", kinds=["complaint"])


@pytest.mark.parametrize(
    ("days_ago", "total"),
    [
        ((0,), 3.0),
        ((10,), 1.5),  # one half-life
        ((20,), 0.75),
        ((5,), 2.12132),  # 3 / sqrt(2)
        ((0, 10), 4.5),
        ((10, 10, 20), 3.75),
        ((100,), 0.00292969),  # 3 / 1024
        ((-0.003,), 3.0),  # four minutes ahead of us: another clock, not more than all
        ((), 0.0),
    ],
)
def test_risk_is_the_sum_of_what_is_left(days_ago: tuple[float, ...], total: float) -> None:
    found = risk(COMPLAINTS, *(entry("complaint", ago) for ago in days_ago), entry("visit", 0))
    assert found.total == pytest.approx(total, rel=1e-4)


def test_each_rule_has_its_own_weight_and_half_life() -> None:
    by = [COMPLAINTS, rule("usage", weight=2.0, half_life=40, change_at_most=-30)]
    history = known(entry("complaint", 20), entry("usage", 40, change=Decimal(-30)))
    found = signals.weigh_signals(history, by, START)
    assert found.total == pytest.approx(3 / 4 + 2 / 2)
    assert [(s.kind, s.weight) for s in found.signals] == [("usage", 1.0), ("event", 0.75)]


class TestEpisode:
    def test_only_what_came_after_the_last_followup_counts(self) -> None:
        entries = [entry("complaint", 3), entry("complaint", 1)]
        assert risk(COMPLAINTS, *entries, since={"k1": START - 2 * DAY}).total == pytest.approx(
            2.79910, rel=1e-4
        )
        assert risk(COMPLAINTS, *entries, since={"k1": START - 1 * DAY}).total == 0

    def test_whichever_of_the_customers_keys_it_was_opened_for(self) -> None:
        since = {"k1": START - 9 * DAY, "k2": START - 2 * DAY}
        assert len(risk(COMPLAINTS, entry("complaint", 3), entry("complaint", 1), since=since).signals) == 1

    def test_a_followup_in_the_history_uses_signals_up_too(self) -> None:
        entries = [entry("complaint", 3), entry("followup", 2), entry("complaint", 1)]
        assert len(risk(COMPLAINTS, *entries).signals) == 1

    def test_what_a_sign_looks_back_on_may_be_older(self) -> None:
        by = rule("low_scores", score_at_most=6, at_least=2, within_days=180)
        entries = [entry("answer", 9, score=2), entry("followup", 8), entry("answer", 1, score=5)]
        assert [s.at for s in risk(by, *entries).signals] == [START - DAY]


class TestSigns:
    @pytest.mark.parametrize(("change", "times"), [(-31, 1), (-30, 1), ("-29.99", 0), (40, 0)])
    def test_usage(self, change: Any, times: int) -> None:
        by = rule("usage", change_at_most=-30)
        assert len(shown(by, entry("usage", 1, change=Decimal(change)))) == times

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
        assert shown(by, *(entry("support_ticket", ago) for ago in days_ago)) == found

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
        assert len(shown(by, entry(kind, 1, text="x" * length, themes=themes))) == times

    def test_the_same_trouble(self) -> None:
        by = rule("same_theme", at_least=3, within_days=60)
        price = [entry("note", ago, themes=("price", "service")) for ago in (50, 20)]
        assert shown(by, *price) == []
        last = entry("answer", 5, themes=("price",))
        assert shown(by, *price, last) == [5]
        (found,) = risk(by, *price, last).signals
        assert found.themes == ("price",)
        assert shown(by, entry("note", 65.5, themes=("price",)), price[1], last) == []

    @pytest.mark.parametrize(
        ("scores", "found"),
        [([(9, 6), (1, 6)], [1]), ([(9, 6), (1, 7)], []), ([(182, 0), (1, 0)], []), ([(3, 0)], [])],
    )
    def test_low_scores_again(self, scores: list[tuple[float, int]], found: list[float]) -> None:
        by = rule("low_scores", score_at_most=6, at_least=2, within_days=180)
        assert shown(by, *(entry("answer", ago, score=score) for ago, score in scores)) == found

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
        assert shown(by, *(entry("answer", ago, score=score) for ago, score in scores)) == found

    def test_leaving_and_competitors(self) -> None:
        said = [entry("note", 2, leaving=True), entry("answer", 1, score=9, competitors=("Sur",))]
        assert shown(rule("leaving"), *said) == [2]
        assert shown(rule("competitor"), *said) == [1]

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
        assert shown(by, *(entry("invitation", ago) for ago in invited), *answers) == pytest.approx(found)


KINDS = st.sampled_from(("complaint", "refund", "visit", "note"))
ENTRIES = st.lists(
    st.builds(
        lambda kind, ago, leaving, themes: entry(kind, ago, leaving=leaving, themes=tuple(themes), text="x"),
        KINDS,
        st.floats(0, 400),
        st.booleans(),
        st.sets(st.sampled_from(("price", "service"))),
    ),
    max_size=12,
)


class TestMonotone:
    @settings(deadline=None)
    @given(ENTRIES, st.floats(0, 400))
    def test_more_trouble_never_lowers_a_risk(self, entries: list[TimelineEntry], ago: float) -> None:
        before = signals.weigh_signals(known(*entries), load_signal_rules(), START).total
        worse = entry("complaint", ago, themes=("price",), leaving=True)
        assert (
            signals.weigh_signals(known(*entries, worse), load_signal_rules(), START).total >= before - 1e-9
        )

    @settings(deadline=None)
    @given(ENTRIES, st.floats(0, 100))
    def test_time_alone_never_raises_it(self, entries: list[TimelineEntry], days: float) -> None:
        history = known(*entries)
        later = signals.weigh_signals(history, load_signal_rules(), START + days * DAY)
        assert later.total <= signals.weigh_signals(history, load_signal_rules(), START).total + 1e-9

    @settings(deadline=None)
    @given(ENTRIES, st.floats(0, 400))
    def test_a_followup_never_raises_it(self, entries: list[TimelineEntry], ago: float) -> None:
        since = {"k1": START - ago * DAY}
        used = signals.weigh_signals(known(*entries, since=since), load_signal_rules(), START).total
        assert used <= signals.weigh_signals(known(*entries), load_signal_rules(), START).total + 1e-9


class TestOpening:
    def opened(self, *entries: TimelineEntry, since: dict[str, datetime] | None = None, **policy: Any) -> Any:
        history = known(*entries, since=since)
        by = [COMPLAINTS, rule("leaving", weight=5.0, priority="normal")]
        return signals.open_for_signals(
            signals.weigh_signals(history, by, START), history, make_store(policy=policy), START
        )

    @pytest.mark.parametrize(
        ("threshold", "days_ago", "opens"),
        [(3, (0,), True), (4, (0,), False), (4, (0, 10), True), (5, (0, 10), False), (1, (20,), False)],
    )
    def test_at_the_stores_threshold(self, threshold: int, days_ago: tuple[int, ...], opens: bool) -> None:
        found = self.opened(*(entry("complaint", ago) for ago in days_ago), risk_threshold=threshold)
        assert (found is not None) == opens

    def test_what_it_says(self) -> None:
        found = self.opened(entry("complaint", 2, themes=("price",)), entry("complaint", 1))
        assert (found.origin, found.answer_ulid, found.score, found.touchpoint) == ("signals", None, None, "")
        assert (found.priority, found.stage, found.level) == ("light", "open", 0)
        assert found.deadline == START + timedelta(minutes=240)  # of a light one; the shop is always open
        assert found.opened_at == START
        assert found.answered_at == START - DAY, "when the last sign showed"
        assert found.themes == ("price",)
        assert [(s.kind, s.at) for s in found.signals] == [("event", START - DAY), ("event", START - 2 * DAY)]
        assert found.customer_key == "k1"

    def test_a_rule_may_ask_for_more_than_a_light_one(self) -> None:
        assert self.opened(entry("note", 0, leaving=True), entry("complaint", 0)).priority == "normal"

    def test_its_id_is_that_of_the_episode(self) -> None:
        first = self.opened(entry("complaint", 0), entry("complaint", 1))
        again = self.opened(entry("complaint", 0), entry("complaint", 1), entry("complaint", 2))
        next_one = self.opened(entry("complaint", 0), entry("complaint", 1), since={"k1": START - 9 * DAY})
        assert first.followup_id == again.followup_id != next_one.followup_id
        assert len(first.followup_id) == 16

    def test_a_long_history_is_explained_by_its_heaviest(self) -> None:
        found = self.opened(*(entry("complaint", ago) for ago in range(30)))
        assert [s.at for s in found.signals] == [START - ago * DAY for ago in range(20)]


def test_an_invitation_is_weighed_when_it_has_waited_a_week() -> None:
    told = CustomerEvent("1", "crm", "complaint", START - DAY, START, "k1")
    asked = CustomerEvent("2", "lazo", "invitation", START, START, "k1")
    assert signals.weigh_deadline(told) == START + timedelta(minutes=2)
    assert signals.weigh_deadline(asked) == START + 7 * DAY


class TestRuleFile:
    def test_it_has_no_mistake(self) -> None:
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
    def test_a_mistake_is_named_with_its_rule(self, changes: dict[str, Any], mistake: str) -> None:
        good = {"sign": "event", "kinds": ["complaint"], "weight": 3, "half_life_days": 10}
        assert signal_rules.check_signal_rules({"mine": good}) == []
        spoilt = {name: value for name, value in {**good, **changes}.items() if value is not None}
        (found,) = signal_rules.check_signal_rules({"good": good, "mine": spoilt})
        assert found.startswith("mine: ")
        assert mistake in found

    @pytest.mark.parametrize(("change", "fits"), [(-30, True), (30, False), (0, False)])
    def test_usage_must_fall(self, change: int, fits: bool) -> None:
        said = {"sign": "usage", "change_at_most": change, "weight": 1, "half_life_days": 1}
        assert (signal_rules.check_signal_rules({"mine": said}) == []) == fits
