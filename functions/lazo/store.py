"""A shop: where it is, when it is open, whom to tell, and what it holds itself to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lazo.hours import OpeningHours

Role = Literal["store", "area", "head"]
LANGUAGES = ("es", "en", "pt")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to alert. `level` 0 is told first, then 1, then 2; several may share a level."""

    contact_id: str
    name: str
    role: Role
    level: int
    language: str
    phone: str | None = None
    email: str | None = None
    quiet: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What a shop holds itself to; minutes count while it is open, hours and days by the wall clock.

    `answers_per_hour` is a rate that is never held to be unusual, whatever the shop's history. Incentives are
    in whole units of `currency` (ISO 4217); `incentive_most` is the most for one follow-up by its priority,
    `incentive_month` the most for all of a calendar month; nothing may be given where they are 0. `risk_threshold` is
    what early signs must come to (data/signals.toml) before they open a follow-up.
    """

    take_on_minutes: int = 10
    urgent_take_on_minutes: int = 5
    light_take_on_minutes: int = 240
    contact_hours: int = 24
    resolve_days: int = 3
    confirm_days: int = 7
    sms_per_hour: int = 20
    answers_per_hour: int = 60
    currency: str = "USD"
    incentive_most: Mapping[str, int] = field(default_factory=dict)
    incentive_month: int = 0
    risk_threshold: int = 4


@dataclass(frozen=True, slots=True)
class Store:
    """A shop as every function sees it. `question` may word the survey's question by language."""

    store_id: str
    name: str
    brand: str
    language: str
    timezone: str
    country: str
    hours: OpeningHours
    contacts: tuple[Contact, ...]
    policy: Policy = Policy()
    competitors: tuple[str, ...] = ()
    question: Mapping[str, str] = field(default_factory=dict)
    staff: tuple[str, ...] = ()
    """First names of who works there, to be masked in customers' words on shared pages."""

    def contact(self, contact_id: str) -> Contact | None:
        """The contact with this id, while it is one."""
        return next((c for c in self.contacts if c.contact_id == contact_id), None)

    def at_level(self, level: int) -> tuple[Contact, ...]:
        """Who is told at this level; the chain's end, when it has been shortened to below this level."""
        end = max((c.level for c in self.contacts), default=level)
        return tuple(c for c in self.contacts if c.level == min(level, end))

    def level_after(self, level: int) -> int | None:
        """The next level at which there is somebody; None at the chain's end."""
        return min((c.level for c in self.contacts if c.level > level), default=None)


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A place in a shop with a QR code of its own (a till, a table); `active` is False once it is retired."""

    code: str
    store_id: str
    label: str
    active: bool = True
