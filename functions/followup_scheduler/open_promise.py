"""Read the promise that a date is about."""

from followup_scheduler.effects import SweepContext
from lazo.followup.model import FollowUp
from lazo.promise.model import Promise
from lazo.table import followups, promises
from lazo.table.dynamodb.writes import Item


def read_open_promise(item: Item, context: SweepContext) -> tuple[Promise, FollowUp] | None:
    """Return the promise and its follow-up; None when either is gone, or the promise is not open any more."""
    promise = promises.get_promise(context.table, item["followup_id"], item["promise_id"])
    followup = followups.get_followup(context.table, item["followup_id"])
    if promise is None or followup is None or not promise.open:
        return None
    return promise, followup
