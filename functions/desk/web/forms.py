"""Read and validate the desk's forms, field by field; all problems are reported at once.

No pydantic: pages put the codes of `lazo.errors` into words, and loading it would slow each cold start by more than
these checks take.
"""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from desk.web.request import body_text, is_cross_site
from lazo.errors import Problem, Rejected

LONGEST_LINE = 200
LONGEST_TEXT = 4000
LONGEST_ADDRESS = 500
MAX_FIELDS = 100
"""More than the form with the most fields has: two for each promise of a case, and some others."""
LARGEST_VALUE = Decimal(1_000_000_000)
YEARS = range(2000, 2101)
"""The years of valid dates: 0026 is a typing error, and 0001 and 9999 overflow when converted to another time zone."""

_AMOUNT = re.compile(r"[0-9]{1,12}([.,][0-9]{1,2})?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")

Choice = TypeVar("Choice", bound=str)
Result = TypeVar("Result")


class Fields:
    """The fields of a form, times in `zone` (IANA name). Reading an invalid field records a problem and returns a
    harmless value; `check` raises afterwards."""

    def __init__(self, sent: Mapping[str, Sequence[str]], zone: str) -> None:
        self.sent = sent
        self._zone = ZoneInfo(zone)
        self._problems: list[Problem] = []

    @property
    def request_hash(self) -> str:
        """A hash of all fields that the user filled in: equal for equal contents, whichever page sent them."""
        filled = {name: list(values) for name, values in self.sent.items() if name not in ("form", "version")}
        return hashlib.sha256(json.dumps(filled, sort_keys=True).encode()).hexdigest()[:32]

    def check(self) -> None:
        """Raise Rejected with all problems, if there are any."""
        if self._problems:
            raise Rejected(*self._problems)

    def checked(self, build: Callable[[], Result]) -> Result:
        """Return what `build` makes of the fields. Raises Rejected with the problems of the fields and those that
        `build` raises; of a field that could not be read, only the former, since `build` got a harmless value."""
        try:
            result = build()
        except Rejected as rejected:
            unread = {problem.field for problem in self._problems}
            more = (each for each in rejected.problems if each.field is None or each.field not in unread)
            raise Rejected(*self._problems, *more) from None
        self.check()
        return result

    def add_problem(self, code: str, field: str, **facts: Any) -> None:
        """Record a problem of a field."""
        self._problems.append(Problem(code, field, facts))

    def text(self, name: str, most: int = LONGEST_TEXT, *, required: bool = True) -> str:
        """Return stripped text with its line breaks, without control characters. Problems: required, too_long."""
        given = self._one(name).replace("\r\n", "\n")
        text = _CONTROL.sub("", given).strip()
        if required and not text:
            self.add_problem("required", name)
        if len(text) > most:
            self.add_problem("too_long", name, most=most)
        return text

    def choice(self, name: str, offered: Collection[Choice], code: str = "invalid") -> Choice:
        """Return one of the offered values. Problems: required, or `code` for another value."""
        given = self._one(name)
        for each in offered:
            if each == given:
                return each
        self.add_problem(code if given else "required", name)
        return next(iter(offered))

    def optional_choice(self, name: str, offered: Collection[Choice], code: str = "invalid") -> Choice | None:
        """Return one of the offered values; None if nothing was chosen."""
        return self.choice(name, offered, code) if self._one(name) else None

    def is_ticked(self, name: str) -> bool:
        """Return whether a box was ticked."""
        return bool(self._one(name))

    def day(self, name: str) -> date:
        """Return a date (`2026-11-25`). Problems: required, not_a_date."""
        given = self._one(name)
        return self._day(name, given) if given else self._no_date(name, "required")

    def days(self, name: str) -> tuple[date, ...]:
        """Return the dates of a repeated field, without the empty ones."""
        return tuple(self._day(name, given) for given in self.sent.get(name, ()) if given.strip())

    def day_or_time(self) -> date | datetime:
        """Return the fields `date` and `time` as a date; with a time (`16:30`) as the instant in UTC, read in the
        store's time zone."""
        on, at = self.day("date"), self._one("time")
        if not at:
            return on
        try:
            clock = datetime.strptime(at, "%H:%M").time()  # noqa: DTZ007 - an hour alone has no zone
        except ValueError:
            self.add_problem("not_a_time", "time")
            return on
        return datetime.combine(on, clock, tzinfo=self._zone).astimezone(UTC)

    def instant(self, name: str) -> datetime:
        """Return an instant in UTC, read in the store's time zone (`2026-11-25T16:30`).

        An hour that occurs twice, when clocks are set back, is the first of the two.
        """
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
        """Return an amount above 0 with up to two decimals, after a point or a comma."""
        given = self._one(name)
        value = Decimal(given.replace(",", ".")) if _AMOUNT.fullmatch(given) else Decimal(0)
        if not 0 < value <= LARGEST_VALUE:
            self.add_problem("not_an_amount" if given else "required", name)
            return Decimal(1)
        return value

    def https_url(self, name: str) -> str | None:
        """Return an https URL, or None if the field is empty. Problem: not_https."""
        given = self.text(name, LONGEST_ADDRESS, required=False)
        if not given:
            return None
        try:
            parts = urlsplit(given)
            fits = parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", given)
        except ValueError:
            fits = False
        if not fits:
            self.add_problem("not_https", name)
        return given

    def whole_number(self, name: str) -> int:
        """Return an integer from 0; 0 if the field is empty or holds anything else."""
        given = self._one(name)
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0

    def _day(self, name: str, given: str) -> date:
        try:
            day = date.fromisoformat(given.strip())
        except ValueError:
            return self._no_date(name, "not_a_date")
        return day if day.year in YEARS else self._no_date(name, "not_a_date")

    def _no_date(self, name: str, code: str) -> date:
        self.add_problem(code, name)
        return date(2000, 1, 1)

    def _one(self, name: str) -> str:
        return next(iter(self.sent.get(name, ())), "").strip()


def form_fields(event: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the fields of a form as they were typed, with the empty ones; {} if there are too many of them."""
    try:
        return parse_qs(body_text(event), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        return {}


def free_texts_in(event: Mapping[str, Any]) -> list[str]:
    """Return the free texts of a request's form, for a page that cannot show the form itself; none of what another
    site made the browser send."""
    return [] if is_cross_site(event) else free_texts(form_fields(event))


_TEXTS: Final = ("subject", "text", "what", "action", "root_cause", "said", "done", "reason")
"""The fields that hold free text, which users would have to type again."""


def free_texts(typed: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the free texts among the fields, without the empty ones."""
    named = [(name.partition("-")[0], values) for name, values in typed.items()]
    given = (each for text in _TEXTS for name, values in named if name == text for each in values)
    return [each for each in given if each.strip()]
