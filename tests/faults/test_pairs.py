"""A part of all pairs of a call and a fault, another one for each commit. `make soak` strikes them all."""

import os
from collections import Counter
from collections.abc import Callable

import pytest

from tests import parts
from tests.faults.flows import SCRIPTS
from tests.faults.lasting import Ended, differences
from tests.faults.pairs import CopyFailed, Pair, Struck, in_a_copy, strike

EACH = 120
"""One pair in so many is struck, in a quarter of the scripts."""
FLOWS = {
    *("answer", "first tap", "escalation", "sweep", "desk", "customer's page", "SMS", "events", "import"),
    *("erasure", "restriction", "digest", "improvements", "roll-up"),
}


@pytest.mark.long
@pytest.mark.in_part(4)
@pytest.mark.parametrize("script", SCRIPTS)
def test_whatever_fails_all_comes_to_the_same(
    script: str, record_property: Callable[[str, object], None]
) -> None:
    numbered = parts.commit() // 4 % EACH  # not in step with the choice of scripts

    def wanted(_pair: Pair) -> bool:
        nonlocal numbered
        numbered += 1
        return numbered % EACH == 0

    found = list(strike(wanted, [script]))
    struck = [each for each in found if isinstance(each, Struck)]
    said = "pairs of a call and a fault in the scripts of this run; make soak strikes all, of all scripts"
    record_property("part", (said, len(found) - len(struck), len(struck)))
    assert {str(each.pair): each.problems for each in struck if each.problems} == {}
    assert all(each.calls for each in struck), "each fault met its call"


def test_every_flow_has_its_pairs() -> None:
    assert {step.flow for steps in SCRIPTS.values() for step in steps if step.flow} == FLOWS


def test_a_difference_is_noticed() -> None:
    calm = Ended(Counter({"case, taken on": 1}), Counter({("sms", "+1", "Hola"): 1}))
    assert list(differences(calm, calm, 0)) == []
    twice = Ended(calm.items, Counter({("sms", "+1", "Hola"): 2}))
    assert list(differences(calm, twice, 1)) == [], "nobody knew whether the first had gone"
    assert list(differences(calm, twice, 0)) == ["sent too often: [('sms', '+1', 'Hola')]"]
    lost = Ended(Counter({"case, open": 1}), Counter())
    assert list(differences(calm, lost, 3)) == [
        "missing: case, taken on",
        "too much: case, open",
        "not sent: [('sms', '+1', 'Hola')]",
    ]


def test_what_goes_wrong_in_a_copy_is_told() -> None:
    with pytest.raises(CopyFailed, match="ZeroDivisionError"):
        in_a_copy(lambda: 1 / 0)
    assert in_a_copy(lambda: os.getpid()) != os.getpid()
