"""The page of the week: what was said and done in the reader's stores, whoever reads it, in a bounded number of
calls."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import desk.app
from infra.local.direct_items import put_directly
from lazo.auth import links
from lazo.auth.links import Principal
from lazo.auth.users import user_id_of
from lazo.insight.weeks import Week
from lazo.messaging.staff_mail import StaffMail
from lazo.store.contacts import Contact
from lazo.table import followups, stores, users, week_figures
from lazo.table.dynamodb.writes import Item
from lazo.table.messaging import staff_mails
from lazo.table.visitors import enter_visitors
from lazo.workflows.events import staff_mail_due
from tests import builders
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START, minutes
from tests.desk import Desk, form_to
from tests.dom import parse
from tests.feed import HANA, SOUTH
from tests.functions.board import board_page, open_followup
from tests.functions.test_customer_updates import Case
from tests.product import Product

PATH = "/desk/digest"
RUNNING = "?week=2026-W11"


def test_a_week_of_work_is_on_the_page(product: Product) -> None:
    """Ana keeps a promise and resolves the case in this week; a week later both are last week's."""
    case = Case(product, policy={"customer_messages_per_week": 9, "contact_hours": 200})
    case.do("/take-on")
    case.do("/contacted", channel="phone", reached="yes", text="")
    promise = {"date": "2026-03-13", "owner": "ana", "hears_by": "phone"}
    case.do("/promise", what="Una mesa nueva", **promise)
    case.do("/promise-kept", text="")
    case.do("/concern", text="Esperó", priority="normal", owner="ana", deadline="2026-03-11")
    case.do("/settle", how="solved", action="Otra caja")
    case.desk.sign_in(ANA)
    assert "No se resolvió ningún caso." in case.desk.get(PATH + RUNNING).text
    case.do("/resolve", root_cause_theme="waiting_time", root_cause="Una caja", done="Otra caja")
    page = parse(case.desk.get(PATH + RUNNING).text)
    done = page.one(id="done").text
    assert "Se resolvió 1 caso." in done
    assert "Promesas cerradas: 2. A tiempo: 2. Tarde: 0. Incumplidas: 0." in done, "and the first call"
    assert "1 respuesta: muy pocas para un resultado." in page.one(id="heard").text
    assert "1 está resuelto y espera que el cliente lo confirme." in page.one(id="open").text
    to = {link.text: link["href"] for link in page.all("a")}
    week = to["Ver las respuestas: 1"]
    assert week == "/desk/answers?results=in&from=2026-03-09&to=2026-03-15"
    solved = parse(case.desk.get(to["Se resolvió 1 caso."]).text)
    assert len([*solved.one(id="cases").all("li")]) == 1
    assert "Volver a la semana" in solved.text
    for words in ("Promesas cerradas: 2.", "A tiempo: 2."):
        ended = parse(case.desk.get(to[words]).text)
        assert len([*ended.all("li", class_="entry")]) == 2
        assert "en la semana del 9 mar al 15 mar" in ended.text
    assert "Tarde: 0." not in to
    waiting = parse(case.desk.get(to["1 está resuelto y espera que el cliente lo confirme."]).text)
    assert len([*waiting.all("li", class_="entry")]) == 1
    assert 'id="a-' in case.desk.get(week).text, "the answer of the week"
    before = parse(case.desk.get(PATH).text)
    assert "Nadie respondió la encuesta." in before.one(id="heard").text, "the week before, which is over"
    assert before.one(rel="prev")["href"] == "/desk/digest?week=2026-W09"
    assert (
        parse(case.desk.get(f"{PATH}?week=2031-W01").text).one(id="heard").text == before.one(id="heard").text
    )


def test_whoever_has_another_store_sees_nothing_of_this_one(product: Product) -> None:
    product.open_store()
    product.open_store(**SOUTH, contacts=[HANA, DIEGO, MARTA])
    product.accept(score=2, comment="Muy lento en norte")
    product.drain()
    product.wait(minutes(5))
    anas, hanas, diegos = (parse(board_page(product, who, PATH + RUNNING).text) for who in (ANA, HANA, DIEGO))
    assert "Queda 1 caso abierto." in anas.one(id="open").text
    assert "semana tranquila" in hanas.one(id="heard").text
    assert "1 case is open." in diegos.one(id="open").text


def test_two_cases_of_a_day_are_told_apart_by_their_time(product: Product) -> None:
    """START is Tuesday, 10 March, 12:00 in Santiago."""
    product.open_store()
    for name, after in (("f1", 0), ("f2", 25)):
        case = open_followup(name, -5, opened_at=START + minutes(after))
        product.table.put(followups.followup_put(replace(case, missed_at=case.deadline)))
    product.wait(minutes(30))
    said = [each.text for each in parse(board_page(product, ANA, PATH).text).one(id="open").all("li")]
    assert sorted(said) == ["Caso del mar 10 mar, 12:00, Caja 3", "Caso del mar 10 mar, 12:25, Caja 3"]


def test_everybody_says_which_e_mails_they_want(product: Product) -> None:
    product.open_store()
    for who, asked in ((ANA, True), (DIEGO, False)):
        page = board_page(product, who, PATH).text
        form = form_to(page, "/desk/digest/mails")
        assert ("asks_praise" in form.fields) == asked
        assert form.fields["weekly"] == ["1"]
    desk = Desk(product)
    desk.sign_in(ANA)
    form = form_to(desk.get(PATH).text, "/desk/digest/mails")
    stale = desk.send(form, weekly=[], form="x")
    assert stale.status == 403
    assert "Todavía no se guardó" in parse(stale.text).one(role="alert").text
    assert "weekly" not in form_to(stale.text, "/mails").fields, "as it was sent"
    assert form_to(desk.get(PATH).text, "/mails").fields["weekly"] == ["1"], "nothing changed"
    saved = desk.send(form, weekly=[])
    assert "Guardado." in desk.get(saved.headers["location"]).text
    fields = form_to(desk.get(PATH).text, "/mails").fields
    assert "weekly" not in fields
    assert fields["praise"] == ["1"]
    assert desk.send(form, weekly=[]).status == 303, "the same once more"
    product.wait(minutes(1))
    later = desk.send(form_to(desk.get(PATH).text, "/mails"), weekly=["1"])
    assert later.status == 303
    older = desk.send(form, weekly=[])
    assert older.status == 409
    assert "después elegiste otra cosa" in parse(older.text).one(role="alert").text
    assert form_to(older.text, "/mails").fields["weekly"] == ["1"], "what stands"


def test_a_week_before_a_store_began_is_not_one_of_missing_figures(brand: Product) -> None:
    """Norte has its first answers on 2 March (week 10), Sur none: in week 9 neither asked yet, in week 10 one."""
    counted = {"pk": "STORE#norte", "sk": "DAY#2026-03-02", "s9": 3}
    put_directly(brand.cloud, [counted])
    brand.wait(timedelta(days=30))
    before = parse(board_page(brand, ANA, f"{PATH}?week=2026-W09").text)
    assert "En esa semana todavía no se preguntaba a los clientes." in before.one(id="heard").text
    assert not [*before.all(rel="prev")], "there is nothing further back"
    assert not [*before.one(id="heard").all("a")], "and nothing to read"
    known = parse(board_page(brand, ANA, f"{PATH}?week=2026-W10").text)
    assert "Faltan las cifras de 1 local." in known.one(id="heard").text
    both = parse(board_page(brand, DIEGO, f"{PATH}?week=2026-W10").text)
    assert "1 shop was not asking its customers yet." in both.one(id="heard").text


def test_visitors_that_are_entered_after_the_week_was_counted_are_on_its_page(
    product: Product, watch: Watch
) -> None:
    """Of Monday 2 March 30 visitors are known, beside 12 answers: 40 in 100. Answers of 3 March are not compared with
    anybody, nor are visitors of 9 March in the week."""
    product.open_store()
    counted = [{"pk": "STORE#norte", "sk": f"DAY#2026-03-0{day}", "s9": 12} for day in (2, 3)]
    put_directly(product.cloud, counted)
    week = Week(2026, 10)
    figures = week_figures.count_week(product.table, "norte", week)
    put_directly(product.cloud, [week_figures.week_put("norte", week, figures, [], product.now()).item])
    board_page(product, ANA, PATH)  # the store is read once a minute
    watch.clear()
    assert "visitantes" not in board_page(product, ANA, PATH).text
    without = len(watch.calls)
    enter_visitors(product.table, "norte", {date(2026, 3, 2): 30, date(2026, 3, 9): 50}, product.now())
    watch.clear()
    heard = parse(board_page(product, ANA, PATH).text).one(id="heard").text
    assert "Responden 40 de cada 100 visitantes." in heard
    assert "el resultado de los 30 visitantes" in heard
    assert len(watch.calls) == without


def test_the_head_of_two_thousand_stores_gets_it_by_few_calls(product: Product, watch: Watch) -> None:
    """30 promoters of 50 answers in each store, and 300 open cases, of which 200 are counted; a call takes 8 ms, and
    the page 300 at most. The e-mail is made by the same calls and those that it takes to send one."""
    cases = [open_followup(f"f{n}", -n - 5, store_id=f"s{n:04}") for n in range(300)]
    waiting = [replace(each, missed_at=each.deadline) for each in cases]
    put_directly(
        product.cloud,
        [
            *(item for n in range(2000) for item in _stores(n)),
            *(followups.followup_put(each).item for each in waiting),
        ],
    )
    product.cloud.functions["Desk"].load()
    watch.clear()
    page = parse(board_page(product, MARTA, f"{PATH}?week=2026-W10").text)
    calls = len([each for each in watch.calls if each.function == "Desk"])
    assert "2000 lojas" in page.one("h1").text
    assert "com 100.000 respostas" in page.one(id="heard").text
    assert "2000 casos foram resolvidos." in page.one(id="done").text
    assert "Mais de 200 casos estão abertos." in page.one(id="open").text
    assert calls * 8 < 300, watch.calls
    mail = StaffMail(user_id_of(Contact(**MARTA)), "weekly", "2026-W10", "s0000", product.now())
    staff_mails.plan_mail(product.table, mail)
    mail_id = staff_mails.id_of(staff_mails.MAIL_CLAIMS.key(mail))
    assert product.notify(asdict(staff_mail_due(mail_id, product.now()))) == []
    (sent,) = product.cloud.outbox()
    assert (
        sent["subject"] == "2000 lojas: mais de 200 casos sem atendimento (semana de 2 de mar. a 8 de mar.)"
    )
    assert "12:00, Aurora s0" in sent["text"], "each case with its time"
    sending = len([each for each in watch.calls if each.function == "Notify"])
    assert sending <= calls + 8, watch.calls


def _stores(number: int) -> Iterator[Item]:
    store_id = f"s{number:04}"
    contacts: list[dict[str, Any]] = [MARTA] if number == 0 else [ANA]
    settings = builders.settings(store_id=store_id, name=f"Aurora {store_id}", contacts=contacts)
    position = {"list_pk": "STORES", "list_at": f"Aurora {store_id}#{store_id}"}
    yield {"pk": f"STORE#{store_id}", "sk": "STORE", **position, **settings}
    if number == 0:
        yield from (put.item for put in users.membership_puts(stores.store_from_item(settings)))
    counts = {"bands": [30, 10, 10], "suspect": 0, "solved": 1, "promises": [1, 0, 0]}
    yield {
        "pk": "WEEKLY#2026-W10",
        "sk": f"STORE#{store_id}",
        "counts": json.dumps(counts),
        "praise": ["01KK0000000000000000000000"],
        "read_at": "2026-03-09T05:00:00.000Z",
    }


def test_the_link_of_an_e_mail_opens_what_it_names_for_its_reader_alone(product: Product) -> None:
    product.open_store()
    product.cloud.functions["Desk"].load()
    ring = desk.app.wire().sessions.ring
    ana = Principal(user_id_of(Contact(**ANA)), 0)
    token = links.sign_user_token(ring, "report", ana, product.now())

    def leads_to(query: str) -> str:
        return Desk(product).get(f"/desk/in/{token}{query}").headers.get("location", "")

    assert leads_to("?week=2026-W10") == "/desk/digest?week=2026-W10"
    assert leads_to("?case=abcdefghijklmnop") == "/desk/followups/abcdefghijklmnop"
    assert leads_to("?praise=norte") == "/desk/answers?band=promoter&shop=norte"
    for odd in ("", "?week=//evil.example", "?case=../../x", "?praise=//evil.example"):
        assert leads_to(odd) == "/desk"
    desk_ = Desk(product)
    assert desk_.open(f"/desk/in/{token}?week=2026-W10").status == 200
    product.wait(timedelta(days=7, minutes=2))
    assert Desk(product).get(f"/desk/in/{token}?week=2026-W10").status == 404
