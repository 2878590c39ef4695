"""The page of a case that has ended: what ended it, and the stages that it really reached."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from desk.case.stage_bar import Ending
from lazo.case.model import HistoryKind
from lazo.followup import amendment, lifecycle
from lazo.followup.model import ENDED, STAGES, FollowUp, Stage
from lazo.followup.unanswered import end_unanswered
from lazo.translations import LANGUAGES, translations
from tests import case_views as cases
from tests.builders import START, answer
from tests.case_views import page, view

TOMORROW = START + timedelta(days=1)
HEADLINES = {
    "es": "Caso cerrado: el cliente borró sus datos",
    "en": "Case closed: the customer erased their data",
    "pt": "Caso encerrado: o cliente apagou os próprios dados",
}


def _shown(
    stage: Stage, after: FollowUp, *entries: HistoryKind, language: str = "es"
) -> tuple[str, list[str], list[str]]:
    """The headline, the marked stages and all stages of a case that came to `stage` and ended so."""
    base = view(stage, language)
    added = [cases.entry(what, TOMORROW, after.version) for what in entries]
    case = replace(base.case, followup=after, history=(*base.case.history, *added))
    at = page(replace(base, case=case, now=TOMORROW + timedelta(hours=1)))
    clock = next(each for each in at.all("div") if "clock" in each.classes)
    rows = list(at.one("ol", id="stages").all("li"))
    assert len([each for each in clock.all("i") if "done" in each.classes]) == len(rows)
    return (
        clock.one("strong").text,
        [each.one("b").text for each in rows if "done" in each.classes],
        [each.one("b").text for each in rows],
    )


def _came_to(stage: Stage) -> FollowUp:
    return view(stage).case.followup


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_an_erased_customer_no_stage_is_shown_that_was_not_reached(language: str) -> None:
    stages = translations("labels", language)["stages"]
    erased = lifecycle.erase_customer(_came_to("taken_on"), TOMORROW)
    headline, done, rows = _shown("taken_on", erased, language=language)
    assert headline == HEADLINES[language]
    assert rows[:2] == [stages["open"], stages["taken_on"]]
    assert done == rows
    assert len(rows) == 3


def test_what_had_ended_before_it_was_erased_ended_as_it_did() -> None:
    silent = lifecycle.end_unconfirmed(_came_to("resolved"), TOMORROW)
    later = lifecycle.erase_customer(silent, TOMORROW + timedelta(days=1))
    headline, _, rows = _shown("resolved", later, "unconfirmed")
    assert headline == "Caso cerrado sin confirmar: el cliente no respondió"
    assert rows == ["Abierto", "Tomado", "Contactado", "Resuelto", "Sin confirmar"]


def test_a_corrected_answer_is_not_a_customer_who_did_not_reply() -> None:
    corrected = amendment.withdraw(_came_to("open"), answer(score=9), TOMORROW)
    assert _shown("open", corrected, "answer_corrected") == (
        "Caso cerrado: el cliente corrigió su respuesta",
        ["Abierto", "Respuesta corregida"],
        ["Abierto", "Respuesta corregida"],
    )
    assert _shown("open", corrected, "answer_joined")[:2] == (
        "Caso cerrado: sigue en otro caso de la misma visita",
        ["Abierto", "Sigue en otro caso"],
    )


def test_a_dismissed_case_was_no_customers_at_the_stage_that_it_had_reached() -> None:
    doubtful = replace(_came_to("contacted"), doubts=("unusual_rate",))
    dismissed = lifecycle.dismiss(doubtful, TOMORROW)
    assert _shown("contacted", dismissed, "dismissed")[:2] == (
        "Caso cerrado: no era un cliente",
        ["Abierto", "Tomado", "Contactado", "No era un cliente"],
    )


def test_a_doubtful_case_whose_customer_stayed_silent_was_not_dismissed() -> None:
    doubtful = replace(_came_to("resolved"), doubts=("unusual_rate",))
    silent = lifecycle.end_unconfirmed(doubtful, TOMORROW)
    assert _shown("resolved", silent, "unconfirmed")[0] == (
        "Caso cerrado sin confirmar: el cliente no respondió"
    )


def test_what_nobody_took_on_reached_nothing() -> None:
    ended = end_unanswered(_came_to("open"), TOMORROW)
    assert _shown("open", ended, "unanswered")[:2] == (
        "Caso cerrado: nadie lo tomó",
        ["Abierto", "Nadie lo tomó"],
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_end_has_a_headline_and_a_name(language: str) -> None:
    text = translations("case", language)
    assert set(text["ended"]) == {*ENDED, *get_args(Ending)}
    assert set(text["ended_stage"]) == set(get_args(Ending))
    assert not set(get_args(Ending)) & set(STAGES)
