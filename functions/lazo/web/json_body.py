"""Read the JSON that other systems send in a request of the HTTP API (payload format 2.0), with limits."""

from collections.abc import Mapping
from typing import Any, Final

from lazo.errors import Problem, Rejected
from lazo.web import strict_json
from lazo.web.requests import body_bytes, media_type
from lazo.web.responses import HttpError

LARGEST_BODY: Final = 256 * 1024
"""Bytes; a hundred events with the longest texts in a Latin script."""
MOST_ROWS: Final = 100


def json_body(event: Mapping[str, Any]) -> Any:
    """Return the JSON in the body, fractions as Decimal.

    Raises HttpError when it is too large (413), not declared as JSON (415) or not JSON (400).
    """
    try:
        raw = body_bytes(event)
        if len(raw) > LARGEST_BODY:
            raise HttpError(413, "too_large")
        if media_type(event) != "application/json":
            raise HttpError(415, "unsupported_media_type")
        return strict_json.parse_strict_json(raw, decimals=True)
    except ValueError as error:
        raise HttpError(400, "bad_json") from error


def rows_in(body: Mapping[str, Any], name: str) -> list[Any]:
    """Return the list that is all of a JSON object, under `name`: 1 to 100 rows, not looked at. Raises Rejected
    with all of: `unknown_field` of each other name, and NAME with `_required`, `_invalid` or `_too_many`."""
    problems = [Problem("unknown_field", each) for each in body if each != name]
    rows = body.get(name)
    if rows is None or rows == []:
        problems.append(Problem(f"{name}_required", name))
    elif not isinstance(rows, list):
        problems.append(Problem(f"{name}_invalid", name))
    elif len(rows) > MOST_ROWS:
        problems.append(Problem(f"{name}_too_many", name))
    if problems:
        raise Rejected(*problems)
    return list(rows or ())
