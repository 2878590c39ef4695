"""The survey's pages: one document each, styles and script within it, nothing from elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from collect.answer_ids import PageId
from collect.touchpoints import SurveyTouchpoint
from lazo.errors import Problem
from lazo.survey import nps
from lazo.survey.fields import LONGEST_COMMENT
from lazo.text.cleaning import clean
from lazo.translations import LANGUAGES, translations
from lazo.web.pages import compact, templates
from lazo.web.responses import VARY_BY_LANGUAGE, Response, html_response, redirect
from lazo.web.security_headers import content_security_policy, hash_source

STATIC: Final = Path(__file__).parent / "static"
TEMPLATES: Final = Path(__file__).parent / "templates"
WORDING_OF_BAND: Final = {"detractor": "low", "passive": "middle", "promoter": "high"}
FIELDS: Final = (
    "answer_id",
    "signature",
    "lang",
    "website",
    "r",
    "improved",
    "score",
    "reasons",
    "comment",
    "name",
    "phone",
    "email",
    "consent",
)
"""What a form of ours sends."""


_TEXTS: Final = ("score", "comment", "name", "phone", "email", "improved")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a customer has filled in so far, as it was sent."""

    score: str = ""
    reasons: Sequence[str] = ()
    comment: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    consent: bool = False
    improved: str = ""


NOTHING_TYPED: Final = Typed()


def typed_values(fields: Mapping[str, Sequence[str]]) -> Typed:
    """The fields of a form, right or wrong, to be shown again."""
    first = {name: values[0] for name, values in fields.items() if values}
    texts = {name: first.get(name, "") for name in _TEXTS}
    return Typed(reasons=fields.get("reasons", ()), consent="consent" in first, **texts)


def page_id_in(fields: Mapping[str, Sequence[str]]) -> PageId:
    """The id in a form's hidden fields."""
    return PageId(*(fields.get(name, [""])[0] for name in ("answer_id", "signature")))


def prepare() -> None:
    """Read and compile what every page needs, while the function starts rather than while a customer waits."""
    _look()
    _languages()
    templates(TEMPLATES).get_template("survey.html.j2")


def survey_page(
    place: SurveyTouchpoint,
    language: str,
    page_id: PageId,
    *,
    status: int = 200,
    values: Typed = NOTHING_TYPED,
    problems: Sequence[Problem] = (),
    asked: str = "",
) -> Response:
    """The survey of a place: empty, or as it was filled in, with what is wrong about it. `asked`: the token of a
    customer who is asked again, first of all whether they noticed an improvement."""
    said = _said(language, place.store.name)
    question = place.store.question.get(language)
    return _reply(
        "survey.html.j2",
        status,
        language,
        place,
        languages=_languages(),
        question=question.replace("{shop}", place.store.name) if question else said["page"]["question"],
        page_id=page_id,
        asked=asked,
        keep=f"&r={asked}" if asked else "",
        values=values,
        errors={
            p.field: said["errors"].get(p.code, said["errors"]["field_invalid"]) for p in problems if p.field
        },
        review_link=place.store.review_link,
        for_script=_for_script(language, place.store.name),
    )


def thanks_page(place: SurveyTouchpoint, language: str) -> Response:
    """The end of the way without a script: the same words for every answer, since an address holds no score."""
    said = _said(language, place.store.name)["thanks"]
    lines = [said["neutral"], said["neutral_now"]]
    share = place.store.review_link
    return _message(
        200, language, place, said["title"], lines, ticked=True, languages=_languages(), share=share
    )


def redirect_to_thanks(place: SurveyTouchpoint, language: str) -> Response:
    """303 to the page of thanks, so that a reload sends nothing again."""
    return redirect(f"/s/{place.touchpoint.code}/thanks?lang={language}")


def already_answered(place: SurveyTouchpoint, language: str) -> Response:
    """409: another answer has this page's id."""
    said = _said(language, place.store.name)["thanks"]
    return _message(409, language, place, said["already"], [said["already_text"]], ticked=True)


def no_survey_page(
    status: int, code: str, language: str, fields: Mapping[str, Sequence[str]] | None = None
) -> Response:
    """There is no survey to show, or too much to read; `code` as in HttpError. `fields`: what was typed for it."""
    said = _said(language, "")["problem"]
    wrote = clean(typed_values(fields or {}).comment)
    return _message(
        status, language, None, said[f"{code}_title"], [said[code]], wrote=wrote, languages=_languages()
    )


def unavailable_page(status: int, language: str) -> Response:
    """We failed before anything was typed."""
    said = _said(language, "")["problem"]
    again = {"method": "get", "fields": [("lang", language)]}
    return _message(status, language, None, said["show_title"], [said["show"]], again=again)


def not_saved_page(status: int, language: str, fields: Mapping[str, Sequence[str]]) -> Response:
    """We failed to record an answer: what was typed, its id included, waits behind one button."""
    said = _said(language, "")["problem"]
    again = {"method": "post", "fields": [(n, v) for n in FIELDS for v in fields.get(n, ())]}
    wrote = clean(typed_values(fields).comment)
    return _message(status, language, None, said["save_title"], [said["save"]], again=again, wrote=wrote)


def _message(
    status: int, language: str, place: SurveyTouchpoint | None, title: str, lines: Sequence[str], **more: Any
) -> Response:
    return _reply(
        "message.html.j2",
        status,
        language,
        place,
        **{
            "title": title,
            "lines": lines,
            "ticked": False,
            "again": None,
            "wrote": "",
            "languages": (),
            "share": "",
            "keep": "",
            **more,
        },
    )


def _reply(
    template: str, status: int, language: str, place: SurveyTouchpoint | None, **values: Any
) -> Response:
    look = _look()
    shop = place.store.name if place else ""
    html = (
        templates(TEMPLATES)
        .get_template(template)
        .render(
            language=language,
            words=_said(language, shop),
            shop=shop,
            label=place.touchpoint.label if place else "",
            css=look.css,
            js=look.js,
            **values,
        )
    )
    return html_response(status, html, look.policy, language, VARY_BY_LANGUAGE)


@dataclass(frozen=True, slots=True)
class _Look:
    css: str
    js: str
    policy: str


@cache
def _look() -> _Look:
    css, js = (compact((STATIC / name).read_text()) for name in ("survey.css", "survey.js"))
    policy = content_security_policy(
        script=hash_source(js), style=hash_source(css), img="data:", connect="'self'"
    )
    return _Look(css, js, policy)


@cache
def _languages() -> tuple[tuple[str, str], ...]:
    return tuple((code, translations("survey", code)["page"]["language"]) for code in LANGUAGES)


@lru_cache(maxsize=64)
def _said(language: str, shop: str) -> dict[str, dict[str, str]]:
    """The words of a language with a shop's name filled in."""
    return {
        part: {
            key: text.replace("{shop}", shop) if isinstance(text, str) else text
            for key, text in texts.items()
        }
        for part, texts in translations("survey", language).items()
    }


@lru_cache(maxsize=64)
def _for_script(language: str, shop: str) -> dict[str, Any]:
    said = _said(language, shop)
    return {
        "bands": [WORDING_OF_BAND[nps.band_of_score(score)] for score in nps.SCORES],
        "longest": LONGEST_COMMENT,
        "why": said["why"],
        "thanks": {key: said["thanks"][key] for key in ("high", "middle", "low", "low_now", "contact")},
        "errors": {
            code: said["errors"][code]
            for code in ("score_required", "comment_too_long", "consent_required", "contact_missing")
        },
        "left": said["page"]["characters_left"],
        "over": said["page"]["characters_over"],
        "sending": said["page"]["sending"],
        "still": said["offline"]["still"],
        "keep_open": said["offline"]["keep_open"],
        "sent_earlier": said["offline"]["sent_earlier"],
    }
