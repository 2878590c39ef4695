"""Fields of the desk's forms: valid and invalid values, all problems reported at once."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from desk.deps import Deps
from desk.web.forms import Fields, form_fields
from lazo.errors import Rejected


def fields(**sent: Any) -> Fields:
    return Fields({n: v if isinstance(v, list) else [v] for n, v in sent.items()}, "America/Santiago")


def problems(read: Fields) -> list[tuple[str, str | None]]:
    with pytest.raises(Rejected) as refused:
        read.check()
    return [(problem.code, problem.field) for problem in refused.value.problems]


def test_all_problems_are_reported_at_once() -> None:
    read = fields(
        text=" ", channel="pigeon", deadline="tomorrow", value="much", recording="http://x.example/a"
    )
    read.text("text")
    read.choice("channel", ("phone", "sms"))
    read.choice("priority", ("high",))
    read.day("deadline")
    read.money("value")
    read.https_url("recording")
    assert problems(read) == [
        ("required", "text"),
        ("invalid", "channel"),
        ("required", "priority"),
        ("not_a_date", "deadline"),
        ("not_an_amount", "value"),
        ("not_https", "recording"),
    ]


def test_text_keeps_its_lines_and_loses_control_characters() -> None:
    read = fields(text="  uno\r\ndos\x00\x1b[31m \u202eمرحبا 👋  ")
    assert read.text("text") == "uno\ndos[31m \u202eمرحبا 👋"
    read.check()


@pytest.mark.parametrize(("length", "fits"), [(20, True), (21, False)])
def test_text_has_a_maximum_length(length: int, fits: bool) -> None:
    read = fields(text="ñ" * length)
    assert read.text("text", 20) == "ñ" * length
    if fits:
        read.check()
    else:
        assert problems(read) == [("too_long", "text")]


@pytest.mark.parametrize(
    ("typed", "value"),
    [("5000", "5000"), ("12,50", "12.50"), ("0.01", "0.01"), (" 7 ", "7")],
)
def test_amounts(typed: str, value: str) -> None:
    read = fields(value=typed)
    assert read.money("value") == Decimal(value)
    read.check()


@pytest.mark.parametrize("typed", ["0", "-5", "1.005", "NaN", "Infinity", "1e30", "1_000", "١٢", "5 000"])
def test_invalid_amounts(typed: str) -> None:
    read = fields(value=typed)
    read.money("value")
    assert problems(read) == [("not_an_amount", "value")]


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-03-10T12:00", datetime(2026, 3, 10, 15, 0, tzinfo=UTC)),
        # The clocks of Santiago went back at midnight of 5 April 2026: 23:30 of the 4th came twice.
        ("2026-04-04T23:30", datetime(2026, 4, 5, 2, 30, tzinfo=UTC)),
        ("2026-07-01T09:00", datetime(2026, 7, 1, 13, 0, tzinfo=UTC)),
    ],
)
def test_times_are_read_by_the_stores_clock(typed: str, instant: datetime) -> None:
    read = fields(until=typed)
    assert read.instant("until") == instant
    read.check()


@pytest.mark.parametrize(
    "typed",
    [
        "0026-03-10T12:00",
        "0001-01-01T00:00+00:00",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59",
        "2101-01-01T00:00",
    ],
)
def test_an_implausible_year_is_no_date(typed: str) -> None:
    """A page with such a date could never be rendered again."""
    read = fields(when=typed, deadline=typed[:10])
    read.instant("when")
    read.day("deadline")
    assert problems(read) == [("not_a_date", "when"), ("not_a_date", "deadline")]


def test_days() -> None:
    read = fields(checkpoint=["2026-03-12", "", "2026-03-11"], deadline="2026-03-13")
    assert read.days("checkpoint") == (date(2026, 3, 12), date(2026, 3, 11))
    assert read.day("deadline") == date(2026, 3, 13)
    read.check()


@pytest.mark.parametrize(
    "typed", ["http://x.example", "javascript:alert(1)", "https://", "https://a b", "data:x", "//x.example"]
)
def test_a_recording_is_an_https_address(typed: str) -> None:
    read = fields(recording=typed)
    read.https_url("recording")
    assert problems(read) == [("not_https", "recording")]


def test_sent_fields_are_kept_as_typed() -> None:
    assert form_fields({"body": "text=a%0Ab&empty=&x=1&x=2"}) == {
        "text": ["a\nb"],
        "empty": [""],
        "x": ["1", "2"],
    }
    assert form_fields({"body": "&".join(f"f{n}=1" for n in range(1000))}) == {}
    assert form_fields({}) == {}


@pytest.mark.parametrize(
    ("own", "base"), [("https://lazo.example", "https://lazo.example"), ("", "https://abc.example.com")]
)
def test_survey_addresses_use_the_base_url_or_that_of_the_api(own: str, base: str) -> None:
    asked_at = {"requestContext": {"domainName": "abc.example.com"}}
    assert Deps.base_url(SimpleNamespace(public_base_url=own), asked_at) == base  # type: ignore[arg-type]


def test_a_body_longer_than_any_form_is_not_read() -> None:
    """Parsing 6 MB of fields takes seconds, and the sign-in page is public."""
    longest = {"root_cause": ["😀" * 4000], "done": ["😀" * 4000]}
    assert form_fields({"body": urlencode(longest, doseq=True)}) == longest
    assert form_fields({"body": "a=1&" * 1_000_000}) == {}
    assert form_fields({"body": "YT0x" * 1_000_000, "isBase64Encoded": True}) == {}
