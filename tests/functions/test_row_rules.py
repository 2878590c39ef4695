"""The rules of rows say what models of pydantic say: the same values, or the same codes by field in the same order."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.visitors import ROW
from customer_events.batch import EVENT, _Context
from lazo.field_rules import read_fields
from tests.functions.rows_by_pydantic import Asked, EventModel, VisitorsModel, read

NOW = datetime(2026, 3, 24, 16, 1, tzinfo=UTC)

TEXTS = st.text(st.characters(exclude_categories=()), max_size=5)  # lone surrogates too
ODD: Any = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 12),
    st.floats(),
    st.decimals(-200, 2000, places=3),
    st.sampled_from(["", "0", [], {}, [1], {"phone": 1}, 10**37, Decimal("1e-9"), float("nan")]),
    TEXTS,
)
IDS = st.sampled_from(["norte", "n" * 40, "n" * 41, "Norte", "norte\n", "-norte", "ñ"])
CUSTOMER: dict[str, Any] = {
    "phone": st.sampled_from(["+56 9 2234 5679", "9 2234 5679", "1", "", "2" * 41]),
    "email": st.sampled_from(["rosa@example.com", "rosa", "r@" + "e" * 260, " "]),
    "colour": TEXTS,
}
SUMS = st.sampled_from(
    [0, -100, -101, 1000, 1001, 10**10, Decimal("9999999999.99"), Decimal("0.010"), Decimal("0.011"), 12.5]
) | st.decimals(-200, 2000, places=2)
EVENT_FIELDS: dict[str, Any] = {
    "event_id": st.sampled_from(["1", "e" * 64, "e" * 65, "é", "a b", "a\n", ""]),
    "kind": st.sampled_from(["complaint", "usage", "refund", "praise", ""]),
    "at": st.sampled_from(
        [
            "2026-03-24T16:00:00Z",
            "2026-03-24T16:06:00Z",
            "2026-03-24T16:06:01Z",
            "2024-03-22T16:01:00Z",
            "2024-03-22T16:00:59Z",
            "2026-03-24T16:00:00",
            "2026-03-24",
            "now",
        ]
    ),
    "customer": st.fixed_dictionaries({}, optional={k: v | ODD for k, v in CUSTOMER.items()}),
    "store_id": IDS,
    "text": TEXTS | st.sampled_from(["a" * 2000, "a" * 2001, "e\u0301" * 1100]),
    "reference": TEXTS | st.sampled_from(["r" * 80, "r" * 81]),
    "change": SUMS,
    "amount": SUMS,
    "colour": TEXTS,
}
VISITOR_FIELDS: dict[str, Any] = {
    "store_id": IDS,
    "day": st.sampled_from(["2026-03-24", "2026-03-25", "2019-12-31", "2026-3-24", "2026-02-30", "20260324"]),
    "visitors": st.sampled_from([0, 1_000_000, 1_000_001, -1, Decimal("530.0"), Decimal("530.5")]),
    "colour": TEXTS,
}


def rows(of: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Rows most of whose fields are nearly right."""
    return st.fixed_dictionaries({}, optional={name: st.one_of(fit, fit, ODD) for name, fit in of.items()})


@given(rows(EVENT_FIELDS), st.sampled_from(["CL", None]))
def test_an_event_is_read_as_pydantic_reads_it(row: dict[str, Any], country: str | None) -> None:
    values, problems = read_fields(EVENT, row, _Context(NOW, country), only_known=True)
    expected, codes = read(EventModel, row, Asked(NOW, country))
    # Null is removed before: to pydantic it is a value of what may be absent, here it is none.
    nulls = {name for name, value in row.items() if value is None}
    nulls |= {f"customer.{k}" for k, v in _customer(row).items() if v is None}
    assert [each for each in problems.items() if each[0] not in nulls] == [
        each for each in codes.items() if each[0] not in nulls
    ]
    if not problems and not codes:
        assert {**values, "customer": _or_none(values["customer"])} == {
            **expected,
            "customer": _or_none(expected["customer"]),
        }


def _customer(row: dict[str, Any]) -> dict[str, Any]:
    customer = row.get("customer")
    return customer if isinstance(customer, dict) else {}


def _or_none(customer: dict[str, Any]) -> dict[str, Any]:
    """Return it with an empty text as none: neither identifies anybody."""
    return {name: value or None for name, value in customer.items()}


@given(rows(VISITOR_FIELDS))
def test_a_row_of_visitors_is_read_as_pydantic_reads_it(row: dict[str, Any]) -> None:
    values, problems = read_fields(ROW, row, date(2026, 3, 24), only_known=True)
    expected, codes = read(VisitorsModel, row, Asked(NOW, None))
    assert list(problems.items()) == list(codes.items())
    if not codes:
        assert values == expected
