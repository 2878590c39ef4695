"""Names of the attributes that count answers (per store and day), promises, recovered customers and cases (per store
and month). Nothing else builds or parses them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

BOOKKEEPING: Final = frozenset(
    ["pk", "sk", "changes", "due_pk", "due_at", "due_failures", "failed_after", "store_id"]
)
"""Attributes of an item with counters that count nothing."""


def counters_in(item: Mapping[str, Any]) -> dict[str, int]:
    """Return the counters of an item by name, without those that are 0."""
    return {name: n for name, n in item.items() if n and name not in BOOKKEEPING}


def score(given: int, *, suspect: bool) -> str:
    """Answers with a score: `s7`, or `x7` for suspect ones."""
    return f"{'x' if suspect else 's'}{given}"


def hour(local: datetime, *, suspect: bool) -> str:
    """Answers in an hour of the store's clock: `h09`, or `y09` for suspect ones."""
    return f"{'y' if suspect else 'h'}{local:%H}"


def hour_band(hour: int, band: str) -> str:
    """Answers of a band in an hour (0-23) of the store's clock: `h09#promoter`."""
    return f"h{hour:02}#{band}"


def weekday_band(weekday: int, band: str) -> str:
    """Answers of a band on a weekday (0 is Monday) by the store's calendar: `w0#promoter`. Only of months: a day has
    one."""
    return f"w{weekday}#{band}"


def is_of_touchpoint(name: str) -> bool:
    """Whether a counter is of one touchpoint."""
    return name.startswith("q#")


def is_by_day(name: str) -> bool:
    """Whether a day's counter is kept by day when its month is rolled up: not of touchpoints, nor of hours without a
    band, which no figure needs."""
    return not is_of_touchpoint(name) and ("#" in name or name[0] in "sx")


def touchpoint_band(code: str, band: str) -> str:
    """Answers of a band that came from the QR code of a touchpoint, or suspect ones: `q#K7M2QX#promoter`."""
    return f"q#{code}#{band}"


def suspect_sign(sign: str) -> str:
    """Suspect answers with a sign: `z#too_fast`. One with two signs is counted at both."""
    return f"z#{sign}"


def source_mark(code: str, mark: int, *, is_ten: bool) -> str:
    """Answers of a touchpoint with a mark (0-63) of where they came from, tens apart: `other#K7M2QX#17`, `ten#...`."""
    return f"{'ten' if is_ten else 'other'}#{code}#{mark}"


def staff_network(mark: int) -> str:
    """That the store's team read the desk from a network with this mark (0-15): `staff#3`."""
    return f"staff#{mark}"


def source_marks_in(day: Mapping[str, Any]) -> Iterator[tuple[str, int, bool, int]]:
    """Yield touchpoint, mark, whether they are tens, and the number of answers from an item of a day's marks."""
    for name, n in day.items():
        kind, *rest = name.split("#")
        if kind in ("ten", "other"):
            yield rest[0], int(rest[1]), kind == "ten", n


def staff_networks_in(day: Mapping[str, Any]) -> frozenset[int]:
    """Return the marks of the team's networks in an item of a day's marks."""
    return frozenset(int(name.removeprefix("staff#")) for name in day if name.startswith("staff#"))


def theme(of: str, band: str) -> str:
    """Answers of a band that complain about a theme: `t#price#detractor`. Those counted before praise had a counter of
    its own are also of promoters who ticked what they liked."""
    return f"t#{of}#{band}"


def praised_theme(of: str, band: str) -> str:
    """Answers of a band that praise a theme: `p#price#promoter`."""
    return f"p#{of}#{band}"


def mentioned_theme(of: str, band: str) -> str:
    """Answers of a band that name a theme without an opinion: `m#price#promoter`."""
    return f"m#{of}#{band}"


def promise(outcome: str, owner: str) -> str:
    """Promises of an owner (a contact's id) by outcome: `made#ana`, `kept#ana`."""
    return f"{outcome}#{owner}"


def recovery(of: str) -> str:
    """Customers of a group, or with an answer to whether it improved: `case#recovered`."""
    return f"case#{of}"


def visitors(day: int) -> str:
    """Visitors of a day of the month (1-31): `d07`."""
    return f"d{day:02}"


def visitors_in(month: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Yield the day of the month and its visitors from a month's item."""
    for day in range(1, 32):
        if visitors(day) in month:
            yield day, month[visitors(day)]


def case(counted: tuple[str, ...]) -> str:
    """Cases by what they count as (`lazo.insight.case_counts.CaseCount`): `took#contacted#57`."""
    return "#".join(counted)


def cases_in(month: Mapping[str, Any]) -> dict[tuple[str, ...], int]:
    """Return what the cases of a month's item, or of a rolled up month, count as, without what is 0."""
    return {tuple(name.split("#")): n for name, n in counters_in(month).items()}


def themes_in(day: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield theme and band, and the number of answers that complain about it, from a day's item."""
    return _themes_marked("t", day)


def praised_in(day: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield theme and band, and the number of answers that praise it, from a day's item."""
    return _themes_marked("p", day)


def _themes_marked(wanted: str, day: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    for name, n in day.items():
        mark, _, rest = name.partition("#")
        of, _, band = rest.partition("#")
        if mark == wanted:
            yield (of, band), n


def promises_in(month: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yield outcome, owner and number from a month's item."""
    for name, n in month.items():
        outcome, _, owner = name.partition("#")
        if owner:
            yield outcome, owner, n
