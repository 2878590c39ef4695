"""Reading a form of the desk: each field is asked for as what it must be, and all that is wrong is told at once.

Written out rather than as pydantic models: the codes of `lazo.errors` are what a page puts into words, and loading
pydantic would cost each cold start more than these checks.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from desk.web.request import body_of, is_cross_site
from lazo.errors import Problem, Rejected

LONGEST_LINE = 200
LONGEST_TEXT = 4000
LONGEST_ADDRESS = 500
FIELDS_AT_MOST = 60
LARGEST_VALUE = Decimal(1_000_000_000)
YEARS = range(2000, 2101)
"""Of a date that somebody means: 0026 is a slip, and no clock can show the first and the last of all hours."""

_AMOUNT = re.compile(r"[0-9]{1,12}([.,][0-9]{1,2})?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")

Choice = TypeVar("Choice", bound=str)


class Fields:
    """What a form sent. A field that is wrong is noted, and something harmless given back: `check` then refuses."""

    def __init__(self, sent: Mapping[str, Sequence[str]], zone: str) -> None:
        self.sent = sent
        self._zone = ZoneInfo(zone)
        self._problems: list[Problem] = []

    @property
    def asked(self) -> str:
        """The same for the same form filled in alike, whatever page it was on."""
        said = {name: list(values) for name, values in self.sent.items() if name not in ("form", "version")}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]

    def check(self) -> None:
        """Rejected with all that is wrong, if anything is."""
        if self._problems:
            raise Rejected(*self._problems)

    def wrong(self, code: str, field: str, **facts: Any) -> None:
        """Note a problem at a field."""
        self._problems.append(Problem(code, field, facts))

    def text(self, name: str, most: int = LONGEST_TEXT, *, required: bool = True) -> str:
        """Text with its line breaks, without space around it or control characters; "" where none is needed."""
        given = self._one(name).replace("\r\n", "\n")
        text = _CONTROL.sub("", given).strip()
        if required and not text:
            self.wrong("required", name)
        if len(text) > most:
            self.wrong("too_long", name, most=most)
        return text

    def choice(self, name: str, offered: Collection[Choice], code: str = "invalid") -> Choice:
        """One of what was offered; noted as `code` when it is another."""
        given = self._one(name)
        for each in offered:
            if each == given:
                return each
        self.wrong(code if given else "required", name)
        return next(iter(offered))

    def maybe(self, name: str, offered: Collection[Choice], code: str = "invalid") -> Choice | None:
        """One of what was offered, or None when nothing was chosen."""
        return self.choice(name, offered, code) if self._one(name) else None

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self._one(name))

    def day(self, name: str) -> date:
        """A day of the calendar (`2026-11-25`)."""
        given = self._one(name)
        return self._day(name, given) if given else self._no_date(name, "required")

    def days(self, name: str) -> tuple[date, ...]:
        """Days of the calendar, as many as were given."""
        return tuple(self._day(name, given) for given in self.sent.get(name, ()) if given.strip())

    def when(self, day: str = "date", time: str = "time") -> date | datetime:
        """A day, or with an hour (`16:30`) the instant by the shop's wall clock."""
        on, at = self.day(day), self._one(time)
        if not at:
            return on
        try:
            clock = datetime.strptime(at, "%H:%M").time()  # noqa: DTZ007 - an hour alone has no zone
        except ValueError:
            self.wrong("not_a_time", time)
            return on
        return datetime.combine(on, clock, tzinfo=self._zone).astimezone(UTC)

    def instant(self, name: str) -> datetime:
        """An instant by the shop's wall clock (`2026-11-25T16:30`); an hour that comes twice is its first pass."""
        given = self._one(name)
        try:
            local = datetime.fromisoformat(given)
        except ValueError:
            local = None
        if local is None or local.year not in YEARS:
            day = self._no_date(name, "not_a_date" if given else "required")
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        return (local.replace(tzinfo=self._zone, fold=0) if local.tzinfo is None else local).astimezone(UTC)

    def money(self, name: str) -> Decimal:
        """An amount above 0 with up to two decimals, written with a point or a comma."""
        given = self._one(name)
        value = Decimal(given.replace(",", ".")) if _AMOUNT.fullmatch(given) else Decimal(0)
        if not 0 < value <= LARGEST_VALUE:
            self.wrong("not_an_amount" if given else "required", name)
            return Decimal(1)
        return value

    def https(self, name: str) -> str | None:
        """An https address, or None."""
        given = self.text(name, LONGEST_ADDRESS, required=False)
        if not given:
            return None
        try:
            parts = urlsplit(given)
            fits = parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", given)
        except ValueError:
            fits = False
        if not fits:
            self.wrong("not_https", name)
        return given

    def whole(self, name: str) -> int:
        """A whole number from 0; 0 when there is none."""
        given = self._one(name)
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0

    def _day(self, name: str, given: str) -> date:
        try:
            day = date.fromisoformat(given.strip())
        except ValueError:
            return self._no_date(name, "not_a_date")
        return day if day.year in YEARS else self._no_date(name, "not_a_date")

    def _no_date(self, name: str, code: str) -> date:
        self.wrong(code, name)
        return date(2000, 1, 1)

    def _one(self, name: str) -> str:
        return next(iter(self.sent.get(name, ())), "").strip()


def form_fields(event: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields of a form as they were typed, empty ones included."""
    try:
        return parse_qs(body_of(event), keep_blank_values=True, max_num_fields=FIELDS_AT_MOST)
    except ValueError:
        return {}


def free_texts_in(event: Mapping[str, Any]) -> list[str]:
    """What somebody wrote in a form of ours in their own words, for a page that cannot show the form itself; nothing
    of what another site sends."""
    return [] if is_cross_site(event) else free_texts(form_fields(event))


_TEXTS: Final = ("subject", "text", "what", "action", "root_cause", "done", "reason")
"""The fields whose words would be missed."""


def free_texts(typed: Mapping[str, Sequence[str]]) -> list[str]:
    """What somebody wrote in their own words."""
    given = (each for name in _TEXTS for each in typed.get(name, ()))
    return [each for each in given if each.strip()]
