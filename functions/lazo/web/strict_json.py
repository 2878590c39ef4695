"""JSON from outside, read more strictly than `json.loads` does."""

import json
from decimal import Decimal
from typing import Any, NoReturn


def parse_strict_json(body: bytes, *, decimals: bool = False) -> Any:
    """What `body` says; ValueError when it is no JSON.

    UTF-8 only, no name twice in an object (RFC 8259 leaves open which counts), no NaN or Infinity, nothing nested
    beyond what can be read. With `decimals` a number with a fraction is a Decimal, exactly as written.
    """
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_each_name_once,
            parse_constant=_not_in_json,
            parse_float=Decimal if decimals else None,
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    "".join(
        found
    ).encode()  # A half of a surrogate pair (\ud800) is no text; names are told back, and could not be.
    return found


def _not_in_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
