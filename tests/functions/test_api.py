"""GET /v1/scores, /v1/answers and /v1/followups on the local cloud: who may read what, and what they get."""

import gzip
import hashlib
from datetime import datetime, timedelta

import pytest

from lazo.auth.api_rights import API_RIGHTS
from lazo.store.model import Touchpoint
from lazo.table.stores import put_touchpoint
from ops import api_keys
from tests.aws_rules import Watch
from tests.builders import START, consent, minutes
from tests.customer import Customer
from tests.feed import put_answer
from tests.functions.api_client import READING, ApiClient
from tests.product import Product

NOVEMBER = "from=2026-11-01&to=2026-12-01"
PATHS = {
    "read-scores": f"/v1/scores?{NOVEMBER}",
    "read-answers": "/v1/answers",
    "read-followups": "/v1/followups",
}


def test_who_may_read_what(brand: Product, watch: Watch) -> None:
    bi = ApiClient(brand)
    retired = ApiClient(brand, "old")
    api_keys.retire(brand.table, hashlib.sha256(retired.key.encode()).hexdigest()[:12])
    watch.clear()
    for path in PATHS.values():
        wrong = [bi.ask(path, x_api_key=key) for key in ("", retired.key, bi.key.upper(), "ñ")]
        wrong.append(bi.ask(path, x_api_key="", authorization=f"Basic {bi.key}"))
        assert {reply.status for reply in wrong} == {401}
        assert len({reply.text for reply in wrong}) == 1
        assert {reply.headers["www-authenticate"] for reply in wrong} == {"Bearer"}
        assert wrong[0].json()["error"].keys() == {"code", "message", "field"}
        assert wrong[0].json()["error"]["code"] == "unauthorized"
    # The key is looked up, and the audit trail counts that it is wrong.
    assert {call.action for call in watch.calls if call.function} == {
        "dynamodb:GetItem",
        "dynamodb:UpdateItem",
    }
    for right in API_RIGHTS:
        one = ApiClient(brand, right, [right])
        allowed = {each for each, path in PATHS.items() if one.ask(path).status == 200}
        refused = {one.ask(path).json()["error"]["code"] for each, path in PATHS.items() if each != right}
        assert allowed == {right} & set(READING)
        assert refused == {"not_allowed"}
    assert bi.ask(PATHS["read-scores"], x_api_key="", authorization=f"bearer {bi.key}").status == 200


def test_a_key_reads_its_own_stores_alone(brand: Product) -> None:
    put_answer(brand, "north", 1)
    put_answer(brand, "south", 2, store_id="sur")
    for store_id in ("norte", "sur"):
        brand.accept(store_id=store_id, score=1, at=START + minutes(3))
    brand.drain()
    everything, south = ApiClient(brand), ApiClient(brand, "sur", stores=["sur"])
    for path in ("/v1/scores?from=2026-03-10&to=2026-03-11", "/v1/answers", "/v1/followups"):
        assert {row["store_id"] for row in everything.rows(path)} == {"norte", "sur"}
        assert {row["store_id"] for row in south.rows(path)} == {"sur"}
        join = "&" if "?" in path else "?"
        assert {row["store_id"] for row in everything.rows(f"{path}{join}store=norte")} == {"norte"}
        refused = south.ask(f"{path}{join}store=norte")
        unknown = everything.ask(f"{path}{join}store=nowhere")
        assert (refused.status, refused.text) == (unknown.status, unknown.text)
        assert [error["code"] for error in unknown.json()["errors"]] == ["store_unknown"]
    page = everything.page("/v1/answers?limit=1")
    assert {row["store_id"] for row in south.rows("/v1/answers", page["next_cursor"])} <= {"sur"}


def test_scores_of_touchpoints(brand: Product) -> None:
    """Counted when an answer is classified: two of the first till's are promoters, one may not be a customer's."""
    for code, store_id, label in (
        ("K7", "norte", "Caja 7"),
        ("K3", "norte", "Caja 3"),
        ("T1", "sur", "Till 1"),
    ):
        put_touchpoint(brand.table, Touchpoint(code, store_id, label))
    for score, suspect in ((9, ()), (10, ()), (0, ("too_fast",))):
        brand.accept(code="K3", score=score, suspect=suspect)
    brand.accept(code="T1", store_id="sur", score=6)
    brand.drain()
    bi = ApiClient(brand)
    query = "/v1/scores?from=2026-03-09&to=2026-03-11&period=day&group=touchpoint"
    rows = bi.rows(query)
    shown = [(r["store_id"], r["touchpoint"], r["label"], r["from"], r["n"], r["score"]) for r in rows]
    assert shown == [
        ("norte", "K3", "Caja 3", "2026-03-09", 0, None),
        ("norte", "K3", "Caja 3", "2026-03-10", 2, 100.0),
        ("norte", "K7", "Caja 7", "2026-03-09", 0, None),
        ("norte", "K7", "Caja 7", "2026-03-10", 0, None),
        ("sur", "T1", "Till 1", "2026-03-09", 0, None),
        ("sur", "T1", "Till 1", "2026-03-10", 1, -100.0),
    ]
    assert [r["not_counted"]["suspect"] for r in rows] == [0, 1, 0, 0, 0, 0]
    assert bi.rows(f"{query}&limit=1") == bi.rows(f"{query}&limit=4") == rows
    south = ApiClient(brand, "sur", stores=["sur"])
    assert south.rows(query) == rows[4:]


def test_answers_come_newest_first_without_who_gave_them(brand: Product) -> None:
    told = "Camila no me atendió, llámenme al +56 9 8765 4321"
    put_answer(brand, "", 1, score=9, touchpoint="Caja 3")
    put_answer(
        brand,
        told,
        2,
        score=2,
        themes=("service",),
        praised=("price",),
        mentioned=("cleanliness",),
        reasons=("service",),
        name="Eva Ríos",
        phone="+56987654321",
        email="eva@example.com",
        consent=consent(),
        suspect=("unusual_rate",),
    )
    brand.accept(score=7, at=START + minutes(3))
    brand.accept(score=8, at=START + minutes(4), tapped_at=1, provisional=True)
    brand.wait(minutes(5))
    bi = ApiClient(brand)
    unread, spoken, quiet = bi.page("/v1/answers")["items"]
    assert (unread["score"], unread["classified"], unread["band"]) == (7, False, "passive")
    assert (quiet["score"], quiet["classified"], quiet["touchpoint"]) == (9, True, "Caja 3")
    assert spoken["at"] == "2026-03-10T15:02:00Z"
    assert spoken["comment"] == "[nombre] no me atendió, llámenme al ••••"
    assert (spoken["complained"], spoken["praised"], spoken["mentioned"]) == (
        ["service"],
        ["price"],
        ["cleanliness"],
    )
    assert (spoken["ticked"], spoken["suspect"], spoken["erased"]) == (["service"], ["unusual_rate"], False)
    text = bi.ask("/v1/answers").text
    assert not any(personal in text for personal in ("Eva", "Camila", "98765", "4321", "example.com"))


def test_ranges_are_half_open_by_the_calendar_of_each_store(brand: Product) -> None:
    """In Santiago (UTC-3) the 9th of March ends at 03:00 UTC of the 10th, in New York (UTC-4) at 04:00."""
    night = datetime.fromisoformat("2026-03-10T03:30:00Z")
    put_answer(brand, "tenth", night)
    put_answer(brand, "ninth", night, store_id="sur")
    put_answer(brand, "first of the tenth", night - minutes(30))
    bi = ApiClient(brand)
    expected = {
        "from=2026-03-10&to=2026-03-11": {"tenth", "first of the tenth"},
        "from=2026-03-09&to=2026-03-10": {"ninth"},
        "from=2026-03-10T03:00:00Z&to=2026-03-10T03:30:00Z": {"first of the tenth"},
        "from=2026-03-09T23:30:00-04:00": {"tenth", "ninth"},
        "to=2026-03-09": set(),
    }
    found = {query: {row["comment"] for row in bi.rows(f"/v1/answers?{query}")} for query in expected}
    assert found == expected


def test_pages_stay_the_same_while_answers_arrive(brand: Product) -> None:
    given = [put_answer(brand, str(n), n, store_id=("norte", "sur")[n % 2]).ulid for n in range(7)]
    bi = ApiClient(brand)
    brand.wait(minutes(10))
    first = bi.page("/v1/answers?limit=3")
    put_answer(brand, "new", 8)
    rest = bi.rows("/v1/answers?limit=3", first["next_cursor"])
    assert [row["answer_id"] for row in (*first["items"], *rest)] == given[::-1]
    for cursor in ("x", first["next_cursor"][:20], f"A{first['next_cursor']}"):
        refused = bi.ask(f"/v1/answers?cursor={cursor}")
        assert [error["code"] for error in refused.json()["errors"]] == ["cursor_invalid"], cursor
    assert bi.ask(f"/v1/followups?cursor={first['next_cursor']}").status == 422


def test_follow_ups_from_the_first_alert_to_their_end(brand: Product) -> None:
    """Also ended ones, and those that move on while somebody reads; without erased ones."""
    brand.open_store(store_id="este")
    for n in range(3):
        brand.accept(score=n, at=brand.now(), phone=f"+5698765432{n}", name="Eva Ríos", consent=consent())
        brand.drain()
        brand.wait(minutes(1))
    bi = ApiClient(brand)
    first = bi.page("/v1/followups?limit=1")
    (oldest,) = first["items"]
    assert oldest["opened_at"] == "2026-03-10T15:00:00Z"
    assert (oldest["stage"], oldest["priority"], oldest["origin"], oldest["owner"]) == (
        "open",
        "high",
        "answer",
        None,
    )
    assert oldest["answer_id"] in {item["ulid"] for item in brand.items("ANSWER#")}
    _, second, _ = sorted(brand.followups(), key=lambda item: str(item["opened_at"]))
    ended = {"stage": "unanswered", "unanswered_at": "2026-03-17T15:01:00.000Z"}
    brand.change(second, **ended, **dict.fromkeys(("deadline", "list_pk", "store_list_pk", "list_at")))
    rest = bi.rows("/v1/followups?limit=1", first["next_cursor"])
    assert len({row["followup_id"] for row in (oldest, *rest)}) == 1 + len(rest) == 3
    assert [(row["stage"], row["ended_at"]) for row in rest] == [
        ("unanswered", "2026-03-17T15:01:00Z"),
        ("open", None),
    ]
    assert not any(personal in bi.ask("/v1/followups").text for personal in ("Eva", "98765"))
    assert bi.rows("/v1/followups?from=2026-03-11") == bi.rows("/v1/followups?store=este") == []


def test_what_an_erased_or_restricted_customer_left_is_not_given_out(product: Product) -> None:
    product.open_store()
    eva = Customer(product)
    bi = ApiClient(product)
    (answer,) = bi.rows("/v1/answers")
    (followup,) = bi.rows("/v1/followups")
    (item,) = product.items("ANSWER#")
    product.change(item, restricted_at="2026-03-10T15:00:00.000Z")
    assert bi.rows("/v1/answers") == []
    product.change(product.followup(), restricted_at="2026-03-10T15:00:00.000Z")
    assert bi.rows("/v1/followups") == []
    product.change(item, restricted_at=None)
    product.change(product.followup(), restricted_at=None)
    assert (bi.rows("/v1/answers"), bi.rows("/v1/followups")) == ([answer], [followup])
    eva.post("erase", sure="yes")
    product.advance(timedelta(minutes=10))
    (left,) = bi.rows("/v1/answers")
    assert left == {**answer, "comment": "", "ticked": [], "erased": True}
    assert bi.rows("/v1/followups") == []
    assert product.items("OPENED") == []


def test_how_it_answers(brand: Product) -> None:
    bi = ApiClient(brand)
    put_answer(brand, "lento " * 200, 1, score=9)
    plain = bi.ask("/v1/answers")
    packed = bi.ask("/v1/answers", accept_encoding="gzip")
    head = bi.ask("/v1/answers", "HEAD")
    assert gzip.decompress(packed.body) == plain.body
    assert (head.status, head.body, head.headers["content-type"]) == (
        200,
        b"",
        "application/json; charset=utf-8",
    )
    assert plain.headers["cache-control"] == "no-store"
    document = bi.ask("/v1/openapi.json", x_api_key="", accept_encoding="gzip")
    assert (document.status, document.headers["cache-control"]) == (200, "public, max-age=3600")
    spanish, german = (
        bi.ask("/v1/answers?a=1&limit=x", accept_language=each).json() for each in ("es", "de")
    )
    assert spanish == german
    assert [(e["field"], e["code"]) for e in spanish["errors"]] == [
        ("limit", "limit_invalid"),
        ("a", "unknown_parameter"),
    ]
    assert spanish["errors"][1]["message"] == "Ese parámetro no existe."


@pytest.mark.parametrize(("status", "code"), [(400, "ThrottlingException"), (400, "AccessDeniedException")])
def test_what_fails_is_said_without_what_failed(brand: Product, status: int, code: str) -> None:
    bi = ApiClient(brand)
    assert bi.ask("/v1/answers").status == 200
    brand.fault(operation="Query", function="ReadApi", status=status, code=code, times=99)
    reply = bi.ask("/v1/answers")
    busy = code == "ThrottlingException"
    assert (reply.status, reply.json()["error"]["code"]) == (
        (503, "unavailable") if busy else (500, "internal")
    )
    assert ("retry-after" in reply.headers) == busy
