"""Names of the staff in what customers write."""

from dataclasses import replace
from pathlib import Path

import pytest

from lazo.store.model import Store
from lazo.table import stores
from lazo.text.name_masking import mask_names
from ops.store_import import store_file
from tests.builders import make_store

STAFF = (
    "Juan",
    "José",
    "Begoña",
    "María José",
    "Rosa",
    "Sol",
    "Will",
    "Mark",
    "Grace",
    "Inés",
    "Caio",
    "Don",
    "Li",
)


def staffed() -> Store:
    """Ana Fuentes, Diego and Marta are its contacts."""
    ordinary = make_store()
    ana = replace(ordinary.contacts[0], name="Ana Fuentes")
    return replace(ordinary, staff=STAFF, contacts=(ana, *ordinary.contacts[1:]))


SPANISH = [
    # Whole words, whatever case and accents they come in.
    ("Juan me atendió mal", "[nombre] me atendió mal"),
    ("el cajero JUAN y jose, pésimos", "el cajero [nombre] y [nombre], pésimos"),
    ("begona fue amable, Begoña también", "[nombre] fue amable, [nombre] también"),
    ("jose\u0301 no me miró", "[nombre] no me miró"),
    ("Ju\u200ban gritó", "[nombre] gritó"),
    ("(juan), «Inés» y ¡Diego!", "([nombre]), «[nombre]» y ¡[nombre]!"),
    ("😡Juan😡", "😡[nombre]😡"),
    ("juan.", "[nombre]."),
    # Parts of other words are no names.
    ("la juanetera, anatomía, semana", "la juanetera, anatomía, semana"),
    ("Josefina, Marta-lo-sabe", "[nombre], [nombre]-lo-sabe"),
    # Of several names of one person all go, and one is enough.
    ("Maria Jose me ayudó", "[nombre] me ayudó"),
    ("la señora María fue lenta", "la señora [nombre] fue lenta"),
    ("ana fuentes no sabe", "[nombre] no sabe"),
    ("Ana-Fuentes y Ana", "[nombre] y [nombre]"),
    ("Hay fuentes de soda", "Hay fuentes de soda"),
    ("Ana. Fuentes me dice que no", "[nombre] me dice que no"),
    # Names that are words: only with a capital inside a sentence.
    ("una rosa en la mesa y mucho sol", "una rosa en la mesa y mucho sol"),
    ("la cajera Rosa y el mozo Sol", "la cajera [nombre] y el mozo [nombre]"),
    ("Rosa es el color del local", "Rosa es el color del local"),
    (
        "Todo mal. Sol directo en la mesa. ¿Rosa? Qué color",
        "Todo mal. Sol directo en la mesa. ¿Rosa? Qué color",
    ),
    ("Todo mal.\nSol directo", "Todo mal.\nSol directo"),
    ("- Sol directo\n- Rosa chillón", "- Sol directo\n- Rosa chillón"),
    ("la Sra. Rosa fue grosera", "la Sra. [nombre] fue grosera"),
    ("me atendió: Rosa, de caja", "me atendió: [nombre], de caja"),
    ("dijo «Rosa no está»", "dijo «[nombre] no está»"),
    ("MUCHO SOL EN LA MESA", "MUCHO SOL EN LA MESA"),
    ("la cajera ROSA me gritó", "la cajera [nombre] me gritó"),
    # What is a word in English only is a name here.
    ("will y mark no saben nada", "[nombre] y [nombre] no saben nada"),
    # Nothing to mask.
    ("", ""),
    ("   \n ", "   \n "),
    ("12345 🙂 ...", "12345 🙂 ..."),
    ("<script>alert('Juan')</script>", "<script>alert('[nombre]')</script>"),
    ("@juan_perez y juan2", "@[nombre]_perez y [nombre]2"),
    (
        "la luz de farmacia me atendió, la luz de farmacia parpadea",
        "la [nombre] de farmacia me atendió, la luz de farmacia parpadea",
    ),
    ("En la noche nos atendieron mal", "En la noche nos atendieron mal"),
    ("la Bosch no taladra", "la Bosch no taladra"),
]

ENGLISH = [
    ("Juan's attitude, and Mark’s too", "[name]'s attitude, and [name]’s too"),
    ("I will never come back", "I will never come back"),
    ("Will you ever fix this?", "Will you ever fix this?"),
    ("the waiter Will was rude", "the waiter [name] was rude"),
    ("It left a mark. Mark my words", "It left a mark. Mark my words"),
    ("I don't like it; Don't go", "I don't like it; Don't go"),
    ("we said grace; then Grace came", "we said grace; then [name] came"),
    ("Mr. Mark was kind", "Mr. [name] was kind"),
    ("I WILL NOT RETURN", "I WILL NOT RETURN"),
    ("rosa was lovely", "[name] was lovely"),
    ("ask JUAN", "ask [name]"),
]

PORTUGUESE = [
    ("O Juan e a begoña são ótimos", "O [nome] e a [nome] são ótimos"),
    ("Se eu caio de novo, processo", "Se eu caio de novo, processo"),
    ("o garçom Caio sumiu", "o garçom [nome] sumiu"),
    ("Sol na cara, parede rosa", "Sol na cara, parede rosa"),
    ("a Rosa do caixa", "a [nome] do caixa"),
    ("Inês e Ines", "[nome] e [nome]"),
    # Names that no store lists.
    ("Fui muito bem atendida pela Rayane", "Fui muito bem atendida pela [nome]"),
    ("chamo-me Gracinda e fui aí ontem", "chamo-me [nome] e fui aí ontem"),
    ("o Nelsinho e o Tonhão fazem o melhor churrasco", "o [nome] e o [nome] fazem o melhor churrasco"),
    ("a clara me tratou mal e a luz me incomodou", "a [nome] me tratou mal e a luz me incomodou"),
    ("a massagista Ubaldina fingiu que não viu", "a massagista [nome] fingiu que não viu"),
    ("a Belinha e a Clarinha do banho", "a [nome] e a [nome] do banho"),
    (
        "a rosa da padaria é grossa, a luz da padaria é fraca",
        "a [nome] da padaria é grossa, a luz da padaria é fraca",
    ),
    ("pedi pra Vitória e ela sumiu", "pedi pra [nome] e ela sumiu"),
    ("jaque pega pesado mas resolve", "[nome] pega pesado mas resolve"),
    ("o doutor Mesa não veio à mesa", "o doutor [nome] não veio à mesa"),
    ("fila na Getúlio Vargas, filé à Oswaldo Aranha", "fila na Getúlio Vargas, filé à Oswaldo Aranha"),
    ("maçã Bravo de Esmolfe tocada", "maçã Bravo de Esmolfe tocada"),
    # Who works there, where, and what they sell are no names.
    ("A Recepção não atende e o Suporte não responde", "A Recepção não atende e o Suporte não responde"),
    ("a Enfermeira me tratou mal", "a Enfermeira me tratou mal"),
    ("comprei em março, eu iria de novo", "comprei em março, eu iria de novo"),
]

CASES = [
    *(("es", *case) for case in SPANISH),
    *(("en", *case) for case in ENGLISH),
    *(("pt", *case) for case in PORTUGUESE),
]


@pytest.mark.parametrize(("language", "said", "shown"), CASES)
def test_names_of_the_staff_are_masked(language: str, said: str, shown: str) -> None:
    assert mask_names(said, staffed(), language, language) == shown


def test_the_replacement_is_in_the_readers_language() -> None:
    said = "una rosa para Juan, will"
    assert mask_names(said, staffed(), "es", "en") == "una rosa para [name], [name]"
    assert mask_names(said, staffed(), "en", "pt") == "una [nome] para [nome], will"


def test_each_store_masks_its_own_names() -> None:
    said = "le pregunté a Sabikha por el horario"
    store = replace(make_store(), staff=("Sabikha",))
    assert mask_names(said, store, "es", "es") == "le pregunté a [nombre] por el horario"
    assert mask_names(said, make_store(), "es", "es") == said


def test_a_listed_name_that_is_a_place_counts_after_a_preposition() -> None:
    store = replace(make_store(), staff=("Mercedes Alonso",))
    assert mask_names("A Mercedes, que no se jubile", store, "es", "es") == "A [nombre], que no se jubile"


def test_contacts_are_masked_by_surname_and_short_form_too() -> None:
    contact = make_store().contacts[0]
    store = replace(
        make_store(),
        contacts=tuple(replace(contact, name=n) for n in ("Rocío Chávez", "Tomás Lira", "Flor Sá Melo")),
    )
    francisco = replace(store, staff=("Francisco",))
    for said, shown in (
        ("pregunté por rocío y no estaba", "pregunté por [nombre] y no estaba"),
        ("Lira prometió llamarme y nada", "[nombre] prometió llamarme y nada"),
        ("le dije a Melo que no", "le dije a [nombre] que no"),
        ("Tomas Lira cobra mal", "[nombre] cobra mal"),
        ("la rocío de caja me retó", "la [nombre] de caja me retó"),
        ("el rocío de la mañana", "el rocío de la mañana"),
        ("una flor de plástico en la mesa", "una flor de plástico en la mesa"),
    ):
        assert mask_names(said, store, "es", "es") == shown
    assert (
        mask_names("el paco del estacionamiento", francisco, "es", "es") == "el [nombre] del estacionamiento"
    )


def test_the_demo_stores_name_their_staff() -> None:
    path = Path(__file__).parents[3] / "infra/local/stores.toml"
    plaza = next(e.settings for e in store_file.load(path) if e.settings["store_id"] == "plaza-norte")
    assert mask_names("joaquin me ignoró", stores.store_from_item(plaza), "es", "es") == "[nombre] me ignoró"


def test_a_long_text_in_another_script_is_unchanged() -> None:
    text = "الخدمة سيئة جدا " * 120
    assert mask_names(text, staffed(), "es", "es") == text


STYLES = [
    "𝐀na", "𝐀𝐧𝐚", "𝐴𝑛𝑎", "𝒜𝓃𝒶", "𝔄𝔫𝔞", "𝔸𝕟𝕒", "𝖠𝗇𝖺", "𝘼𝙣𝙖", "𝙰𝚗𝚊",
    "Ⓐⓝⓐ", "🅐🅝🅐", "🄰🄽🄰", "🅰🅽🅰", "⒜⒩⒜", "ᴀɴᴀ", "Ａｎａ", "ᴬⁿᵃ", "🇦🇳🇦",
]  # fmt: skip
"""Letters in the styles of Unicode's charts 1D400, 2460, 1F100, 1D00 and FF00."""


@pytest.mark.parametrize("name", STYLES)
def test_a_name_in_a_style_of_letters_is_masked(name: str) -> None:
    assert mask_names(f"Me atendió {name}, mal", staffed(), "es", "es") == "Me atendió [nombre], mal"
    assert mask_names(f"{name} Fuentes gritó", staffed(), "es", "es") == "[nombre] gritó"


def test_a_styled_name_that_is_a_word_needs_its_capital() -> None:
    assert mask_names("la cajera 𝐑𝐨𝐬𝐚 gritó", staffed(), "es", "es") == "la cajera [nombre] gritó"
    assert mask_names("una 𝐫𝐨𝐬𝐚 roja", staffed(), "es", "es") == "una 𝐫𝐨𝐬𝐚 roja"
