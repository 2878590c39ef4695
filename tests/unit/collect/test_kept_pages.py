"""An empty survey that was kept is the one that would be made, with the id of its customer."""

from dataclasses import replace

import pytest

from collect import kept_pages, page
from collect.answer_ids import PageId
from collect.recording import SurveyTouchpoint
from lazo.store.brand_look import BrandLook
from lazo.store.model import Touchpoint
from tests.builders import make_store

EVA, INES = (PageId(f"a{n}" * 13, f"{n}f" * 32) for n in "12")


@pytest.fixture
def place() -> SurveyTouchpoint:
    return SurveyTouchpoint(Touchpoint("caja3", "norte", "Caja 3"), make_store())


@pytest.mark.parametrize("language", ["es", "en", "pt"])
@pytest.mark.parametrize("has_changes", [False, True])
def test_is_the_page_that_would_be_made(place: SurveyTouchpoint, language: str, has_changes: bool) -> None:
    for page_id in (EVA, INES):
        kept = kept_pages.empty_survey(place, language, page_id, has_changes=has_changes)
        assert kept == page.survey_page(place, language, page_id, has_changes=has_changes)
        assert page_id.answer_id in kept.body


def test_what_was_read_anew_is_made_anew(place: SurveyTouchpoint) -> None:
    kept_pages.empty_survey(place, "es", EVA, has_changes=False)
    renamed = replace(place, store=replace(place.store, name="Aurora Norte Grande"))
    again = kept_pages.empty_survey(renamed, "es", EVA, has_changes=False)
    assert again == page.survey_page(renamed, "es", EVA)
    assert again != kept_pages.empty_survey(place, "es", EVA, has_changes=False)
    bluer = SurveyTouchpoint(place.touchpoint, replace(place.store), BrandLook(colour="#003399"))
    assert kept_pages.empty_survey(bluer, "es", EVA, has_changes=False) == page.survey_page(bluer, "es", EVA)


def test_no_more_are_kept_than_there_is_room_for(place: SurveyTouchpoint) -> None:
    places = [replace(place, touchpoint=Touchpoint(f"caja{n}", "norte", f"Caja {n}")) for n in range(70)]
    for each in places:
        kept_pages.empty_survey(each, "es", EVA, has_changes=False)
    assert len(kept_pages._kept) == 64
    first = kept_pages.empty_survey(places[0], "es", INES, has_changes=False)
    assert first == page.survey_page(places[0], "es", INES)
