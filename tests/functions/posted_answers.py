"""Ids, texts and settings for answers that tests post to collect."""

from datetime import timedelta

from hypothesis import HealthCheck, settings

from infra.local.event_sources.gateway_payloads import Response
from tests.builders import START
from tests.parts import some

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ONE_PRODUCT = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=some(60)
)


def ulid(at_offset: timedelta = timedelta(0), tail: str = "0123456789ABCDEF") -> str:
    """Return the ULID of START and `at_offset`, written digit by digit."""
    number = int((START + at_offset).timestamp() * 1000)
    digits = ""
    for _ in range(10):
        number, digit = divmod(number, 32)
        digits = CROCKFORD[digit] + digits
    return digits + tail


def uuid7(at_offset: timedelta = timedelta(0)) -> str:
    text = f"{int((START + at_offset).timestamp() * 1000):012x}"
    return f"{text[:8]}-{text[8:]}-7cc3-98c4-dc0c0c07398f"


SHOUT = "<script>alert('x')</script>\n</textarea>\"&quot; ñ"


def redirects_to_thanks(reply: Response, language: str = "es", more: str = "") -> bool:
    """Whether the reply leads to the thanks, whose token differs from answer to answer."""
    location, _, token = reply.headers["location"].partition("&t=")
    return (reply.status, location, len(token) in (0, 40)) == (
        303,
        f"/s/caja3/thanks?lang={language}{more}",
        True,
    )
