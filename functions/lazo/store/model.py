"""A shop: where it is, when it is open, whom to tell, and what it holds itself to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from lazo.store.contacts import Contact
from lazo.store.opening_hours import OpeningHours, next_time_outside_quiet
from lazo.store.policy import DEFAULT_POLICY, Policy


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
    policy: Policy = DEFAULT_POLICY
    competitors: tuple[str, ...] = ()
    question: Mapping[str, str] = field(default_factory=dict)
    staff: tuple[str, ...] = ()
    """First names of who works there, to be masked in customers' words on shared pages."""
    review_link: str = ""
    """Where opinions are public. It is offered to everybody who has answered, whatever they said, or to nobody ("")."""

    def contact(self, contact_id: str) -> Contact | None:
        """The contact with this id, while it is one."""
        return next((c for c in self.contacts if c.contact_id == contact_id), None)

    def with_contacts_on_duty(self, at: datetime) -> "Store":
        """The shop as its chain stands on that day: without those who are away, unless that is everybody."""
        here = tuple(c for c in self.contacts if c.is_available_on(self.hours.local_date(at)))
        return replace(self, contacts=here) if 0 < len(here) < len(self.contacts) else self

    def next_customer_contact_time(self, at: datetime) -> datetime:
        """The first instant from `at` on at which a message that nobody wrote may go to a customer: the shop is open,
        and it is not too late or too early for them. A shop that opens in the night only waits for the morning."""
        quiet = self.policy.customer_quiet
        return next_time_outside_quiet(self.hours.next_opening_outside(quiet, at), quiet, self.timezone)

    def contacts_at_level(self, level: int) -> tuple[Contact, ...]:
        """Who is told at this level; the chain's end, when it has been shortened to below this level."""
        end = max((c.level for c in self.contacts), default=level)
        return tuple(c for c in self.contacts if c.level == min(level, end))

    def next_level(self, level: int) -> int | None:
        """The next level at which there is somebody; None at the chain's end."""
        return min((c.level for c in self.contacts if c.level > level), default=None)


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A place in a shop with a QR code of its own (a till, a table); `active` is False once it is retired."""

    code: str
    store_id: str
    label: str
    active: bool = True
