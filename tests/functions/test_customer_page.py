"""The customer's own page: what it shows, what can be sent and asked for there, and who may see it."""

import json

import pytest

from lazo.auth import links
from lazo.followup.model import CUSTOMER
from lazo.table.messaging import opt_outs
from tests.builders import ANA, minutes
from tests.customer import EMAIL, FORM, PHONE, Customer, accept_answer, resolved
from tests.desk import Desk, forms, link_to
from tests.product import Product
from tests.surveys import Survey


@pytest.fixture
def eva(product: Product) -> Customer:
    product.open_store(
        policy={"tell_customer": False, "incentive_most": {"high": 100}, "incentive_month": 100}
    )
    return Customer(product)


def test_the_page_says_what_happened_and_what_comes_next(eva: Customer) -> None:
    page = eva.get()
    assert page.status == 200
    assert page.headers["content-language"] == "es"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "Recibimos lo que nos contaste" in page.text
    assert "El martes 10 de marzo a las 12:00" in page.text
    assert "/solved" not in page.text

    resolved(eva)
    page = eva.get()
    assert "¿Quedó resuelto?" in page.text
    assert "Ana quedó a cargo" in page.text
    for internal in ("Muy alterada", "Un cajero", "Turnos", "2/10", "detractor", PHONE, EMAIL):
        assert internal not in page.text
    english = eva.get(f"{eva.link()}?lang=en")
    assert "Is it solved?" in english.text
    assert "Tuesday, 10 March at 12:00" in english.text
    assert eva.get(method="HEAD").text == ""


def test_reading_the_page_changes_nothing(eva: Customer) -> None:
    before = eva.product.cloud.items()
    for path in (eva.link(), f"{eva.link()}?done=solved&lang=pt", f"{eva.link()}/data"):
        assert eva.get(path).status == 200
    assert eva.product.cloud.items() == before


def test_solved_confirms_the_follow_up_once(eva: Customer) -> None:
    desk = resolved(eva)
    reply = eva.post("solved", version=str(eva.product.followup()["version"]))
    assert reply.status == 303
    assert "Quedó resuelto" in eva.get(reply.headers["location"]).text
    assert eva.product.followup()["stage"] == "confirmed"
    (line,) = [e for e in eva.product.items("ENTRY#") if e["by"] == CUSTOMER]
    assert line["what"] == "customer_confirmed"
    assert "El cliente confirmó en su página" in desk.get(f"/desk/followups/{eva.followup_id}").text
    (again,) = eva.product.items("DATE#resurvey")
    assert again["due_at"] == "2026-03-24T15:00:00.000Z"  # in 14 days they are asked whether it got better
    version = eva.product.followup()["version"]
    eva.send("solved")
    assert eva.product.followup()["version"] == version


def test_solved_keeps_no_promise_and_asks_whoever_must_keep_it(eva: Customer) -> None:
    desk = resolved(eva)
    page = desk.get(f"/desk/followups/{eva.followup_id}").text
    desk.do(page, "/promise", what="Una mesa nueva", date="2026-03-13", owner="ana", hears_by="phone")
    assert eva.send("solved").status == 200
    eva.product.drain()
    assert eva.product.followup()["stage"] == "confirmed"
    assert [each["state"] for each in eva.product.items("PROMISE#")] == ["open"]
    eva.product.advance(minutes(6))
    asked = [m for m in eva.product.cloud.outbox() if "Una mesa nueva" in m["text"]]
    assert {(m["channel"], m["to"]) for m in asked} == {("sms", ANA["phone"]), ("email", ANA["email"])}
    page = desk.get(f"/desk/followups/{eva.followup_id}").text
    assert "Indica para cada promesa pendiente si se cumplió" in page
    assert "A más tardar el viernes 13 de marzo" in eva.get().text, "the customer still reads the date"
    desk.do(page, "/promise-withdrawn", reason="Compró otra")
    assert [each["state"] for each in eva.product.items("PROMISE#")] == ["withdrawn"]
    assert "Ana retiró una promesa" in desk.get(f"/desk/followups/{eva.followup_id}").text


def test_not_yet_returns_the_follow_up_to_its_owner(eva: Customer) -> None:
    desk = resolved(eva)
    seen = str(eva.product.followup()["version"])
    for _ in range(2):
        assert eva.post("not-yet", version=seen, text="La caja sigue cerrada").status == 303
    eva.product.drain()
    about = eva.product.followup()
    assert (about["stage"], about["owner"]) == ("contacted", "ana")
    assert about["deadline"] == "2026-03-13T15:00:00.000Z"  # three days to resolve it, by the wall clock
    (note,) = [n for n in eva.product.items("NOTE#") if n["by"] == CUSTOMER]
    assert note["text"] == "La caja sigue cerrada"
    alerts = [
        m
        for m in eva.product.cloud.outbox()
        if "no está resuelto" in m["text"] or "sigue sin resolverse" in m["text"]
    ]
    assert {(m["channel"], m["to"]) for m in alerts} == {("sms", ANA["phone"]), ("email", ANA["email"])}
    page = desk.get(f"/desk/followups/{eva.followup_id}").text
    assert "El cliente dijo en su página que todavía no está resuelto" in page
    assert "La caja sigue cerrada" in page

    assert [(c["text"], c["state"]) for c in eva.product.items("CONCERN#")] == [
        ("La espera", "solved"),
        ("La caja sigue cerrada", "open"),
    ]
    assert not [f for f in forms(page) if f.action.endswith("/resolve")], "not before that point is solved"

    # Something else from the same page is not lost, though the case is being worked on again.
    assert eva.post("not-yet", version=seen, text="Y la cola también").status == 303
    assert {n["text"] for n in eva.product.items("NOTE#") if n["by"] == CUSTOMER} == {
        "La caja sigue cerrada",
        "Y la cola también",
    }
    assert eva.product.followup()["stage"] == "contacted"
    assert [c["text"] for c in eva.product.items("CONCERN#")][2:] == ["Y la cola también"]


def test_not_yet_with_a_danger_makes_the_case_urgent(eva: Customer) -> None:
    resolved(eva)
    before = len(eva.product.cloud.outbox())
    assert eva.send("not-yet", text="Mi hija terminó en urgencias, intoxicada").status == 200
    followup = eva.product.followup()
    assert (followup["stage"], followup["priority"]) == ("contacted", "urgent")
    eva.product.drain()
    told = [m for m in eva.product.cloud.outbox()[before:] if m["to"] == ANA["phone"]]
    assert [m["purpose"] for m in told] == ["danger"]
    eva.product.advance(minutes(7))
    missed = eva.product.followup()
    escalated = [m for m in eva.product.cloud.outbox()[before:] if m["purpose"] == "escalation"]
    assert escalated
    assert all("Mi hija termin" in m["text"] for m in escalated)
    assert (missed.get("owner"), missed["released_from"], missed["level"]) == (None, "ana", 1)


def test_an_owner_who_notes_something_keeps_the_case_of_a_danger(eva: Customer) -> None:
    desk = resolved(eva)
    assert eva.send("not-yet", text="Ahora el cajero me amenazó con pegarme").status == 200
    assert "danger_due_at" in eva.product.followup()
    page = desk.open(link_to(eva.product, str(ANA["phone"])))
    assert desk.do(page.text, "/note", channel="phone", text="La llamé").status == 200
    eva.product.advance(minutes(7))
    kept = eva.product.followup()
    assert (kept["owner"], "danger_due_at" in kept) == ("ana", False)


def test_not_yet_reopens_an_unconfirmed_follow_up(eva: Customer) -> None:
    resolved(eva)
    eva.product.wait(minutes(8 * 24 * 60))
    eva.product.scheduler()
    assert eva.product.followup()["stage"] == "unconfirmed"
    assert eva.send("not-yet").status == 200
    assert eva.product.followup()["stage"] == "contacted"
    wordless = [c["text"] for c in eva.product.items("CONCERN#") if c["state"] == "open"]
    assert wordless == ["El cliente dice que todavía no está resuelto."]


def test_what_was_typed_is_shown_again_after_an_error(eva: Customer) -> None:
    resolved(eva)
    long = "x" * 2001
    reply = eva.send("not-yet", text=long)
    assert reply.status == 422
    assert long in reply.text
    assert eva.post("solved-by-magic").status == 404
    huge = eva.product.cloud.request("POST", f"{eva.link()}/not-yet", FORM, b"text=" + b"x" * 60_000)
    assert huge.status == 413
    assert eva.product.followup()["stage"] == "resolved"
    eva.product.fault(service="dynamodb", operation="TransactWriteItems", function="CustomerPage", times=9)
    reply = eva.send("not-yet", text="Sigue igual")
    assert reply.status == 503
    assert "Sigue igual" in reply.text


def test_solved_is_rejected_before_there_is_a_solution(eva: Customer) -> None:
    assert eva.post("solved", version="1").status == 409
    assert eva.product.followup()["stage"] == "open"


def test_stop_holds_for_every_channel_until_start(eva: Customer) -> None:
    resolved(eva)
    keys = opt_outs.customer_keys_of(eva.answer)
    assert len(keys) == 2
    assert "No enviarme más mensajes" in eva.get().text
    page = eva.send("stop")
    assert "Volver a recibir mensajes" in page.text
    assert all(opt_outs.has_opted_out(eva.product.table, [key]) for key in keys)

    desk = Desk(eva.product)
    page = desk.open(link_to(eva.product, ANA["phone"]))
    assert "pidió no recibir más mensajes" in page.text
    event = eva.product.write_to_customer("Hola, Eva: ya está la caja.")
    assert eva.product.notify(event) == []
    assert not any(m["to"] in (PHONE, EMAIL) for m in eva.product.cloud.outbox())

    eva.send("start")
    assert not opt_outs.has_opted_out(eva.product.table, keys)


def test_the_stop_of_a_phone_cannot_be_revoked_by_another_customer(product: Product) -> None:
    """Somebody types Eva's phone beside an e-mail of their own, and has the link that came to the e-mail."""
    product.open_store(policy={"tell_customer": False})
    stranger = Customer(product, email="otra@example.org")
    of_phone, of_email = opt_outs.customer_keys_of(stranger.answer)
    link = stranger.link("email")

    def says(action: str, at: str = link) -> str:
        reply = product.cloud.request("POST", f"{at}/{action}", FORM, b"lang=es")
        return stranger.get(reply.headers["location"]).text

    product.table.put(opt_outs.record_opt_out(of_phone, "sms", product.now()))
    for action in ("start", "stop", "start"):
        page = says(action)
        assert opt_outs.has_opted_out(product.table, [of_phone]), action
    assert not opt_outs.has_opted_out(product.table, [of_email])
    assert "usa el enlace que te llegó ahí" in page
    assert "volveremos a escribirte" not in page.lower()

    says("start", stranger.link("sms"))
    says("stop")
    assert opt_outs.has_opted_out(product.table, [of_phone])
    says("start")  # what they said for the phone they may take back
    assert not opt_outs.has_opted_out(product.table, [of_phone, of_email])


def test_a_message_from_a_page_opened_before_stop_is_rejected(eva: Customer) -> None:
    resolved(eva)
    desk = Desk(eva.product)
    page = desk.open(link_to(eva.product, ANA["phone"])).text
    eva.send("stop")
    refused = desk.do(page, "/message", channel="sms", text="Hola, Eva: ya está la caja.")
    assert refused.status == 422
    assert "pidió no recibir más mensajes" in refused.text
    assert eva.product.items("MESSAGE#") == []


def test_the_data_file_holds_all_answers_with_the_same_address(eva: Customer) -> None:
    resolved(eva)
    accept_answer(eva.product, score=9, consent=None, comment="Antes bien", email=None)
    accept_answer(eva.product, score=9, consent=None, comment="Solo correo", phone=None)
    accept_answer(
        eva.product, score=9, consent=None, comment="De otra persona", phone="+56987654399", email=None
    )
    eva.product.drain()
    by_sms = eva.get(f"{eva.link('sms')}/data")
    assert by_sms.headers["content-disposition"] == 'attachment; filename="mis-datos.json"'
    held = json.loads(by_sms.text)
    assert {a["comment"] for a in held["answers"]} == {"Esperé mucho", "Antes bien"}
    (agreed,) = [each["agreed_to_be_contacted"] for each in held["answers"] if each["agreed_to_be_contacted"]]
    assert agreed["wording"] == "2026-01"
    (case,) = held["conversations"]
    assert [note["text"] for note in case["notes"]] == ["Muy alterada"]
    assert case["what_was_done"] == "Turnos"
    by_email = json.loads(eva.get(f"{eva.link('email')}/data").text)
    assert {a["comment"] for a in by_email["answers"]} == {"Esperé mucho", "Solo correo"}


def test_resurvey_answers_are_in_the_data_file_and_are_erased(eva: Customer) -> None:
    """A resurvey answer has no phone of its own: the link identifies the customer."""
    eva.product.wait(minutes(1))
    token = links.sign_resurvey_link(eva.ring, eva.followup_id, eva.product.now())
    survey = Survey(eva.product, policy={"tell_customer": False})
    assert survey.post({"score": 7, "comment": "La caja va mejor", "r": token}).status == 202
    eva.product.drain()
    answers = eva.get(f"{eva.link()}/data").json()["answers"]
    assert [each["comment"] for each in answers] == ["Esperé mucho", "La caja va mejor"]
    assert [each["agreed_to_be_contacted"] is None for each in answers] == [False, True]
    eva.send("erase", sure="yes")
    assert [item["comment"] for item in eva.product.items("ANSWER#")] == ["", ""]


def test_a_link_opens_no_other_page(eva: Customer) -> None:
    known = eva.link()
    assert eva.get("/m/nothing").status == 404
    assert eva.get(known[:-2] + "AA").status == 404
    other = "/m/" + links.sign_customer_link(eva.ring, "aaaqeayeaudaocaj", "sms", eva.product.now())
    assert eva.get(other).status == 404
    assert "Este enlace" in eva.get("/m/nothing", **{"accept-language": "es"}).text
    eva.product.wait(minutes(181 * 24 * 60))
    assert eva.get(known).status == 404


def test_a_customer_who_left_no_address_has_no_page(product: Product) -> None:
    product.open_store(policy={"tell_customer": False})
    eva = Customer(product, email=None)
    assert eva.get(eva.link("sms")).status == 200
    assert eva.get(eva.link("email")).status == 404
