"""Note from which networks a store's team reads the desk, by a mark of the day that names neither them nor the
network."""

from typing import Any, Final

from desk.account.access import Access
from desk.deps import Deps
from lazo.auth.source_mark import network_mark
from lazo.runtime.error_logging import error_fields
from lazo.table.source_marks import note_staff_network
from lazo.web.source import source_of

_REMEMBERED_AT_MOST: Final = 10_000


def note_network(event: dict[str, Any], deps: Deps, access: Access) -> None:
    """Note the network of a request for each store whose team the user is of: not for those above it, who answer for
    nobody's figures at a till. Each copy of the function writes a network once a day. A failure is logged and fails no
    page: the next one tries again."""
    source, now = source_of(event, behind_edge=deps.origin.is_set), deps.clock()
    noted, seen = deps.noted, (access.session.user_id, source, f"{now:%Y-%m-%dT%H}")
    if not source or seen in noted:
        return
    if len(noted) >= _REMEMBERED_AT_MOST:
        noted.clear()
    try:
        for ref in access.scope.member_stores:
            store = deps.stores.find(ref.store_id, now) if ref.role == "store" else None
            if store is None:
                continue
            today = store.hours.local_date(now)
            mark = network_mark(deps.sessions.ring, source, store.store_id, today)
            if (written := (store.store_id, today, mark)) not in noted:
                note_staff_network(deps.table, store.store_id, today, mark, now)
                noted.add(written)
        noted.add(seen)
    except Exception as error:
        deps.logger.error("network of the team not noted", extra=error_fields(error))
