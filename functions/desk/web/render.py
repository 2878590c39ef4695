"""Render the desk's pages and answer with them: layout, texts in the reader's language, times in the store's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from desk.web.assets import ASSETS, GROUND
from lazo import translations
from lazo.rounding import rounded
from lazo.text import regional_formats
from lazo.timestamps import format_timestamp
from lazo.web import pages
from lazo.web.responses import Response, html_response
from lazo.web.security_headers import content_security_policy

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
_OWN_FILES: Final = dict.fromkeys(("style", "script", "img", "manifest", "worker"), "'self'")
CSP: Final = content_security_policy(**_OWN_FILES)
"""'self' is safe, because the desk serves no content of users as a file."""
CSP_OF_LIVE_PAGES: Final = content_security_policy(**_OWN_FILES, connect="'self'")
"""For a page that asks for itself again."""
UNITS: Final = (("minutes", 1, 90), ("hours", 60, 36 * 60), ("days", 24 * 60, None))
"""The units of relative times: the minutes that each has, and up to how many it is used. Of hours and days at least two
are said, from an hour and a half and from a day and a half on."""


@dataclass(frozen=True, slots=True)
class PageHeader:
    """The header of a signed-in user's page: their name, and the token of the sign-out form."""

    name: str
    form: str


@dataclass(frozen=True, slots=True)
class Times:
    """Formats aware datetimes in `zone` (IANA name) and `language`, in the way of `country` (ISO 3166-1), relative to
    `now`."""

    zone: str
    now: datetime
    language: str
    country: str = regional_formats.WORLD

    def local(self, instant: datetime) -> datetime:
        """Return the instant in the zone."""
        return instant.astimezone(ZoneInfo(self.zone))

    def when(self, instant: datetime) -> str:
        """Return `12:00` today, else `mar 10 mar 12:00`; with the year unless it is this one."""
        local = self.local(instant)
        time = f"{local:%H:%M}"
        return time if local.date() == self.local(self.now).date() else f"{self.day(local.date())} {time}"

    def day(self, day: date) -> str:
        """Return `mar 10 mar`; with the year unless it is this one."""
        return regional_formats.format_day(day, self.language, self.country, year=day.year != self.today.year)

    def plain_day(self, day: date) -> str:
        """Return `10 mar`, as one end of a period; with the year unless it is this one."""
        return regional_formats.format_plain_day(
            day, self.language, self.country, year=day.year != self.today.year
        )

    def money(self, value: Decimal, currency: str) -> str:
        """Return an amount as the country writes it."""
        return regional_formats.format_money(value, currency, self.country)

    def relative(self, instant: datetime) -> str:
        """Return `in 5 min` or `5 min ago`."""
        return self.until(instant) if instant > self.now else self.ago(instant)

    def ago(self, instant: datetime) -> str:
        """Return the time since the instant, in the UNITS that people say."""
        return self._span("ago", max(0, int((self.now - instant).total_seconds())) // 60)

    def until(self, instant: datetime) -> str:
        """Return the time until the instant, rounded up to minutes, in the UNITS that people say, to the nearest: what
        was set in three days is not in two a minute later."""
        minutes = max(0, -(-(instant - self.now) // timedelta(minutes=1)))
        return self._span("until", minutes, nearest=True)

    def lasting(self, since: datetime, *, nearest: bool = False) -> str:
        """Return how long it has been since the instant: `5 min`, `3 h`, `4 days`, as in `ago`; or to the `nearest`
        minute, hour, day."""
        seconds = max(0, int((self.now - since).total_seconds()))
        return self._span("lasting", (seconds + 30 * nearest) // 60, nearest=nearest)

    def input(self, instant: datetime) -> str:
        """Return the value of a `datetime-local` field."""
        return self.local(instant).strftime("%Y-%m-%dT%H:%M")

    @property
    def today(self) -> date:
        """The present date in the zone."""
        return self.local(self.now).date()

    @property
    def patterns(self) -> dict[str, Any]:
        """The words of relative times, # for the number, and the units: with them desk.js keeps the times up to
        date."""
        words = translations.translations("desk_frame", self.language)
        return {**{way: words[way] for way in ("ago", "until")}, "units": UNITS}

    def _span(self, way: str, minutes: int, *, nearest: bool = False) -> str:
        words: dict[str, str] = translations.translations("desk_frame", self.language)[way]
        if minutes < 1:
            return words["now"]
        unit, size = next((unit, size) for unit, size, last in UNITS if last is None or minutes <= last)
        whole = max(2, (minutes + size // 2 * nearest) // size) if size > 1 else minutes
        return words[unit].replace("#", str(whole))


def render(template: str, language: str, *, words: str | None = None, **view: Any) -> str:
    """Return the HTML of a template in `templates/`, with `view` as its variables.

    Every template also gets `text` (`lazo/data/WORDS/LANGUAGE.toml`, if `words` names it), `labels`, `frame`
    (texts of the layout), `say(line, **facts)`, `rounded(figure)`, `stamp(instant)`, `language` and `assets`
    (paths by name). The layout reads from `view`: `header` (PageHeader; without it there is no navigation),
    `here` ("board", "answers", "promises", "insights" or "improvements": the current page), `times` (Times,
    also for parts.html.j2), `typed` (free texts of a form that the page cannot show), and `page_path` (where
    the language switch leads, if not to the page of `here`).
    """
    around = {
        "language": language,
        "text": translations.translations(words, language) if words else {},
        "labels": translations.translations("labels", language),
        "frame": translations.translations("desk_frame", language),
        "say": say,
        "rounded": rounded,
        "stamp": format_timestamp,
        "languages": _languages(),
        "assets": _paths(),
        "ground": GROUND,
    }
    return pages.render(TEMPLATES, template, **around, **view)


@cache
def _paths() -> dict[str, str]:
    """Return the path of each asset by its name without the hash."""
    return {name: asset.path for name, asset in ASSETS.items()}


@cache
def _languages() -> list[tuple[str, str]]:
    """Return the languages of the switch, each by its own name."""
    return [(each, translations.translations("sign_in", each)["language"]) for each in translations.LANGUAGES]


def say(line: str, **facts: Any) -> str:
    """Return a line of a data file with its placeholders filled in: plain text, not escaped (templates escape it)."""
    return pages.line_template(line).render(facts)


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
