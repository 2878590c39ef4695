"""The life of a follow-up under any order of actions and sweeps."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lazo.errors import Rejected
from lazo.followup import lifecycle, opening
from tests.builders import ANA, START, answer, classified, consent, make_store
from tests.parts import some
from tests.unit.followup.followups import NINE_TO_NINE

CONTACTS = [
    {**ANA, "contact_id": f"c{level}{place}", "level": level} for level in (0, 2, 5) for place in range(2)
]


class FollowUpInAnyOrder(RuleBasedStateMachine):
    """In any order of actions: one owner, no lower level, and one version per change."""

    @initialize(
        score=st.integers(0, 10),
        urgent=st.booleans(),
        levels=st.sets(st.sampled_from([0, 2, 5]), min_size=1),
        always=st.booleans(),
    )
    def begin(self, score: int, urgent: bool, levels: set[int], always: bool) -> None:
        self.store = make_store(
            contacts=[c for c in CONTACTS if c["level"] in levels],
            hours={"always": True} if always else NINE_TO_NINE,
        )
        given = answer(score=score, phone="+56911111111", consent=consent())
        found = opening.open_for_answer(classified(given, urgency=("injury",) if urgent else ()), self.store)
        assert found is not None
        self.levels, self.now, self.it, self.owner = sorted(levels), START, found, None

    @rule(wait=st.timedeltas(timedelta(0), timedelta(days=3)))
    def time_passes(self, wait: timedelta) -> None:
        self.now += wait

    @rule(forced=st.booleans())
    def sweep(self, forced: bool) -> None:
        before = self.it
        due = before.due_at is not None and before.due_at <= self.now
        if before.ended or before.stage == "resolved":  # past its deadline, that one ends unconfirmed
            return
        if not due and not (forced and before.stage == "open"):
            return
        self.it = lifecycle.escalate(before, self.store, self.now)
        assert self.it.version == before.version + 1
        held = self.store.contact(self.owner).level if self.owner else 0
        above = [level for level in self.levels if level > max(before.level, held)]
        if above:
            assert (self.it.level, self.it.round, self.it.owner) == (above[0], 0, None)
            self.owner = None
        else:
            assert (self.it.level, self.it.round) == (before.level, before.round + 1)
            assert self.it.owner == self.owner
        # A second sweep finds nothing.
        assert self.it.due_at is not None
        assert self.it.due_at > self.now
        if due and self.it.owner is None:
            assert self.it.unattended_since is not None

    @rule(contact=st.sampled_from(CONTACTS))
    def take_on(self, contact: dict[str, Any]) -> None:
        before = self.it
        if self.owner not in (None, contact["contact_id"]):
            with pytest.raises(Rejected) as refused:
                lifecycle.take_on(before, contact["contact_id"], self.store, self.now)
            assert [problem.code for problem in refused.value.problems] == ["taken"]
            return
        if self.store.contact(contact["contact_id"]) is None:
            with pytest.raises(Rejected) as refused:
                lifecycle.take_on(before, contact["contact_id"], self.store, self.now)
            assert [problem.code for problem in refused.value.problems] == ["not_in_chain"]
            return
        if before.ended and self.owner is None:
            with pytest.raises(Rejected):
                lifecycle.take_on(before, contact["contact_id"], self.store, self.now)
            return
        self.it = lifecycle.take_on(before, contact["contact_id"], self.store, self.now)
        assert self.it.version == before.version + (self.owner is None)
        self.owner = contact["contact_id"]

    @precondition(lambda self: self.it.stage != "open")
    @rule(act=st.sampled_from(["record_contact", "resolve", "confirm", "reopen"]))
    def work(self, act: str) -> None:
        """Each action is possible at one stage only, and leads to one other."""
        ways = {
            ("taken_on", "record_contact"): "contacted",
            ("contacted", "resolve"): "resolved",
            ("resolved", "confirm"): "confirmed",
            ("resolved", "reopen"): "contacted",
        }
        said = {
            "record_contact": {"reached": True},
            "resolve": {"root_cause_theme": "service", "root_cause": "Turno corto", "done": "Se disculpó"},
        }
        before = self.it
        act_on = getattr(lifecycle, act)
        if (before.stage, act) not in ways:
            with pytest.raises(Rejected):
                act_on(before, self.store, self.now, **said.get(act, {}))
            return
        self.it = act_on(before, self.store, self.now, **said.get(act, {}))
        assert (self.it.stage, self.it.version) == (ways[before.stage, act], before.version + 1)

    @invariant()
    def a_followup_has_a_deadline_until_it_is_confirmed(self) -> None:
        if not hasattr(self, "it"):
            return
        assert (self.it.deadline is None) == (self.it.stage == "confirmed")
        assert self.owner is None or self.it.stage != "open"
        assert self.it.owner == self.owner
        if self.it.deadline:
            assert self.store.hours.is_open(self.it.deadline)


TestFollowUpInAnyOrder = FollowUpInAnyOrder.TestCase
TestFollowUpInAnyOrder.settings = hypothesis_settings(
    max_examples=some(40), stateful_step_count=15, deadline=None
)
