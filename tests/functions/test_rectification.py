"""A customer corrects their name and their phone or e-mail; a new address first gets a link that proves it."""

from datetime import timedelta
from functools import partial

import pytest

from lazo.auth import links
from lazo.followup.model import followup_id_for
from lazo.table import customers
from lazo.table.messaging import opt_outs
from tests.builders import ANA, minutes
from tests.customer import EMAIL, PHONE, Customer, accept_answer, ring
from tests.desk import Desk, link_to
from tests.functions.test_erasure import run_sweeps
from tests.functions.test_erasure_addresses import left, link_in, messages_to, post
from tests.product import Product

NEW_PHONE, NEW_EMAIL = "+56987650001", "nueva@example.org"


@pytest.fixture
def eva(product: Product) -> Customer:
    """Eva left phone and e-mail, then the phone alone."""
    product.open_store(policy={"tell_customer": False})
    eva = Customer(product, comment="Canary: los dos")
    product.wait(minutes(1))
    accept_answer(product, score=9, comment="Canary: solo teléfono", email=None)
    product.drain()
    return eva


def addresses(product: Product) -> list[tuple[str | None, str | None]]:
    return [(item.get("phone"), item.get("email")) for item in product.items("ANSWER#")]


def new_link(eva: Customer, address: str) -> str:
    assert "Te enviamos un enlace a la dirección nueva" in eva.send("address", address=address).text
    eva.product.drain()
    (message,) = messages_to(eva.product, address)
    return link_in(message)


def test_the_name_is_corrected_in_every_answer(eva: Customer) -> None:
    assert "corregimos tu nombre" in eva.send("name", name="  Eva   Rivas ").text
    assert [item["name"] for item in eva.product.items("ANSWER#")] == ["Eva Rivas"] * 2
    assert 'value="Eva Rivas"' in eva.get().text
    wrong = eva.send("name", name="x" * 81)
    assert wrong.status == 422
    assert "x" * 81 in wrong.text


def test_a_new_phone_counts_once_its_link_is_confirmed(eva: Customer) -> None:
    product = eva.product
    old_link, by_email = eva.link(), eva.link("email")
    assert eva.send("address", address="9 8765 0001").status == 200, "as people type it"
    product.drain()
    proven = link_in(messages_to(product, NEW_PHONE)[0])
    assert addresses(product) == [(PHONE, EMAIL), (PHONE, None)]
    asked = product.cloud.request("GET", f"{proven}?lang=es", {}).text
    assert "••••0001" in asked
    assert "Canary" not in asked
    assert addresses(product) == [(PHONE, EMAIL), (PHONE, None)], "opening alone changes nothing"
    assert product.cloud.request("GET", f"{proven}/data", {}).status == 404
    assert "lo cambiamos" in post(product, proven, "confirm", lang="es").text

    assert addresses(product) == [(NEW_PHONE, EMAIL), (NEW_PHONE, None)]
    assert product.cloud.request("GET", old_link, {}).status == 404
    assert product.cloud.request("GET", by_email, {}).status == 200
    assert product.cloud.request("GET", proven, {}).status == 404
    assert not any(PHONE in str(item) for item in product.cloud.items())


def test_messages_go_to_the_new_address_with_a_link_that_opens(eva: Customer) -> None:
    product = eva.product
    post(product, new_link(eva, NEW_EMAIL), "confirm")
    desk = Desk(product)
    page = desk.open(link_to(product, str(ANA["phone"])))
    page = desk.do(page.text, "/take-on")
    desk.do(page.text, "/message", channel="email", subject="Tu visita", text="Hola, Eva: ya vamos.")
    product.drain()
    assert [m["to"] for m in product.cloud.outbox() if "ya vamos" in m["text"]] == [NEW_EMAIL]
    (message,) = [text for text in messages_to(product, NEW_EMAIL) if "ya vamos" in text]
    assert product.cloud.request("GET", link_in(message), {}).status == 200


def test_the_history_goes_along_and_the_former_address_is_linked_with_nothing(eva: Customer) -> None:
    product = eva.product
    former = str(eva.answer.customer_key)
    post(product, new_link(eva, NEW_PHONE), "confirm")
    now = product.items("ANSWER#")[0]["customer_pk"].removeprefix("CUSTOMER#")
    kinds = sorted(entry.kind for entry in customers.load_history(product.table, now).entries)
    assert kinds == ["answer", "answer", "followup"]
    assert customers.load_history(product.table, former).entries == ()
    assert customers.load_history(product.table, str(eva.answer.customer_also)).keys == (
        eva.answer.customer_also,
        now,
    )


def test_wishes_go_on_to_hold(eva: Customer) -> None:
    product = eva.product
    eva.send("stop")
    eva.send("objections", early_signals="1")
    proven = new_link(eva, NEW_PHONE)
    post(product, proven, "confirm")
    now = product.items("ANSWER#")[0]["customer_pk"].removeprefix("CUSTOMER#")
    assert opt_outs.has_opted_out(product.table, [now])
    assert customers.load_history(product.table, now).rights.objections == ("early_signals",)


def test_a_restricted_customer_corrects_and_stays_restricted(eva: Customer) -> None:
    product = eva.product
    eva.send("restrict")
    assert "Corregir tus datos" in eva.get().text
    post(product, new_link(eva, NEW_PHONE), "confirm")
    run_sweeps(product)
    assert addresses(product) == [(NEW_PHONE, EMAIL), (NEW_PHONE, None)]
    assert all("restricted_at" in item for item in (*product.items("ANSWER#"), product.followup()))


def test_everything_is_erased_by_the_new_address(eva: Customer) -> None:
    product = eva.product
    post(product, new_link(eva, NEW_PHONE), "confirm")
    eva.post("erase", sure="yes")
    assert left(product) != [], "the former phone's link erases nothing any more"
    assert post(product, eva.link("email"), "erase", sure="yes").status == 303
    product.drain()
    run_sweeps(product)
    second = link_in(messages_to(product, NEW_PHONE)[-1])
    assert post(product, second, "erase", sure="yes").status == 200
    run_sweeps(product)
    assert left(product) == []
    assert not any(NEW_PHONE in str(item) for item in product.cloud.items())


def test_an_address_that_waits_for_its_proof_is_erased_with_the_customer(eva: Customer) -> None:
    product = eva.product
    proven = new_link(eva, NEW_EMAIL)
    eva.post("erase", sure="yes")
    run_sweeps(product)
    assert not any(NEW_EMAIL in str(item) for item in product.cloud.items())
    assert post(product, proven, "confirm").status == 404


@pytest.mark.parametrize("typed", ["", "12", "eva@", "josé@example.org", "+54 11 4321 5678"])
def test_an_address_that_nothing_can_be_sent_to_is_shown_again(eva: Customer, typed: str) -> None:
    reply = eva.send("address", address=typed)
    assert reply.status == 422
    assert "No podemos enviar nada a esa dirección" in reply.text
    assert f'value="{typed}"' in reply.text.replace("&#43;", "+")


def test_one_page_asks_for_five_links_a_day(eva: Customer) -> None:
    product = eva.product
    for number in range(5):
        assert eva.post("address", address=f"eva{number}@example.org").status == 303
    assert eva.post("address", address="eva0@example.org").status == 303, "the same again is not another"
    assert eva.post("address", address="eva9@example.org").status == 422
    product.drain()
    assert len([m for m in product.cloud.outbox() if m["to"].startswith("eva")]) == 5
    product.wait(timedelta(days=1))
    assert eva.post("address", address="eva9@example.org").status == 303


def test_a_crash_before_any_write_is_finished_by_a_second_confirmation(product: Product) -> None:
    product.open_store(policy={"tell_customer": False})
    for nth in range(1, 60):
        phone, email, new = f"+569876{nth:05}", f"eva{nth}@example.org", f"+569875{nth:05}"
        both = accept_answer(product, score=2, phone=phone, email=email)
        accept_answer(product, score=9, phone=phone, email=None)
        product.drain()
        followup_id = followup_id_for(both.store_id, both.ulid)
        token = links.sign_customer_link(ring(product), followup_id, "sms", product.now())
        assert post(product, f"/m/{token}", "address", address=new).status == 303
        product.drain()
        confirm = partial(post, product, link_in(messages_to(product, new)[0]), "confirm")
        crash = product.crash("CustomerPage", nth)
        product.dies(confirm)
        struck = crash.struck
        product.cloud.faults.clear()
        assert confirm().status in (200, 404)
        assert [pair for pair in addresses(product) if pair[0] in (phone, new)] == [
            (new, email),
            (new, None),
        ], nth
        case = next(f for f in product.followups() if f["followup_id"] == followup_id)
        keys = {item["customer_pk"] for item in product.items("ANSWER#") if item["phone"] == new}
        assert keys == {case["customer_pk"]}, nth
        assert not any("address" in item for item in product.items("LINK"))
        if not struck:
            assert nth > 2
            return
        product.wait(minutes(1))
    raise AssertionError("the form makes more calls than were tried")
