"""Names of people that no store lists, in what customers write, and words that are none."""

from dataclasses import replace

import pytest

from lazo.text.name_masking import mask_names
from tests.builders import make_store

UNLISTED = [
    # Surnames and nicknames, by what stands beside them.
    ("es", "la Chabela nos sirvió rápido", "la [nombre] nos sirvió rápido"),
    ("es", "la ejecutiva Del Valle me cortó", "la ejecutiva [nombre] me cortó"),
    ("es", "dijo que Ramírez no estaba", "dijo que [nombre] no estaba"),
    ("en", "Dr Okafor was kind", "Dr [name] was kind"),
    ("en", "the chef, Marco, came out", "the chef, [name], came out"),
    ("en", "O'Brien in tyres overcharged me", "[name] in tyres overcharged me"),
    ("pt", "O Albuquerque atrasou uma hora", "O [nome] atrasou uma hora"),
    ("pt", "seu paixão do posto é um amor", "seu [nome] do posto é um amor"),
    # Double names, two people, diminutives.
    ("es", "Luz María nos recibió", "[nombre] nos recibió"),
    ("en", "Joy and Hope on the tills", "[name] and [name] on the tills"),
    ("pt", "Marcinha, obrigada pelo carinho", "[nome], obrigada pelo carinho"),
    # Names that are words, in small letters and at the beginning.
    ("es", "rosa me atendió de mala gana", "[nombre] me atendió de mala gana"),
    ("es", "la señora rosa no quiso", "la señora [nombre] no quiso"),
    ("en", "will in customer service hung up", "[name] in customer service hung up"),
    ("en", "Hope at the front desk upgraded us", "[name] at the front desk upgraded us"),
    ("pt", "vera me atendeu com pressa", "[nome] me atendeu com pressa"),
    # Names that are words, alone after an article; what a badge says.
    ("pt", "pedi licença e a Mel fingiu que não ouviu", "pedi licença e a [nome] fingiu que não ouviu"),
    ("pt", "deixei tudo com a Sol e o Branco", "deixei tudo com a [nome] e o [nome]"),
    ("pt", "no crachá dizia Amarildo", "no crachá dizia [nome]"),
    ("es", "la rosa fue un amor", "la [nombre] fue un amor"),
    ("es", "La rosa del jarrón era preciosa", "La rosa del jarrón era preciosa"),
    ("es", "La cajera, la Yolis, ni miró", "La cajera, la [nombre], ni miró"),
    ("es", "vino Fiorella y lo arregló", "vino [nombre] y lo arregló"),
    ("pt", "Valeu, Lu!", "Valeu, [nome]!"),
    ("pt", "a clara é um amor", "a [nome] é um amor"),
    ("pt", "A clara do ovo estava crua", "A clara do ovo estava crua"),
    ("pt", "O chefe de sala, o Leitão, virou as costas", "O chefe de sala, o [nome], virou as costas"),
    ("pt", "Tomei um chopp na Vila Madalena", "Tomei um chopp na Vila Madalena"),
    ("pt", "o romeu e julieta é o melhor doce", "o romeu e julieta é o melhor doce"),
    ("en", "The usher, Chase, told my son to shut up", "The usher, [name], told my son to shut up"),
    ("en", "The Earl Grey was lukewarm", "The Earl Grey was lukewarm"),
    ("en", "Trader Joe's would never", "Trader Joe's would never"),
    ("es", "llamaron a la Sol por mi reclamo", "llamaron a la [nombre] por mi reclamo"),
    ("en", "his badge said Tolu", "his badge said [name]"),
    # Who it is stands behind the name, beside it between marks, or before "was".
    (
        "en",
        "Zorbo the barista rolled her eyes. Ask Quillon the barista",
        "Zorbo the barista rolled her eyes. Ask [name] the barista",
    ),
    ("en", "Grace the midwife sang", "[name] the midwife sang"),
    ("en", "our server was Bodhi", "our server was [name]"),
    ("en", "the lad on tills, Rhydian, sorted it", "the lad on tills, [name], sorted it"),
    ("es", "Consuelo la enfermera tuvo paciencia", "[nombre] la enfermera tuvo paciencia"),
    ("es", "el de mantenimiento, Bermejo, arregló todo", "el de mantenimiento, [nombre], arregló todo"),
    ("es", "Norma, la cajera, ni saludó", "[nombre], la cajera, ni saludó"),
    # A name that no list has, joined to one that was found.
    ("en", "both Zorbo and Petra were helpful", "both [name] and [name] were helpful"),
    ("es", "Petra y Tzutzu nos cobraron mal", "[nombre] y [nombre] nos cobraron mal"),
    ("en", "the till and Petra, and Thursday too", "the till and [name], and Thursday too"),
    # What they did to the writer, with no list of names.
    ("es", "Tzutzuqui me limpió los vidrios", "[nombre] me limpió los vidrios"),
    ("en", "Destiny waived the late fee", "[name] waived the late fee"),
    ("en", "Clay fixed my brakes, the clay tiles broke", "[name] fixed my brakes, the clay tiles broke"),
    # Forms of first names, larger and smaller ones; names of several words.
    ("pt", "o genivaldo e a Jucineide do balcão", "o [nome] e a [nome] do balcão"),
    ("pt", "Robertão e Dieguinho, nota dez", "[nome] e [nome], nota dez"),
    ("es", "María de la Cruz nos cobró mal", "[nombre] nos cobró mal"),
    ("es", "gracias, Don Rigoberto", "gracias, Don [nombre]"),
    # Verbs, nouns and acronyms that begin a sentence as a name would; what follows a title.
    ("pt", "Trocaram a fechadura. Levei na loja", "Trocaram a fechadura. Levei na loja"),
    ("pt", "Verão passado era melhor", "Verão passado era melhor"),
    ("es", "Pedimos la cuenta. Ella me miró", "Pedimos la cuenta. Ella me miró"),
    (
        "es",
        "llamó al otro, el chico me ayudó, dos lucas menos",
        "llamó al otro, el chico me ayudó, dos lucas menos",
    ),
    ("en", "GPS takes you to the dock. Actually laughed", "GPS takes you to the dock. Actually laughed"),
    ("en", "Dr knows best. They've kept the deposit", "Dr knows best. They've kept the deposit"),
    ("en", "my son said no. a lass in Wrexham fixed it", "my son said no. a lass in Wrexham fixed it"),
    ("pt", "o Habib's e o Bob's fecham cedo", "o Habib's e o Bob's fecham cedo"),
    (
        "es",
        "mi abuelo tiene Parkinson y vive en Los Ángeles",
        "mi abuelo tiene Parkinson y vive en Los Ángeles",
    ),
    ("es", "Julio, agosto: dos facturas mal", "Julio, agosto: dos facturas mal"),
    ("en", "Blender took ages. Nachos kept cold", "Blender took ages. Nachos kept cold"),
    ("es", "el gato me miró, la canela me dio alergia", "el gato me miró, la canela me dio alergia"),
    # No people.
    ("pt", "pedi uma Margarita sem sal", "pedi uma Margarita sem sal"),
    ("es", "pedí una margarita en la plaza San Martín", "pedí una margarita en la plaza San Martín"),
    ("es", "Voy todos los domingos; no había luz", "Voy todos los domingos; no había luz"),
    ("es", "Pésimo Todo Nunca Más", "Pésimo Todo Nunca Más"),
    ("es", "Rappi me cobró dos veces", "Rappi me cobró dos veces"),
    ("en", "May is busy. Mark my words, Victoria sponge", "May is busy. Mark my words, Victoria sponge"),
    ("en", "We came from Charlotte to Baker Street", "We came from Charlotte to Baker Street"),
    ("pt", "A loja da Rua das Flores, o sinal da Claro", "A loja da Rua das Flores, o sinal da Claro"),
    ("pt", "a paixão pelo café e a flor murcha", "a paixão pelo café e a flor murcha"),
]


@pytest.mark.parametrize(("language", "said", "shown"), UNLISTED)
def test_people_that_no_list_of_the_store_names_are_masked(language: str, said: str, shown: str) -> None:
    store = replace(make_store(), contacts=())
    assert mask_names(said, store, language, language) == shown
