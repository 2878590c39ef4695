"""What a sweep asks of the table while nothing is due, by how many follow-ups are open.

The follow-ups are copies of one that a real answer opened, each with a key, an id and a deadline of its own, set
straight into moto's table: 100,000 calls of its API would take minutes. Counted are the calls of one sweep through
the function's handler; how long moto takes over them is not looked at, for moto reads the whole table for a query.
"""

import copy
import io
import json
from collections import Counter
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict

from benchmarks import report
from benchmarks.deployment import PARAMETERS, TEMPLATE
from benchmarks.metering import Meter
from benchmarks.survey_requests import COMPLAINT, PATH
from benchmarks.write_units import AT
from infra.local.aws.moto_speedups.queries import written
from infra.local.cloud import LocalCloud
from infra.local.cloudformation.stack_scope import ACCOUNT
from infra.local.demo.seed import seed
from lazo.table.dynamodb import keys
from lazo.timestamps import format_timestamp

OPEN_FOLLOWUPS = (100, 10_000, 100_000)


def main() -> None:
    report.heading(
        "One sweep with nothing due, by open follow-ups",
        "Calls counted, by operation; read units computed. Must not grow.",
    )
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=AT) as cloud, Meter.on(cloud) as meter:
        table = dynamodb_backends[ACCOUNT][cloud.region].tables[cloud.physical_id("Table")]
        original = opened_by_an_answer(cloud, table)
        opened, target = 1, None
        for count in OPEN_FOLLOWUPS:
            for number in range(opened, count):
                open_copy(table, original, number, due=AT + timedelta(days=1, milliseconds=number))
            opened = count
            calls, read_units = _sweep(cloud, meter, expected=0)
            target = target or calls.total()
            note = f"{_said(calls)}; {read_units:g} read units"
            report.line(f"{opened:,} open, none due", calls.total(), "calls", at_most=target, note=note)
        open_copy(table, original, opened, due=AT)
        calls, _ = _sweep(cloud, meter, expected=1)
        report.line(f"{opened + 1:,} open, one due", calls.total(), "calls", note=_said(calls))


def opened_by_an_answer(cloud: LocalCloud, table: Any) -> Any:
    """The item of a follow-up, as moto holds it."""
    with redirect_stdout(io.StringIO()):  # the functions' metrics
        seed(cloud)
        cloud.request("POST", PATH, {"content-type": "application/json"}, json.dumps(COMPLAINT).encode())
        cloud.drain()
    (key,) = (item["pk"] for item in cloud.items() if item["sk"] == "FU")
    return table.items[DynamoType({"S": key})][DynamoType({"S": "FU"})]


def open_copy(table: Any, original: Any, number: int, due: datetime) -> None:
    followup_id = f"{number:016d}"
    key, deadline = keys.followup(followup_id), format_timestamp(due)
    own = {"pk": key.pk, "followup_id": followup_id, "deadline": deadline, "due_at": deadline}
    own["due_pk"] = keys.due_partition(key, original.attrs["priority"].value)
    item = copy.copy(original)
    item.attrs = LimitedSizeDict(
        {**original.attrs, **{name: DynamoType({"S": text}) for name, text in own.items()}}
    )
    item.hash_key = item.attrs["pk"]
    table.items[item.hash_key][item.range_key] = item
    written(table, None, item)


def _sweep(cloud: LocalCloud, meter: Meter, expected: int) -> tuple[Counter[str], float]:
    """Calls by operation and read units of one sweep, which must act on `expected` items."""
    meter.restart()
    with redirect_stdout(io.StringIO()):
        result = cloud.invoke("FollowupScheduler", {})
    if result != {"acted": expected, "failed": 0}:
        raise RuntimeError(f"the sweep says {result}")
    return Counter(call.operation for call in meter.calls), sum(call.read for call in meter.calls)


def _said(calls: Counter[str]) -> str:
    return ", ".join(f"{count} {operation}" for operation, count in calls.most_common())


if __name__ == "__main__":
    main()
