"""Incentives that make up for a bad experience: beside an action, within caps, never for a score."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from lazo.case.concerns import Concern
from lazo.errors import Problem, Rejected
from lazo.followup.model import FollowUp
from lazo.store.policy import Policy

IncentiveKind = Literal["discount", "premium_access", "temporary_benefit", "gift_card"]
INCENTIVE_KINDS: tuple[IncentiveKind, ...] = ("discount", "premium_access", "temporary_benefit", "gift_card")


@dataclass(frozen=True, slots=True)
class Incentive:
    """Something of value given to a customer, beside the action on a concern. `value` is in `currency`."""

    incentive_id: str
    kind: IncentiveKind
    value: Decimal
    currency: str
    reason: str
    concern_id: str
    by: str
    by_name: str
    at: datetime


def incentive_cap(followup: FollowUp, policy: Policy) -> Decimal:
    """Return the store's cap for one follow-up of this priority."""
    return Decimal(policy.incentive_most.get(followup.priority, 0))


def check_incentive(
    incentive: Incentive,
    followup: FollowUp,
    concerns: Iterable[Concern],
    given: Iterable[Incentive],
    policy: Policy,
    month_so_far: Decimal,
) -> Incentive:
    """Return the incentive if the store's policy allows it. `given`: earlier ones of this follow-up; `month_so_far`:
    the value of all that the store has given this month.

    Raises Rejected `unknown_concern`; `no_action` when the concern is neither solved nor planned, because a gift is no
    solution; or `over_cap` or `over_month` with what is `left` in `currency`.
    """
    concern = next((c for c in concerns if c.concern_id == incentive.concern_id), None)
    if concern is None:
        raise Rejected(Problem("unknown_concern", "concern_id"))
    if concern.state == "open":
        raise Rejected(Problem("no_action", "concern_id"))
    left = incentive_cap(followup, policy) - sum((each.value for each in given), Decimal(0))
    if incentive.value > left:
        raise Rejected(
            Problem("over_cap", "value", {"left": max(left, Decimal(0)), "currency": policy.currency})
        )
    month_left = policy.incentive_month - month_so_far
    if incentive.value > month_left:
        facts = {"left": max(month_left, Decimal(0)), "currency": policy.currency}
        raise Rejected(Problem("over_month", "value", facts))
    return incentive
