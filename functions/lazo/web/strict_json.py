"""Parse untrusted JSON more strictly than `json.loads`."""

import json
import math
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

MOST_DIGITS: Final = 38
SMALLEST_EXPONENT, LARGEST_EXPONENT = -130, 125
"""What a number of DynamoDB has: digits, and powers of ten of the first one ("Data types", API reference)."""


def parse_strict_json(body: bytes, *, decimals: bool = False) -> Any:
    """Parse `body`. With `decimals` a number with a fraction becomes a Decimal, exactly as written. A number that the
    table cannot hold becomes NaN, which no field takes, so that the error names its field.

    Raises ValueError if it is not JSON in UTF-8, names a member twice (RFC 8259 leaves open which counts), has NaN,
    Infinity or half a surrogate pair in a name, or is nested too deeply.
    """
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_each_name_once,
            parse_constant=_not_in_json,
            parse_int=_whole_number,
            parse_float=_decimal if decimals else _float,
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    # Half of a surrogate pair (\ud800) raises here: error responses repeat names, and cannot encode it.
    "".join(found).encode()
    return found


def _not_in_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _whole_number(text: str) -> int | float:
    return int(text) if len(text.lstrip("-")) <= MOST_DIGITS else math.nan


def _float(text: str) -> float:
    return float(_decimal(text))


def _decimal(text: str) -> Decimal | float:
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent of twenty digits
        return math.nan
    _, digits, exponent = number.as_tuple()
    first = number.adjusted()
    fits = len(digits) <= MOST_DIGITS and SMALLEST_EXPONENT <= first <= LARGEST_EXPONENT
    return number if fits and isinstance(exponent, int) and exponent >= SMALLEST_EXPONENT else math.nan
