"""The responses that all pages of the desk share."""

from collections.abc import Sequence

from desk.web.render import CSP, render
from lazo.web.responses import Response, html_response


def html_reply(html: str, language: str, status: int = 200) -> Response:
    """Return a page in one language."""
    return html_response(status, html, CSP, language)


def not_found(typed: Sequence[str] = ()) -> Response:
    """Return the 404 page, in three languages, because the reader is unknown.

    It is the same for invalid, expired and forbidden addresses, so that it reveals nothing. `typed`: free texts of the
    form that was sent, so that the user can copy them.
    """
    return html_response(404, render("gone.html.j2", "es", typed=typed), CSP)


def unavailable(typed: Sequence[str] = ()) -> Response:
    """Return the 503 page for errors that may pass, such as AWS being unreachable; `typed` as for `not_found`."""
    return html_response(503, render("trouble.html.j2", "es", typed=typed), CSP)
