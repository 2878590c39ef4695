"""A file of shops: a contact_id names one person in all of it."""

from typing import Any

import pytest
from pydantic import ValidationError

from ops.store_file import StoreFile
from tests.builders import ANA, DIEGO, MARTA, settings


def file(*shops: list[dict[str, Any]]) -> StoreFile:
    """A file of shops s1, s2... with these contacts."""
    return StoreFile.model_validate(
        {
            "stores": [
                settings(store_id=f"s{n}", contacts=contacts)
                | {"touchpoints": [{"code": f"till{n}", "label": "Till"}]}
                for n, contacts in enumerate(shops, start=1)
            ]
        }
    )


def test_one_person_may_be_in_several_shops() -> None:
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


def test_a_question_of_ones_own_is_held_to_the_wording_guard() -> None:
    shop = settings() | {"touchpoints": [{"code": "till1", "label": "Till"}]}
    asked = {"es": "¿Qué tal tu visita a Aurora Norte?", "en": "Would you come back to Aurora Norte?"}
    assert StoreFile.model_validate({"stores": [shop | {"question": asked}]}).stores[0].question == asked
    with pytest.raises(
        ValidationError, match=r"question.en: 'exclusive offer' is not for customers. It sounds"
    ):
        StoreFile.model_validate(
            {"stores": [shop | {"question": asked | {"en": "Would you like an exclusive offer?"}}]}
        )
