"""A store's opening hours in its own time zone, and deadlines that count only while it is open.

Clock changes: hours are wall time, deadlines count elapsed time. A store opens (closes) at the *first* instant at which
its clock shows that time or, if the clock skips it, a later one. So an opening inside a spring-forward gap happens at
the jump, an hour that is repeated in autumn counts at its first pass, and a night that loses or gains an hour is an
hour shorter or longer.

Days: hours belong to the day on which they begin. A bar open 20:00-02:00 on Friday stays open until 02:00 on Saturday,
even if Saturday is a holiday or begins a closed season. A special date takes precedence over a closed season, a season
over a holiday, a holiday over the weekday.

Boundaries: intervals include their opening and exclude their closing, so a deadline that would fall exactly on closing
time falls on the next opening instead. Hours that overlap or touch count once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from lazo.store import opening_hours_fields
from lazo.store.opening_hours_fields import MINUTES_A_DAY, Day, Season
from lazo.store.public_holidays import public_holidays

LONGEST_CLOSURE = timedelta(days=400)

_DAY = timedelta(days=1)
_TWO_WEEKS = timedelta(days=14)


@dataclass(frozen=True)
class OpeningHours:
    """When a store is open. Create it with `from_dict`, which rejects hours in which a deadline might never end."""

    zone: ZoneInfo
    always: bool
    week: tuple[Day, ...]
    holidays: Day | None  # None: holidays are ordinary days
    special: Mapping[date, Day] = field(hash=False)
    closed: tuple[Season, ...]
    country: str
    subdivision: str | None

    @classmethod
    def from_dict(
        cls,
        hours: Mapping[str, object],
        timezone: str,
        country: str,
        subdivision: str | None = None,
        *,
        check_holidays: bool = True,
    ) -> OpeningHours:
        """Parse hours in the form in which a store's item holds them.

        `hours` is `{"always": True}` (around the clock, holidays included) or a list of `[opens, closes]` for each of
        `mon` ... `sun` (empty: closed), with the optional `holidays` ("closed", the default; "as_usual"; or a list),
        `special` (`{"2026-12-24": list}`) and `closed`, a list of `[first day, last day]`: dates, or days of every
        year like "02-01" (`opening_hours_fields.Season`). Times are "HH:MM"; closing may be "24:00", or earlier than
        opening: then it is on the next day. `timezone` is an IANA name, `country` ISO 3166-1 alpha-2,
        `subdivision` the part of an ISO 3166-2 code after the hyphen ("RM"), or the whole code ("CL-RM").

        Holidays are the public ones, with their days in lieu. They are looked up only if they make a difference, and
        only then are country and subdivision checked.
        `check_holidays=False` puts off loading and checks until a holiday matters: for hours that were checked when
        stored, in a function that may never need them.

        Raises ValueError, naming the field, for whatever cannot be parsed, for a country or subdivision with unknown
        holidays, for a week without an opening, and for special dates and seasons that close the store for more than
        400 consecutive days (this check needs the holidays, so `check_holidays=False` skips it).
        """
        unknown = hours.keys() - opening_hours_fields.FIELDS
        if unknown:
            raise ValueError(f"hours.{min(unknown)}: unknown field")
        always = hours.get("always", False)
        if not isinstance(always, bool):
            raise ValueError("hours.always: must be true or false")
        if always:
            if len(hours) > 1:
                raise ValueError("hours.always: a shop that is always open has no other hours")
            return cls(_zone(timezone), True, (), None, {}, (), country, subdivision)
        opening = cls(
            zone=_zone(timezone),
            always=False,
            week=opening_hours_fields.parse_week(hours),
            holidays=opening_hours_fields.parse_holiday_hours(hours.get("holidays", "closed")),
            special=opening_hours_fields.parse_special_days(hours.get("special", {})),
            closed=opening_hours_fields.parse_seasons(hours.get("closed", ())),
            country=country,
            subdivision=subdivision.removeprefix(f"{country}-") if subdivision else None,
        )
        if not any(opening.week):
            raise ValueError("hours: the shop opens on no day of the week")
        if check_holidays:
            opening._check_closures()
        return opening

    def is_open(self, at: datetime) -> bool:
        """Return whether the store is open at `at`. Raises ValueError for a naive datetime."""
        at = _utc(at)
        today = self.local_date(at)
        # Tomorrow too: its hours may have begun before the clock was turned back to today.
        return self.always or any(
            _first_showing(self.zone, day, opens) <= at < _first_showing(self.zone, day, closes)
            for day in (today - _DAY, today, today + _DAY)
            for opens, closes in self._hours_on(day)
        )

    def opens_on(self, day: date) -> bool:
        """Return whether the store opens on a day."""
        return self.always or bool(self._hours_on(day))

    def next_opening(self, at: datetime) -> datetime:
        """Return the earliest time from `at` on, in UTC, at which the store is open: `at` itself if it is open."""
        return _utc(at) if self.always else next(self._stretches(_utc(at)))[0]

    def add_open_time(self, at: datetime, amount: timedelta) -> datetime:
        """Return the time, in UTC, at which `amount` of opening time has passed since `at`.

        The store is always open at the result: an amount that ends exactly at closing time ends at the next opening,
        and a zero amount at `next_opening(at)`. Raises ValueError for a negative amount, OverflowError if the result is
        after the year 9999.
        """
        if amount < timedelta(0):
            raise ValueError("amount: must not be negative")
        if self.always:
            return _utc(at) + amount
        stretches = self._stretches(_utc(at))
        start, end = next(stretches)
        while end - start <= amount:
            amount -= end - start
            start, end = next(stretches)
        return start + amount

    def next_opening_outside(self, quiet: tuple[str, str] | None, at: datetime) -> datetime:
        """Return the earliest time from `at` on, in UTC, at which the store is open and the quiet hours (as for
        `next_time_outside_quiet`) are over. Quiet hours are ignored if they cover all opening time of the two weeks
        after the next opening: then it is that opening."""
        opening = instant = self.next_opening(at)
        while instant < opening + _TWO_WEEKS:
            not_quiet = next_time_outside_quiet(instant, quiet, self.zone.key)
            instant = self.next_opening(not_quiet)
            if instant == not_quiet:
                return instant
        return opening

    def open_intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Return the opening time between `start` and `end` as [opens, closes) in UTC: sorted, not overlapping, though
        intervals may touch."""
        start, end = _utc(start), _utc(end)
        if self.always:
            return [(start, end)] if start < end else []
        before = takewhile(lambda stretch: stretch[0] < end, self._stretches(start))
        return [(opens, min(closes, end)) for opens, closes in before]

    def local_date(self, at: datetime) -> date:
        """Return the store's local date at `at`."""
        return _utc(at).astimezone(self.zone).date()

    def _stretches(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield opening time from `since` on as [start, end) in UTC: sorted, not overlapping, though they may touch."""
        day = self.local_date(since) - _DAY  # yesterday's hours may reach into today
        while True:
            for opens, closes in self._hours_on(day):
                start = max(since, _first_showing(self.zone, day, opens))
                end = _first_showing(self.zone, day, closes)
                if start < end:
                    yield start, end
                    since = end  # so that overlapping hours count once
            day += _DAY

    def _hours_on(self, day: date) -> Day:
        if day in self.special:
            return self.special[day]
        if any(day in season for season in self.closed):
            return ()
        if self.holidays is not None and day in public_holidays(self.country, self.subdivision):
            return self.holidays
        return self.week[day.weekday()]

    def _check_closures(self) -> None:
        """Reject unknown holidays and closures of more than 400 days, for which a deadline might never end.

        Only special dates and seasons can close a store for so long: of the holidays of all countries in the package,
        at most five in a row fall on one weekday (2020-2030). Over a century, each day of a yearly season falls on each
        weekday.
        """
        if self.holidays is not None:
            public_holidays(self.country, self.subdivision)
        closures = {day: f"special.{day}" for day, intervals in self.special.items() if not intervals}
        for index, season in enumerate(self.closed):
            closures |= dict.fromkeys(season.start_dates(), f"closed[{index}]")
        reopens = date.min
        for day in sorted(closures):
            if day < reopens:
                continue
            reopens = day
            while not self._hours_on(reopens):
                reopens += _DAY
                if reopens - day > LONGEST_CLOSURE:
                    raise ValueError(f"hours.{closures[day]}: closed for more than 400 days from {day} on")


def next_time_outside_quiet(at: datetime, quiet: tuple[str, str] | None, timezone: str) -> datetime:
    """Return the earliest time from `at` on, in UTC, that is outside the daily quiet hours.

    `quiet` is ("21:00", "08:00") in the wall time of `timezone`, an IANA name; it may span midnight and excludes its
    end. None: no quiet hours. Raises ValueError for what cannot be parsed and for a window of the whole day.
    """
    at = _utc(at)
    if quiet is None:
        return at
    zone = _zone(timezone)
    starts, ends = opening_hours_fields.parse_interval(quiet, "quiet")
    if ends - starts == MINUTES_A_DAY:
        raise ValueError("quiet: leaves no time of the day")
    today = at.astimezone(zone).date()
    for day in (today - _DAY, today, today + _DAY):
        end = _first_showing(zone, day, ends)
        if _first_showing(zone, day, starts) <= at < end:
            at = end
    return at


def _first_showing(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """Return the first instant, in UTC, at which the clock in `zone` shows `minutes` after midnight of `day` or
    later."""
    wall = datetime.combine(day, time.min) + timedelta(minutes=minutes)
    # fold=0: zoneinfo takes the first pass of a repeated hour and, inside a gap, an instant after the jump.
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if _shown(zone, instant) == wall:
        return instant
    # Inside a gap: search the second of the jump between the two readings of the skipped time (PEP 495).
    before_jump = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    seconds = range(int((instant - before_jump).total_seconds()))
    return before_jump + timedelta(
        seconds=bisect_left(
            seconds, True, key=lambda second: _shown(zone, before_jump + timedelta(seconds=second)) >= wall
        )
    )


def _shown(zone: ZoneInfo, instant: datetime) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("at: needs a time zone")
    return at.astimezone(UTC)


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError, TypeError):  # which one depends on how the name is wrong
        raise ValueError(f"timezone: {timezone!r} is not an IANA time zone") from None
