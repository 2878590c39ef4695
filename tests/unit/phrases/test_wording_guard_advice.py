"""What to write instead of a blocked word is said in the language of the message, whatever language the word is of."""

import pytest

from lazo.phrases import wording_guard_rules
from lazo.phrases.wording_guard import find_blocked_words
from lazo.translations import LANGUAGES


@pytest.mark.parametrize(
    ("language", "text", "better"),
    [
        ("es", "Lamentamos o seu caso", "lo que nos contaste"),
        (
            "es",
            "A gift if you change your review",
            "queremos reparar lo que pasó, sin pedirte nada a cambio",
        ),
        (
            "en",
            "Te damos un regalo si cambias tu reseña",
            "we want to put this right and ask nothing in return",
        ),
        ("pt", "We escalated your case", "o que você nos contou"),
        ("es", "We pride ourselves on it", "esto fue lo que falló, y esto es lo que hacemos"),
        ("en", "No queremos perderte", "we would like you to enjoy coming back"),
        ("pt", "It won't happen again", "isto é o que vamos fazer e até quando: …"),
        ("en", "Frete grátis na próxima", "we would like to make up for what happened"),
    ],
)
def test_a_word_of_another_language_is_replaced_in_the_language_of_the_message(
    language: str, text: str, better: str
) -> None:
    assert {each.better for each in find_blocked_words(text, language)} == {better}


def test_each_idea_has_words_in_each_language() -> None:
    ideas = {
        language: {group.idea for group in wording_guard_rules._groups(language)} for language in LANGUAGES
    }
    assert ideas["es"] == ideas["en"] == ideas["pt"]
    assert "" not in ideas["es"]
