"""What stands beside a phrase can excuse it: the date of a plan. And a phrase may end with its sentence."""

import pytest

from lazo.phrases.wording_guard import find_blocked_words


class TestNearby:
    PROMISE = "It will not happen again"

    @pytest.mark.parametrize(
        "text",
        [
            f"{PROMISE}: from Monday there are two of us.",
            f"From 3 March there are two of us. {PROMISE}.",
            f"{PROMISE}! There are two of us from Monday.",
        ],
    )
    def test_a_date_in_the_sentence_or_beside_it_makes_a_promise_a_plan(self, text: str) -> None:
        assert find_blocked_words(text, "en") == ()

    def test_a_date_further_away_does_not(self) -> None:
        text = f"{self.PROMISE}. I am sorry. From Monday there are two of us."
        assert [f.phrase for f in find_blocked_words(text, "en")] == ["not happen again"]

    def test_a_date_excuses_no_advertising(self) -> None:
        assert find_blocked_words("Two for one on pizzas from Monday.", "en")

    def test_the_end_of_a_sentence_is_part_of_a_phrase_and_not_of_what_is_shown(self) -> None:
        assert [f.phrase for f in find_blocked_words("I saw your 3. Your 3 bags are here.", "en")] == [
            "saw your 3"
        ]
        assert find_blocked_words("Your 3 bags are here.", "en") == ()
