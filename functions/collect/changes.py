"""The page of what a store has changed: you said, we did. The same for everybody who reads a language, so it may be
kept for minutes. Only what the wording guard clears is shown."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from collect import page
from collect.touchpoints import SurveyTouchpoint
from lazo.insight.publication import cleared_improvement
from lazo.table import improvements
from lazo.table.dynamodb.table import Table
from lazo.text.regional_formats import month_names
from lazo.translations import translations
from lazo.web.responses import VARY_BY_LANGUAGE, Response

MOST: Final = 30
"""Improvements on a page, the newest; the ids tell which ones were recorded last."""
KEPT: Final = "public, max-age=300"
"""Five minutes: what is withdrawn goes as soon."""
_TAG: Final = re.compile(r'"[^"]*"')


def changes_page(
    place: SurveyTouchpoint, ids: Sequence[str], language: str, table: Table, known: str
) -> Response:
    """Return the page of a touchpoint's store, with the published improvements of these ids; 304 if the reader has it
    already. `known`: the header If-None-Match, "" without one. One batch."""
    found = improvements.get_improvements(table, sorted(ids, reverse=True)[:MOST])
    names = (place.store.name, place.store.brand)
    cleared = (
        cleared_improvement(each, (language, place.store.language), names)
        for each in found
        if each.published_at and each.is_of(place.store)
    )
    texts = translations("changes_page", language)
    rendered = page.document(
        "changes.html.j2",
        200,
        language,
        place,
        texts=texts,
        languages=page.languages(),
        title=texts["title"].format(shop=place.store.name),
        rows=[(each, _since(each.in_place_from, language)) for each in cleared if each],
        themes=texts["themes"],
        survey=f"/s/{place.touchpoint.code}?lang={language}" if place.touchpoint.active else "",
    )
    # The body is compressed for some, so the tag is a weak one.
    tag = f'W/"{hashlib.sha256(rendered.body.encode()).hexdigest()[:20]}"'
    kept = {"cache-control": KEPT, "etag": tag, **VARY_BY_LANGUAGE}
    if known.strip() == "*" or tag.removeprefix("W/") in _TAG.findall(known):
        return Response(304, headers=kept)
    return Response(200, rendered.body, {**rendered.headers, **kept})


def _since(day: date, language: str) -> str:
    """Return the month of a day, in which it is said since when something holds."""
    month = month_names(language)[day.month - 1]
    texts = translations("changes_page", language)
    return f"{texts['since']} {month}{texts['of_year']}{day.year}"
