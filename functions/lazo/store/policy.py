"""The policy of a store: deadlines, limits and what its customers hear without asking."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

DEFAULT_REMIND_MINUTES: Final[Mapping[str, int]] = {
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

    This is the only list of the settings: ops/store_import/policy.py makes the fields and columns of a file of stores
    from it. Metadata for that check: `ge` and `le` are the least and the most of a number, `pattern` is for a text,
    `entries` are the keys of a table, `money` marks amounts in `currency`.
    """

    take_on_minutes: int = field(default=10, metadata={"ge": 1, "le": 1440})
    urgent_take_on_minutes: int = field(default=5, metadata={"ge": 1, "le": 1440})
    light_take_on_minutes: int = field(default=240, metadata={"ge": 1, "le": 10080})
    contact_hours: int = field(default=24, metadata={"ge": 1, "le": 720})
    contact_clock: Literal["wall", "open"] = "wall"
    resolve_days: int = field(default=3, metadata={"ge": 1, "le": 60})
    confirm_days: int = field(default=7, metadata={"ge": 1, "le": 90})
    remind_minutes: Mapping[str, int] = field(
        default_factory=dict, metadata={"entries": tuple(DEFAULT_REMIND_MINUTES), "ge": 0, "le": 43200}
    )
    promises_per_day: int = field(default=5, metadata={"ge": 1, "le": 200})
    promise_grace_days: int = field(default=3, metadata={"ge": 0, "le": 30})
    delay_notice: Literal["approve", "send"] = "approve"
    delay_notice_hours: int = field(default=4, metadata={"ge": 1, "le": 168})
    tell_customer: bool = True
    customer_update_days: int = field(default=2, metadata={"ge": 1, "le": 30})
    customer_messages_per_week: int = field(default=5, metadata={"ge": 1, "le": 50})
    customer_quiet: tuple[str, str] = ("21:00", "09:00")
    ask_again_days: int = field(default=14, metadata={"ge": 1, "le": 180})
    ask_again_every_days: int = field(default=90, metadata={"ge": 30, "le": 730})
    retention_days: int = field(default=730, metadata={"ge": 30, "le": 3650})
    sms_per_hour: int = field(default=20, metadata={"ge": 1, "le": 10000})
    answers_per_hour: int = field(default=60, metadata={"ge": 1, "le": 100000})
    currency: str = field(default="USD", metadata={"pattern": r"^[A-Z]{3}$"})
    incentive_most: Mapping[str, int] = field(
        default_factory=dict,
        metadata={"entries": ("urgent", "high", "normal", "light"), "ge": 0, "money": True},
    )
    incentive_month: int = field(default=0, metadata={"ge": 0, "money": True})
    risk_threshold: int = field(default=4, metadata={"ge": 1, "le": 100})

    def reminder_lead_minutes(self, stage: str) -> int:
        """Minutes before the deadline of a stage at which whoever has to meet it is reminded; 0: not at all."""
        return self.remind_minutes.get(stage, DEFAULT_REMIND_MINUTES.get(stage, 0))


DEFAULT_POLICY: Final = Policy()
"""What holds where neither the store nor its brand says otherwise."""
