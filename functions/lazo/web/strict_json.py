"""Parse untrusted JSON more strictly than `json.loads`."""

import json
from decimal import Decimal
from typing import Any, NoReturn


def parse_strict_json(body: bytes, *, decimals: bool = False) -> Any:
    """Parse `body`. With `decimals` a number with a fraction becomes a Decimal, exactly as written.

    Raises ValueError if it is not JSON in UTF-8, names a member twice (RFC 8259 leaves open which counts), has NaN,
    Infinity or half a surrogate pair in a name, or is nested too deeply.
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
    # Half of a surrogate pair (\ud800) raises here: error responses repeat names, and cannot encode it.
    "".join(found).encode()
    return found


def _not_in_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
