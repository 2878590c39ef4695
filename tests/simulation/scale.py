"""The month of 2,000 stores, by what was counted in the simulated one.

Its answers and unhappy customers are those of [month] in benchmarks/data/costs.toml. What collect and classify do goes
with the answers; what everybody else does goes with the follow-ups, of which the simulated month has many. A sweep
costs its queries whatever is open, so the sweeps of the simulated month are taken out, and those of a whole month, one
a minute for all stores, come in their place. Surveys that are only looked at ask nothing of AWS.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from benchmarks import costs
from benchmarks.case_work import FRONT, stored_bytes
from lazo.text import gsm7
from tests.simulation.lived import Lived

STORES: Final = 2_000
BY_ANSWER: Final = ("Collect", "Classify")
SWEEP: Final = "FollowupScheduler"
AMOUNTS: Final = ("invocations", "calls", "read_units", "write_units")


@dataclass(frozen=True)
class Counted:
    """What each function did, by AMOUNTS; how many answers and follow-ups it was for; and what
    they left and sent: `sms` in parts, `publishes` without them."""

    functions: Mapping[str, Mapping[str, float]]
    answers: int
    followups: int
    kilobytes: float
    publishes: int
    sms: int
    emails: int


def count(lived: Lived) -> Counted:
    """Return what was counted in a month that `lived(..., counted=True)` simulated."""
    assert lived.work is not None
    functions = {
        name: {**dict.fromkeys(AMOUNTS, 0.0), "invocations": n} for name, n in lived.work.runs.items()
    }
    for call in lived.work.meter.calls:
        did = functions[call.function]
        did["calls"] += 1
        did["read_units"] += call.read
        did["write_units"] += sum(call.written.values())
    items = lived.month.cloud.items()
    sms = [each.text for each in lived.month.messages if each.channel == "sms"]
    return Counted(
        functions,
        answers=sum(i["sk"].startswith("ANSWER#") for i in items),
        followups=sum(i["sk"] == "FU" for i in items),
        kilobytes=stored_bytes(lived.month.cloud) / 1024,
        publishes=sum(each.operation == "Publish" for each in lived.work.meter.calls) - len(sms),
        sms=sum(map(gsm7.gsm7_segment_count, sms)),
        emails=sum(each.channel == "email" for each in lived.month.messages),
    )


def scaled(counted: Counted, month: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return what each function does in the month of STORES, by AMOUNTS; without the sweeps' own queries."""
    answers = STORES * month["answers"]
    by_answer, by_followup = answers / counted.answers, answers * month["unhappy"] / counted.followups
    made = {}
    for name, did in counted.functions.items():
        many = by_answer if name in BY_ANSWER else by_followup
        own = dict.fromkeys(AMOUNTS, 0.0)
        if name == SWEEP:
            sweeps = did["invocations"]
            own |= {"invocations": sweeps, "calls": sweeps * costs.SWEEP_CALLS}
            own |= {"read_units": sweeps * costs.SWEEP_READ_UNITS}
        made[name] = {each: max(0.0, did[each] - own[each]) * many for each in AMOUNTS}
    return made


def report(counted: Counted) -> Iterator[str]:
    """Yield the lines of the month of STORES: what is done, and what it costs."""
    data = costs.read()
    month = data["month"]
    done = scaled(counted, month)
    answers = STORES * month["answers"]
    followups = answers * month["unhappy"]
    case = followups / counted.followups
    looks = answers * month["looks_per_answer"]
    total = {each: sum(did[each] for did in done.values()) for each in AMOUNTS}
    yield f"The month of {STORES:,} stores, {answers:,} answers and {followups:,.0f} follow-ups, by what was counted"
    yield f"({counted.answers} answers and {counted.followups} follow-ups, each worked by people)"
    yield ""
    yield f"{'':24}{'runs':>12}{'calls':>14}{'read units':>14}{'write units':>14}"
    sweeps = (costs.SWEEPS, costs.SWEEPS * costs.SWEEP_CALLS, costs.SWEEPS * costs.SWEEP_READ_UNITS, 0)
    for name, did in sorted(done.items(), key=lambda each: -each[1]["calls"]):
        yield _row(name, *(did[each] for each in AMOUNTS))
    yield _row("surveys looked at", looks, 0, 0, 0)
    yield _row("sweeps, one a minute", *sweeps)
    yield _row(
        "all",
        *(total[each] + more for each, more in zip(AMOUNTS, (sweeps[0] + looks, *sweeps[1:]), strict=True)),
    )
    use = {
        **total,
        "invocations": total["invocations"] + looks,
        "requests": looks + sum(done[name]["invocations"] for name in FRONT if name in done),
        "publishes": counted.publishes * case,
        "emails": counted.emails * case,
        "sms": counted.sms * case,
        # What answers without a follow-up leave is counted with them.
        "kilobytes": counted.kilobytes * case,
        "followups": followups,
    }
    bill = costs.bill(data, use)
    yield ""
    yield from (f"{name:<44}{dollars:>12,.2f}" for name, dollars in bill.items())
    yield f"{'US dollars, without SMS':<44}{sum(bill.values()):>12,.2f}"
    yield f"{'parts of SMS':<44}{use['sms']:>12,.0f}"


def _row(name: str, *figures: float) -> str:
    runs, *others = figures
    return f"{name:<24}{runs:>12,.0f}" + "".join(f"{each:>14,.0f}" for each in others)
