"""`lazo customer`: what is known of one customer, and what they have a right to."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from lazo.table.messaging import opt_outs
from tests.builders import consent, minutes
from tests.functions.test_customer_events import customer_key
from tests.ops.conftest import Lazo


@pytest.fixture
def lazo(lazo: Lazo) -> Lazo:
    """The command, with the store norte and a touchpoint in it."""
    lazo.product.open_store(staff=["Rosa"])
    lazo("touchpoints", "add", "norte", "caja3", "Caja 3")
    return lazo


def test_a_customer_is_shown_and_erased_by_phone(lazo: Lazo) -> None:
    product = lazo.product
    canary = "Esperé cuarenta minutos"
    answer = {
        "score": 2,
        "comment": canary,
        "phone": "+56 9 6123 4567",
        "name": "Luz Canario",
        "consent": True,
    }
    happy = {"score": 10, "comment": "Luz otra vez", "phone": "+56 9 6123 4567", "consent": True}
    for body in (answer, happy):
        sent = product.cloud.request(
            "POST", "/s/caja3", {"content-type": "application/json"}, json.dumps(body).encode()
        )
        assert sent.status == 202
        product.wait(minutes(11))  # another visit
    product.drain()
    shown = lazo("customer", "show", "+56 9 6123 4567", "--json").json
    kinds = sorted(entry["kind"] for entry in shown["entries"])
    assert kinds == ["answer", "answer", "followup", "followup"]
    assert canary in lazo("customer", "show", stdin="+56961234567\n").out, "asked for when it is not said"
    assert "--yes" in lazo("customer", "erase", "+56961234567", code=2).err
    assert canary in json.dumps(product.cloud.items(), ensure_ascii=False), "nothing was done"

    erased = lazo("customer", "erase", "+56961234567", "--yes", "--json").json
    assert erased["removed"] > 2
    assert erased["told"] == "sms"
    product.advance(minutes(1))
    (told,) = (m["text"] for m in product.cloud.outbox() if m["to"] == "+56961234567")
    assert told.startswith("Aurora Norte: borramos tus datos")
    left = json.dumps(product.cloud.items(), ensure_ascii=False)
    for word in (canary, "Canario", "61234567", "otra vez"):
        assert word not in left
    assert "Nothing is known" in lazo("customer", "show", "+56961234567", code=1).err
    assert [f["stage"] for f in product.followups()] == ["unconfirmed"] * 2
    (record,) = product.items("ERASED#")
    assert record["way"] == "operator"
    product.advance(minutes(7))
    (record,) = product.items("ERASED#")
    assert "finished_at" in record
    assert product.items("DATE#erasure") == []
    assert "must be a phone" in lazo("customer", "show", "12", code=2).err


def test_an_argentine_customer_is_erased_under_the_former_key_too(lazo: Lazo) -> None:
    """Until November 2026 a number without the 9 of mobiles had a key of its own."""
    former = customer_key(lazo.product, "phone:+541123456789")
    mobile = customer_key(lazo.product, "phone:+5491123456789")
    number = {"phone": "+541123456789", "consent": consent(), "score": 2}
    lazo.product.accept(comment="Luz antes", customer_key=former, **number)
    lazo.product.wait(minutes(11))  # another visit
    lazo.product.accept(comment="Luz ahora", customer_key=mobile, customer_also=former, **number)
    lazo.product.drain()
    assert len(lazo("customer", "show", "+54 9 11 2345-6789", "--json").json["entries"]) == 4
    lazo("customer", "erase", "+54 11 2345-6789", "--yes")
    lazo.product.advance(minutes(7))
    left = json.dumps(lazo.product.cloud.items(), ensure_ascii=False)
    assert "Luz" not in left
    assert "1123456789" not in left
    assert lazo.product.items("DATE#erasure") == []


@pytest.mark.parametrize(
    ("option", "stays"), [((), []), (("--only-this",), ["Luz solo correo"])], ids=["linked", "only-this"]
)
def test_what_was_left_with_a_linked_address_alone_is_erased_too(
    lazo: Lazo, option: tuple[str, ...], stays: list[str]
) -> None:
    phone, email = {"phone": "+56 9 6123 4567"}, {"email": "luz@example.com"}
    for comment, address in (("los dos", phone | email), ("solo correo", email), ("solo teléfono", phone)):
        body = {"score": 9, "comment": f"Luz {comment}", "consent": True, **address}
        lazo.product.cloud.request(
            "POST", "/s/caja3", {"content-type": "application/json"}, json.dumps(body).encode()
        )
    lazo.product.drain()
    lazo("customer", "erase", "+56961234567", "--yes", *option)
    lazo.product.advance(minutes(7))
    assert [item["comment"] for item in lazo.product.items("ANSWER#") if item["comment"]] == stays
    assert lazo.product.items("DATE#erasure") == []


def test_a_customers_data_is_restricted_and_lifted_and_objections_are_recorded(lazo: Lazo) -> None:
    phone, email = {"phone": "+56 9 6123 4567"}, {"email": "luz@example.com"}
    for comment, address in (("los dos", phone | email), ("solo correo", email)):
        body = {"score": 2, "comment": f"Luz {comment}", "consent": True, **address}
        lazo.product.cloud.request(
            "POST", "/s/caja3", {"content-type": "application/json"}, json.dumps(body).encode()
        )
        lazo.product.drain()
        lazo.product.advance(minutes(15))  # another visit
    ended = lazo("customer", "revoke-link", "+56961234567", "--json").json["links_work_from"]
    assert ended == f"{lazo.product.now() + timedelta(days=1):%Y-%m-%d}T00:00:00+00:00"
    lazo("customer", "object", "+56961234567", "--to", "resurvey", "--to", "early_signals")
    assert "must be one of" in lazo("customer", "object", "+56961234567", "--to", "all", code=2).err
    assert lazo("customer", "restrict", "+56961234567", "--json").json == {"changed": 2}
    assert all("restricted_at" in item for item in lazo.product.items("ANSWER#"))
    assert lazo("followups", "list", "--json").json == []
    shown = lazo("customer", "show", "+56961234567", "--json").json
    assert (shown["restricted"], shown["entries"]) == (True, [])
    assert shown["objections"] == ["resurvey", "early_signals"]
    assert "not shown" in lazo("customer", "show", "luz@example.com").err
    lazo.product.advance(minutes(7))
    assert lazo("customer", "unrestrict", "luz@example.com", "--json").json == {"changed": 2}
    assert len(lazo("followups", "list", "--json").json) == 2
    assert not any("restricted_at" in item for item in lazo.product.cloud.items())


def test_a_restricted_answer_is_exported_without_its_content(lazo: Lazo, tmp_path: Path) -> None:
    body = {"score": 2, "comment": "Luz secreta", "consent": True, "phone": "+56961234567"}
    lazo.product.cloud.request(
        "POST", "/s/caja3", {"content-type": "application/json"}, json.dumps(body).encode()
    )
    lazo.product.drain()
    lazo("customer", "restrict", "+56961234567")
    lazo("answers", "export", str(tmp_path / "a.csv"))
    (row,) = csv.DictReader((tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (row["score"], row["band"], row["comment"], row["themes"]) == ("", "restricted", "", "")


@pytest.mark.parametrize("stops", [False, True])
def test_an_erasure_at_night_is_told_by_sms_in_the_morning_unless_they_stopped(
    lazo: Lazo, stops: bool
) -> None:
    product, phone = lazo.product, "+56961234567"
    key = customer_key(product, f"phone:{phone}")
    product.accept(score=9, language="pt", phone=phone, consent=consent(), customer_key=key)
    if stops:
        product.table.put(opt_outs.record_opt_out(key, "sms", product.now()))
    product.advance(minutes(10 * 60))  # ten in the evening
    said = " ".join(lazo("customer", "erase", phone, "--yes").out.split())
    assert ("tell them yourself" if stops else "told by SMS") in said
    product.advance(minutes(10 * 60))
    assert [m for m in product.cloud.outbox() if m["to"] == phone] == []
    product.advance(minutes(62))
    texts = [m["text"] for m in product.cloud.outbox() if m["to"] == phone]
    assert [text.partition(",")[0] for text in texts] == (
        [] if stops else ["Aurora Norte: apagamos os seus dados"]
    )
    assert phone not in json.dumps(product.cloud.items())


def test_a_customer_without_a_followup_is_erased_by_email(lazo: Lazo) -> None:
    body = {"score": 10, "comment": "Luz dice bien", "email": "luz@example.com", "consent": True}
    lazo.product.cloud.request(
        "POST", "/s/caja3", {"content-type": "application/json"}, json.dumps(body).encode()
    )
    lazo("customer", "erase", "LUZ@example.com", "--yes")
    lazo.product.advance(minutes(7))
    left = json.dumps(lazo.product.cloud.items(), ensure_ascii=False)
    assert "luz@" not in left
    assert "Luz" not in left
    assert lazo.product.items("DATE#erasure") == []
