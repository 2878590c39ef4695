"""Errors of the APIs for other systems: what is wrong with a request, in the words of a catalog."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lazo.errors import Problem, Rejected
from lazo.translations import translations
from lazo.web.responses import HttpError, Response, json_response


@dataclass(frozen=True, slots=True)
class ApiErrors:
    """Makes the responses. `catalog` has a message for each code in its `errors`; `otherwise` is the code whose message
    stands for those that it lacks; `always_indexed`: a problem that is about no row has the index None, not none."""

    catalog: str
    otherwise: str
    always_indexed: bool = False

    def rejected(self, rejected: Rejected, language: str) -> Response:
        """Return all that is wrong with the content of a request."""
        return json_response(422, {"errors": self.listed(rejected.problems, language)}, language)

    def failed(self, *, transient: bool, language: str) -> Response:
        """Return that an error of our own kept the request from being answered."""
        return self.declined(
            HttpError(503, "unavailable") if transient else HttpError(500, "internal"), language
        )

    def declined(self, error: HttpError, language: str) -> Response:
        """Return why the whole request is declined; 401 is the same for unknown and retired keys, so that it betrays
        neither."""
        content = {"code": error.code, "message": self._message(error.code, language), "field": None}
        headers = {"www-authenticate": "Bearer"} if error.status == 401 else {}
        return json_response(error.status, {"error": content}, language, headers)

    def listed(self, problems: Sequence[Problem], language: str) -> list[dict[str, Any]]:
        """Return each problem; `index`, if it is about one row of the body, is that of the row."""
        return [
            {"field": p.field, "code": p.code, "message": self._message(p.code, language)}
            | ({"index": p.index} if self.always_indexed or p.index is not None else {})
            for p in problems
        ]

    def _message(self, code: str, language: str) -> str:
        messages: dict[str, str] = translations(self.catalog, language)["errors"]
        return messages.get(code, messages[self.otherwise])
