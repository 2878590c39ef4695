"""The language of a device: the one chosen on it, else that of the message that its reader came by. A user's own choice
(`lazo.table.users`) comes before it, and the one that most of their stores name after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from lazo.translations import LANGUAGES

COOKIE: Final = "lazo_language"
_KEPT_FOR: Final = 365 * 24 * 3600
_OF_MESSAGE: Final = "message-"


@dataclass(frozen=True, slots=True)
class ReaderLanguage:
    """A language of LANGUAGES; `chosen` with the switch, or only that of the last message."""

    language: str
    chosen: bool

    def cookie(self) -> str:
        """Return the Set-Cookie value that keeps it on this device. Not below /desk: links in messages read it too."""
        value = self.language if self.chosen else _OF_MESSAGE + self.language
        return f"{COOKIE}={value}; Path=/; Max-Age={_KEPT_FOR}; HttpOnly; SameSite=Lax"


def reader_language(event: Mapping[str, Any]) -> ReaderLanguage | None:
    """Return the language of a request: that of the switch (`?lang=pt`), else that of its cookie, if there is one."""
    return switched_language(event) or next(filter(None, map(_from_cookie, event.get("cookies", []))), None)


def switched_language(event: Mapping[str, Any]) -> ReaderLanguage | None:
    """Return the language that this request switches to, if any."""
    switched = (event.get("queryStringParameters") or {}).get("lang")
    return ReaderLanguage(switched, chosen=True) if switched in LANGUAGES else None


def language_of_message(event: Mapping[str, Any], language: str) -> ReaderLanguage | None:
    """Return the language of the message whose link was opened; None if the reader has chosen one."""
    before = reader_language(event)
    return None if before and before.chosen else ReaderLanguage(language, chosen=False)


def _from_cookie(raw: str) -> ReaderLanguage | None:
    try:
        held = SimpleCookie(raw).get(COOKIE)
    except CookieError:
        return None
    value = held.value if held else ""
    language = value.removeprefix(_OF_MESSAGE)
    return ReaderLanguage(language, chosen=value == language) if language in LANGUAGES else None
