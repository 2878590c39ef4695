"""The responses that every page of the desk may give."""

from collections.abc import Sequence

from desk.web.render import CSP, render
from lazo.web.responses import Response, html_response


def html_reply(html: str, language: str, status: int = 200) -> Response:
    """A page in one language."""
    return html_response(status, html, CSP, language)


def not_found(typed: Sequence[str] = ()) -> Response:
    """What every link gets that opens nothing: foreign, over, broken or never made. One answer for all, so that
    it tells nobody which; in three languages, because it is not known who asks. `typed`: texts of a form that was sent
    there, to be copied from the page."""
    return html_response(404, render("gone.html.j2", "es", typed=typed), CSP)


def unavailable(typed: Sequence[str] = ()) -> Response:
    """We failed, and a moment later it may work: AWS out of reach or busy. `typed` as for `gone`."""
    return html_response(503, render("trouble.html.j2", "es", typed=typed), CSP)
