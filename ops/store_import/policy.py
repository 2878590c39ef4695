"""Checks the policy of a store in a file of stores: each setting, the brand's defaults, and contradictions.

The settings, their bounds and defaults are declared in lazo.store.Policy only.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import Field as Setting
from dataclasses import fields
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from lazo.store.policy import Policy

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

SETTINGS: Final = fields(Policy)
"""Their metadata has the bounds, the pattern, the entries."""

TABLES: Final = tuple(setting.name for setting in SETTINGS if "entries" in setting.metadata)
"""Settings that are tables themselves: a store's entries beat the chain's one by one."""

MONEY: Final = sorted(setting.name for setting in SETTINGS if setting.metadata.get("money"))
"""Settings in whole units of `currency`."""


def _not_empty(quiet: tuple[str, str]) -> tuple[str, str]:
    if quiet[0] == quiet[1]:
        raise ValueError("must end at another time than it begins")
    return quiet


Quiet = Annotated[tuple[Clock, Clock], AfterValidator(_not_empty)]
"""From when to when nobody is written to, by the store's clock; it may span midnight."""


def _whole_number(value: Any) -> int:
    """Read a number in plain digits. `600.000` may be six hundred or six hundred thousand, so it is none."""
    if isinstance(value, str) and re.fullmatch("-?[0-9]{1,15}", value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    told = f"{value!r} " if isinstance(value, str | float) else ""
    raise ValueError(f"{told}must be a whole number in digits alone, like 600000")


Whole = Annotated[int, BeforeValidator(_whole_number)]
"""A whole number, written without points, commas and spaces."""


class Strict(BaseModel):
    """A table of the file. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


_KINDS: Final[Mapping[Any, Any]] = {int: Whole, tuple[str, str]: Quiet}
"""How settings of some types are checked."""


def _pydantic_field(setting: Setting[Any]) -> Any:
    """Build the field that checks a setting of a file; a setting that the file leaves out is None."""
    rules = {name: rule for name, rule in setting.metadata.items() if name in ("ge", "le", "pattern")}
    kind: Any = _KINDS.get(setting.type, setting.type)
    if setting.name in TABLES:
        entries: Any = Literal[setting.metadata["entries"]]
        return (dict[entries, Annotated[Whole, Field(**rules)]] | None, None)
    return (Annotated[kind, Field(**rules)] | None, None)


_PolicyFields: Any = create_model(
    "_PolicyFields", __base__=Strict, **{setting.name: _pydantic_field(setting) for setting in SETTINGS}
)


class PolicyRow(_PolicyFields):  # type: ignore[misc]
    """The settings of lazo.store.Policy as a file has them. What a store leaves out comes from `chain`, else it is the
    default."""

    def settings(self) -> dict[str, Any]:
        """The settings that stand in the file, by name."""
        settings: dict[str, Any] = self.model_dump(exclude_none=True)
        return settings

    def with_defaults_of(self, chain: "PolicyRow") -> "PolicyRow":
        """Add the settings of `chain` that this store leaves out."""
        own, base = self.settings(), chain.settings()
        both = base | own
        for table in TABLES:
            if table in both:
                both[table] = base.get(table, {}) | own.get(table, {})
        return PolicyRow(**both)


class ChainRow(Strict):
    """The table `chain` of the file: settings of every store that does not say otherwise."""

    policy: PolicyRow = PolicyRow()


def contradictions(row: PolicyRow) -> Iterator[str]:
    """Yield what does not go together in a policy, defaults included; each line begins with the field."""
    policy = Policy(**row.settings())
    yield from _contradictions_of_take_on(policy)
    yield from _contradictions_of_reminders(policy)
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
    """Yield the amounts that a store would take over from `chain` in another currency; each begins with the field."""
    own, base = row.settings(), chain.settings()
    theirs = base.get("currency", Policy().currency)
    if own.get("currency", theirs) == theirs:
        return
    for field in MONEY:
        missing: list[str] = [field] if field in base and field not in own else []
        if field in TABLES and field in own:
            missing = [f"{field}.{entry}" for entry in base.get(field, {}) if entry not in own[field]]
        for name in missing:
            yield f"{name}: the chain's is in {theirs}; say how much it is in {own['currency']}"


def _contradictions_of_take_on(policy: Policy) -> Iterator[str]:
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


def _contradictions_of_reminders(policy: Policy) -> Iterator[str]:
    durations = {
        "taken_on": ("take_on_minutes", policy.take_on_minutes),
        "contacted": ("contact_hours", policy.contact_hours * 60),
        "resolved": ("resolve_days", policy.resolve_days * 1440),
        "confirmed": ("confirm_days", policy.confirm_days * 1440),
    }
    for stage, (field, minutes) in durations.items():
        before = policy.reminder_lead_minutes(stage)
        if before >= minutes:
            default = "" if stage in policy.remind_minutes else " (the default)"
            yield (
                f"remind_minutes.{stage}: {before}{default} is not shorter than {field} ({minutes} minutes); "
                "0 reminds nobody"
            )
