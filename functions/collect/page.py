"""Render the survey's pages, each one document with its style and script inside."""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from collect import assets
from collect.answer_ids import PageId
from collect.request import Form
from collect.touchpoints import SurveyTouchpoint
from lazo.errors import Problem
from lazo.store.brand_look import PLAIN
from lazo.survey import nps
from lazo.survey.fields import LONGEST_COMMENT
from lazo.text.cleaning import clean
from lazo.translations import LANGUAGES, translations
from lazo.web.pages import render, templates
from lazo.web.responses import VARY_BY_LANGUAGE, Response, html_response, redirect

TEMPLATES: Final = Path(__file__).parent / "templates"
TEXT_KEY_OF_BAND: Final = {"detractor": "low", "passive": "middle", "promoter": "high"}
FIELDS: Final = (
    "answer_id",
    "signature",
    "lang",
    "remark",
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
"""The fields that the survey's form sends."""

_TEXTS: Final = ("score", "comment", "name", "phone", "email", "improved")


def page_id_in(fields: Form) -> PageId:
    """Return the id in a form's hidden fields, with "" for a missing part."""
    return PageId(*(fields.get(name, [""])[0] for name in ("answer_id", "signature")))


def prepare() -> None:
    """Read and compile what every page needs, while the function starts rather than while a customer waits."""
    assets.of_page("survey.html.j2", PLAIN)
    languages()
    templates(TEMPLATES).get_template("survey.html.j2")


def survey_page(
    place: SurveyTouchpoint,
    language: str,
    page_id: PageId,
    *,
    status: int = 200,
    fields: Form | None = None,
    problems: Sequence[Problem] = (),
    resurvey_token: str = "",
    has_changes: bool = False,
) -> Response:
    """Return the survey of a touchpoint, empty or with the `fields` as they were filled in, with their problems.

    `has_changes`: the store has published improvements, to which the thanks lead. With a `resurvey_token` it first asks
    whether the customer noticed an improvement.
    """
    texts = filled_texts(language, place.store.name)
    question = place.store.question.get(language)
    return document(
        "survey.html.j2",
        status,
        language,
        place,
        languages=languages(),
        question=question.replace("{shop}", place.store.name) if question else texts["page"]["question"],
        page_id=page_id,
        resurvey_token=resurvey_token,
        switches="survey",
        values=_typed_values(fields or {}),
        errors={
            p.field: texts["errors"].get(p.code, texts["errors"]["field_invalid"])
            for p in problems
            if p.field
        },
        review_link=place.store.review_link,
        changes_link=_changes_link(place, language, has_changes=has_changes),
        for_script=_script_texts(language, place.store.name),
    )


def thanks_page(
    place: SurveyTouchpoint,
    language: str,
    *,
    left_contact: bool = False,
    has_changes: bool = False,
    expired: str | None = None,
) -> Response:
    """Return the thanks for a form sent without JavaScript: the same for every score, which the URL must not hold. Who
    left contact details reads what follows of that.

    It leads to a new survey, for whoever answers next on the same device, and to the store's published improvements if
    it `has_changes`. `expired`: what was typed on a page that takes nothing any more.
    """
    texts = filled_texts(language, place.store.name)["thanks"]
    if expired is not None:
        line = translations("thanks", language)["errors"]["expired"]
        return _message(410, language, place, texts["title"], [line], wrote=clean(expired))
    lines = [texts["neutral"], *([texts["contact"]] if left_contact else []), texts["neutral_now"]]
    return _message(
        200,
        language,
        place,
        texts["title"],
        lines,
        ticked=True,
        languages=languages(),
        share=place.store.review_link,
        changes=_changes_link(place, language, has_changes=has_changes),
        anew=f"/s/{place.touchpoint.code}?lang={language}",
    )


def _changes_link(place: SurveyTouchpoint, language: str, *, has_changes: bool) -> str:
    return f"/s/{place.touchpoint.code}/changes?lang={language}" if has_changes else ""


def redirect_to_thanks(place: SurveyTouchpoint, language: str, token: str, *, left_contact: bool) -> Response:
    """Return 303 to the thanks, so that a reload sends nothing again. `token`: see `thanks_link`, "" for none."""
    query = f"{'&contact=1' if left_contact else ''}{f'&t={token}' if token else ''}"
    return redirect(f"/s/{place.touchpoint.code}/thanks?lang={language}{query}")


def already_answered(place: SurveyTouchpoint, language: str) -> Response:
    """Return 409: another answer has this page's id."""
    texts = filled_texts(language, place.store.name)["thanks"]
    return _message(409, language, place, texts["already"], [texts["already_text"]], ticked=True)


def no_survey_page(status: int, code: str, language: str, fields: Form | None = None) -> Response:
    """Return the page for an unknown or retired code, or a form that is too large; `code` as in HttpError.

    It shows the comment in `fields` again, so that the customer can copy it.
    """
    texts = filled_texts(language, "")["problem"]
    wrote = _typed_comment(fields or {})
    return _message(
        status, language, None, texts[f"{code}_title"], [texts[code]], wrote=wrote, languages=languages()
    )


def elsewhere_page(status: int, key: str, language: str) -> Response:
    """Return the page for an address that is no survey's: `root` for the bare one, `nothing` where there is no page.
    Who works in a store finds the desk there."""
    texts = filled_texts(language, "")["elsewhere"]
    title, text = texts[f"{key}_title"], texts[key]
    return _message(status, language, None, title, [text], languages=languages(), desk=texts["desk"])


def unavailable_page(status: int, language: str) -> Response:
    """Return the page for an error of ours before anything was typed: its button loads the survey again."""
    texts = filled_texts(language, "")["problem"]
    again = {"method": "get", "fields": [("lang", language)]}
    return _message(status, language, None, texts["show_title"], [texts["show"]], again=again)


def not_saved_page(status: int, language: str, fields: Form) -> Response:
    """Return the page for an error of ours while recording: its button sends the same fields and id again."""
    texts = filled_texts(language, "")["problem"]
    again = {"method": "post", "fields": [(n, v) for n in FIELDS for v in fields.get(n, ())]}
    wrote = _typed_comment(fields)
    return _message(status, language, None, texts["save_title"], [texts["save"]], again=again, wrote=wrote)


def wish_not_saved_page(status: int, language: str, fields: Form) -> Response:
    """Return the page for an error of ours while recording a wish: its button sends the same again."""
    texts, line = filled_texts(language, "")["problem"], translations("thanks", language)["errors"]["retry"]
    again = {"method": "post", "fields": [(n, v) for n, sent in fields.items() for v in sent]}
    return _message(
        status,
        language,
        None,
        texts["save_title"],
        [line],
        again=again,
        wrote=clean(fields.get("text", [""])[0]),
    )


def _message(
    status: int, language: str, place: SurveyTouchpoint | None, title: str, lines: Sequence[str], **more: Any
) -> Response:
    return document("message.html.j2", status, language, place, title=title, lines=lines, **more)


def _typed_values(fields: Form) -> dict[str, Any]:
    """Return the fields of a form, valid or not, to show them again."""
    texts = {name: fields.get(name, [""])[0] for name in _TEXTS}
    return {**texts, "reasons": fields.get("reasons", ()), "consent": "consent" in fields}


def _typed_comment(fields: Form) -> str:
    return clean(fields.get("comment", [""])[0])


def document(
    template: str, status: int, language: str, place: SurveyTouchpoint | None, **values: Any
) -> Response:
    """Return a page in a language, of a touchpoint or of none, from a template with these values."""
    look = place.look if place else PLAIN
    css, js, thanks_css, thanks_js, policy = assets.of_page(template, look)
    store_name = place.store.name if place else ""
    html = render(
        TEMPLATES,
        template,
        language=language,
        words=filled_texts(language, store_name),
        shop=store_name,
        label=place.touchpoint.label if place else "",
        code=place.touchpoint.code if place else "",
        look=look,
        css=css,
        js=js,
        thanks_css=thanks_css,
        thanks_js=thanks_js,
        **values,
    )
    return html_response(status, html, policy, language, VARY_BY_LANGUAGE)


@cache
def languages() -> tuple[tuple[str, str], ...]:
    """Return the languages of the switch, each by its own name."""
    return tuple((code, translations("survey", code)["page"]["language"]) for code in LANGUAGES)


@lru_cache(maxsize=64)
def filled_texts(language: str, store_name: str) -> dict[str, dict[str, str]]:
    """Return the texts of a language with the store's name filled in."""
    return {
        part: {
            key: text.replace("{shop}", store_name) if isinstance(text, str) else text
            for key, text in lines.items()
        }
        for part, lines in translations("survey", language).items()
    }


@lru_cache(maxsize=64)
def _script_texts(language: str, store_name: str) -> dict[str, Any]:
    texts = filled_texts(language, store_name)
    return {
        "bands": [TEXT_KEY_OF_BAND[nps.band_of_score(score)] for score in nps.SCORES],
        "longest": LONGEST_COMMENT,
        "why": texts["why"],
        "errors": {
            code: texts["errors"][code]
            for code in ("score_required", "comment_too_long", "consent_required", "contact_missing")
        },
        "left": texts["page"]["characters_left"],
        "over": texts["page"]["characters_over"],
        "anew": texts["thanks"]["anew"],
        "sending": texts["page"]["sending"],
        "still": texts["offline"]["still"],
        "keep_open": texts["offline"]["keep_open"],
        "sent_earlier": texts["offline"]["sent_earlier"],
    }
