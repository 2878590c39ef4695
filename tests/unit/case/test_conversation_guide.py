"""The conversation guide: open questions from general to particular, in the customer's language."""

import pytest

from lazo.case.conversation_guide import (
    ConversationGuide,
    ConversationParticipants,
    ConversationSubject,
    GuideLine,
    build_guide,
    dos_and_donts,
)
from lazo.phrases import theme_rules
from lazo.translations import LANGUAGES, translations

PEOPLE = ConversationParticipants("Ana", "Aurora Norte", "Rosa")
OPENS_WITH = {
    "es": ("¿Me cuentas", "¿Cómo", "¿Qué"),
    "en": ("How", "What", "Which"),
    "pt": ("O que", "Como", "Que"),
}
"""Words that begin an open question: what they ask cannot be answered with yes or no."""


def question_texts(found: ConversationGuide) -> list[str]:
    return [line.text for line in found.questions]


def guide_texts(language: str = "es") -> dict[str, dict[str, str]]:
    return translations("conversation", language)


def test_the_opening_names_who_calls_the_store_and_the_survey() -> None:
    found = build_guide(ConversationSubject(3), PEOPLE, "es", "es")
    assert found.phone.text.startswith("Hola, Rosa. Soy Ana, de Aurora Norte. ")
    assert found.in_person.text.startswith("Hola, Rosa. Soy Ana, de Aurora Norte. ")
    assert found.writing.text.startswith("Hola, Rosa. Soy Ana, de Aurora Norte. ")
    assert "encuesta" in found.phone.text
    assert "encuesta" in found.writing.text


def test_a_customer_without_a_name_is_greeted_without_one() -> None:
    assert build_guide(
        ConversationSubject(3), ConversationParticipants("Ana", "Norte"), "en", "en"
    ).phone.text.startswith("Hello. This is Ana")


def test_a_case_from_signals_mentions_no_survey() -> None:
    for language, survey in (("es", "encuesta"), ("en", "survey"), ("pt", "pesquisa")):
        found = build_guide(ConversationSubject(None), PEOPLE, language, language)
        assert survey not in found.phone.text + found.writing.text
        assert question_texts(found)[0] == guide_texts(language)["general"]["signals"]


def test_questions_go_from_general_to_the_theme_and_what_would_put_it_right() -> None:
    words_of = guide_texts()
    found = build_guide(ConversationSubject(2, ("waiting_time", "price")), PEOPLE, "es", "es")
    assert question_texts(found) == [
        words_of["general"]["very_low"],
        words_of["theme"]["waiting_time"],
        words_of["expectations"]["next"],
    ]
    assert [each.text for each in found.more] == [
        words_of["theme"]["price"],
        words_of["expectations"]["unmet"],
    ]


def test_only_who_is_not_angry_is_asked_where_else_they_buy() -> None:
    usual = guide_texts()["alternatives"]["usual"]
    for score, asked in ((0, False), (6, False), (7, True), (8, True), (None, False)):
        found = build_guide(ConversationSubject(score, ("price",)), PEOPLE, "es", "es")
        assert (usual in [each.text for each in found.more]) == asked, score
        assert usual not in question_texts(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("score", [None, 0, 5, 8])
@pytest.mark.parametrize("leaving", [False, True])
def test_there_are_three_questions_at_first(language: str, score: int | None, leaving: bool) -> None:
    subject = ConversationSubject(score, tuple(theme_rules.THEMES), leaving=leaving)
    assert len(build_guide(subject, PEOPLE, language, language).questions) == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("urgency", [(), ("injury",), ("self_harm",)])
def test_in_person_nobody_speaks_of_a_phone(language: str, urgency: tuple[str, ...]) -> None:
    """Neither what is said to somebody in the shop nor the advice beside it."""
    phone = {
        "es": ("cuelg", "llam"),
        "en": ("hang up", "call you", "calling"),
        "pt": ("desligar", "ligando"),
    }[language]
    found = build_guide(ConversationSubject(3, urgency=urgency), PEOPLE, language, language)
    advice = dos_and_donts(language, urgency=urgency)
    for line in (found.in_person.text, *advice.do, *advice.avoid):
        lowered = line.lower().replace("llama a emergencias", "")
        assert not [word for word in phone if word in lowered], line


@pytest.mark.parametrize(
    ("score", "mood"),
    [(0, "very_low"), (3, "very_low"), (4, "low"), (6, "low"), (7, "middle"), (8, "middle")],
)
def test_the_general_question_follows_the_score(score: int, mood: str) -> None:
    assert (
        question_texts(build_guide(ConversationSubject(score), PEOPLE, "en", "en"))[0]
        == guide_texts("en")["general"][mood]
    )


def test_a_customer_in_danger_is_first_asked_how_they_are() -> None:
    found = question_texts(
        build_guide(ConversationSubject(1, ("service",), ("injury", "theft")), PEOPLE, "pt", "pt")
    )
    assert found == [guide_texts("pt")["danger"]["injury"], guide_texts("pt")["general"]["very_low"]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("danger", theme_rules.URGENCY)
def test_a_danger_leaves_no_room_for_anything_else(danger: str, language: str) -> None:
    subject = ConversationSubject(7, ("service", "price"), (danger,), leaving=True)
    found = build_guide(subject, PEOPLE, language, language)
    about_it = {guide_texts(language)["danger"][danger], guide_texts(language)["general"]["very_low"]}
    assert set(question_texts(found)) <= about_it
    assert question_texts(found)[0] == guide_texts(language)["danger"][danger]
    expected = {"es": "como esperabas", "en": "as you expected", "pt": "como você esperava"}[language]
    assert expected not in found.phone.text + found.in_person.text + found.writing.text
    advice = dos_and_donts(language, urgency=(danger,))
    usual = dos_and_donts(language)
    assert usual.avoid[-1] not in advice.avoid
    alone = guide_texts(language)["do_in_danger"]["self_harm"]
    assert (alone in advice.do) == (danger == "self_harm")


def test_who_may_harm_themselves_is_asked_only_how_they_are() -> None:
    found = build_guide(ConversationSubject(0, (), ("self_harm", "injury")), PEOPLE, "en", "en")
    assert question_texts(found) == ["First of all: how are you now, and who is with you?"]


def test_a_leaving_customer_is_asked_about_alternatives() -> None:
    found = question_texts(build_guide(ConversationSubject(5, leaving=True), PEOPLE, "es", "es"))
    assert guide_texts()["alternatives"]["leaving"] in found
    assert guide_texts()["alternatives"]["usual"] not in found


def test_at_most_three_themes_are_asked_about_and_unknown_themes_are_skipped() -> None:
    many = ("parking", "price", "service", "delivery", "payment")
    guide = build_guide(ConversationSubject(5, many), PEOPLE, "es", "es")
    found = [*question_texts(guide), *(each.text for each in guide.more)]
    asked = [theme for theme in theme_rules.THEMES if guide_texts()["theme"][theme] in found]
    assert sorted(asked) == ["delivery", "price", "service"]


def test_lines_are_also_in_the_language_of_the_manager() -> None:
    subject = ConversationSubject(2, ("waiting_time",), ("injury",))
    found = build_guide(subject, PEOPLE, "pt", "en")
    own = build_guide(subject, PEOPLE, "en", "en")
    assert found.phone.gloss == own.phone.text
    assert [line.gloss for line in found.questions] == [line.text for line in own.questions]
    assert own.questions[0] == GuideLine(
        "First of all: how are you feeling now, and what help do you need?", None
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_happy_customer_who_asked_to_be_contacted_hears_no_apology(language: str) -> None:
    subject = ConversationSubject(10, ("service",), only_asks=True)
    found = build_guide(subject, PEOPLE, language, language)
    sorry = {"es": ("siento", "disculp"), "en": ("sorry",), "pt": ("sinto", "desculp")}[language]
    advice = dos_and_donts(language, only_asks=True)
    openings = (found.phone.text, found.in_person.text, found.writing.text)
    for line in (*openings, *question_texts(found), *advice.do):
        assert not any(word in line.lower() for word in sorry), line
    assert question_texts(found) == [*guide_texts(language)["asked"].values()]
    assert any(word in line.lower() for word in sorry for line in dos_and_donts(language).do)


def test_braces_in_names_are_not_placeholders() -> None:
    found = build_guide(
        ConversationSubject(3), ConversationParticipants("{shop}", "{customer} & Co", "{reader}"), "es", "es"
    )
    assert found.phone.text.startswith("Hola, {reader}. Soy {shop}, de {customer} & Co. ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_theme_and_danger_has_its_question_and_every_question_is_open(language: str) -> None:
    found = guide_texts(language)
    assert set(found["theme"]) == set(theme_rules.THEMES)
    assert set(found["danger"]) == set(theme_rules.URGENCY)
    lines = [
        line
        for part in ("general", "theme", "alternatives", "expectations", "asked")
        for line in found[part].values()
    ]
    for line in lines:
        assert line.startswith(OPENS_WITH[language]), line
        assert line.endswith("?"), line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("score", [0, 4, 8])
@pytest.mark.parametrize("urgency", [(), theme_rules.URGENCY])
def test_no_line_names_a_score(language: str, score: int, urgency: tuple[str, ...]) -> None:
    subject = ConversationSubject(score, tuple(theme_rules.THEMES), urgency)
    found = build_guide(subject, PEOPLE, language, language)
    assert not any(
        c.isdigit()
        for line in (found.phone, found.in_person, found.writing, *found.questions, *found.more)
        for c in line.text
    )


def test_dos_and_donts_are_in_the_managers_language() -> None:
    card = dos_and_donts("pt")
    assert card.do[0] == "Escute até o fim antes de responder."
    assert card.avoid[0] == "Não mencione o número que a pessoa marcou."


def test_the_three_languages_have_the_same_lines() -> None:
    keys = [[(part, key) for part, lines in guide_texts(each).items() for key in lines] for each in LANGUAGES]
    assert keys[0] == keys[1] == keys[2]
