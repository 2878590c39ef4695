"""What an answer costs in calls, counted as the benchmark counts them."""

from collections import Counter

from benchmarks import costs
from benchmarks.write_units import CASES, calls_of


def test_collect_writes_once_and_reads_nothing_once_warm() -> None:
    promoter, detractor = (calls_of(CASES[number]) for number in (0, 2))
    for calls in (promoter, detractor):
        assert [c.operation for c in calls if c.function == "Collect"] == ["PutItem"]
    assert [c.operation for c in promoter if c.function == "Classify"] == ["TransactWriteItems"]
    assert Counter(c.operation for c in detractor if c.service in ("sns", "sesv2")) == {
        "Publish": 2,
        "SendEmail": 1,
    }
    # benchmarks/data/costs.toml: `python -m benchmarks.costs --measure --write` when this changes.
    usage = costs.read()["usage"]
    for name, calls in (("promoter", promoter), ("detractor", detractor)):
        assert usage[name]["calls"] == len(calls)
        assert usage[name]["read_units"] == sum(c.read for c in calls)
        assert usage[name]["write_units"] == sum(sum(c.written.values()) for c in calls)
