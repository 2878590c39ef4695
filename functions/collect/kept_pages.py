"""Keep the empty survey of each touchpoint: from one customer to the next only its id changes."""

from dataclasses import replace
from typing import Final

from collect import page
from collect.answer_ids import PageId
from collect.touchpoints import SurveyTouchpoint
from lazo.web.responses import Response

KEPT_AT_MOST: Final = 64
"""Pages of some 27 KB, the newest."""

_NO_ID: Final = PageId("\x01", "\x02")
"""Stands for the id in a page that is kept: no text holds control characters (`lazo.text.cleaning`)."""

_kept: Final[dict[tuple[int, int, str, bool], tuple[SurveyTouchpoint, Response]]] = {}


def empty_survey(place: SurveyTouchpoint, language: str, page_id: PageId, *, has_changes: bool) -> Response:
    """Return `page.survey_page` without anything filled in. A touchpoint or store that was read anew gets a new one."""
    key = (id(place.touchpoint), id(place.store), language, has_changes)
    if key not in _kept:
        if len(_kept) == KEPT_AT_MOST:
            del _kept[next(iter(_kept))]
        # With its touchpoint, whose identity no other object can get then.
        _kept[key] = place, page.survey_page(place, language, _NO_ID, has_changes=has_changes)
    kept = _kept[key][1]
    body = kept.body.replace(_NO_ID.answer_id, page_id.answer_id)
    return replace(kept, body=body.replace(_NO_ID.signature, page_id.signature))
