"""A suspect answer of which somebody says that it was a customer's: it counts from then on, once."""

from collections import Counter
from typing import Any

import pytest

from lazo.followup.model import followup_id_for
from lazo.survey.answer import Answer
from lazo.table.views import counter_repair
from tests.builders import ANA, consent, minutes
from tests.desk import Form, form_to, forms
from tests.feed import HANA, cookie_of, feed_page
from tests.product import Product
from tests.recount import counted, recount

ANA_ID = ANA["contact_id"]
FORM = {"content-type": "application/x-www-form-urlencoded"}
SAID = {"comment": "Esperé mucho", "phone": "+56911111111", "consent": consent(), "customer_key": "k1"}


def doubtful(product: Product, **changes: Any) -> Answer:
    given = product.accept(**{"score": 2, "suspect": ("too_fast",), **SAID, **changes})
    assert product.classify(given) == []
    return given


def press(product: Product, button: Form, who: Any = ANA, **changed: str) -> Any:
    fields = {name: values[0] for name, values in button.fields.items()} | changed
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    return product.cloud.request("POST", button.action, cookie_of(product, who) | FORM, body.encode())


def button_on_feed(product: Product, query: str = "") -> Form:
    return form_to(feed_page(product, ANA, query).text, "/trust")


SUSPECT = {"x2": 1, "y12": 1, "q#caja3#suspect": 1}
"""What a suspect answer counts, but for its signs."""


def counters_of(product: Product) -> Counter[str]:
    (day,) = counted(product.cloud.items()).values()
    assert counted(product.cloud.items()) == recount(product.cloud.items(), "America/Santiago")
    return +day


def case_page(product: Product, given: Answer, who: Any = ANA) -> Any:
    path = f"/desk/followups/{followup_id_for(given.store_id, given.ulid)}"
    return product.cloud.request("GET", path, cookie_of(product, who))


def test_from_the_feed_it_moves_to_the_other_counters_once(product: Product) -> None:
    store = product.open_store()
    given = doubtful(product, reasons=("price",))
    assert counters_of(product) == Counter(SUSPECT | {"z#too_fast": 1})
    button = button_on_feed(product)
    for _ in range(3):
        reply = press(product, button)
        assert (reply.status, reply.headers["location"]) == (303, f"/desk/answers?counted=1#a-{given.ulid}")
    assert counters_of(product) == Counter(
        {
            "s2": 1,
            "h12": 1,
            "h12#detractor": 1,
            "q#caja3#detractor": 1,
            "t#price#detractor": 1,
            "t#waiting_time#detractor": 1,
        }
    )
    assert counter_repair.find_differences(product.table, store) == (1, [])
    (item,) = product.items("ANSWER#")
    assert (item["suspect"], item["doubts"], item["trusted_by"]) == ([], ["too_fast"], ANA_ID)
    page = feed_page(product, ANA, "?counted=1").text
    assert "Listo: ahora cuenta como las demás." in page
    assert "Quizá no es un cliente" not in page
    assert not [form for form in forms(page) if form.action.endswith("/trust")]


def test_the_feed_keeps_its_filters_and_place(product: Product) -> None:
    product.open_store()
    given = doubtful(product)
    reply = press(product, button_on_feed(product, "?band=detractor"))
    assert reply.headers["location"] == f"/desk/answers?band=detractor&counted=1#a-{given.ulid}"


def test_the_case_says_why_it_may_not_be_a_customer_until_somebody_says_that_it_is(product: Product) -> None:
    product.open_store()
    given = doubtful(product)
    page = case_page(product, given).text
    assert "Quizá no es un cliente: la página se envió en menos de 2 segundos." in page
    reply = press(product, form_to(page, "/trust"))
    assert reply.status == 303
    assert reply.headers["location"].endswith("?done=trust")
    page = case_page(product, given).text
    assert "Quizá no es un cliente" not in page
    assert "Ana dijo que era un cliente" in page
    found = product.followup()
    assert "doubts" not in found
    assert found["customer_pk"] == "CUSTOMER#k1"
    assert found["version"] == 2


def test_the_board_marks_it_too(product: Product) -> None:
    product.open_store()
    doubtful(product, suspect=("honeypot",))
    board = product.cloud.request("GET", "/desk", cookie_of(product, ANA)).text
    assert "Quizá no es un cliente: llenó un campo que las personas no ven" in board


def test_the_case_ends_when_somebody_says_that_it_was_no_customer(product: Product) -> None:
    product.open_store()
    given = doubtful(product)
    reply = press(product, form_to(case_page(product, given).text, "/not-customer"))
    assert reply.status == 303
    assert (product.followup()["stage"], "due_at" in product.followup()) == ("unconfirmed", False)
    page = case_page(product, given).text
    assert "Caso cerrado: no era un cliente" in page
    assert "Ana cerró el caso: no era un cliente" in page
    product.drain()
    assert product.outbox() == []
    assert counters_of(product) == Counter(SUSPECT | {"z#too_fast": 1})


def test_a_case_without_doubts_cannot_be_dismissed(product: Product) -> None:
    product.open_store()
    given = doubtful(product, suspect=())
    page = case_page(product, given).text
    assert not [form for form in forms(page) if form.action.endswith("/not-customer")]
    take_on = form_to(page, "/take-on")
    forged = Form(take_on.action.replace("take-on", "not-customer"), take_on.fields)
    assert press(product, forged).status == 409
    assert product.followup()["stage"] == "open"


def test_two_who_press_at_once_count_it_once(product: Product) -> None:
    product.open_store(contacts=[ANA, HANA])
    doubtful(product)
    button = button_on_feed(product)
    other = form_to(feed_page(product, HANA).text, "/trust")
    met = product.just_before("TransactWriteItems", lambda: press(product, other, HANA), function="Desk")
    assert press(product, button).status == 303
    assert met["done"] == 1
    assert counters_of(product)["s2"] == 1
    assert product.items("ANSWER#")[0]["trusted_by"] == "hana"
    assert len(product.items("ENTRY#")) == 1


def test_a_change_of_the_case_meanwhile_loses_nothing(product: Product) -> None:
    product.open_store()
    given = doubtful(product)
    button = button_on_feed(product)
    take_on = form_to(case_page(product, given).text, "/take-on")
    product.just_before("TransactWriteItems", lambda: press(product, take_on), function="Desk")
    assert press(product, button).status == 303
    assert (product.followup()["owner"], product.followup()["version"]) == (ANA_ID, 3)
    assert "doubts" not in product.followup()
    assert counters_of(product)["s2"] == 1


def test_a_score_alone_opens_its_follow_up_then(product: Product) -> None:
    product.open_store()
    product.classify(product.accept(score=1, suspect=("honeypot",)))
    assert product.followups() == []
    product.wait(minutes(30))
    press(product, button_on_feed(product))
    assert product.followup()["opened_at"] == "2026-03-10T15:30:00.000Z"
    assert product.followup()["deadline"] == "2026-03-10T15:40:00.000Z"
    assert [e["type"] for e in product.events()] == ["followup.opened"]
    assert {d["channel"] for d in product.items("DELIVERY#")} == {"sms", "email"}


def test_a_happy_one_opens_none(product: Product) -> None:
    product.open_store()
    product.classify(product.accept(score=10, suspect=("honeypot",)))
    press(product, button_on_feed(product))
    assert product.followups() == []
    assert counters_of(product) == Counter({"s10": 1, "h12": 1, "h12#promoter": 1, "q#caja3#promoter": 1})


def test_nobody_counts_answers_of_other_stores(product: Product) -> None:
    product.open_store()
    product.open_store(store_id="sur", contacts=[HANA])
    doubtful(product)
    button = button_on_feed(product)
    own = feed_page(product, HANA).text
    stolen = Form(button.action, {**button.fields, "form": form_to(own, "/sign-out").fields["form"]})
    assert press(product, stolen, HANA).status == 404
    assert press(product, button, HANA).status == 404
    assert product.items("ANSWER#")[0]["suspect"] == ["too_fast"]


def test_a_form_of_somebody_else_changes_nothing(product: Product) -> None:
    product.open_store()
    given = doubtful(product)
    reply = press(product, button_on_feed(product), form="forged")
    assert (reply.status, reply.headers["location"]) == (303, f"/desk/answers#a-{given.ulid}")
    assert product.items("ANSWER#")[0]["suspect"] == ["too_fast"]


@pytest.mark.parametrize("answer", ["", "nothing", "01KKC464C00000000000000099"])
def test_an_unknown_answer_is_no_error(product: Product, answer: str) -> None:
    product.open_store()
    doubtful(product)
    assert press(product, button_on_feed(product), answer=answer).status in (303, 404)


def test_nothing_goes_to_the_customer_by_itself_before(product: Product) -> None:
    """A stranger may have left somebody's number."""
    product.open_store()
    given = doubtful(product)
    product.drain()
    press(product, form_to(case_page(product, given).text, "/take-on"))
    product.drain()
    assert product.items("MESSAGE#") == []
    assert not any(to == "+56911111111" for _, to in product.outbox())


def test_a_doubtful_answer_joins_no_visit_of_the_customer_it_names(product: Product) -> None:
    product.open_store()
    doubtful(product, suspect=())
    own = product.followup()
    product.wait(minutes(2))
    doubtful(product, score=10, comment="Todo perfecto, llámenme")
    assert own in product.followups()
    (other,) = (f for f in product.followups() if f != own)
    assert (other["doubts"], "customer_pk" in other) == (["too_fast"], False)
    assert counters_of(product)["s2"] == 1
