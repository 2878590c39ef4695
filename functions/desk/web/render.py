"""How every page of the desk is made: one look, words in the reader's language, times by the shop's clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from desk.web.assets import SCRIPT, STYLE
from lazo import translations
from lazo.timestamps import format_timestamp
from lazo.web.pages import line_template, templates
from lazo.web.security_headers import content_security_policy

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
CSP: Final = content_security_policy(style="'self'", script="'self'")
"""Only files of the desk's own; nothing of ours is served there that somebody else wrote."""


@dataclass(frozen=True, slots=True)
class PageHeader:
    """Whose desk it is, for the head of a page: `form` is the token of the form that signs them out."""

    name: str
    form: str


@dataclass(frozen=True, slots=True)
class Times:
    """Instants as somebody reads them: by the clock of `zone` (an IANA name), seen at `now`, in `language`."""

    zone: str
    now: datetime
    language: str

    def local(self, instant: datetime) -> datetime:
        """The instant by the wall clock of the zone."""
        return instant.astimezone(ZoneInfo(self.zone))

    def when(self, instant: datetime) -> str:
        """`12:00` today, else `10/03 12:00`, with the year unless it is this one."""
        local = self.local(instant)
        time = local.strftime(self._formats["time"])
        return time if local.date() == self.local(self.now).date() else f"{self.day(local.date())} {time}"

    def day(self, day: date) -> str:
        """`10/03`, with the year unless it is this one."""
        this_year = day.year == self.local(self.now).year
        return day.strftime(self._formats["day" if this_year else "day_of_year"])

    def relative(self, instant: datetime) -> str:
        """`in 5 min` or `5 min ago`."""
        return self.until(instant) if instant > self.now else self.ago(instant)

    def ago(self, instant: datetime) -> str:
        """How long since: whole minutes, hours from two on, days from two on."""
        minutes = max(0, int((self.now - instant).total_seconds())) // 60
        return self._span("ago", minutes)

    def until(self, instant: datetime) -> str:
        """How long there is still, a minute that has begun counting as one."""
        minutes = max(0, -(-(instant - self.now) // timedelta(minutes=1)))
        return self._span("until", minutes)

    def input(self, instant: datetime) -> str:
        """The value of a field `datetime-local`."""
        return self.local(instant).strftime("%Y-%m-%dT%H:%M")

    @property
    def today(self) -> date:
        """The day at the shop."""
        return self.local(self.now).date()

    @property
    def patterns(self) -> dict[str, dict[str, str]]:
        """What the script counts on with: the words of a span, # for its number."""
        return {key: translations.translations("desk_frame", self.language)[key] for key in ("ago", "until")}

    @property
    def _formats(self) -> dict[str, str]:
        formats: dict[str, str] = translations.translations("labels", self.language)["format"]
        return formats

    def _span(self, way: str, minutes: int) -> str:
        words = self.patterns[way]
        if minutes < 1:
            return words["now"]
        if minutes < 120:
            return words["minutes"].replace("#", str(minutes))
        hours = minutes // 60
        return (
            words["hours"].replace("#", str(hours))
            if hours < 48
            else words["days"].replace("#", str(hours // 24))
        )


def render(template: str, language: str, *, words: str | None = None, **view: Any) -> str:
    """A page of `templates/` with what `view` gives it.

    Besides: `text` (the words of `data/WORDS/LANGUAGE.toml`, when `words` names them), `labels`, `frame` (the words
    around a page), `say(line, **facts)`, `stamp(instant)`, and the language, style and script. `view` may give the
    frame a `visitor` (Visitor; without one there is no navigation), `here` ("board", "answers" or "promises": the
    page that the navigation marks), and `times` (Times), which `when` of parts.html.j2 reads; and a page that cannot
    show a form that was sent the texts that were `typed` into it.
    """
    around = {
        "language": language,
        "text": translations.translations(words, language) if words else {},
        "labels": translations.translations("labels", language),
        "frame": translations.translations("desk_frame", language),
        "say": say,
        "stamp": format_timestamp,
        "style": STYLE.path,
        "script": SCRIPT.path,
        "visitor": None,
        "typed": (),
        "here": None,
        "times": None,
    }
    return templates(TEMPLATES).get_template(template).render(around | view)


def say(line: str, **facts: Any) -> str:
    """A line of a data file with its facts filled in; plain text, which the page escapes once, names in it included."""
    return line_template(line).render(facts)
