"""`GET /v1/answers`: what customers answered, without who they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.cursors import decode_cursor, encode_cursor, invalid_cursor
from api.day_bounds import bounds_of
from api.parameters import AnswersQuery
from lazo.survey.nps import Band, band_of_score
from lazo.table.dynamodb.table import Table
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import AnswerQuery, AnswerRow
from lazo.text.contact_details import mask_contact_details
from lazo.text.name_masking import mask_names

Themes = list[str]


class AnswerOut(BaseModel):
    """An answer."""

    answer_id: Annotated[str, Field(description="A ULID; sorts by when the survey was opened.")]
    store_id: str
    code: Annotated[str, Field(description="Of the touchpoint.")]
    touchpoint: Annotated[str, Field(description="Where the code hangs.")]
    at: Annotated[datetime, Field(description="When it arrived.")]
    language: Annotated[str, Field(description="es, en or pt.")]
    score: Annotated[int, Field(ge=0, le=10)]
    band: Band
    complained: Annotated[Themes, Field(description="Themes that it complains about.")]
    praised: Themes
    mentioned: Annotated[Themes, Field(description="Themes that it names without an opinion.")]
    ticked: Annotated[Themes, Field(description="Themes that the customer ticked on the form.")]
    comment: Annotated[
        str, Field(description="With names of people, phones and e-mails masked, as far as they are found.")
    ]
    classified: Annotated[
        bool, Field(description="False in the first seconds: themes and signs are not found yet.")
    ]
    suspect: Annotated[
        list[str], Field(description="Signs that it may not be a customer's; with any, no score counts it.")
    ]
    erased: Annotated[bool, Field(description="The customer's words were removed; what was counted stays.")]


class AnswersPage(BaseModel):
    """Answers, newest first. A page may be short, also empty, and yet have a cursor: go on until it is null."""

    items: list[AnswerOut]
    next_cursor: Annotated[str | None, Field(description="Where the next page begins; null at the end.")]


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
