"""The rules against comments read by a person, and what must hold for any comment."""

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazo.phrases.matching import Phrasebook, tokens
from lazo.phrases.theme_rules import (
    FOLDER,
    THEMES,
    URGENCY,
    RuleFileError,
    check_theme_rules,
    load_theme_rules,
)
from lazo.phrases.themes import Findings, assess_comment
from lazo.translations import LANGUAGES

HERE = Path(__file__).parent


def read_comments() -> Iterator[tuple[str, str, set[str], set[str], str]]:
    language = ""
    for line in (HERE / "theme_comments.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif line and not line.startswith("#"):
            half, themes, signals, comment = (part.strip() for part in line.split("|", 3))
            yield language, half, set(themes.split()), set(signals.split()), comment


def read_signals() -> list[tuple[str, str, str]]:
    lines = (HERE / "theme_signals.txt").read_text(encoding="utf-8").splitlines()
    rows = [tuple(part.strip() for part in line.split("|", 2)) for line in lines if line and line[0] != "#"]
    return [(language, signal, comment) for language, signal, comment in rows]


COMMENTS = list(read_comments())
SIGNALS = read_signals()
TEXTS = [comment for *_, comment in COMMENTS + SIGNALS]


def signals(findings: Findings) -> set[str]:
    return {*findings.urgency, *(["leaving"] if findings.leaving else [])}


@pytest.mark.parametrize("half", ["seen", "unseen"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_themes_as_a_reader_finds_them(language: str, half: str) -> None:
    rows = [(themes, text) for lang, part, themes, _, text in COMMENTS if (lang, part) == (language, half)]
    found = [(themes, set(assess_comment(text, (), language).themes), text) for themes, text in rows]
    right = sum(len(wanted & got) for wanted, got, _ in found)
    precision = right / sum(len(got) for _, got, _ in found)
    recall = right / sum(len(wanted) for wanted, _, _ in found)
    sys.stdout.write(
        f"\n{language} {half}: {len(rows)} comments, precision {precision:.3f}, recall {recall:.3f}\n"
    )
    wrong = "\n".join(f"{text}: {wanted} but {got}" for wanted, got, text in found if wanted != got)
    assert len(rows) >= 20
    assert precision >= 0.9, wrong
    assert recall >= 0.95, wrong


@pytest.mark.parametrize(("language", "wanted", "text"), [(row[0], row[3], row[4]) for row in COMMENTS])
def test_urgency_and_leaving_as_a_reader_finds_them(language: str, wanted: set[str], text: str) -> None:
    assert signals(assess_comment(text, (), language)) == wanted


@pytest.mark.parametrize(("language", "signal", "text"), SIGNALS)
def test_danger_is_told_from_what_sounds_like_it(language: str, signal: str, text: str) -> None:
    found = signals(assess_comment(text, (), language))
    assert signal in found or (signal == "-" and not found), found


@pytest.mark.parametrize(
    ("language", "text", "themes"),
    [
        ("es", "no fue caro", ()),
        ("es", "nada caro y sin demora", ()),
        ("es", "sin embargo demoraron", ("waiting_time",)),
        ("es", "no puede ser que sea tan caro", ("price",)),
        ("es", "nunca vi un lugar tan sucio", ("cleanliness",)),
        ("es", "no solo caro, también sucio", ("price", "cleanliness")),
        ("es", "nada amables", ("staff_attitude",)),
        ("es", "no estaba limpio", ("cleanliness",)),
        ("es", "podría ser más barato", ("price",)),
        ("es", "no vuelvo mas caro y sucio", ("price", "cleanliness")),
        ("es", "los precios no son altos", ()),
        ("es", "no hay nada de stock", ("availability",)),
        ("es", "buena la comida, pésima la atención", ("service",)),
        ("es", "tomé una coca cola", ()),
        ("es", "esperaba más de ustedes", ()),
        ("es", "muy mala cara del cajero", ("staff_attitude",)),
        ("en", "not rude at all", ()),
        ("en", "no wait at all", ()),
        ("en", "wasn't expensive", ()),
        ("en", "not only slow but dirty", ("waiting_time", "cleanliness")),
        ("en", "I can't believe how rude they are", ("staff_attitude",)),
        ("en", "less than friendly", ("staff_attitude",)),
        ("en", "could be faster", ("waiting_time",)),
        ("en", "the food was good but the bathroom was not clean", ("cleanliness",)),
        ("en", "best wait staff ever", ()),
        ("pt", "não é caro", ()),
        ("pt", "sem demora e nada caro", ()),
        ("pt", "não só caro, também sujo", ("price", "cleanliness")),
        ("pt", "pouco simpáticos", ("staff_attitude",)),
        ("pt", "o preço não é alto", ()),
        ("pt", "q atendimento ruim, mto caro d+", ("service", "price")),
    ],
)
def test_negation_and_praise(language: str, text: str, themes: tuple[str, ...]) -> None:
    assert assess_comment(text, (), language).themes == themes


@pytest.mark.parametrize(
    ("page", "text", "themes", "wanted"),
    [
        ("es", "The staff was rude and my soup was cold", ("staff_attitude", "product_quality"), set()),
        ("es", "Terrible service", ("service",), set()),
        ("es", "Atendimento péssimo e o banheiro estava sujo", ("service", "cleanliness"), set()),
        ("pt", "La atención pésima y los baños sucios", ("service", "cleanliness"), set()),
        ("en", "me intoxiqué con el ceviche", ("product_quality",), {"food_poisoning"}),
        ("pt", "never coming back", (), {"leaving"}),
        ("pt-BR", "fila enorme", ("waiting_time",), set()),
        ("xx", "fila enorme", ("waiting_time",), set()),
        ("pt", "esperé un rato y la comida es muy barata", ("waiting_time",), set()),
        ("pt", "pasamos un buen rato, la comida barata y rica", (), set()),
        ("en", "No se demoraron nada, rapidísimo", (), set()),
        ("es", "No se demoraron nada, rapidísimo", (), set()),
    ],
)
def test_a_comment_in_another_language_than_the_page(
    page: str, text: str, themes: tuple[str, ...], wanted: set[str]
) -> None:
    findings = assess_comment(text, (), page)
    assert findings.themes == themes
    assert signals(findings) == wanted


def test_a_bare_word_names_its_theme() -> None:
    assert assess_comment("los baños, los precios", (), "es").themes == ("price", "cleanliness")
    assert assess_comment("Los baños son tres y quedan al fondo del local", (), "es").themes == ()


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("Prefiero ir al JUMBO o al lider", ["Líder", "Tottus", "Jumbo"], ("Líder", "Jumbo")),
        ("en Santa Isabel es mas barato", ["Santa Isabel"], ("Santa Isabel",)),
        ("en santa isabelita", ["Santa Isabel"], ()),
        ("mcdonalds es mejor", ["McDonald’s"], ("McDonald’s",)),
        ("P.F. Chang's is better", ["P. F. Chang’s"], ("P. F. Chang’s",)),
        ("voy al 7 eleven", ["7-Eleven"], ("7-Eleven",)),
        ("subliderado", ["Líder"], ()),
        ("nada", ["", "!!", "Líder"], ()),
        ("jumbo jumbo", ["Jumbo", "Jumbo"], ("Jumbo",)),
    ],
)
def test_competitors(text: str, names: list[str], found: tuple[str, ...]) -> None:
    assert assess_comment(text, (), "es", names).competitors == found


def test_the_agreed_ids() -> None:
    assert " ".join(THEMES) == (
        "service waiting_time staff_attitude product_quality price cleanliness comfort order_error "
        "availability payment delivery"
    )
    assert " ".join(URGENCY) == "injury food_poisoning discrimination theft legal_threat"


def test_nothing_said() -> None:
    assert assess_comment("", (), "es") == Findings((), (), False, ())
    assert assess_comment(" \n👍 ", ["comfort", "price", "comfort", "gone"], "en").themes == (
        "price",
        "comfort",
    )


ANY_TEXT = st.one_of(
    st.text(max_size=300), st.lists(st.sampled_from(TEXTS), max_size=4).map(" ".join), st.sampled_from(TEXTS)
)
ANY_LANGUAGE = st.sampled_from([*LANGUAGES, "pt_BR", "", "fr"])
REASONS = st.lists(st.sampled_from(THEMES))


@settings(deadline=None)
@given(ANY_TEXT, ANY_LANGUAGE, REASONS, st.lists(st.text(max_size=20), max_size=3))
def test_any_comment_is_read(text: str, language: str, reasons: list[str], rivals: list[str]) -> None:
    findings = assess_comment(text, reasons, language, rivals)
    assert set(reasons) <= set(findings.themes)
    assert findings.themes == tuple(theme for theme in THEMES if theme in findings.themes)
    assert findings.urgency == tuple(each for each in URGENCY if each in findings.urgency)
    assert set(findings.competitors) <= set(rivals)
    assert assess_comment(text, findings.themes, language, findings.competitors) == findings


@settings(deadline=None)
@given(st.sampled_from(TEXTS), st.sampled_from(LANGUAGES))
def test_case_accents_and_stretched_letters_do_not_matter(text: str, language: str) -> None:
    findings = assess_comment(text, (), language)
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    for variant in (
        text.upper(),
        text.lower(),
        text.title(),
        bare,
        bare.upper(),
        unicodedata.normalize("NFD", text),
    ):
        assert assess_comment(variant, (), language) == findings, variant


def test_chat_spelling() -> None:
    assert tokens("PÉÉÉÉSIMO, didn’t\nd+ 20min 1.500") == [
        "pesimo", "", "didnt", "", "d+", "20", "min", "1.500",
    ]  # fmt: skip


class Counted(list[str]):
    """Words that count how often one of them is looked at."""

    looks = 0

    def __getitem__(self, at: Any) -> Any:
        Counted.looks += 1
        return super().__getitem__(at)


HOSTILE = [
    "no ", "nunca ", "sin ", "no no hay ", "pedí pedí ", "me me ", "never ", "wasnt a ", "charged ", "bad service ",
    "não ", "veio ", "sem sem ", "pésima atención ", "a", "1.", "1,", "d+", "'", "́", "#", "aa ", "caro. ",
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", HOSTILE)
def test_the_work_grows_with_the_length_only(
    piece: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Phrasebook.expand_shorthand
    monkeypatch.setattr(Phrasebook, "expand_shorthand", lambda self, found: Counted(read(self, found)))

    def looks(length: int) -> int:
        Counted.looks = 0
        assess_comment((piece * length)[:length], (), language)
        return Counted.looks

    once, twice = looks(300), looks(600)
    assert twice <= 2.1 * once + 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rule_files_are_fit_for_use(language: str) -> None:
    assert check_theme_rules(language) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "[themes.price]",
            "[themes.prices]",
            'en.toml: themes: "prices" is not known; known are: availability',
        ),
        ("[themes.price]", "[themes.prices]", 'en.toml: themes: "price" is missing'),
        ("[urgency.theft]", "[urgency.robbery]", 'en.toml: urgency: "robbery" is not known'),
        ("[leaving]", "[going]", 'en.toml: file: "leaving" is missing'),
        ('"expensive",', '"exp*",', '"exp*": a stem needs 4 letters or more before the * here'),
        ('"expensive",', '"so ex*",', '"ex*": a stem needs 3 letters or more before the * here'),
        ('"expensive",', '"expensive", "EXPENSIVE",', '"EXPENSIVE": says the same as "expensive"'),
        (
            '"expensive",',
            '"expensive", "expens*",',
            '"expensive": "expensive" is covered by "expens*" already',
        ),
        ('"expensive",', '"so {dear}",', 'there is no list "dear" in [words]'),
        ('"expensive",', '"... dear",', 'a gap "..." needs a word on both sides'),
        ('"expensive",', '"a ... b ... c ... d",', 'has more than 2 gaps "..."'),
        ('"expensive",', '"a ~ b ~ c",', 'has more than one "~"'),
        ('"expensive",', '"too-dear",', '"too-dear" is not one word'),
        ('"expensive",', '"dear but fine",', '"but" is read as the end of a clause ([shorthand] or breaks)'),
        ('"expensive",', '"u overcharge",', '"u" is read as you ([shorthand] or breaks): it never matches'),
        ('"although",', '"even so",', 'breaks: "even so": this list holds single words only'),
        ('"steep",', '"too steep",', "a list for use in {...} holds single words only"),
        ('"expensive",', "7,", "7: an entry is a word or phrase in quotes"),
        (
            'theme = "product_quality"',
            'theme = "food"',
            'urgency.food_poisoning.theme: there is no theme "food"',
        ),
        ('u = "you"', 'u = "U"', "shorthand.u: says nothing: accents and capitals do not matter"),
        ('u = "you"', 'u = ""', "shorthand.u: needs one word on the left and a text on the right"),
        ("negators = [", "negators = 3\nx = [", 'en.toml: negators: must be a list: ["...", "..."]'),
        ("negators = [", "negators = ", "en.toml: file: cannot be read: "),
        ("[shorthand]", "shorthand = 1\n[other]", "en.toml: shorthand: must be a section, [shorthand]"),
    ],
)
def test_a_mistake_in_a_rule_file_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    content = (FOLDER / "en.toml").read_text(encoding="utf-8")
    assert content.count(old) >= 1
    (tmp_path / "en.toml").write_text(content.replace(old, new, 1), encoding="utf-8")
    assert any(problem in found for found in check_theme_rules("en", tmp_path)), check_theme_rules(
        "en", tmp_path
    )


def test_a_rule_file_that_is_not_there(tmp_path: Path) -> None:
    (problem,) = check_theme_rules("es", tmp_path)
    assert problem.startswith("es.toml: file: cannot be read: ")


def test_a_mistake_costs_its_entry_and_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (FOLDER / "pt.toml").read_text(encoding="utf-8")
    (tmp_path / "pt.toml").write_text(
        content + '\n[urgency.boredom]\nfound = ["que tedio"]\n', encoding="utf-8"
    )
    monkeypatch.setattr("lazo.phrases.theme_rules.FOLDER", tmp_path)
    load_theme_rules.cache_clear()
    try:
        assert check_theme_rules("pt", tmp_path)
        assert load_theme_rules("pt").phrasebook
    finally:
        load_theme_rules.cache_clear()


def test_a_rule_file_that_is_not_toml_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pt.toml").write_text("negators = [", encoding="utf-8")
    monkeypatch.setattr("lazo.phrases.theme_rules.FOLDER", tmp_path)
    load_theme_rules.cache_clear()
    try:
        with pytest.raises(RuleFileError, match="cannot be read"):
            load_theme_rules("pt")
    finally:
        load_theme_rules.cache_clear()
