"""The cases behind the figures of an improvement: whose customers were told of it, and what they replied."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from desk.account.access import Access
from desk.deps import Deps
from desk.improvements.page import REPLY_KINDS, TOLD, improvement_address, place_of
from desk.improvements.permissions import ImprovementReader
from desk.insights.listed_cases import CaseList, cases_reply
from lazo.insight.improvement_replies import ImprovementReplies
from lazo.insight.improvements import Improvement
from lazo.store.model import Store
from lazo.table.improvement_resurveys import improvement_replies
from lazo.table.views import told_cases
from lazo.table.views.every_followup import OpenedPage
from lazo.translations import translations
from lazo.web.responses import Response

KINDS: Final = frozenset({TOLD, *REPLY_KINDS})
"""What the query may name as `cases`."""
_BANDS: Final = ("promoter", "passive", "detractor")


def show_told(
    improvement: Improvement, query: Mapping[str, str], deps: Deps, access: Access, reader: ImprovementReader
) -> Response:
    """Answer `GET /desk/improvements/{improvement_id}` with `cases` (in KINDS): the cases that the figure counts, of
    the reader's stores; `after` is a cursor."""
    kind, after, improvement_id = query["cases"], query.get("after"), improvement.improvement_id
    name = REPLY_KINDS.get(kind, TOLD)
    counters = {TOLD: (told_cases.TOLD,), "answered": _BANDS}.get(name, (name,))
    visible = frozenset(store.store_id for store in reader.scope.stores)
    where = tuple(each for each in improvement.store_ids if each in visible)
    page = told_cases.find_told(deps.table, improvement_id, where, visible, counters, after)
    stores: dict[str, Store] = {
        each.store_id: each
        for each in reader.load_stores([*dict.fromkeys(f.store_id for f in page.followups)], deps.table)
    }
    shown = tuple(each for each in page.followups if each.store_id in stores)
    page = OpenedPage(shown, page.cursor)
    counted = _figure(improvement_replies(deps.table, [improvement_id])[improvement_id], name)
    language = access.scope.language
    return cases_reply(
        CaseList(
            kind,
            page,
            stores,
            place=place_of(improvement, reader, translations("improvements_page", language)),
            span=translations("labels", language)["themes"][improvement.theme],
            many_stores=len(visible) > 1,
            missing=max(0, counted - len(shown)) if after is None and page.cursor is None else 0,
            unseen=True,
        ),
        partial(improvement_address, improvement_id, cases=kind),
        (improvement_address(improvement_id), "back_to_improvement"),
        after,
        deps,
        access,
        here="improvements",
    )


def _figure(replies: ImprovementReplies, name: str) -> int:
    return replies.bands.n if name == "answered" else int(getattr(replies, name))
