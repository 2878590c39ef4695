"""What a shop holds itself to, in a file of shops: ranges, the chain's defaults, and what contradicts itself."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lazo.followup.model import Priority
from lazo.store.policy import Policy

Stage = Literal["taken_on", "contacted", "resolved", "confirmed"]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

TABLES: Final = ("remind_minutes", "incentive_most")
"""Settings that are tables themselves: a shop's entries beat the chain's one by one."""

MONEY: Final = ("incentive_month", "incentive_most")
"""Settings in whole units of `currency`."""


def _some_time_left(quiet: tuple[str, str]) -> tuple[str, str]:
    if quiet[0] == quiet[1]:
        raise ValueError("must end at another time than it begins")
    return quiet


Quiet = Annotated[tuple[Clock, Clock], AfterValidator(_some_time_left)]
"""From when to when nobody is written to, by the shop's clock; it may span midnight."""


class Strict(BaseModel):
    """A table of the file, in which nothing may stand that is not known."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class PolicyRow(Strict):
    """What the shop holds itself to; what is left out is the chain's, or else lazo.store.model.Policy's."""

    take_on_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    urgent_take_on_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    light_take_on_minutes: Annotated[int, Field(ge=1, le=10080)] | None = None
    contact_hours: Annotated[int, Field(ge=1, le=720)] | None = None
    contact_clock: Literal["wall", "open"] | None = None
    resolve_days: Annotated[int, Field(ge=1, le=60)] | None = None
    confirm_days: Annotated[int, Field(ge=1, le=90)] | None = None
    remind_minutes: dict[Stage, Annotated[int, Field(ge=0, le=43200)]] | None = None
    promises_per_day: Annotated[int, Field(ge=1, le=200)] | None = None
    promise_grace_days: Annotated[int, Field(ge=0, le=30)] | None = None
    delay_notice: Literal["approve", "send"] | None = None
    delay_notice_hours: Annotated[int, Field(ge=1, le=168)] | None = None
    tell_customer: bool | None = None
    customer_update_days: Annotated[int, Field(ge=1, le=30)] | None = None
    customer_messages_per_week: Annotated[int, Field(ge=1, le=50)] | None = None
    customer_quiet: Quiet | None = None
    ask_again_days: Annotated[int, Field(ge=1, le=180)] | None = None
    ask_again_every_days: Annotated[int, Field(ge=30, le=730)] | None = None
    retention_days: Annotated[int, Field(ge=30, le=3650)] | None = None
    sms_per_hour: Annotated[int, Field(ge=1, le=10000)] | None = None
    answers_per_hour: Annotated[int, Field(ge=1, le=100000)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    incentive_most: dict[Priority, Annotated[int, Field(ge=0)]] | None = None
    incentive_month: Annotated[int, Field(ge=0)] | None = None
    risk_threshold: Annotated[int, Field(ge=1, le=100)] | None = None

    def said(self) -> dict[str, Any]:
        """What stands in the file."""
        return self.model_dump(exclude_none=True)

    def over(self, chain: "PolicyRow") -> "PolicyRow":
        """This shop's policy with the chain's for all that it does not say."""
        own, base = self.said(), chain.said()
        both = base | own
        for table in TABLES:
            if table in both:
                both[table] = base.get(table, {}) | own.get(table, {})
        return PolicyRow(**both)


class ChainRow(Strict):
    """What holds for every shop of the file that does not say otherwise."""

    policy: PolicyRow = PolicyRow()


def contradictions(row: PolicyRow) -> Iterator[str]:
    """What does not go together in a policy, defaults included; each begins with the field."""
    policy = Policy(**row.said())
    yield from _of_taking_on(policy)
    yield from _of_reminders(policy)
    if policy.customer_messages_per_week * policy.customer_update_days < 7:
        yield (
            f"customer_update_days: a customer who waits would hear every {policy.customer_update_days} day(s), "
            f"more often than customer_messages_per_week ({policy.customer_messages_per_week}) allows"
        )
    days = -(-policy.contact_hours // 24) + policy.resolve_days + policy.confirm_days + policy.ask_again_days
    if policy.retention_days < days:
        yield (
            f"retention_days: {policy.retention_days} would remove what is still worked on; contact_hours, "
            f"resolve_days, confirm_days and ask_again_days come to {days} days"
        )


def foreign_amounts(row: PolicyRow, chain: PolicyRow) -> Iterator[str]:
    """Amounts that a shop would take from its chain though it has another currency; each begins with the field."""
    own, base = row.said(), chain.said()
    theirs = base.get("currency", Policy().currency)
    if own.get("currency", theirs) == theirs:
        return
    for field in MONEY:
        missing: list[str] = [field] if field in base and field not in own else []
        if field in TABLES and field in own:
            missing = [f"{field}.{entry}" for entry in base.get(field, {}) if entry not in own[field]]
        for name in missing:
            yield f"{name}: the chain's is in {theirs}; say how much it is in {own['currency']}"


def _of_taking_on(policy: Policy) -> Iterator[str]:
    if policy.urgent_take_on_minutes > policy.take_on_minutes:
        yield (
            f"urgent_take_on_minutes: {policy.urgent_take_on_minutes} is longer than "
            f"take_on_minutes ({policy.take_on_minutes})"
        )
    if policy.light_take_on_minutes < policy.take_on_minutes:
        yield (
            f"light_take_on_minutes: {policy.light_take_on_minutes} is shorter than "
            f"take_on_minutes ({policy.take_on_minutes})"
        )


def _of_reminders(policy: Policy) -> Iterator[str]:
    lasting = {
        "taken_on": ("take_on_minutes", policy.take_on_minutes),
        "contacted": ("contact_hours", policy.contact_hours * 60),
        "resolved": ("resolve_days", policy.resolve_days * 1440),
        "confirmed": ("confirm_days", policy.confirm_days * 1440),
    }
    for stage, (field, minutes) in lasting.items():
        before = policy.reminded_before(stage)
        if before >= minutes:
            default = "" if stage in policy.remind_minutes else " (the default)"
            yield (
                f"remind_minutes.{stage}: {before}{default} is not shorter than {field} ({minutes} minutes); "
                "0 reminds nobody"
            )
