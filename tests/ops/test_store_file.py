"""A file of stores: a contact_id names one person, and each mistake names store and field."""

from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from ops.store_import.errors import store_file_error
from ops.store_import.store_file import ContactRow, StoreFile
from tests.builders import ANA, DIEGO, MARTA, settings


def file(*contacts_by_store: list[dict[str, Any]]) -> StoreFile:
    """Return a file of stores s1, s2... with these contacts."""
    return StoreFile.model_validate(
        {
            "stores": [
                settings(store_id=f"s{n}", contacts=contacts)
                | {"touchpoints": [{"code": f"till{n}", "label": "Till"}]}
                for n, contacts in enumerate(contacts_by_store, start=1)
            ]
        }
    )


def test_one_person_may_be_in_several_stores() -> None:
    loud = {**DIEGO, "email": DIEGO["email"].upper(), "level": 0, "language": "es"}
    assert len(file([ANA, DIEGO], [loud, MARTA]).stores) == 2


def test_one_contact_id_is_one_person() -> None:
    with pytest.raises(ValidationError) as refused:
        file(
            [ANA, DIEGO, MARTA],
            [{**DIEGO, "phone": "+56922345679"}],
            [ANA, {**MARTA, "name": "Marta S.", "email": None, "phone": "+447911123456"}],
        )
    message = str(refused.value)
    assert "store 's2', contact 1: 'diego' has another phone than at store 's1', contact 2" in message
    assert (
        "store 's3', contact 2: 'marta' has another name and phone and email than at store 's1', contact 3"
        in message
    )
    assert message.count("has another") == 2


def test_the_wording_guard_checks_a_stores_own_question() -> None:
    row = settings() | {"touchpoints": [{"code": "till1", "label": "Till"}]}
    asked = {"es": "¿Qué tal tu visita a Aurora Norte?", "en": "Would you come back to Aurora Norte?"}
    assert StoreFile.model_validate({"stores": [row | {"question": asked}]}).stores[0].question == asked
    with pytest.raises(
        ValidationError, match=r"question.en: 'exclusive offer' is not for customers. It sounds"
    ):
        StoreFile.model_validate(
            {"stores": [row | {"question": asked | {"en": "Would you like an exclusive offer?"}}]}
        )


def test_days_off_may_be_dates_or_text_and_are_kept_as_text() -> None:
    row = ContactRow.model_validate({**ANA, "away": [[date(2026, 12, 28), "2027-01-08"]]})
    assert row.model_dump()["away"] == [("2026-12-28", "2027-01-08")]
    assert ContactRow.model_validate(ANA).away == []


@pytest.mark.parametrize(
    ("away", "why"),
    [
        ([["2026-12-28", "2026-12-27"]], "must not end before it begins"),
        ([["28/12/2026", "2026-12-29"]], "must be a date like 2026-12-24"),
        ([["20261228", "2026-12-29"]], "must be a date like 2026-12-24"),
        ([[datetime(2026, 12, 28), "2026-12-29"]], "must be a date like 2026-12-24"),  # noqa: DTZ001
        ([[1767139200, "2026-12-29"]], "must be a date like 2026-12-24"),
        ([["2026-12-28"]], "Field required"),
    ],
)
def test_invalid_days_off_are_refused(away: list[Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        ContactRow.model_validate({**ANA, "away": away})


def test_seasons_may_be_toml_dates() -> None:
    till = {"touchpoints": [{"code": "till1", "label": "Till"}]}
    week = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    hours = {**week, "closed": [[date(2026, 2, 1), date(2026, 2, 28)], ["12-24", "01-02"]]}
    found = StoreFile.model_validate({"stores": [settings(hours=hours) | till]}).stores[0].hours
    assert found["closed"] == [["2026-02-01", "2026-02-28"], ["12-24", "01-02"]]


def test_mistakes_are_told_in_the_words_of_people() -> None:
    """The same as of a sheet: nobody has to know what a pattern, a validation or an input is."""
    data: dict[str, Any] = {
        "stores": [
            settings(
                store_id="Norte 1",
                name="",
                language="fr",
                country="Chile",
                contacts=[ANA | {"colour": "red"}],
            )
            | {"touchpoints": [{"code": "c", "label": "a" * 41}], "brand": 7, "staff": "Eva"},
            {"store_id": "sur"},
        ]
    }
    with pytest.raises(ValidationError) as caught:
        StoreFile.model_validate(data)
    found = store_file_error(caught.value, data).problems
    norte = "store 'Norte 1', "
    assert set(found) >= {
        f"{norte}store_id: must be small letters, digits and hyphens, 40 at most",
        f"{norte}name: must not be empty",
        f"{norte}language: must be 'es', 'en' or 'pt'",
        f"{norte}country: must be two capital letters, like CL (ISO 3166)",
        f"{norte}brand: must be a text",
        f"{norte}staff: must be a list",
        f"{norte}contact 'ana', colour: is not known: take it out, or look for a slip in its name",
        f"{norte}touchpoint 'c', code: must be 3 to 40 letters, digits and hyphens",
        f"{norte}touchpoint 'c', label: must have at most 40 characters",
        "store 'sur', hours: is missing",
    }
    assert not [
        line for line in found if any(word in line for word in ("should", "nput", "pattern", "valid"))
    ]


def test_each_mistake_names_store_and_field() -> None:
    """And without the value: phones and addresses must not reach a log."""
    till = {"touchpoints": [{"code": "till1", "label": "Till"}, {"code": "t", "label": "Bar"}]}
    data: dict[str, Any] = {
        "chain": {"policy": {"take_on_minutes": 0, "levels": 3}},
        "stores": [
            settings(
                store_id="norte",
                contacts=[{**ANA, "phone": "+56 9 1"}, {**DIEGO, "quiet": ["21:00", "21:00"]}],
                policy={"remind_minutes": {"solved": 5, "resolved": -1}, "contact_clock": "opening"},
            )
            | till,
            {key: value for key, value in settings(timezone="Mars/Olympus").items() if key != "store_id"},
        ],
    }
    with pytest.raises(ValidationError) as caught:
        StoreFile.model_validate(data)
    error = store_file_error(caught.value, data)
    assert {line.partition(": ")[0] for line in error.problems} == {
        "chain.policy.take_on_minutes",
        "chain.policy.levels",
        "store 'norte', contact 'ana', phone",
        "store 'norte', contact 'diego', quiet",
        "store 'norte', policy.remind_minutes.solved",
        "store 'norte', policy.remind_minutes.resolved",
        "store 'norte', policy.contact_clock",
        "store 'norte', touchpoint 't', code",
        "store 2, store_id",
        "store 2, timezone",
        "store 2, touchpoints",
    }
    assert "+56 9 1" not in str(error)
    assert "store 'norte', contact 'diego', quiet: must end at another time than it begins" in error.problems


def test_impossible_hours_name_their_store() -> None:
    till = {"touchpoints": [{"code": "till1", "label": "Till"}]}
    data = {"stores": [settings(hours={"always": True, "closed": [["02-01", "02-28"]]}) | till]}
    with pytest.raises(ValidationError) as caught:
        StoreFile.model_validate(data)
    assert store_file_error(caught.value, data).problems == [
        "store 'norte': hours.always: a shop that is always open has no other hours"
    ]


@pytest.mark.parametrize(
    "link", ["http://reviews.example/x", "https:///x", "https://re views.example", "javascript:x"]
)
def test_the_address_of_public_opinions_is_https(link: str) -> None:
    row = settings() | {"touchpoints": [{"code": "till1", "label": "Till"}]}
    place = "https://reviews.example/x?y=1"
    assert StoreFile.model_validate({"stores": [row | {"review_link": place}]}).stores[0].review_link == place
    with pytest.raises(ValidationError, match="review_link"):
        StoreFile.model_validate({"stores": [row | {"review_link": link}]})


def test_a_store_s_own_phone_may_be_a_landline_with_its_country_code() -> None:
    row = settings() | {"touchpoints": [{"code": "till1", "label": "Till"}]}
    read = StoreFile.model_validate({"stores": [row | {"public_phone": "+56 2 2123 4567"}]})
    assert read.stores[0].public_phone == "+56221234567"
    assert StoreFile.model_validate({"stores": [row]}).stores[0].public_phone == ""
    for wrong in ("22123", "llame"):
        with pytest.raises(ValidationError, match="public_phone"):
            StoreFile.model_validate({"stores": [row | {"public_phone": wrong}]})
