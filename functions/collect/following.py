"""The thanks page while it lives: what becomes of the answer, and what its customer adds. Loaded late: few need it."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from collect import page, wishes
from collect.followed import Followed
from collect.recording import AnswerRecorder
from collect.request import Form, Request, is_too_large
from lazo.case.customer_wish import caller, may_come, slot_text, takes_wishes
from lazo.errors import Problem, Rejected
from lazo.promise.call_slots import CallSlot, call_slots
from lazo.survey import nps
from lazo.survey.fields import LONGEST_COMMENT
from lazo.table import answers, promises
from lazo.timestamps import format_timestamp
from lazo.translations import translations
from lazo.web.responses import Response, redirect

_TAG = re.compile(r'"[^"]*"')
FIELDS: Final = ("wish", "slot", "text", "name", "phone", "email", "consent")


def thanks(recorder: AnswerRecorder, received: Request, followed: Followed, *, has_changes: bool) -> Response:
    """Return the page, or with `part` only what may have changed; 304 if the reader has that already."""
    if not received.part:
        return _page(recorder, followed, has_changes=has_changes, received=received)
    rendered = _page(
        recorder,
        followed,
        template="thanks_part.html.j2",
        with_form=received.part != "news",
        start=received.part == "start",
    )
    tag = f'"{hashlib.sha256(rendered.body.encode()).hexdigest()[:20]}"'
    kept = {"cache-control": "no-cache", "etag": f"W/{tag}"}
    if tag in _TAG.findall(received.if_none_match):
        return Response(304, headers=kept)
    return Response(200, rendered.body, {**rendered.headers, **kept})


def add(
    recorder: AnswerRecorder, followed: Followed, fields: Form, body: bytes, deps: wishes.Deps
) -> Response:
    """Record what the customer adds, once, and lead back to the page; or show the form again with its problems, or in
    the language to which it is switched."""
    if "switch" in fields:
        return _page(recorder, followed, fields=fields)
    try:
        if is_too_large(body):
            raise Rejected(Problem("text_too_long", "text"))
        wishes.record(recorder, followed, fields, deps)
    except Rejected as rejected:
        return _page(recorder, followed, status=422, fields=fields, problems=rejected.problems)
    code = followed.place.touchpoint.code
    return redirect(f"/s/{code}/thanks?lang={followed.language}&t={followed.token}&sent=1")


def _page(
    recorder: AnswerRecorder,
    followed: Followed,
    *,
    template: str = "thanks.html.j2",
    status: int = 200,
    with_form: bool = True,
    has_changes: bool = False,
    fields: Form | None = None,
    problems: tuple[Problem, ...] = (),
    received: Request | None = None,
    start: bool = False,
) -> Response:
    texts = translations("thanks", followed.language)
    form = _form(recorder, followed) if with_form else None
    code, store = followed.place.touchpoint.code, followed.place.store
    return page.document(
        template,
        status,
        followed.language,
        followed.place,
        texts=texts,
        news=followed.news,
        token=followed.token,
        form=form,
        values={name: (fields or {}).get(name, [""])[0] for name in FIELDS},
        errors=_errors(problems, followed.language),
        sent=bool(received and received.sent),
        lines=_lines(followed, asks=form is not None),
        start=start,
        longest=LONGEST_COMMENT,
        languages=page.languages(),
        switches="wish" if form else "",
        keep=f"&t={followed.token}",
        share=store.review_link,
        changes=f"/s/{code}/changes?lang={followed.language}" if has_changes else "",
        anew=f"/s/{code}?lang={followed.language}",
    )


def _lines(followed: Followed, *, asks: bool) -> dict[str, str]:
    """Return the thanks in words. `asks`: the page itself asks what the customer would like now."""
    band = (
        page.TEXT_KEY_OF_BAND[nps.band_of_score(followed.score)] if followed.score is not None else "neutral"
    )
    now = "low_now" if band == "low" and not asks else ""
    keys = (band, "contact" if followed.left_contact else "", now)
    texts = page.filled_texts(followed.language, followed.place.store.name)["thanks"]
    return {key: texts[key] for key in keys if key}


def _errors(problems: tuple[Problem, ...], language: str) -> dict[str, str]:
    own, survey = translations("thanks", language)["errors"], translations("survey", language)["errors"]
    return {
        each.field or "text": own.get(each.code) or survey.get(each.code) or survey["field_invalid"]
        for each in problems
    }


def _form(recorder: AnswerRecorder, followed: Followed) -> Mapping[str, Any] | None:
    """Return what may be asked for and added; None once nobody works on it."""
    followup, store, now = followed.followup, followed.place.store, followed.now
    if followup is None or not takes_wishes(followup):
        return None
    first = () if followup.wish else ("come", "call", "write", "nothing")
    slots: tuple[CallSlot, ...] = ()
    owner = caller(followup, store, now)
    if first and owner:
        today = store.hours.local_date(now)
        loads = promises.daily_commitments(recorder.table, store.store_id, owner.contact_id, today)
        slots = call_slots(store, owner, loads, now)
    can = {"come": may_come(followup, store, now), "call": bool(slots)}
    answer = followed.answer or (
        None if followup.reachable else answers.get_answer(recorder.table, store.store_id, followed.link.ulid)
    )
    return {
        "wishes": [each for each in first if can.get(each, True)],
        "slots": [(format_timestamp(s.begins), slot_text(s, store, followed.language, now)) for s in slots],
        "contact": not followup.reachable and bool(answer and not answer.customer_key),
        "place": followed.place.touchpoint.label,
    }
