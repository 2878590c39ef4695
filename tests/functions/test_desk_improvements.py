"""The desk's improvements: proposed, published and withdrawn by whoever is responsible, once for each form."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from infra.local.direct_items import put_directly
from lazo.table import improvements
from lazo.table.published_improvements import published_ids
from tests.builders import ANA, DIEGO, MARTA, START
from tests.desk import Desk, form_to
from tests.dom import parse
from tests.functions.test_desk_insights import counters
from tests.functions.test_improvements_table import made
from tests.product import AFTER, TIMEOUT, Product

PATH = "/desk/improvements"
FILLED = {
    "theme": "waiting_time",
    "in_place_from": "2026-03-02",
    "owner": "Diego",
    "said-es": "La fila para pagar es larga",
    "done-es": "Abrimos otra caja",
}


def signed_in(product: Product, who: Mapping[str, Any]) -> Desk:
    return Desk(product).sign_in(who)


def open_stores(product: Product) -> None:
    product.open_store(contacts=[ANA, DIEGO, MARTA])
    product.open_store(store_id="sur", name="Aurora Sur", contacts=[DIEGO, MARTA])
    product.open_store(store_id="boreal", name="Boreal", brand="Boreal", contacts=[MARTA])


def test_a_store_proposes_its_area_publishes_and_nobody_else_sees_it(product: Product) -> None:
    open_stores(product)
    ana, diego, marta = (signed_in(product, who) for who in (ANA, DIEGO, MARTA))
    assert "Todavía no hay mejoras" in ana.get(PATH).text
    form = form_to(ana.get(f"{PATH}/new").text, "/new")
    assert form.fields["store"] == ["norte"]
    replies = [ana.send(form, **FILLED, do="save") for _ in range(2)]
    (proposed,) = improvements.list_improvements(product.table, lambda _: True).improvements
    improvement_id = proposed.improvement_id
    address = f"{PATH}/{improvement_id}?done=1"
    assert {(each.status, each.headers["location"]) for each in replies} == {(303, address)}
    gone_back = ana.send(form, **FILLED | {"done-es": "Abrimos tres cajas"}, do="save")
    assert gone_back.status == 409, "the same form with other words is not saved, and does not say so"
    (typed,) = form_to(gone_back.text, improvement_id).fields["done-es"]
    assert typed.strip() == "Abrimos tres cajas"
    page = ana.get(address).text
    assert "Guardado." in page
    assert 'value="publish"' not in page
    refused = ana.send(form_to(page, improvement_id), do="publish")
    assert refused.status == 403
    assert "quien está a cargo de todos esos locales" in refused.text
    assert (
        ana.send(form_to(page, improvement_id), do="save", **{"done-es": "Abrimos dos cajas"}).status == 303
    )

    listed = parse(diego.get(PATH).text)
    assert "Not published · Waiting time · since Mon 2 Mar" in listed.one(class_="case").text
    page = diego.get(f"{PATH}/{improvement_id}").text
    stale = form_to(page, improvement_id)
    published = diego.send(stale, do="publish")
    assert published.status == 303
    assert published_ids(product.table, "norte", "Aurora") == {improvement_id}
    page = diego.get(f"{PATH}/{improvement_id}").text
    assert "Customers told: 0" in page
    conflict = diego.send(
        replace(
            form_to(page, improvement_id), fields=form_to(page, improvement_id).fields | {"version": ["1"]}
        ),
        do="save",
    )
    assert conflict.status == 409
    assert "Somebody changed this improvement in the meantime" in conflict.text
    assert "Abrimos dos cajas" in [each.text for each in parse(conflict.text).all("p", class_="words")]
    saved = ana.get(f"{PATH}/{improvement_id}").text
    assert 'name="do"' not in saved, "published, it is her area's"
    assert "Lo que hicimos (Español)" in saved

    withdrawn = diego.send(form_to(page, improvement_id), do="withdraw")
    assert withdrawn.status == 303
    assert published_ids(product.table, "norte", "Aurora") == frozenset()

    everywhere = form_to(marta.get(f"{PATH}/new").text, "/new")
    assert marta.send(everywhere, **FILLED, do="publish", where="Boreal").status == 303
    (of_boreal,) = published_ids(product.table, "boreal", "Boreal")
    for phone in (ana, diego):
        assert of_boreal not in phone.get(PATH).text
        assert phone.get(f"{PATH}/{of_boreal}").status == 404
    assert "Todas as lojas de Boreal" in marta.get(PATH).text
    assert diego.get(f"{PATH}/01KKC2X0000000000000000999").status == 404
    assert diego.get(PATH, "HEAD").status == 200
    assert Desk(product).get(PATH).headers["location"] == "/desk/sign-in?next=%2Fdesk%2Fimprovements"


def test_all_problems_beside_their_fields_and_nothing_typed_is_lost(product: Product) -> None:
    open_stores(product)
    diego = signed_in(product, DIEGO)
    form = form_to(diego.get(f"{PATH}/new").text, "/new")
    reply = diego.send(
        form,
        do="publish",
        theme="",
        store=["norte", "boreal"],
        in_place_from="2026-02-30",
        owner="x" * 81,
        **{"said-es": "", "done-es": "y" * 501, "said-pt": "Fila"},
    )
    assert reply.status == 422
    page = parse(reply.text)
    wrong = {
        each["id"].removeprefix("improvement-").removesuffix("-error") for each in page.all(class_="error")
    }
    assert wrong == {"theme", "store", "in_place_from", "owner", "said-es", "done-es", "done-pt"}
    links = [each["href"] for each in page.one(class_="problem").all("a")]
    ids = set(re.findall(r' id="([^"]+)"', reply.text))
    assert {link.removeprefix("#") for link in links} <= ids
    assert page.one("textarea", name="said-pt").text == "Fila"
    assert page.one("textarea", name="done-es").text == "y" * 501
    assert page.one("input", name="in_place_from")["value"] == "2026-02-30"
    ticked = {each["value"] for each in page.all("input", name="store") if "checked" in each.attributes}
    assert ticked == {"norte"}

    blocked = diego.send(
        form_to(reply.text, "/new"),
        do="publish",
        **{
            **FILLED,
            "in_place_from": "2026-03-11",
            "store": "norte",
            "done-es": "Danos un 10",
            "said-pt": "",
            "owner": "Diego",
        },
    )
    assert blocked.status == 422
    page = parse(blocked.text)
    assert "Danos un 10" in page.one(id="improvement-done-es-error").text
    assert "That day has not come yet" in page.one(id="improvement-in_place_from-error").text
    assert diego.send(form_to(blocked.text, "/new"), do="save").status == 303, "a draft may say anything"
    assert published_ids(product.table, "norte", "Aurora") == frozenset()
    assert (
        diego.send(replace(form, fields=form.fields | {"form": ["x"]}), **FILLED, store="norte").status == 403
    )

    again = form_to(diego.get(f"{PATH}/new").text, "/new")
    product.fault(function="Desk", operation="TransactWriteItems", kind=TIMEOUT, when=AFTER, times=3)
    lost = diego.send(again, **FILLED, store="norte", do="save")
    assert lost.status in (303, 503)
    assert diego.send(again, **FILLED, store="norte", do="save").status == 303
    assert len(product.items("IMPROVEMENT")) == 2


def test_what_changed_and_the_text_for_a_newsletter(product: Product) -> None:
    """START is 10 March 2026: since 2 March one week is over. 56 of 70 before and 48 of 80 after are Newcombe's."""
    open_stores(product)
    put_directly(
        product.cloud,
        [
            counters("norte", "2026-02-23", s2=70, **{"t#waiting_time#detractor": 56}),
            counters("norte", "2026-03-02", s2=80, **{"t#waiting_time#detractor": 48}),
            counters("norte", "2026-03-09", s2=500),
            counters("sur", "2026-03-02", s2=900),
        ],
    )
    one = made(1, published_at=START)
    for each in (one, made(2), made(3, store_ids=("boreal",), published_at=START)):
        improvements.save_improvement(product.table, None, each, START)
    ana = signed_in(product, ANA)
    compared = parse(ana.get(f"{PATH}/{one.improvement_id}").text).one(id="compared").text
    assert "quejas en 60 de cada 100 respuestas; antes, en 80. Son 20 menos: entre 5 y 34." in compared
    assert "Se compara 1 semana antes con 1 después." in compared

    query = {"from": "2026-03-01", "to": "2026-03-31", "language": "es"}
    text = ana.get(f"{PATH}?{urlencode(query | {'format': 'md'})}")
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert text.headers["content-disposition"] == 'attachment; filename="lazo-2026-03-01-2026-03-31.md"'
    assert text.text.count("## Tiempo de espera") == 1
    assert "**Lo que hicimos:** Otra caja" in text.text
    html = ana.get(f"{PATH}?{urlencode(query | {'format': 'html'})}").text
    assert "<h2>Tiempo de espera</h2>" in html
    for wrong in ({"format": "pdf"}, {"format": "md", "from": "ayer"}, {"format": "md", "to": "9999-01-01"}):
        assert ana.get(f"{PATH}?{urlencode(query | wrong)}").headers["location"] == PATH


def test_whoever_has_stores_of_several_languages_writes_that_of_the_chosen_ones(product: Product) -> None:
    product.open_store(contacts=[MARTA])
    product.open_store(store_id="bristol", name="Aurora Bristol", language="en", contacts=[MARTA])
    marta = signed_in(product, MARTA)
    page = marta.get(f"{PATH}/new").text
    shown = parse(page)
    for name in ("said-es", "said-en", "said-pt"):
        assert "required" not in shown.one("textarea", name=name).attributes, "it depends on the stores"
    sent = {**FILLED, "where": "stores", "do": "save"}
    refused = marta.send(form_to(page, "/new"), **sent, store="bristol")
    assert refused.status == 422
    assert 'id="improvement-said-en-error"' in refused.text
    assert marta.send(form_to(refused.text, "/new"), **sent, store="norte").status == 303

    # Which language is theirs is not known before a store is ticked: what was begun is asked for, and no other.
    begun = {**FILLED, "said-es": "", "done-es": "", "said-en": "Slow", "where": "stores"}
    for step in ("save", "publish"):
        missing = marta.send(form_to(page, "/new"), **begun, do=step).text
        wrong = set(re.findall(r'id="improvement-([a-z-]+)-error"', missing))
        assert wrong == {"store", "done-en"}

    both = {**sent, "store": ["norte", "bristol"], "do": "publish"}
    refused = marta.send(form_to(page, "/new"), **both)
    for name in ("said-en", "done-en"):
        assert f'id="improvement-{name}-error"' in refused.text, "customers in Bristol read English"
    assert 'id="improvement-said-es-error"' not in refused.text
    english = {"said-en": "Slow", "done-en": "We opened another till"}
    assert marta.send(form_to(refused.text, "/new"), **both, **english).status == 303
    saved = improvements.published_between(product.table, date(2026, 1, 1), date(2026, 12, 31))
    assert [each.language for each in saved[0].texts] == ["es", "en"]
    again = form_to(marta.get(f"{PATH}/{saved[0].improvement_id}").text, saved[0].improvement_id)
    shorter = {**both, "do": "save", "said-en": "", "done-en": ""}
    assert marta.send(again, **shorter).status == 422, "it is public"
