"""Find the cases whose customers were told of an improvement, and what those replied who were asked about it.

The list of customers who agreed to hear of improvements nominates them, by store; the message that told them, and the
reply, beside the case, decide. Of erased customers nothing is found.
"""

import re
from collections.abc import Container
from typing import Final

from lazo.table import followups
from lazo.table.dynamodb import improvement_keys, keys
from lazo.table.dynamodb.table import Table
from lazo.table.improvement_resurveys import counters_of_reply
from lazo.table.interested_customers import next_interested
from lazo.table.messaging.customer_messages import news_key
from lazo.table.views.every_followup import OpenedPage

LOOKED_AT: Final = 100
"""So many cases are looked at for a page; a query of each store that the improvement names, and two batches."""
TOLD: Final = "told"
_POSITION: Final = re.compile(r"INTERESTED#[a-z0-9-]{1,40}#[a-z0-9]{1,40}")


def find_told(
    table: Table,
    improvement_id: str,
    where: tuple[str, ...],
    visible: Container[str],
    counters: Container[str],
    after: str | None,
) -> OpenedPage:
    """Return the page of cases in `visible` stores that are counted by one of `counters` (TOLD, or REPLY_COUNTERS) of
    an improvement that holds in the stores `where` (in all if there are none), by store. An emptier page with a cursor
    means that the search goes on there. An invalid cursor starts from the first."""
    came_to = after if after and _POSITION.fullmatch(after) else ""
    listed, cursor = next_interested(table, where, came_to, LOOKED_AT)
    about = [followup_id for store_id, followup_id in listed if store_id in visible]
    beside = news_key if TOLD in counters else improvement_keys.resurvey
    found = table.batch_get(beside(each, improvement_id) for each in about)
    counted = [
        each
        for each in about
        if (item := found.get(beside(each, improvement_id)))
        and (TOLD in counters or any(name in counters for name in counters_of_reply(item)))
    ]
    items = table.batch_get(map(keys.followup, counted))
    cases = [followups.followup_from_item(items[key]) for key in map(keys.followup, counted) if key in items]
    return OpenedPage(tuple(cases), cursor)
