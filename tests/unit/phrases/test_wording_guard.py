"""The wording guard: blocked and permitted texts, disguised words, exemptions."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lazo.phrases import wording_guard_rules
from lazo.phrases.wording_guard import Blocked, Cleared, Finding, clear_text, find_blocked_words

DATA = wording_guard_rules.FOLDER.parent
SENTENCES = Path(__file__).with_name("guard_sentences.txt")
LANGUAGES = ("es", "en", "pt")


def sentences() -> list[tuple[str, list[str], str]]:
    rows = [line.split("|", 2) for line in SENTENCES.read_text(encoding="utf-8").splitlines() if "|" in line]
    return [
        (language.strip(), [r for r in reasons.replace(" ", "").split(",") if r != "-"], text.strip())
        for language, reasons, text in (row for row in rows if not row[0].startswith("#"))
    ]


@pytest.mark.parametrize(("language", "reasons", "text"), sentences())
def test_sentences_of_managers(language: str, reasons: list[str], text: str) -> None:
    findings = find_blocked_words(text, language)
    assert {found.reason for found in findings} == set(reasons), findings


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_sentences_of_either_sort(language: str) -> None:
    count = Counter(bool(reasons) for of, reasons, _ in sentences() if of == language)
    assert count[True] >= 40
    assert count[False] >= 40


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", LANGUAGES)
def test_texts_are_blocked_in_any_language_of_the_message(language: str, reader: str) -> None:
    """A manager may write in another language than the customer's; only words that mean something else there, and
    dates written as fractions, are then judged by the customer's."""
    missed = [
        text
        for of, reasons, text in sentences()
        if of == language and reasons and not find_blocked_words(text, reader) and " caso" not in f" {text}"
    ]
    assert missed == []


class TestFinding:
    def test_fields_of_a_finding(self) -> None:
        text = "Hola, Eva: tu N.P.S. nos importa."
        (found,) = find_blocked_words(text, "es")
        assert found == Finding(14, 19, "N.P.S", "internal_term", "tu opinión")
        assert text[found.start : found.end] == found.phrase

    def test_findings_are_in_order_and_do_not_overlap(self) -> None:
        text = "Tu calificación fue baja. ¡Oferta imperdible! Te haremos feliz."
        found = find_blocked_words(text, "es")
        assert [f.phrase for f in found] == ["Tu calificación", "Oferta imperdible", "haremos feliz"]
        assert [f.reason for f in found] == ["score", "promotion", "empty_promise"]

    def test_the_better_phrase_is_of_the_language_of_the_message(self) -> None:
        better = [find_blocked_words("NPS", language)[0].better for language in LANGUAGES]
        assert better == ["tu opinión", "your opinion", "sua opinião"]

    @pytest.mark.parametrize("reader", LANGUAGES)
    def test_each_reason_is_a_sentence_in_the_readers_language(self, reader: str) -> None:
        assert wording_guard_rules.blocked_reasons(reader).keys() == set(wording_guard_rules.REASONS)
        assert all(
            sentence.endswith(".") for sentence in wording_guard_rules.blocked_reasons(reader).values()
        )


class TestDeobfuscation:
    @pytest.mark.parametrize(
        "text",
        [
            "nps",
            "N.P.S.",
            "N P S",
            "n-p-s",
            "N_P_S",
            "N . P . S",
            "su N P S y su visita",
            "ＮＰＳ",
            "🅽🅿🆂",
            "🅓🅔🅣🅡🅐🅒🅣🅞🅡",
            "ᴅᴇᴛʀᴀᴄᴛᴏʀ",
            "N\u200bP\u200bS",
            "N\u00adPS",
            "NΡS",  # a Greek Rho
            "NP5",
            "𝐍𝐏𝐒",
            "DETRACTOR",
            "detractór",
            "detract0r",
            "d3tr4ct0r",
            "detrac-tor",
            "d e t r a c t o r",
            "dеtractоr",  # Cyrillic e and o
            "detractoooor",
            "de\u200dtrac\ufefftor",
            "(detractores)",
            "“detractora”",
            "nos diste un ３",
            "nos  diste\nun   3",
            "3 / 10",
            "３／１０",
            "0ferta imperdible",
            "t1cket 4512 cerrado",
            "d e t r a c t o r  y  n p s",
            "d e t r 4 c t o r",
            "n p s 3",
            "detraktor",
        ],
    )
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_disguised_word_is_found(self, text: str, language: str) -> None:
        assert find_blocked_words(f"Hola, {text}, gracias.", language)

    @pytest.mark.parametrize(
        "text",
        [
            "snps",
            "npsx",
            "El avión de la NASA",
            "a b c",
            "Opciones a, e, i, o y u",
            "Sala 3-B, piso 10",
            "Wi-Fi y USB-C",
            "Camión P. S. 12",
            "R$ 10,00 e €3",
            "08:30-10:00",
            "李小龙 مرحبا שלום",
            "👩‍👩‍👧 ⭐️",
            "",
            "\n\n",
        ],
    )
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_ordinary_marks_are_no_disguise(self, text: str, language: str) -> None:
        assert find_blocked_words(text, language) == ()

    def test_positions_are_those_of_the_typed_text(self) -> None:
        text = "El d\u200be\u200btract0r ﬁel"
        (found,) = find_blocked_words(text, "es")
        assert found.phrase == "d\u200be\u200btract0r"

    @given(
        st.text(max_size=60),
        st.sampled_from(["NPS", "detractora", "3/10", "oferta imperdible"]),
        st.text(max_size=60),
    )
    @example("C@50", "3/10", "")  # "caso 3" overlaps it
    def test_a_blocked_word_alone_on_its_line_is_found_in_any_text(
        self, before: str, word: str, after: str
    ) -> None:
        text = f"{before}\n\n{word}\n\n{after}"
        assert any(
            f.start <= len(before) + 2 and f.end >= len(before) + 2 + len(word) - 1
            for f in find_blocked_words(text, "es")
        )

    @given(st.text(max_size=120))
    def test_positions_are_always_within_the_text(self, text: str) -> None:
        last = 0
        for found in find_blocked_words(text, "pt"):
            assert last <= found.start < found.end <= len(text)
            assert found.phrase == text[found.start : found.end]
            last = found.end


class TestExemptions:
    def test_names_are_exempt(self) -> None:
        text = "Hola, soy Ana Promo, de NPS Café."
        assert [f.phrase for f in find_blocked_words(text, "es")] == ["NPS"]
        assert find_blocked_words(text, "es", names=["NPS Café"]) == ()
        assert find_blocked_words(f"{text} Tu NPS bajó.", "es", names=["NPS Café"])

    def test_only_the_whole_name_is_exempt(self) -> None:
        assert find_blocked_words("Nuestros detractores", "es", names=["detractor", "", " "])

    def test_links_are_exempt(self) -> None:
        assert find_blocked_words("Cuéntanos: https://aurora.example/s/n-p-s?nota=3/10", "es") == ()
        assert find_blocked_words("https://aurora.example/ tu NPS", "es")


class TestClear:
    def test_a_permitted_text_is_cleared_unchanged(self) -> None:
        cleared = clear_text("Gracias por contarnos, Eva.", "es")
        assert cleared.text == "Gracias por contarnos, Eva."

    def test_a_blocked_text_is_refused_with_all_findings(self) -> None:
        with pytest.raises(Blocked) as refused:
            clear_text("Oferta imperdible: nota 3", "es", field="subject")
        assert [f.reason for f in refused.value.findings] == ["promotion", "score"]
        assert [(p.code, p.field) for p in refused.value.problems] == [("wording", "subject")] * 2

    def test_only_the_guard_makes_a_cleared_text(self) -> None:
        for seal in (None, object(), True):
            with pytest.raises(TypeError):
                Cleared("nota 3", seal)

    def test_a_cleared_text_is_immutable(self) -> None:
        with pytest.raises(AttributeError):
            clear_text("Hola", "es").text = "nota 3"  # type: ignore[misc]


class TestFiles:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_rule_files_are_valid(self, language: str) -> None:
        assert wording_guard_rules.check_guard_rules(language) == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_better_phrases_pass_the_guard(self, language: str) -> None:
        for group in wording_guard_rules.load_guard_rules(language).groups:
            if group.language == language:
                assert find_blocked_words(group.better, language) == (), group.better

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("x = ", "cannot be read"),
            ("", 'reasons: "score" needs a sentence'),
            ("", "groups: there is none"),
            ("[[groups]]\nreason = 'odd'", "the reason must be one of"),
            ("[[groups]]\nreason = 'score'\nphrases = ['x y']", '"better" must say what to write instead'),
            ("[[groups]]\nreason = 'score'\nbetter = 'x'", '"phrases" is missing'),
            (
                "[[groups]]\nreason = 'score'\nbetter = 'x'\nphrases = ['de ...']",
                "needs a word on both sides",
            ),
            (
                "[[groups]]\nreason = 'score'\nbetter = 'x'\nphrases = ['{low} nota']",
                'there is no list "low"',
            ),
            ("[[groups]]\nphrase = ['x']", '"phrase" is not known'),
            ("[[groups]]\nown_language = 'es'", "must be true or false"),
            ("[words]\nlow = ['muy baja']", "holds single words only"),
            ("title = 'x'", '"title" is not known'),
        ],
    )
    def test_mistakes_are_named(self, tmp_path: Path, content: str, problem: str) -> None:
        (tmp_path / "es.toml").write_text(content, encoding="utf-8")
        assert any(problem in each for each in wording_guard_rules.check_guard_rules("es", tmp_path))

    def test_an_invalid_file_clears_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "es.toml").write_text("[[groups]]", encoding="utf-8")
        monkeypatch.setattr(wording_guard_rules, "FOLDER", tmp_path)
        wording_guard_rules.load_guard_rules.cache_clear()
        wording_guard_rules._groups.cache_clear()
        try:
            with pytest.raises(wording_guard_rules.GuardFileError):
                clear_text("Hola", "es")
        finally:
            monkeypatch.undo()
            wording_guard_rules.load_guard_rules.cache_clear()
            wording_guard_rules._groups.cache_clear()


def texts_of(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from texts_of(value)
    elif isinstance(content, list):
        for value in content:
            yield from texts_of(value)


@pytest.mark.parametrize("folder", ["survey", "customer_messages", "conversation"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_for_customers_pass(folder: str, language: str) -> None:
    content = tomllib.loads((DATA / folder / f"{language}.toml").read_text(encoding="utf-8"))
    # What managers are told to avoid has to be named to them.
    said = list(texts_of({name: value for name, value in content.items() if name != "avoid"}))
    assert len(said) > 3
    assert [
        (text, find_blocked_words(text, language)) for text in said if find_blocked_words(text, language)
    ] == []
