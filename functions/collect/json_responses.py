"""Build the responses to programs that post JSON."""

from lazo.errors import Problem
from lazo.translations import translations
from lazo.web.responses import Response, json_response


def accepted(answer_id: str, language: str) -> Response:
    """Return 202: the answer is in the table under `answer_id`."""
    return json_response(202, {"answer_id": answer_id}, language)


def error(status: int, problem: Problem, language: str) -> Response:
    """Return the problem with its message in `language`."""
    messages = translations("survey", language)["errors"]
    message = messages.get(problem.code, messages["field_invalid"])
    content = {"error": {"code": problem.code, "message": message, "field": problem.field}}
    return json_response(status, content, language)
