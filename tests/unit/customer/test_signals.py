"""The risk from early signs, worked out by hand: weight, half-life, threshold; no event lowers it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazo.customer import signals
from lazo.customer.event import CustomerEvent
from lazo.customer.signal_rules import load_signal_rules
from lazo.customer.timeline import TimelineEntry
from tests.builders import START, make_store
from tests.unit.customer.timelines import COMPLAINTS, DAY, entry, history_of, risk_of, rule


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
def test_risk_is_the_sum_of_decayed_weights(days_ago: tuple[float, ...], total: float) -> None:
    found = risk_of(COMPLAINTS, *(entry("complaint", ago) for ago in days_ago), entry("visit", 0))
    assert found.total == pytest.approx(total, rel=1e-4)


@pytest.mark.parametrize(("seconds", "opens"), [(0, True), (1, True), (86_399, True), (86_400, False)])
def test_two_signs_of_two_make_four_all_day(seconds: int, opens: bool) -> None:
    """A follow-up opens at 4. After a whole day the first of two counts 2 × 2^(-1/21) = 1.935."""
    refunds = rule("event", weight=2.0, half_life=21, kinds=["refund"])
    history = history_of(entry("refund", seconds / 86_400), entry("refund", 0))
    risk = signals.weigh_signals(history, [refunds], START)
    assert (signals.open_for_signals(risk, history, make_store(), START) is not None) == opens


def test_each_rule_has_its_own_weight_and_half_life() -> None:
    by = [COMPLAINTS, rule("usage", weight=2.0, half_life=40, change_at_most=-30)]
    history = history_of(entry("complaint", 20), entry("usage", 40, change=Decimal(-30)))
    found = signals.weigh_signals(history, by, START)
    assert found.total == pytest.approx(3 / 4 + 2 / 2)
    assert [(s.kind, s.weight) for s in found.signals] == [("usage", 1.0), ("event", 0.75)]


class TestEpisode:
    def test_only_what_came_after_the_last_followup_counts(self) -> None:
        entries = [entry("complaint", 3), entry("complaint", 1)]
        assert risk_of(COMPLAINTS, *entries, since={"k1": START - 2 * DAY}).total == pytest.approx(
            2.79910, rel=1e-4
        )
        assert risk_of(COMPLAINTS, *entries, since={"k1": START - 1 * DAY}).total == 0

    def test_a_followup_of_any_customer_key_counts(self) -> None:
        since = {"k1": START - 9 * DAY, "k2": START - 2 * DAY}
        assert (
            len(risk_of(COMPLAINTS, entry("complaint", 3), entry("complaint", 1), since=since).signals) == 1
        )

    def test_a_followup_in_the_history_consumes_signals(self) -> None:
        entries = [
            entry("complaint", 3),
            entry("followup", 2),
            entry("complaint", 1),
        ]
        assert len(risk_of(COMPLAINTS, *entries).signals) == 1

    def test_older_entries_still_count_for_comparison(self) -> None:
        by = rule("low_scores", score_at_most=6, at_least=2, within_days=180)
        entries = [
            entry("answer", 9, score=2),
            entry("followup", 8),
            entry("answer", 1, score=5),
        ]
        assert [s.at for s in risk_of(by, *entries).signals] == [START - DAY]


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


class TestRiskIsMonotone:
    @settings(deadline=None)
    @given(ENTRIES, st.floats(0, 400))
    def test_more_trouble_never_lowers_a_risk(self, entries: list[TimelineEntry], ago: float) -> None:
        before = signals.weigh_signals(history_of(*entries), load_signal_rules(), START).total
        worse = entry("complaint", ago, themes=("price",), leaving=True)
        assert (
            signals.weigh_signals(history_of(*entries, worse), load_signal_rules(), START).total
            >= before - 1e-9
        )

    @settings(deadline=None)
    @given(ENTRIES, st.floats(0, 100))
    def test_time_alone_never_raises_a_risk(self, entries: list[TimelineEntry], days: float) -> None:
        history = history_of(*entries)
        later = signals.weigh_signals(history, load_signal_rules(), START + days * DAY)
        assert later.total <= signals.weigh_signals(history, load_signal_rules(), START).total + 1e-9

    @settings(deadline=None)
    @given(ENTRIES, st.floats(0, 400))
    def test_a_followup_never_raises_a_risk(self, entries: list[TimelineEntry], ago: float) -> None:
        since = {"k1": START - ago * DAY}
        used = signals.weigh_signals(history_of(*entries, since=since), load_signal_rules(), START).total
        assert used <= signals.weigh_signals(history_of(*entries), load_signal_rules(), START).total + 1e-9


class TestOpening:
    def opened(self, *entries: TimelineEntry, since: dict[str, datetime] | None = None, **policy: Any) -> Any:
        history = history_of(*entries, since=since)
        by = [COMPLAINTS, rule("leaving", weight=5.0, priority="normal")]
        return signals.open_for_signals(
            signals.weigh_signals(history, by, START), history, make_store(policy=policy), START
        )

    @pytest.mark.parametrize(
        ("threshold", "days_ago", "opens"),
        [(3, (0,), True), (4, (0,), False), (4, (0, 10), True), (5, (0, 10), False), (1, (20,), False)],
    )
    def test_a_followup_opens_at_the_stores_threshold(
        self, threshold: int, days_ago: tuple[int, ...], opens: bool
    ) -> None:
        found = self.opened(*(entry("complaint", ago) for ago in days_ago), risk_threshold=threshold)
        assert (found is not None) == opens

    def test_fields_of_a_followup_from_signals(self) -> None:
        found = self.opened(entry("complaint", 2, themes=("price",)), entry("complaint", 1))
        assert (found.origin, found.answer_ulid, found.score, found.touchpoint) == ("signals", None, None, "")
        assert (found.priority, found.stage, found.level) == ("light", "open", 0)
        assert found.deadline == START + timedelta(minutes=240)  # of a light one; the store is always open
        assert found.opened_at == START
        assert found.answered_at == START - DAY, "when the last sign showed"
        assert found.themes == ("price",)
        assert [(s.kind, s.at) for s in found.signals] == [("event", START - DAY), ("event", START - 2 * DAY)]
        assert found.customer_key == "k1"

    def test_a_rule_may_raise_the_priority(self) -> None:
        assert self.opened(entry("note", 0, leaving=True), entry("complaint", 0)).priority == "normal"

    def test_the_id_is_that_of_the_episode(self) -> None:
        first = self.opened(entry("complaint", 0), entry("complaint", 1))
        again = self.opened(entry("complaint", 0), entry("complaint", 1), entry("complaint", 2))
        next_one = self.opened(entry("complaint", 0), entry("complaint", 1), since={"k1": START - 9 * DAY})
        assert first.followup_id == again.followup_id != next_one.followup_id
        assert len(first.followup_id) == 16

    def test_only_the_heaviest_signals_are_kept(self) -> None:
        found = self.opened(*(entry("complaint", ago) for ago in range(30)))
        assert [s.at for s in found.signals] == [START - ago * DAY for ago in range(20)]


def test_an_invitation_is_weighed_after_a_week() -> None:
    complaint = CustomerEvent("1", "crm", "complaint", START - DAY, START, "k1")
    invitation = CustomerEvent("2", "lazo", "invitation", START, START, "k1")
    assert signals.weigh_deadline(complaint) == START + timedelta(minutes=2)
    assert signals.weigh_deadline(invitation) == START + 7 * DAY
