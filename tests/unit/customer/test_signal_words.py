"""Frustration, resistance to solutions and lack of interest in what is new, by what somebody wrote."""

import pytest

from lazo.customer.signal_rules import load_signal_rules
from tests.unit.customer.timelines import entry, risk_of

SAID = {
    "frustration": [
        "Estoy harta de esperar", "Me tienen aburrida con lo mismo", "Es la tercera vez que reclamo", "Ya no aguanto más, qué desesperación", "Qué frustración todo esto",
        "I am so frustrated with you", "Fed up with calling", "We have had enough", "How many times do I have to ask", "This is the last straw",
        "Cansei de esperar", "Estou farta disso", "Não aguento mais essa loja", "Quantas vezes preciso pedir", "Que raiva disso tudo",
    ],
    "resistance": [
        "Ya probé eso y no funciona", "No acepto el vale que me dieron", "Esa solución no me sirve", "Sigue sin funcionar después del cambio", "Rechazo su propuesta",
        "I already tried that and it did not work", "I don't want a voucher", "Your solution does not help", "It is still not fixed", "Same answer again and again",
        "Já tentei isso e não adiantou", "Não aceito o cupom que me deram", "Essa solução não resolve", "Continua sem funcionar", "Recuso a proposta de vocês",
    ],
    "no_interest": [
        "No me interesa la app nueva", "No uso las nuevas funciones", "No tengo interés en el plan", "No le veo la utilidad a eso", "Me da igual la promoción",
        "Not interested in the new plan", "I never use the new features", "I don't need the upgrade", "I don't see the point", "Don't care about your new app",
        "Não tenho interesse no aplicativo", "Não uso as novas funções", "Não preciso do plano novo", "Não vejo utilidade nisso", "Não me interessa a novidade",
    ],
}  # fmt: skip
SAID_NOT = {
    "frustration": [
        "Había harta gente pero rápido", "Paciencia tuvieron mucha conmigo", "No me frustra nada", "La segunda vez fue mejor",
        "I was not frustrated at all", "Had enough parking", "We walked many times here", "Muito bom, sem estresse", "Voltei outras vezes e gostei",
    ],
    "resistance": [
        "Me sirvió la solución", "Acepto el cambio, gracias", "Probé el pastel y me encantó", "Funcionó a la primera",
        "I tried the cake and loved it", "The refund came fast, thanks", "It works", "Aceitei a troca, obrigada", "A solução funcionou",
    ],
    "no_interest": [
        "Me interesa mucho la app nueva", "Uso la app todos los días", "No quiero perderme las novedades", "Necesito más información",
        "Interested in the new plan", "I love the new feature", "I don't want to miss the new offers", "Tenho interesse no plano", "Não quero perder as novidades",
    ],
}  # fmt: skip


def signs_in(text: str) -> set[str]:
    rules = [rule for rule in load_signal_rules() if rule.kind in SAID]
    return {rule.kind for rule in rules if risk_of(rule, entry("note", 0, text=text)).signals}


@pytest.mark.parametrize(("sign", "text"), [(sign, text) for sign in SAID for text in SAID[sign]])
def test_words_that_show_a_sign(sign: str, text: str) -> None:
    assert sign in signs_in(text)


@pytest.mark.parametrize(("sign", "text"), [(sign, text) for sign in SAID_NOT for text in SAID_NOT[sign]])
def test_words_that_show_none(sign: str, text: str) -> None:
    assert sign not in signs_in(text)


def test_words_count_where_a_person_wrote_them() -> None:
    (rule,) = [rule for rule in load_signal_rules() if rule.kind == "frustration"]
    assert risk_of(rule, entry("usage", 0, text="Estoy harta de esperar")).total == 0
    assert risk_of(rule, entry("complaint", 0, text="")).total == 0
