"""The contacts of a store: who is told, at which level and on which channel."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Role = Literal["store", "area", "head"]


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to alert. `level` 0 is told first, then 1, then 2; several may share a level. `away`: days off, each
    from the first to the last of them, by the shop's calendar."""

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
        """Whether the day is none of their days off."""
        return not any(first <= day <= last for first, last in self.away)


Channel = Literal["sms", "email"]
