"""Build the addresses of the desk's pages."""

from urllib.parse import urlencode


def page_address(path: str, **query: str | None) -> str:
    """Return the path with the query parameters that have a value."""
    encoded = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{encoded}" if encoded else path
