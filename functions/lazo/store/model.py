"""The store: its location, opening hours, contacts and policy."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from lazo.store.contacts import Contact
from lazo.store.opening_hours import OpeningHours, next_time_outside_quiet
from lazo.store.policy import DEFAULT_POLICY, Policy


@dataclass(frozen=True, slots=True)
class Store:
    """A store as every function reads it. `timezone` is an IANA name, `country` ISO 3166-1 alpha-2. `question` may
    replace the survey's question, by language."""

    store_id: str
    name: str
    brand: str
    language: str
    timezone: str
    country: str
    hours: OpeningHours
    contacts: tuple[Contact, ...]
    policy: Policy = DEFAULT_POLICY
    competitors: tuple[str, ...] = ()
    question: Mapping[str, str] = field(default_factory=dict)
    staff: tuple[str, ...] = ()
    """First names of employees, masked in customers' comments on shared pages."""
    review_link: str = ""
    """URL for public reviews, offered to everybody who has answered, whatever their score; "" for nobody."""
    public_phone: str = ""
    """The store's own phone in E.164, which customers may call; "" for none."""

    def contact(self, contact_id: str) -> Contact | None:
        """Return the contact with this id; None if the store does not have it (any more)."""
        return next((c for c in self.contacts if c.contact_id == contact_id), None)

    def with_contacts_on_duty(self, at: datetime) -> "Store":
        """Return the store without the contacts who are absent on the day of `at`; unchanged if all are absent."""
        available = tuple(c for c in self.contacts if c.is_available_on(self.hours.local_date(at)))
        return replace(self, contacts=available) if available else self

    def next_customer_contact_time(self, at: datetime) -> datetime:
        """Return the earliest time from `at` on, in UTC, for an automatic message to a customer: while the store is
        open and outside the customers' quiet hours. For a store that opens only in them: the end of the quiet hours
        after its next opening."""
        quiet = self.policy.customer_quiet
        return next_time_outside_quiet(self.hours.next_opening_outside(quiet, at), quiet, self.timezone)

    def contacts_at_level(self, level: int) -> tuple[Contact, ...]:
        """Return the contacts of an escalation level; those of the highest one if `level` is above it."""
        # A follow-up keeps its level when an import removes the highest ones.
        highest = max((c.level for c in self.contacts), default=level)
        return tuple(c for c in self.contacts if c.level == min(level, highest))

    def next_level(self, level: int) -> int | None:
        """Return the next escalation level that has a contact; None after the highest."""
        return min((c.level for c in self.contacts if c.level > level), default=None)


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A spot in a store with its own QR code (a till, a table). `active` is False once it is retired. `test`: its
    answers are somebody's who tries out how all this works; they are counted apart."""

    code: str
    store_id: str
    label: str
    active: bool = True
    test: bool = False
