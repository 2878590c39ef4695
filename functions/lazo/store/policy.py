"""The policy of a store: deadlines, limits and automatic messages to customers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

DEFAULT_REMIND_MINUTES: Final[Mapping[str, int]] = {
    "taken_on": 0,
    "contacted": 120,
    "resolved": 1440,
    "confirmed": 1440,
}
"""Minutes before the deadline of each stage at which the owner is reminded; 0: never. There is no reminder for taking
on a follow-up: ten minutes are too short for a second message."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Settings of a store. Minutes count while it is open; days by the wall clock; `contact_hours` by the wall clock,
    or while it is open if `contact_clock` is "open". `remind_minutes`: minutes before the deadline of each stage at
    which the owner is reminded; DEFAULT_REMIND_MINUTES for stages that it leaves out.

    `close_light_days`: after so many days a light or anonymous follow-up that nobody took on ends unanswered.

    `promises_per_day`: how many promises one owner may make for one date. `promise_grace_days`: how long after its
    date a promise counts as late before it counts as broken. `delay_notice_hours` before the date of an unkept promise
    a delay notice is drafted, and sent at once if `delay_notice` is "send". `tell_customer`: whether customers get an
    automatic message when somebody takes on their case, keeps a promise to them, and when it is resolved.
    `customer_update_days`: how long a customer may wait for the next update. `customer_messages_per_week`: limit for
    one customer. `customer_quiet`: no automatic message in these hours (the store's wall time). `ask_again_days`: days
    from confirmation to the resurvey, of which one customer gets at most one in `ask_again_every_days`.
    `retention_days`: after them personal data is removed.

    `contact_messages_per_hour`: the most SMS, and the most e-mails, that one contact gets in any 60 minutes, danger
    apart. `answers_per_hour`: how many answers an hour that did not come from a page of ours raise no doubt.
    Incentives are in whole units of `currency` (ISO 4217): `incentive_most` limits one follow-up, by priority,
    `incentive_month` a calendar month; 0 allows none. `risk_threshold`: the sum of early signals (data/signals.toml)
    that opens a follow-up. `names_in_praise`: whether the store's team reads praise with the names that customers
    wrote; else they are masked. `names_on_thanks`: whether the thanks name who takes a case on, by first name.

    This is the only list of the settings: ops/store_import/policy.py derives the fields and columns of a store file
    from it. Metadata for that: `ge` and `le` limit a number, `pattern` a text; `entries` are the keys of a table;
    `money` marks amounts in `currency`.
    """

    take_on_minutes: int = field(default=10, metadata={"ge": 1, "le": 1440})
    urgent_take_on_minutes: int = field(default=5, metadata={"ge": 1, "le": 1440})
    light_take_on_minutes: int = field(default=240, metadata={"ge": 1, "le": 10080})
    contact_hours: int = field(default=24, metadata={"ge": 1, "le": 720})
    contact_clock: Literal["wall", "open"] = "wall"
    resolve_days: int = field(default=3, metadata={"ge": 1, "le": 60})
    confirm_days: int = field(default=7, metadata={"ge": 1, "le": 90})
    close_light_days: int = field(default=7, metadata={"ge": 1, "le": 90})
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
    contact_messages_per_hour: int = field(default=20, metadata={"ge": 6, "le": 1000})
    answers_per_hour: int = field(default=60, metadata={"ge": 1, "le": 100000})
    currency: str = field(default="USD", metadata={"pattern": r"^[A-Z]{3}$"})
    incentive_most: Mapping[str, int] = field(
        default_factory=dict,
        metadata={"entries": ("urgent", "high", "normal", "light"), "ge": 0, "money": True},
    )
    incentive_month: int = field(default=0, metadata={"ge": 0, "money": True})
    risk_threshold: int = field(default=4, metadata={"ge": 1, "le": 100})
    names_in_praise: bool = False
    names_on_thanks: bool = True

    @property
    def alone_per_hour(self) -> int:
        """How many messages of `contact_messages_per_hour` may be alerts sent alone. The others are kept: two for
        bundles, and `unsigned_alone_per_hour`."""
        return self.contact_messages_per_hour - 2 - self.unsigned_alone_per_hour

    @property
    def unsigned_alone_per_hour(self) -> int:
        """How many may be alerts, sent alone, of answers that came from no page of ours: a quarter."""
        return self.contact_messages_per_hour // 4

    @property
    def unsigned_sms_per_hour(self) -> int:
        """How many SMS the store may have sent in an hour for one about such an answer to go alone: half."""
        return max(1, self.sms_per_hour // 2)

    def reminder_lead_minutes(self, stage: str) -> int:
        """Return how many minutes before the deadline of `stage` the owner is reminded; 0: never."""
        return self.remind_minutes.get(stage, DEFAULT_REMIND_MINUTES.get(stage, 0))


DEFAULT_POLICY: Final = Policy()
"""The settings where neither the store nor its brand sets others."""
