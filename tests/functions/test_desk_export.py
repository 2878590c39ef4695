"""Answers as a file: what is in it, how it is written, and who can fetch it for how long."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from werkzeug.test import Client

import desk.app
from desk.answers import export_bucket
from desk.answers.export_bucket import ExportBucket
from infra.local.aws import downloads
from infra.local.event_sources.gateway_payloads import Response
from infra.local.server import LocalServer
from lazo.runtime import settings
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START, consent, minutes
from tests.desk import form_to
from tests.feed import cookie_of, feed_page, put_answer
from tests.product import Product

BASE = "http://127.0.0.1:8000"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def store(product: Product) -> Product:
    """A store with Rosa on its staff; download links lead to a server on this machine."""
    product.open_store(staff=["Rosa"])
    downloads.set_base_url(BASE)
    return product


def ask(product: Product, who: Mapping[str, Any], query: str = "") -> Response:
    """Send the export form of a page of the feed; return the response."""
    form = form_to(feed_page(product, who, query).text, "/export")
    body = "&".join(f"{name}={value}" for name, values in form.fields.items() for value in values)
    return post(product, who, body)


def post(product: Product, who: Mapping[str, Any], body: str) -> Response:
    headers = cookie_of(product, who) | FORM
    return product.cloud.request("POST", "/desk/answers/export", headers, body.encode())


def ready(product: Product, who: Mapping[str, Any], asked: Response) -> Response:
    assert asked.status == 303, asked.text
    return product.cloud.request("GET", asked.headers["location"], cookie_of(product, who))


def link_on(page: Response) -> str:
    assert page.status == 200, page.text
    found = re.search(r'href="(http[^"]+)"', page.text)
    assert found
    return found[1].replace("&amp;", "&")


def fetch(product: Product, link: str) -> Any:
    """Return what a browser gets at the link."""
    return Client(LocalServer(product.cloud)).get(link.removeprefix(BASE), base_url=BASE)


def rows(product: Product, who: Mapping[str, Any], query: str = "") -> list[list[str]]:
    file = fetch(product, link_on(ready(product, who, ask(product, who, query))))
    assert file.status_code == 200
    return list(csv.reader(StringIO(file.data.decode("utf-8-sig"), newline="")))


def test_the_file_has_what_the_feed_shows_and_no_more(store: Product) -> None:
    """12:00 in Santiago (UTC-3)."""
    put_answer(
        store,
        '=HYPERLINK("http://x.example"), dijo Rosa\ny "nada"',
        score=0,
        themes=("price", "service"),
        praised=("staff_attitude",),
        mentioned=("delivery", "payment"),
        reasons=("price",),
        touchpoint="Caja, 3",
        name="Eva",
        phone="+56987654321",
        email="eva@example.com",
        consent=consent(),
    )
    put_answer(store, "شكرا 🙂", -1, score=10, suspect=("too_fast",), language="en", touchpoint="+1")
    file = fetch(store, link_on(ready(store, ANA, ask(store, ANA))))
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.headers["content-disposition"] == 'attachment; filename="respuestas-2026-03-10.csv"'
    text = file.data.decode("utf-8")
    assert text.startswith(
        '\ufeff"Día","Hora","Zona horaria","Local","Lugar","Nota","Cómo se sintió","Comentario",'
    )
    assert text.count("\r\n") == 3
    assert ',0,"Descontento",' in text
    for private in ("Eva", "987654321", "eva@example.com", "Rosa"):
        assert private not in text
    assert list(csv.reader(StringIO(text, newline="")))[1:] == [
        [
            *("2026-03-10", "12:00", "America/Santiago", "Aurora Norte", "Caja, 3", "0", "Descontento"),
            '\'=HYPERLINK("http://x.example"), dijo [nombre]\ny "nada"',
            *("Precio, Atención", "Trato del personal", "Entrega, Pago", "Precio", "es", ""),
        ],
        [
            *("2026-03-10", "11:59", "America/Santiago", "Aurora Norte", "'+1", "10", "Encantado"),
            *("شكرا 🙂", "", "", "", "", "en", "sí"),
        ],
    ]


@pytest.mark.parametrize(
    ("who", "heads"), [(ANA, ["Día", "Hora"]), (DIEGO, ["Day", "Time"]), (MARTA, ["Dia", "Hora"])]
)
def test_the_file_is_in_the_readers_language_and_scope(
    store: Product, who: dict[str, Any], heads: list[str]
) -> None:
    store.open_store(store_id="sur", contacts=[MARTA])
    put_answer(store, "north")
    put_answer(store, "south", -1, store_id="sur")
    found = rows(store, who)
    assert found[0][:2] == heads
    assert [row[7] for row in found[1:]] == (["north", "south"] if who is MARTA else ["north"])


def test_a_score_that_was_only_tapped_is_not_in_the_file(store: Product) -> None:
    put_answer(store, "north")
    store.accept(score=2, tapped_at=1, provisional=True)
    assert len(rows(store, ANA)) == 2


def test_the_filters_of_the_page_are_those_of_the_file(store: Product) -> None:
    put_answer(store, "esperé & esperé", score=2)
    put_answer(store, "esperé", -1, score=9)
    put_answer(store, "ayer espere", -60 * 24, score=2)
    query = "?band=detractor&from=2026-03-10&text=espere"
    page = feed_page(store, ANA, query)
    assert "Descargar estas en CSV" in page.text
    assert [row[7] for row in rows(store, ANA, query)[1:]] == ["esperé & esperé"]


def with_deps(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Replace dependencies of the desk for the rest of the test."""
    deps = replace(desk.app.wire(), **changes)
    monkeypatch.setattr(desk.app, "wire", lambda: deps)


def test_a_large_file_is_written_in_parts(
    store: Product, monkeypatch: pytest.MonkeyPatch, watch: Watch
) -> None:
    """Parts of 64 KB, which S3 would refuse."""
    for n in range(200):
        put_answer(store, f"{n} " + "á" * 900, -n)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
    cookie_of(store, ANA)
    with_deps(monkeypatch, exports=ExportBucket(store.cloud.physical_id("Exports"), part=64_000))
    watch.clear()
    found = rows(store, ANA)
    assert [row[7].split()[0] for row in found[1:]] == [str(n) for n in range(200)]
    asked = [call for call in watch.calls if call.action.startswith("s3:") and call.function == "Desk"]
    sizes = [call.params["Body"].getbuffer().nbytes for call in asked if call.action == "s3:UploadPart"]
    # Each row has 1,800 bytes of comment and some 100 more: 200 of them are about 380,000.
    assert len(sizes) == 6
    assert all(64_000 <= size < 66_000 for size in sizes[:-1])


def test_thousands_of_rows_are_never_held_at_once() -> None:
    """The pieces are drawn from only as the parts are sent."""
    drawn = 0

    def pieces() -> Iterator[str]:
        nonlocal drawn
        for _ in range(5000):
            drawn += 1
            yield "x" * 1000

    held = [(len(part), drawn) for part in export_bucket._parts(pieces(), 50_000)]
    assert held == [(50_000, 50 * n) for n in range(1, 101)]


def test_an_export_that_takes_too_long_is_rejected(store: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        put_answer(store, f"c{n}", -n)
    form = form_to(feed_page(store, ANA, "?text=c").text, "/export").fields["form"][0]
    reads = iter(range(0, 10_000, 6))
    with_deps(monkeypatch, clock=lambda: START + timedelta(seconds=next(reads)))
    reply = post(store, ANA, f"form={form}&text=c")
    assert reply.status == 422
    assert "Son demasiadas para un solo archivo" in reply.text
    assert 'href="/desk/answers?text=c"' in reply.text
    bucket = store.cloud.physical_id("Exports")
    assert "Contents" not in store.cloud.client("s3").list_objects_v2(Bucket=bucket)


def test_a_link_is_valid_for_five_minutes(store: Product) -> None:
    put_answer(store, "mine")
    link = link_on(ready(store, ANA, ask(store, ANA)))
    assert "X-Amz-Expires=300&" in link
    signed = datetime.strptime(re.findall(r"X-Amz-Date=(\w+)", link)[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert downloads.is_signed(link, signed + minutes(5))
    assert not downloads.is_signed(link, signed + minutes(5) + timedelta(seconds=1))


def test_a_link_that_was_not_signed_opens_nothing(store: Product) -> None:
    put_answer(store, "mine")
    link = link_on(ready(store, ANA, ask(store, ANA)))
    assert fetch(store, link).status_code == 200
    for broken in (
        link.partition("?")[0],
        link.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"),
        link.replace(".csv", ".csw"),
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link.replace("us-east-1", "sa-east-1"),
        link + "&response-content-type=text%2Fhtml",
    ):
        assert fetch(store, broken).status_code == 403, broken


def test_a_file_is_for_the_user_who_asked_for_it(store: Product) -> None:
    put_answer(store, "mine")
    asked = ask(store, ANA)
    assert ready(store, ANA, asked).status == 200
    assert ready(store, DIEGO, asked).status == 404
    shut = store.cloud.request("GET", asked.headers["location"]).headers["location"]
    assert shut.startswith("/desk/sign-in?next=%2Fdesk%2Fanswers%2Fexports%2F")
    for name in ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "x", "%00", "💩"):
        path = f"/desk/answers/exports/{name}"
        assert store.cloud.request("GET", path, cookie_of(store, ANA)).status == 404
    mistyped = store.cloud.request("GET", "/desk/answers/exports/..%2F..%2Fx", cookie_of(store, ANA))
    assert (mistyped.status, mistyped.headers["location"]) == (308, "/desk/answers/exports/x")


def test_the_same_form_twice_is_one_file(store: Product) -> None:
    put_answer(store, "mine")
    form = form_to(feed_page(store, ANA).text, "/export").fields["form"][0]
    first, second = (post(store, ANA, f"form={form}") for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    bucket = store.cloud.physical_id("Exports")
    assert len(store.cloud.client("s3").list_objects_v2(Bucket=bucket)["Contents"]) == 1


def test_a_forged_form_exports_nothing(store: Product, watch: Watch) -> None:
    put_answer(store, "mine")
    diegos = form_to(feed_page(store, DIEGO).text, "/export").fields["form"][0]
    watch.clear()
    for body in ("", "form=x", f"form={diegos}&text=a%26b"):
        reply = post(store, ANA, body)
        assert reply.status == 403
        assert "Vuelve a intentarlo" in reply.text
    assert 'href="/desk/answers?text=a%26b"' in reply.text
    assert not any(call.action.startswith("s3:") for call in watch.calls)


def test_invalid_dates_export_nothing(store: Product) -> None:
    put_answer(store, "mine")
    form = form_to(feed_page(store, ANA).text, "/export").fields["form"][0]
    reply = post(store, ANA, f"form={form}&from=2026-03-11&to=2026-03-10")
    assert reply.status == 422
    assert "Revisa las fechas" in reply.text


def test_a_failing_bucket_is_reported_and_can_be_retried(store: Product) -> None:
    put_answer(store, "mine")
    form = form_to(feed_page(store, ANA).text, "/export").fields["form"][0]
    store.fault(service="s3", operation="UploadPart", times=3)
    reply = post(store, ANA, f"form={form}")
    assert reply.status == 503
    assert "No pudimos preparar el archivo" in reply.text
    assert post(store, ANA, f"form={form}").status == 303


def test_so_is_a_table_that_cannot_be_read(store: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    put_answer(store, "mine")
    form = form_to(feed_page(store, ANA).text, "/export").fields["form"][0]

    def rows(deps: Any, *_: Any) -> Iterator[str]:
        store.fault(service="dynamodb", operation="Query", times=3)
        yield from deps.table.query_prefix("STORE#x", "ANSWER#")

    with monkeypatch.context() as patched:
        patched.setattr("desk.answers.export._rows", rows)
        reply = post(store, ANA, f"form={form}")
    assert reply.status == 503
    assert "No pudimos preparar el archivo" in reply.text
    assert post(store, ANA, f"form={form}").status == 303


def test_links_lead_to_the_buckets_own_region() -> None:
    """S3 redirects what is asked of it as a whole, and the signature would not fit any more."""
    session = boto3.Session("key", "secret", region_name="sa-east-1")
    client = session.client("s3", config=Config(**settings.CLIENT_OPTIONS[settings.FOR_FILES]))
    link = client.generate_presigned_url("get_object", Params={"Bucket": "lazo-exports-x", "Key": "a/b.csv"})
    assert urlsplit(link).netloc == "lazo-exports-x.s3.sa-east-1.amazonaws.com"
