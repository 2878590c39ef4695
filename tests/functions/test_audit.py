"""The audit trail: who came in, who took data, and how often strangers tried; and the limits on those who try."""

from datetime import timedelta

import pytest

from lazo.auth.users import user_id_of
from lazo.auth.wrong_keys import PER_MINUTE, WrongKeys
from lazo.store.contacts import Contact
from lazo.table import audit
from lazo.web.source import source_of
from tests.builders import ANA, DIEGO, START, minutes
from tests.desk import form_to
from tests.functions.api_client import ApiClient
from tests.functions.sign_in import Browser, open_followup
from tests.product import Product, output

USER = user_id_of(Contact(**{**ANA}))


def told(product: Product) -> list[tuple[str, str, str, int]]:
    return [(e.kind, e.user_id, e.store_id, e.count) for e in audit.list_entries(product.table, START.date())]


def test_signing_in_exporting_and_ending_all_sessions_are_told(two_stores: Product) -> None:
    followup = open_followup(two_stores)
    ana = Browser(two_stores)
    with output() as written:
        ana.sign_in(ANA["phone"])
        assert ana.opens(followup)
        form = form_to(ana.get("/desk/answers?shop=norte").text, "/export")
        ana.post(form.action, {name: values[0] for name, values in form.fields.items()})
        again = form_to(ana.get(f"/desk/followups/{followup}").text, "/sign-out")
        two_stores.wait(minutes(1))
        ana.post(again.action, {"form": again.fields["form"][0], "everywhere": "1"})
    kinds = [(kind, user) for kind, user, _, _ in told(two_stores)]
    assert sorted(kinds) == [
        ("case_opened", USER),
        ("exported", USER),
        ("signed_in", USER),
        ("signed_out_everywhere", USER),
    ]
    for secret in (ANA["name"], ANA["phone"][3:], ANA["email"]):
        assert secret not in str(told(two_stores)) + written.getvalue()
    (item, *_) = [i for i in two_stores.cloud.items() if i["pk"] == f"AUDIT#{START.date()}"]
    assert item["expires_at"] - START.timestamp() == pytest.approx(180 * 86_400, abs=300)


def test_wrong_keys_are_counted_and_limited_by_source_and_lock_nobody_out(product: Product) -> None:
    product.open_store()
    good, late = ApiClient(product), ApiClient(product, "late")
    wrong = {"x-api-key": good.key[:-1] + ("A" if good.key[-1] != "A" else "B")}

    def ask(key: dict[str, str], source: str) -> int:
        return product.cloud.request("GET", "/v1/answers", key, source_ip=source).status

    assert ask({"x-api-key": good.key}, "203.0.113.9") == 200
    statuses = [ask(wrong, "203.0.113.9") for _ in range(PER_MINUTE + 5)]
    assert statuses == [401] * PER_MINUTE + [429] * 5
    assert ask({"x-api-key": good.key}, "203.0.113.9") == 200, "known to be good, from the same office"
    assert ask({"x-api-key": late.key}, "198.51.100.1") == 200, "another source"
    assert ask({}, "198.51.100.1") == 401
    product.wait(minutes(1))
    assert ask({"x-api-key": late.key}, "203.0.113.9") == 200
    assert [each for each in told(product) if each[0] != "key_read"] == [("wrong_key", "", "", PER_MINUTE)]


def test_one_source_asks_for_sixty_links_an_hour(two_stores: Product) -> None:
    """Of as many unknown addresses as it likes; nobody else notices."""

    def ask(address: str, source: str = "203.0.113.9") -> int:
        form = {"content-type": "application/x-www-form-urlencoded"}
        body = f"address={address}".encode()
        return two_stores.cloud.request("POST", "/desk/sign-in", form, body, source_ip=source).status

    assert [ask(f"nobody{n}@example.org") for n in range(60)] == [303] * 60
    assert ask("one.more@example.org") == 429
    assert ask(DIEGO["email"]) == 429
    assert ask(DIEGO["email"], "198.51.100.1") == 303, "what was refused used up nothing of the address"
    assert told(two_stores) == [("sign_in_limited", "", "", 2)]
    two_stores.wait(timedelta(hours=1))
    assert ask(DIEGO["email"]) == 303


@pytest.mark.parametrize(
    ("seen", "forwarded", "behind_edge", "expected"),
    [
        ("203.0.113.9", "1.1.1.1, 203.0.113.9", False, "203.0.113.9"),
        ("64.252.1.1", "1.1.1.1, 203.0.113.9, 64.252.1.1", True, "203.0.113.9"),
        ("64.252.1.1", "", True, "64.252.1.1"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::/64"),
        ("", "", False, ""),
        ("not an address", "", False, ""),
    ],
)
def test_where_a_request_comes_from(seen: str, forwarded: str, behind_edge: bool, expected: str) -> None:
    event = {"requestContext": {"http": {"sourceIp": seen}}, "headers": {"x-forwarded-for": forwarded}}
    assert source_of(event, behind_edge=behind_edge) == expected


def test_what_is_remembered_of_sources_is_bounded() -> None:
    wrong = WrongKeys()
    for n in range(10_050):
        wrong.count(str(n), START)
    for _ in range(PER_MINUTE):
        wrong.count("0", START)
        wrong.count("10049", START)
    assert wrong.are_too_many("0", START)
    assert not wrong.are_too_many("10049", START), "too many sources at once: the rest are not limited"
    assert not wrong.are_too_many("0", START + minutes(1))
