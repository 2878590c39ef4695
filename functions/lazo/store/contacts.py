"""The contacts of a store: whom to alert, at which escalation level and on which channel."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Role = Literal["store", "area", "head"]


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to alert. `level` 0 is alerted first, then 1, then 2; several contacts may share a level. `quiet`: from
    and until ("22:00", "07:00") in the store's wall time. `away`: absences as (first day, last day), both included, on
    the store's calendar."""

    contact_id: str
    name: str
    role: Role
    level: int
    language: str
    phone: str | None = None
    email: str | None = None
    quiet: tuple[str, str] | None = None
    away: tuple[tuple[date, date], ...] = ()

    def is_available_on(self, day: date) -> bool:
        """Return whether `day` is outside all absences."""
        return not any(first <= day <= last for first, last in self.away)


Channel = Literal["sms", "email"]
