"""The policy of a store: deadlines, limits and what its customers hear without asking."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

REMINDED_BEFORE: Final[Mapping[str, int]] = {
    "taken_on": 0,
    "contacted": 120,
    "resolved": 1440,
    "confirmed": 1440,
}
"""Minutes before the deadline of each stage at which whoever has to meet it is reminded; 0: not at all. Of the ten
minutes for taking a follow-up on none is spent on a second message."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a shop holds itself to. Minutes count while it is open; `contact_hours` by the wall clock, or while it is
    open with `contact_clock` "open"; days by the wall clock. `remind_minutes` says for each stage how long before its
    deadline whoever has to meet it is reminded; what it leaves out is REMINDED_BEFORE's.

    `promises_per_day` is what one owner may promise for one day, `promise_grace_days` how long after its date a
    promise is late before it is broken. `delay_notice_hours` before the date of a promise that is not kept yet a
    delay notice is drafted, and sent at once where `delay_notice` says "send". `tell_customer`: whether customers
    hear by themselves that somebody is on it and that it is solved; `customer_update_days` after which a customer who
    waits should hear again; `customer_messages_per_week` is the most that one customer gets, and within
    `customer_quiet` (the shop's wall time) nothing goes to a customer by itself. A customer is asked again
    `ask_again_days` after it was confirmed, at most once in `ask_again_every_days`. `retention_days` after which what
    tells of a person is removed.

    `answers_per_hour` is a rate that is never held to be unusual, whatever the shop's history. Incentives are
    in whole units of `currency` (ISO 4217); `incentive_most` is the most for one follow-up by its priority,
    `incentive_month` the most for all of a calendar month; nothing may be given where they are 0. `risk_threshold` is
    what early signs must come to (data/signals.toml) before they open a follow-up.
    """

    take_on_minutes: int = 10
    urgent_take_on_minutes: int = 5
    light_take_on_minutes: int = 240
    contact_hours: int = 24
    contact_clock: Literal["wall", "open"] = "wall"
    resolve_days: int = 3
    confirm_days: int = 7
    remind_minutes: Mapping[str, int] = field(default_factory=dict)
    promises_per_day: int = 5
    promise_grace_days: int = 3
    delay_notice: Literal["approve", "send"] = "approve"
    delay_notice_hours: int = 4
    tell_customer: bool = True
    customer_update_days: int = 2
    customer_messages_per_week: int = 5
    customer_quiet: tuple[str, str] = ("21:00", "09:00")
    ask_again_days: int = 14
    ask_again_every_days: int = 90
    retention_days: int = 730
    sms_per_hour: int = 20
    answers_per_hour: int = 60
    currency: str = "USD"
    incentive_most: Mapping[str, int] = field(default_factory=dict)
    incentive_month: int = 0
    risk_threshold: int = 4

    def reminded_before(self, stage: str) -> int:
        """Minutes before the deadline of a stage at which whoever has to meet it is reminded; 0: not at all."""
        return self.remind_minutes.get(stage, REMINDED_BEFORE.get(stage, 0))


DEFAULT_POLICY: Final = Policy()
"""What holds where neither the store nor its brand says otherwise."""
