"""What is said of each theme: a complaint, praise or a mention, and how the score helps to tell."""

import pytest

from lazo.phrases.matching import Hit
from lazo.phrases.theme_opinions import Band, read_opinions
from lazo.phrases.themes import assess_comment


@pytest.mark.parametrize(
    ("language", "band", "text", "complained", "praised", "mentioned"),
    [
        ("es", "detractor", "Lo de los precios de esta semana no lo entiendo", "price", "", ""),
        ("es", "passive", "Lo de los precios de esta semana no lo entiendo", "", "", "price"),
        ("es", None, "Lo de los precios de esta semana no lo entiendo", "", "", "price"),
        ("es", "detractor", "muy buenos precios", "", "price", ""),
        ("es", "detractor", "Muy buenos precios pero el baño estaba asqueroso", "cleanliness", "price", ""),
        ("es", "promoter", "Muy amables y nada caro", "", "staff_attitude price", ""),
        ("es", "promoter", "los precios", "", "price", ""),
        ("es", "passive", "los precios", "price", "", ""),
        ("es", "detractor", "Volví con la bolsa y el pan", "", "", "product_quality"),
        ("es", "promoter", "Me cambiaron la pila del reloj", "", "service", ""),
        ("es", "detractor", "Me cambiaron la pila del reloj", "", "", ""),
        ("es", None, "Ni cola, ni demora", "", "waiting_time", ""),
        ("en", "detractor", "The lamb was like rubber and fell off the plate", "product_quality", "", ""),
        ("en", "detractor", "The starters came out after we had asked for the bill", "waiting_time", "", ""),
        ("en", "passive", "The starters came out after we had asked for the bill", "", "", ""),
        ("es", "detractor", "Saqué el 84 y la pantalla iba en el 31", "waiting_time", "", ""),
        ("es", "promoter", "Saqué el 84 y la pantalla iba en el 83", "", "", ""),
        ("pt", "detractor", "No crachá nem bom dia, e a porta é ali", "staff_attitude", "", ""),
        ("en", "detractor", "I looked at the prices on the way out", "price", "", ""),
        ("en", "promoter", "I looked at the prices on the way out", "", "price", ""),
        (
            "en",
            "promoter",
            "Friendly, not expensive, but the toilets were dirty",
            "cleanliness",
            "staff_attitude price",
            "",
        ),
        ("pt", "detractor", "Comparei os preços com os do meu bairro", "price", "", ""),
        ("pt", "promoter", "Comparei os preços com os do meu bairro", "", "price", ""),
        ("pt", "promoter", "Gente muito simpática e nada caro", "", "staff_attitude price", ""),
        ("es", "detractor", "El baño sucio. Tardaron", "cleanliness waiting_time", "", ""),
        (
            "es",
            "detractor",
            "El baño sucio, con mal olor y sin papel. Tardaron",
            "cleanliness",
            "",
            "waiting_time",
        ),
        (
            "pt",
            "detractor",
            "A comida fria e salgada, a casa de banho suja e com mau cheiro, e caro",
            "cleanliness product_quality",
            "",
            "price",
        ),
        ("es", "promoter", "Genial, pero tardaron media hora", "waiting_time", "", ""),
        ("en", "promoter", "Long queue as always but it was quick", "", "waiting_time", ""),
        ("en", "passive", "Long queue as always but it was quick", "waiting_time", "", ""),
        ("en", "detractor", "I went back to the branch with the same form", "service", "", ""),
        ("en", "passive", "I went back to the branch with the same form", "", "", ""),
        ("en", "detractor", "The form", "", "", ""),
        (
            "en",
            "detractor",
            "Lovely meal and clean rooms, we will be back next year with all of the family and some friends, I hope",
            "",
            "product_quality cleanliness",
            "",
        ),
        ("en", "detractor", "Lovely branch, lovely desk, lovely form", "", "", ""),
    ],
)
def test_complaint_praise_and_mention(
    language: str, band: Band | None, text: str, complained: str, praised: str, mentioned: str
) -> None:
    found = assess_comment(text, (), language, band=band)
    assert [set(each) for each in (found.themes, found.praised, found.mentioned)] == [
        set(wanted.split()) for wanted in (complained, praised, mentioned)
    ]


def _hit(kind: str, theme: str, at: int) -> Hit:
    return Hit(kind, theme, (at,))


def test_a_hint_counts_in_parts_for_its_themes_and_once_however_often_it_is_said() -> None:
    """ "Bag" hints at two themes: half a word for each; with four such words more there are 2.5."""
    words = ["bag", "bag", "box", "lid", "jar", "tin", "dirty"]
    hits = [_hit("trouble", "cleanliness", 6)]
    hits += [_hit("hints", theme, at) for at in range(5) for theme in ("delivery", "order_error")]
    assert read_opinions(hits, words, "detractor").complained == {"cleanliness": {6}}
    words[1] = "cup"
    assert set(read_opinions(hits, words, "detractor").complained) == {"delivery", "order_error"}


def test_only_a_long_comment_complains_of_three_themes() -> None:
    hits = [_hit("trouble", "price", at) for at in (0, 1, 2)]
    hits += [_hit("trouble", "comfort", at) for at in (3, 4)] + [_hit("trouble", "cleanliness", 5)]
    for count, complained in ((34, {"price", "service"}), (35, {"price", "service", "comfort"})):
        assert set(read_opinions(hits, ["word"] * count, "detractor").complained) == complained


def test_who_tells_a_story_tells_how_they_were_served() -> None:
    """A hint for every 5 words beyond 14: 2.5 of them at 26.5."""
    dirty = [_hit("trouble", "cleanliness", 0)]
    for count, complained in ((26, {"cleanliness"}), (27, {"cleanliness", "service"})):
        assert set(read_opinions(dirty, ["dirty"] * count, "detractor").complained) == complained


@pytest.mark.parametrize(
    ("band", "complained", "praised"),
    [
        ("detractor", ("price",), ()),
        ("passive", ("price",), ()),
        (None, ("price",), ()),
        ("promoter", (), ("price",)),
    ],
)
def test_ticked_reasons_are_what_the_survey_asked_for(
    band: Band | None, complained: tuple[str, ...], praised: tuple[str, ...]
) -> None:
    """What went wrong, or what was missing; of a promoter what they liked."""
    found = assess_comment("", ("price",), "es", band=band)
    assert (found.themes, found.praised, found.mentioned) == (complained, praised, ())


def test_a_promoters_words_outrank_what_they_ticked() -> None:
    found = assess_comment("Todo bien, solo carísimo", ("price",), "es", band="promoter")
    assert (found.themes, found.praised) == (("price",), ())
