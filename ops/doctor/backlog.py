"""Checks whether work is left undone: dead letters, and items that the sweep has passed over."""

from datetime import timedelta
from itertools import islice
from typing import Final

from lazo import clock
from lazo.table import due
from ops.dead_letters import REDRIVES
from ops.doctor.finding import Finding, failed, ok
from ops.installation import Installation

MAX_SWEEP_DELAY: Final = timedelta(minutes=5)
"""Several sweeps have passed over an item that has been due for longer."""
_MAX_COUNTED: Final = 100


def check_dead_letters(installation: Installation) -> Finding:
    """Count the messages in the dead-letter queues."""
    sqs = installation.client("sqs")
    counts = {}
    for queue in REDRIVES:
        attributes = sqs.get_queue_attributes(
            QueueUrl=installation.resources[queue], AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        counts[queue] = int(attributes["ApproximateNumberOfMessages"])
    filled = [f"{queue} {count}" for queue, count in counts.items() if count]
    if filled:
        return failed(", ".join(filled), "lazo redrive --look")
    return ok(f"none in {len(counts)} queues")


def check_sweep(installation: Installation) -> Finding:
    """Look for items that have been due for longer than MAX_SWEEP_DELAY."""
    late = len(
        list(islice(due.due_item_keys(installation.table, clock.now() - MAX_SWEEP_DELAY), _MAX_COUNTED))
    )
    if late:
        number = f"{_MAX_COUNTED} or more" if late == _MAX_COUNTED else str(late)
        return failed(
            f"{number} items are due for more than {MAX_SWEEP_DELAY.total_seconds() / 60:.0f} minutes",
            "look at the logs of followup_scheduler, and whether its schedule is on",
        )
    return ok("nothing is due that should have been done")
