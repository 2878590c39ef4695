"""Numbers in untrusted JSON: what DynamoDB holds is kept, what it refuses becomes a number that no field takes.

The limits are those of "Data types" (DynamoDB API reference): 38 digits, 1E-130 to 9.99…E+125.
"""

import math
from decimal import Decimal

import pytest

from lazo.web.strict_json import parse_strict_json

BEYOND = ("1e9999999999999999999", "0e999999999", "1e126", "-1e-131", "1" * 39, "1" * 5000, "0." + "1" * 39)


@pytest.mark.parametrize("text", BEYOND)
def test_a_number_that_the_table_cannot_hold_is_no_number(text: str) -> None:
    for decimals in (True, False):
        assert math.isnan(parse_strict_json(text.encode(), decimals=decimals))


@pytest.mark.parametrize("text", ["9." + "9" * 37 + "e125", "1e-130", "-30.50", "0.0"])
def test_one_that_it_can_is_kept_as_written(text: str) -> None:
    found = parse_strict_json(text.encode(), decimals=True)
    assert isinstance(found, Decimal)
    assert str(found).lower().replace("+", "") == text
    assert parse_strict_json(text.encode()) == float(text)


def test_whole_numbers_stay_whole() -> None:
    assert parse_strict_json(b"[0, -7, 1" + b"0" * 37 + b"]") == [0, -7, 10**37]
