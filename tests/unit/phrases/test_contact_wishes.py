"""Who asks in a comment to be contacted, and who only speaks of calls."""

from pathlib import Path

import pytest

from lazo.phrases.contact_wishes import PATH, asks_for_contact
from lazo.phrases.wish_rules import check_wish_rules

ASKS = {
    "es": [
        "llámenme", "por favor contáctenme", "Quiero que me llamen para explicarles lo que pasó", "¿Me pueden llamar? Digo: ¿pueden llamarme?",
        "Necesito hablar con el encargado", "Mi celular es el de la compra, quedo atenta", "Espero su llamada", "Ojalá alguien me contacte",
        "Exijo que se pongan serios. Pónganse en contacto conmigo", "escríbanme al correo", "Agradecería una llamada del gerente",
        "Me gustaría que me escriban por WhatsApp", "LLAMENME POR FAVOR!!!", "Muy mal todo, quedo a la espera de una respuesta",
        "no me atendieron bien, llámeme", "Que alguien se comunique conmigo", "hablen conmigo por favor",
    ],
    "en": [
        "call me", "Please contact me", "I want someone to call me", "Give me a call when you can", "I would like a call from the manager",
        "Get back to me about the refund", "I'd like to speak to the owner", "My number is on the receipt, please get in touch",
        "Reach out to me, I have photos", "I expect a response", "please ring me back", "I need to talk to somebody in charge",
        "Would appreciate a phone call", "Have someone reach out", "Can someone email me about this", "Looking forward to your reply", "Nobody helped us. Please call us",
    ],
    "pt": [
        "me liguem", "quero que entrem em contato", "Por favor entrem em contato comigo", "Liguem para mim", "Aguardo retorno", "Gostaria de falar com o gerente",
        "Espero uma ligação de vocês", "Me ligue assim que puder", "Podem me ligar? Preciso de uma resposta", "Fico no aguardo", "me chamem no WhatsApp",
        "gostaria que alguém entrasse em contato comigo", "Meu telefone é o do cadastro", "Exijo um retorno da loja", "Escrevam para mim", "não resolveram nada, me respondam",
    ],
}  # fmt: skip
ASKS_NOT = {
    "es": [
        "no me llamen", "Por favor no me contacten", "Nadie me llamó", "Me llamaron tres veces", "Llamé y no contestan", "Me llamó la atención lo limpio que está",
        "Dejen de llamarme", "No quiero que me llamen", "No hace falta que me llamen", "Me llamo Ana y todo bien", "Quedaron de llamarme y nada",
        "La llamada fue larga", "No es necesario que me escriban", "Que bueno el contacto con la naturaleza", "Pedí el contacto y me lo dieron",
        "Nunca me contactaron", "Tienen buena respuesta a los reclamos", "Mi número de mesa era el 4",
    ],
    "en": [
        "don't call me", "Please do not contact me", "Nobody called me", "They called me three times", "I called and nobody answered", "Call me picky, but it was cold",
        "Stop texting me", "You don't need to call me", "They said they would call me", "I never got a call", "The call was long", "No need to contact me",
        "They call me by my name, lovely", "I could not reach the store", "The ring was lovely", "My number was called late", "Great response time",
    ],
    "pt": [
        "não me liguem", "Por favor não entrem em contato", "Ninguém me ligou", "Me ligaram três vezes", "Liguei e ninguém atendeu", "Parem de me ligar",
        "Não quero que me liguem", "Não precisa me ligar", "Entrei em contato e resolveram", "Prometeram ligar e nada", "A ligação foi longa",
        "Nunca tive retorno", "Bom contato com a equipe", "Me chame de chata, mas estava frio", "Não é necessário entrar em contato", "Ótima resposta da loja",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(each, text) for each in ASKS for text in ASKS[each]])
def test_a_wish_to_be_contacted(language: str, text: str) -> None:
    assert asks_for_contact(text, language)


@pytest.mark.parametrize(("language", "text"), [(each, text) for each in ASKS_NOT for text in ASKS_NOT[each]])
def test_no_wish_to_be_contacted(language: str, text: str) -> None:
    assert not asks_for_contact(text, language)


def test_a_wish_in_another_language_than_the_page() -> None:
    assert asks_for_contact("Please call me, this was awful", "es")
    assert asks_for_contact("Por favor, que alguien me llame", "en-US")
    assert not asks_for_contact("", "es")


def test_the_rule_file_is_valid() -> None:
    assert check_wish_rules(PATH) == []


def test_a_mistake_in_the_rule_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wishes.toml"
    path.write_text(PATH.read_text(encoding="utf-8").replace('"quedo ... espera"', '"quedo ..."'), encoding="utf-8")
    (problem,) = check_wish_rules(path)
    assert problem == 'wishes.toml: es.found: "quedo ...": a gap "..." needs a word on both sides'
