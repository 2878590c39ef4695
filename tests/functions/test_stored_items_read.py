"""Items that are there already (tests/data/stored_items.json) are read by every page, function and sweep, and events
that were published already (tests/data/published_events.json) by notify."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from infra.local.event_sources.gateway_payloads import Response
from tests.desk import Desk, Form, form_to
from tests.dom import parse
from tests.product import Item, Product
from tests.provider_reports import bounce
from tests.stored_items import sample
from tests.stored_items.doors import inbound_sms
from tests.stored_items.sample import Sample
from tests.stored_items.scenario import ANA, BRUNO, DIEGO, DORA, GLASS, LUCIA, LUIS, MARTA, Scenario


@pytest.fixture(scope="module")
def stored() -> Sample:
    return sample.read()


@pytest.fixture
def product(stored: Sample) -> Iterator[Product]:
    with stored.loaded() as product:
        yield product


class TestPages:
    """They show what is in the sample."""

    @pytest.fixture(scope="class")
    @classmethod
    def held(cls, stored: Sample) -> Iterator[Product]:
        with stored.loaded() as product:
            yield product

    @pytest.fixture
    def ana(self, stored: Sample, held: Product) -> Desk:
        return desk_of(held, stored.links["session of Ana"])

    def test_the_case(self, held: Product, ana: Desk) -> None:
        text = shown(ana.get(case_of(held, GLASS)))
        for said in (
            GLASS,
            "Bruno Paz",
            "Pidió una foto",
            "Muy molesto",
            "El vidrio",
            "El trato",
            "Revisar la cocina",
            "Una carta",
            "Un plato nuevo",
            "Lo probó",
            "Llamé a la cocina",
            "Pidió dos fotos",
            "Una llamada",
            "Falta papel",
            "Por el susto",
            "Hola Bruno: ya vamos.",
            "Hola Bruno: te llamo hoy.",
            "Sigo esperando",
            "Está de viaje",
            "Ana Fuentes tomó el caso",
            "Diego Rojas lo tiene desde las",
        ):
            assert said in text, said
        assert re.search(r"4\D?000,50?", text)

    def test_a_case_that_is_won_back_and_one_of_signals(self, held: Product, ana: Desk) -> None:
        won = shown(ana.get(case_of(held, "Esperé 40 minutos")))
        assert "Otra caja" in won
        assert "Turnos nuevos" in won
        assert "Notó una mejora" in won
        (of_signals,) = (f for f in held.followups() if f["origin"] == "signals")
        text = shown(ana.get(f"/desk/followups/{of_signals['followup_id']}"))
        assert "Reclamo" in text
        assert "Llegó frío y tarde" in text

    def test_board_and_promises(self, ana: Desk) -> None:
        board = shown(ana.get("/desk"))
        for said in (GLASS, "Sucio", "Caro y malo", "Señales: 1 reclamo, 1 devolución"):
            assert said in board, said
        assert "Esperé 40 minutos" not in board
        promises = shown(ana.get("/desk/promises"))
        assert "Revisar la cocina" in promises
        assert "Una carta" in promises
        assert "Un plato nuevo" not in promises
        assert "Aurora Norte Atrasadas ahora: 1 2 0 0 67 %" in promises, "one of the two is a first call"
        assert "Ya no están descontentos: 1 de 2 (50 %)." in promises

    def test_answers_and_their_file(self, held: Product, ana: Desk) -> None:
        page = ana.get("/desk/answers")
        comments = {"Esperé 40 minutos", "Mucho mejor", "Todo bien", "Caro y malo", "Regular", "Sucio"}
        assert all(comment in shown(page) for comment in comments)
        assert "Ruido" not in page.text, "it was said in another store"
        made = ana.send(form_to(page.text, "/export"))
        assert made.status == 303
        assert ana.get(made.headers["location"]).status == 200
        (name,) = [o["Key"] for o in exported(held)]
        body = held.cloud.client("s3").get_object(Bucket=held.cloud.physical_id("Exports"), Key=name)
        rows = list(csv.DictReader(StringIO(body["Body"].read().decode("utf-8-sig"), newline="")))
        assert comments <= {row["Comentario"] for row in rows}

    def test_the_customers_own_pages(self, stored: Sample, held: Product) -> None:
        page = shown(held.cloud.request("GET", stored.links["bruno"]))
        assert "Diego, de Aurora Norte, está a cargo" in page
        assert "Revisar la cocina A más tardar el jueves 26 de marzo" in page
        assert "Una carta" in page
        assert "Un plato nuevo Cumplido el martes 24 de marzo" in page
        bruno = held.cloud.request("GET", f"{stored.links['bruno']}/data").json()
        (answer,) = bruno["answers"]
        assert answer["comment"] == GLASS
        assert "Hola Bruno: ya vamos." in json.dumps(bruno, ensure_ascii=False)
        eva = held.cloud.request("GET", f"{stored.links['eva']}/data").json()
        assert [each["comment"] for each in eva["answers"]] == ["Esperé 40 minutos", "Mucho mejor"]
        assert "Borramos tus datos" in shown(held.cloud.request("GET", stored.links["lucia"]))

    def test_surveys(self, held: Product) -> None:
        page = held.cloud.request("GET", "/s/caja3")
        assert page.status == 200
        assert "¿Volverías a Aurora?" in page.text
        assert held.cloud.request("GET", "/s/caja9").status == 410
        assert held.cloud.request("GET", "/s/mesa2").status == 404

    def test_links_and_sessions_are_still_valid(self, stored: Sample, held: Product, ana: Desk) -> None:
        assert ana.get("/desk").status == 200
        assert held.cloud.request("GET", stored.links["alert of Ana"]).status == 303
        ended = desk_of(held, stored.links["session that Diego has ended"])
        assert ended.get("/desk").headers["location"] == "/desk/sign-in?why=ended"


class TestNewInput:
    """It is understood by what is in the sample."""

    @pytest.fixture(scope="class")
    @classmethod
    def held(cls, stored: Sample) -> Iterator[Product]:
        with stored.loaded() as product:
            yield product

    def test_an_sms_is_about_the_last_alert(self, held: Product) -> None:
        sms_in(held, ANA, "1", "in-9")
        (taken_on,) = (
            f for f in held.followups() if f.get("answer_ulid") == answer_of(held, "Sucio")["ulid"]
        )
        assert (taken_on["stage"], taken_on["owner"]) == ("taken_on", "ana")
        assert texts_to(held, ANA)[-1].startswith("Listo, ya lo tienes. Aurora Norte, Caja 3: 2/10.")

    def test_an_sms_that_was_answered_is_not_answered_again(self, held: Product) -> None:
        sent = len(held.cloud.outbox())
        sms_in(held, ANA, "1", "in-1")
        sms_in(held, LUIS, "STOP", "in-3")
        sms_in(held, ANA, "¿Y ahora?", "in-10")
        assert len(held.cloud.outbox()) == sent, "she got the line of help within the day"

    def test_stop_holds_until_start(self, held: Product) -> None:
        sms_in(held, LUIS, "1", "in-11")
        assert texts_to(held, LUIS) == []
        sms_in(held, LUIS, "START", "in-12")
        assert len(texts_to(held, LUIS)) == 1
        assert item_at(held, f"PHONE#{LUIS}", "STOP")["stopped"] is False

    def test_nobody_writes_to_a_customer_who_said_stop(self, stored: Sample, held: Product) -> None:
        ana = desk_of(held, stored.links["session of Ana"])
        case = case_of(held, "Caro")
        ana.do(ana.get(case).text, "/take-on")
        held.wait(timedelta(seconds=1))
        note = form_to(ana.get(case).text, "/note")
        forged = Form(note.action.replace("/note", "/message"), note.fields)
        refused = ana.send(forged, channel="sms", text="Hola Carla: gracias por avisarnos.")
        assert refused.status == 422
        problem = parse(refused.text).one("div", class_="problem").text
        assert "Este cliente pidió no recibir más mensajes" in problem

    def test_a_repeated_event_of_another_system_is_recognised(self, held: Product) -> None:
        before = held.items("EVENT#")
        (known,) = (event for event in before if event["event_id"] == "t-2")
        crm = Scenario(held)
        crm.tell("t-2", "complaint", customer=DORA, at=known["at"], text="Llegó frío y tarde")
        assert held.items("EVENT#") == before
        with pytest.raises(AssertionError, match="event_conflict"):
            crm.tell("t-2", "refund", customer=DORA, at=known["at"])

    def test_a_report_finds_its_message(self, held: Product) -> None:
        case = case_of(held, GLASS).rpartition("/")[2]
        before = item_at(held, f"FU#{case}", "DELIVERY#0#0#email#ana")
        report = json.dumps(bounce(before["provider_id"], held.now()))
        held.cloud.invoke("DeliveryEvents", sns_event(report))
        after = item_at(held, before["pk"], before["sk"])
        assert (before["state"], after["state"], after["failure"]) == ("sent", "failed", "bounced")


def test_the_sweep_goes_on_with_what_is_due(stored: Sample, product: Product) -> None:
    """Every due item moves on, but those of two years and of four weeks later."""
    due = {(i["pk"]["S"], i["sk"]["S"]): i["due_at"]["S"] for i in stored.items if "due_pk" in i}
    for hours in (0, 0.1, 48, 96, 192):
        product.wait(timedelta(hours=hours))
        assert product.scheduler()["failed"] == 0
    left = {(i["pk"], i["sk"]): i.get("due_at") for i in product.cloud.items()}
    (of_signals,) = (key for key in due if key[0].startswith("FU#") and key[1] == "DATE#retention")
    (of_improvement,) = (key for key in due if key[1].startswith("DATE#improvement_resurvey#"))
    assert {key for key, at in due.items() if left.get(key) == at} == {of_signals, of_improvement}

    assert answer_of(product, "Regular")["band"] == "detractor"
    assert all("weighed_at" in event for event in product.items("EVENT#") if event["source"] == "crm")
    assert {(promise["what"], promise["state"]) for promise in product.items("PROMISE#")} == {
        ("Revisar la cocina", "broken"),
        ("Un plato nuevo", "kept"),
        ("Una carta", "open"),  # late, and broken from the next sweep on
        ("Una llamada", "broken"),
        ("Nuestra llamada", "kept"),
        ("Nuestra llamada", "broken"),  # to one who was told of it, and is never called
        ("Nuestra llamada", "withdrawn"),  # of customers who were called before they were told
        ("", "withdrawn"),  # of a customer who was erased
    }
    types = Counter(event["type"] for event in product.events())
    assert types.keys() >= {"followup.delivery_due", "followup.overdue", "digest.due", "message.owed"}

    product.wait(timedelta(days=365))
    assert product.scheduler()["failed"] == 0
    assert of_signals not in {(i["pk"], i["sk"]) for i in product.cloud.items()}
    old = {i.get("comment") or "" for i in product.items("ANSWER#") if i["store_id"] == "norte"}
    assert old == {"", "Se perdió mi pedido"}  # restricted


def test_notify_understands_what_was_published(product: Product) -> None:
    receivers: dict[str, set[str]] = {}
    for event in sample.events():
        before = len(product.outbox())
        assert product.notify(event) == [], event["type"]
        receivers[event["type"]] = {to for _, to in product.outbox()[before:]}
    ana, diego = {ANA, "ana@aurora.example"}, {DIEGO, "diego@aurora.example"}
    assert receivers == {
        "acknowledgement.due": {LUCIA["phone"]},
        "address_link.requested": set(),  # sent before
        "digest.due": set(),  # left to the next bundle, as reminders are
        "followup.delivery_due": diego,
        "followup.opened": ana,
        "followup.overdue": diego,
        "followup.reminder": set(),
        "followup.unreachable": diego,
        "message.owed": {BRUNO["phone"]},
        "sign_in.requested": {MARTA},
        "staff_mail.due": set(),  # the week is not over
    }


def shown(page: Response) -> str:
    assert page.status == 200, page.status
    return parse(page.text).text


def answer_of(product: Product, comment: str) -> Item:
    (found,) = (i for i in product.items("ANSWER#") if i.get("comment") == comment)
    return found


def case_of(product: Product, comment: str) -> str:
    """Return the path of an answer's follow-up at the desk."""
    ulid = answer_of(product, comment)["ulid"]
    (found,) = (i for i in product.followups() if i.get("answer_ulid") == ulid)
    return f"/desk/followups/{found['followup_id']}"


def texts_to(product: Product, phone: str) -> list[str]:
    return [m["text"] for m in product.cloud.outbox() if m["to"] == phone]


def sms_in(product: Product, sender: str, text: str, inbound_id: str) -> None:
    """Receive an SMS; run nothing else."""
    product.cloud.invoke("SmsReplies", sns_event(json.dumps(inbound_sms(sender, text, inbound_id))))


def sns_event(message: str) -> Item:
    """Return a message as the topic hands it to a function."""
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": "sns-1", "Message": message}}]}


def exported(product: Product) -> list[Any]:
    found = product.cloud.client("s3").list_objects_v2(Bucket=product.cloud.physical_id("Exports"))
    return list(found["Contents"])


def desk_of(product: Product, session: str) -> Desk:
    return Desk(product).hold(session)


def item_at(product: Product, pk: str, sk: str) -> Item:
    (found,) = (i for i in product.cloud.items() if (i["pk"], i["sk"]) == (pk, sk))
    return found
