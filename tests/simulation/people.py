"""What people do in the month, as data: each act has its instant, and can be done again in another run of the month."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

Kind = Literal["answer", "desk", "sms", "page", "again"]
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, order=True)
class Act:
    """`who`: the e-mail of a contact, or a customer's address; for an answer the code of the QR poster. `about`: the
    follow-up. `ending`: which form of the page. `holds`: what that form holds already, which tells it from others."""

    at: datetime
    number: int
    kind: Kind = field(compare=False)
    who: str = field(compare=False)
    about: str = field(default="", compare=False)
    ending: str = field(default="", compare=False)
    typed: dict[str, Any] = field(default_factory=dict, compare=False)
    holds: dict[str, str] = field(default_factory=dict, compare=False)
    times: int = field(default=1, compare=False)
    rival: "Act | None" = field(default=None, compare=False)
    """Somebody else who opened the same page before this was sent, and sends a form of it after."""


@dataclass(frozen=True)
class Customer:
    """`phone` as they type it, `sms` as a message reaches it."""

    name: str
    language: str
    sms: str | None
    email: str | None
    consents: bool


class Dice:
    """Chance that hangs on what it is about and not on the order of the questions."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def roll(self, *about: object) -> float:
        """From 0 up to 1."""
        text = "|".join(map(str, (self._seed, *about)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64

    def between(self, low: float, high: float, *about: object) -> float:
        return low + (high - low) * self.roll(*about)

    def pick(self, options: dict[str, float], *about: object) -> str:
        """One of the options, by their weights."""
        left = self.roll(*about) * sum(options.values())
        for name, weight in options.items():
            left -= weight
            if left < 0:
                return name
        return next(reversed(options))


def ulid(at: datetime, number: int) -> str:
    """A fresh id for an answer (ULID specification: 48 bits of milliseconds, 80 bits of the sender's choice)."""
    value = (int(at.timestamp() * 1000) << 80) | (number + 1)
    return "".join(CROCKFORD[(value >> 5 * place) & 31] for place in reversed(range(26)))


def on_the_minute(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=20, microsecond=0) + timedelta(minutes=1)
