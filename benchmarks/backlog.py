"""How a backlog is worked off: 10,000 reminders have come at once, after a day without sweeps say, whose follow-ups
have gone on meanwhile; each sweep has 55 seconds, of which it keeps ten back.

moto answers at its own pace, so time is counted, not measured: each call of AWS is taken to last as long as DynamoDB
and SNS usually do within a region. Counted are sweeps, and the dates that each of them got through.
"""

import io
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import timedelta

from moto.dynamodb.models import dynamodb_backends

from benchmarks import report
from benchmarks.deployment import PARAMETERS, TEMPLATE
from benchmarks.metering import Meter
from benchmarks.sweep import opened_by_an_answer
from benchmarks.write_units import AT
from followup_scheduler import app
from infra.local.aws.calls import running_function
from infra.local.cloud import LocalCloud
from infra.local.cloudformation.stack_scope import ACCOUNT
from lazo.table import due
from lazo.table.dynamodb.table import Table
from lazo.timestamps import format_timestamp

DUE = int(os.environ.get("DUE", "10000"))
CALL = 8
"""Milliseconds that a call is taken to last."""
SWEEP = 55_000
"""Milliseconds of one sweep (template.yaml)."""


@contextmanager
def running(function: str) -> Iterator[None]:
    """Calls are made by this function."""
    token = running_function.set(function)
    try:
        yield
    finally:
        running_function.reset(token)


def main() -> None:
    report.heading(
        f"{DUE:,} reminders at once",
        f"Sweeps of {SWEEP // 1000} s, one a minute, each call of AWS taken to last {CALL} ms. None may be left.",
    )
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=AT) as cloud, Meter.on(cloud) as meter:
        table = dynamodb_backends[ACCOUNT][cloud.region].tables[cloud.physical_id("Table")]
        late = opened_by_an_answer(cloud, table)
        followup_id = late.attrs["followup_id"].value
        client = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        for number in range(DUE):
            at, ref = AT - timedelta(hours=1, milliseconds=number), str(number)
            client.put(due.put_date(followup_id, "reminder", at, ref=ref, deadline=format_timestamp(AT)))
        with redirect_stdout(io.StringIO()):
            cloud.functions["FollowupScheduler"].load()
        got_through: list[int] = []
        calls: Counter[str] = Counter()
        while not got_through or got_through[-1]:
            meter.restart()
            with redirect_stdout(io.StringIO()), running("FollowupScheduler"):
                done = app.handle(lambda: SWEEP - CALL * len(meter.calls), app.wire())
            got_through.append(done["acted"])
            calls.update(call.operation for call in meter.calls)
        left = sum(item["sk"].startswith("DATE#reminder") and "due_at" in item for item in cloud.items())
    sweeps = got_through[:-1]
    report.line("sweeps", len(sweeps), "", at_most=15, note=f"{min(sweeps)}-{max(sweeps)} in each")
    report.line("left", left, "", exactly=0)
    by_operation = ", ".join(f"{count:,} {operation}" for operation, count in calls.most_common())
    report.line("calls for each", sum(calls.values()) / DUE, "calls", note=by_operation)


if __name__ == "__main__":
    main()
