"""The audit trail holds who opened whose case, and who was refused what: an entry an hour, however often."""

import hashlib
from datetime import timedelta

import pytest

from lazo.auth import links
from lazo.auth.links import Principal
from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from lazo.table import audit
from tests.builders import ANA, DIEGO, MARTA, START, consent, minutes
from tests.customer import ring
from tests.desk import form_to
from tests.functions.api_client import ApiClient
from tests.functions.sign_in import LUIS, Browser, alert_link, open_followup
from tests.product import AFTER, BEFORE, CRASH, Product, When, output

USERS = {user_id_of(Contact(**who)): str(who["name"]) for who in (ANA, DIEGO, LUIS, MARTA)}  # type: ignore[arg-type]
ANAS_EMAIL = str(ANA["email"])


def seen(product: Product) -> list[tuple[str, str, str, str]]:
    """Kind, name of the user, store and subject of what was recorded by the hour."""
    entries = audit.list_entries(product.table, START.date())
    kinds = ("report_opened", "case_opened", "case_opened_by_link", "refused", "key_read", "key_refused")
    return [
        (e.kind, USERS.get(e.user_id, e.user_id), e.store_id, e.subject) for e in entries if e.kind in kinds
    ]


def writes(product: Product) -> int:
    return product.calls("Desk").count("UpdateItem")


def test_a_case_is_told_once_an_hour_for_each_who_opens_it(two_stores: Product) -> None:
    case = open_followup(two_stores)
    link = alert_link(two_stores, str(ANA["phone"]), case)
    ana, diego, by_link = Browser(two_stores), Browser(two_stores), Browser(two_stores)
    ana.sign_in(str(ANA["phone"]))
    diego.sign_in(str(DIEGO["phone"]))
    by_link.get(link)
    before = writes(two_stores)
    for browser in (ana, diego, by_link) * 20:
        assert browser.opens(case)
    told = [("case_opened", "Ana", "norte", case), ("case_opened", "Diego", "norte", case)]
    told.append(("case_opened_by_link", "Ana", "norte", case))
    assert sorted(seen(two_stores)) == sorted(told)
    assert writes(two_stores) - before == 3 + 1, (
        "sixty pages, three entries, and the network of the team once"
    )
    two_stores.restart("Desk")
    assert ana.opens(case)
    assert sorted(seen(two_stores)) == sorted(told), "another copy of the function finds the entry"
    two_stores.wait(timedelta(hours=1))
    assert ana.opens(case)
    assert sorted(seen(two_stores)) == sorted([*told, told[0]])


def test_who_may_not_see_a_case_or_a_store_is_told_and_what_is_not_there_is_not(two_stores: Product) -> None:
    case = open_followup(two_stores)
    luis = Browser(two_stores).sign_in(str(LUIS["phone"]))
    for _ in range(3):
        assert not luis.opens(case)
        assert luis.post(f"/desk/followups/{case}/take-on", {"form": "x"}).status == 404
        assert luis.get("/desk?shop=norte").status == 200
        assert luis.get("/desk/answers?shop=norte").status == 200
        assert luis.post("/desk/wall/link", {"store_id": "norte", "do": "make"}).status == 404
    for n in range(5):
        assert not luis.opens("abcdefghijklmno" + "234567"[n])
        assert luis.get(f"/desk?shop=guess-{n}").status == 200
    assert luis.get("/desk?shop=sur").status == 200
    assert luis.get("/desk?shop=" + "%FF" * 900).status == 200
    assert seen(two_stores) == [("refused", "Luis", "norte", ""), ("refused", "Luis", "norte", case)]


def test_a_board_of_a_link_refuses_nobody_their_own_store(two_stores: Product) -> None:
    case = open_followup(two_stores)
    two_stores.advance(minutes(11))  # escalated to Diego, of both stores
    diego = Browser(two_stores)
    diego.get(alert_link(two_stores, str(DIEGO["phone"]), case))
    assert diego.get("/desk?shop=sur").status == 200
    assert seen(two_stores) == []


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_nothing_is_shown_that_the_trail_does_not_hold(two_stores: Product, when: When) -> None:
    """The function dies at the write, or loses its reply: no page, and the next try shows it and is told once."""
    case = open_followup(two_stores)
    ana = Browser(two_stores).sign_in(str(ANA["phone"]))
    two_stores.fault(operation="UpdateItem", function="Desk", kind=CRASH, when=when, times=1)
    broken = ana.get(f"/desk/followups/{case}")
    assert broken.status >= 500
    assert case not in broken.text
    assert ana.opens(case)
    assert seen(two_stores) == [("case_opened", "Ana", "norte", case)]


def test_a_form_that_was_rejected_shows_the_case_too(two_stores: Product) -> None:
    case = open_followup(two_stores)
    ana = Browser(two_stores).sign_in(str(ANA["phone"]))
    form = form_to(ana.get(f"/desk/followups/{case}").text, "/take-on")
    two_stores.wait(timedelta(hours=1))
    fields = {name: values[0] for name, values in form.fields.items()}
    assert ana.post(form.action, {**fields, "form": "stale"}).status == 403
    assert seen(two_stores) == [("case_opened", "Ana", "norte", case)] * 2


def test_the_link_of_a_report_is_told(two_stores: Product) -> None:
    (ana,) = (user for user, name in USERS.items() if name == "Ana")
    token = links.sign_user_token(ring(two_stores), "report", Principal(ana, 0), two_stores.now())
    for _ in range(2):
        assert Browser(two_stores).get(f"/desk/in/{token}").status == 303
    assert seen(two_stores) == [("report_opened", "Ana", "", "")]


def test_what_keys_read_and_were_refused(two_stores: Product) -> None:
    reader = ApiClient(two_stores, "bi", may=["read-answers"], stores=["norte"])
    key_id = audit_key(reader)
    for _ in range(3):
        assert reader.ask("/v1/answers").status == 200
        assert reader.ask("/v1/followups").status == 403
        assert reader.ask("/v1/answers?store=sur").status == 422
        assert reader.ask("/v1/answers?store=guessed").status == 422
    assert seen(two_stores) == [
        ("key_read", "", "", f"{key_id} read-answers"),
        ("key_refused", "", "", f"{key_id} read-followups"),
        ("key_refused", "", "sur", key_id),
    ]


def audit_key(client: ApiClient) -> str:
    """Return the first twelve digits of the SHA-256 of a key, as `lazo keys` lists it."""
    return hashlib.sha256(client.key.encode()).hexdigest()[:12]


def test_entries_and_logs_hold_nothing_of_the_customer(two_stores: Product) -> None:
    two_stores.accept(
        score=1, comment="Trinocanario", name="Rosa Vidal", phone="+56987650001", consent=consent()
    )
    with output() as written:
        two_stores.drain()
        (case,) = (each["followup_id"] for each in two_stores.followups())
        assert Browser(two_stores).sign_in(str(ANA["phone"])).opens(case)
        assert not Browser(two_stores).sign_in(str(LUIS["phone"])).opens(case)
    held = [i for i in two_stores.cloud.items() if i["pk"].startswith("AUDIT#")]
    assert len(held) == 4
    for secret in ("Trinocanario", "Rosa", "987650001", ANAS_EMAIL, str(ANA["phone"])[3:]):
        assert secret not in str(held) + written.getvalue()
    days = {(i["expires_at"] - two_stores.now().timestamp()) / 86_400 for i in held}
    assert all(abs(each - 180) < 0.1 for each in days)
