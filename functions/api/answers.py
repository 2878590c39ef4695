"""`GET /v1/answers`: what customers answered, without who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from api.cursors import decode_cursor, encode_cursor, invalid_cursor
from api.day_bounds import bounds_of
from api.parameters import AnswersQuery
from api.rows import Says
from lazo.survey.nps import Band, band_of_score
from lazo.table.dynamodb.table import Table
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import AnswerQuery, AnswerRow
from lazo.text.contact_details import mask_contact_details
from lazo.text.name_masking import mask_names

Themes = list[str]


@dataclass(frozen=True, slots=True)
class AnswerOut:
    """An answer."""

    answer_id: Annotated[str, Says("A ULID; sorts by when the survey was opened.")]
    store_id: str
    code: Annotated[str, Says("Of the touchpoint.")]
    touchpoint: Annotated[str, Says("Where the code hangs.")]
    at: Annotated[datetime, Says("When it arrived.")]
    language: Annotated[str, Says("es, en or pt.")]
    score: Annotated[int, Says(least=0, most=10)]
    band: Band
    complained: Annotated[Themes, Says("Themes that it complains about.")]
    praised: Themes
    mentioned: Annotated[Themes, Says("Themes that it names without an opinion.")]
    ticked: Annotated[Themes, Says("Themes that the customer ticked on the form.")]
    comment: Annotated[
        str, Says("With names of people, phones and e-mails masked, as far as they are found.")
    ]
    classified: Annotated[bool, Says("False in the first seconds: themes and signs are not found yet.")]
    suspect: Annotated[
        list[str], Says("Signs that it may not be a customer's; with any, no score counts it.")
    ]
    erased: Annotated[bool, Says("The customer's words were removed; what was counted stays.")]


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """Answers, newest first. A page may be short, also empty, and yet have a cursor: go on until it is null."""

    items: list[AnswerOut]
    next_cursor: Annotated[str | None, Says("Where the next page begins; null at the end.")]


def list_answers(table: Table, store_ids: Sequence[str], query: AnswersQuery, now: datetime) -> AnswersPage:
    """Return the page of answers of these stores. Raises Rejected for a wrong cursor.

    Leaves out what is still being tapped, and what belongs to a customer who restricted the use of their data.
    """
    position = decode_cursor("answers", query.cursor)
    if position is not None and answer_feed.parse_cursor(position) is None:
        raise invalid_cursor()
    bounds = bounds_of(query)

    def fits(row: AnswerRow) -> bool:
        answer = row.answer
        return not answer.provisional and not answer.restricted and bounds.holds(answer.at, row.store)

    wanted = AnswerQuery(frozenset(store_ids), bounds.earliest(), bounds.latest(now))
    page = answer_feed.list_answers(table, wanted, fits, position, query.limit)
    return AnswersPage(
        items=[_answer_out(row) for row in page.found], next_cursor=encode_cursor("answers", page.cursor)
    )


def _answer_out(row: AnswerRow) -> AnswerOut:
    answer, found = row.answer, row.answer.classification
    comment = mask_names(answer.comment, row.store, answer.language, answer.language)
    return AnswerOut(
        answer_id=answer.ulid,
        store_id=answer.store_id,
        code=answer.code,
        touchpoint=answer.touchpoint,
        at=answer.at,
        language=answer.language,
        score=answer.score,
        band=band_of_score(answer.score),
        complained=list(found.themes) if found else [],
        praised=list(found.praised) if found else [],
        mentioned=list(found.mentioned) if found else [],
        ticked=list(answer.reasons),
        comment=mask_contact_details(comment),
        classified=found is not None,
        suspect=list(found.suspect if found else answer.suspect),
        erased=answer.erased,
    )
