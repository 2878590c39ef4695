"""Incentives that make up for a bad experience: beside an action, within caps, never for a score, a review or
silence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from lazo.case.concerns import Concern
from lazo.errors import Problem, Rejected
from lazo.followup.model import FollowUp
from lazo.phrases.wish_rules import finds_wish
from lazo.store.policy import Policy
from lazo.translations import DATA

IncentiveKind = Literal["discount", "premium_access", "temporary_benefit", "gift_card"]
TIED_REASONS = DATA / "incentive_reasons.toml"
INCENTIVE_KINDS: tuple[IncentiveKind, ...] = ("discount", "premium_access", "temporary_benefit", "gift_card")


@dataclass(frozen=True, slots=True)
class Incentive:
    """Something of value given to a customer, beside the action on a concern. `value` is in `currency`. One that was
    taken back (`withdrawn_at`) counts no more."""

    incentive_id: str
    kind: IncentiveKind
    value: Decimal
    currency: str
    reason: str
    concern_id: str
    by: str
    by_name: str
    at: datetime
    withdrawn_at: datetime | None = None


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

    Raises Rejected with all of: `unknown_concern`; `no_action` when the concern is neither solved nor planned, because
    a gift is no solution; `over_cap` or `over_month` with what is `left` in `currency`; `tied_reason` when the reason
    ties it to a review, to stars, to a score or to silence (data/incentive_reasons.toml).
    """
    problems: list[Problem] = []
    concern = next((c for c in concerns if c.concern_id == incentive.concern_id), None)
    if concern is None:
        problems.append(Problem("unknown_concern", "concern_id"))
    elif concern.state == "open":
        problems.append(Problem("no_action", "concern_id"))
    left = {
        "over_cap": incentive_cap(followup, policy) - sum((each.value for each in given), Decimal(0)),
        "over_month": policy.incentive_month - month_so_far,
    }
    code = min(left, key=lambda each: left[each])
    if incentive.value > left[code]:
        facts = {"left": max(left[code], Decimal(0)), "currency": policy.currency}
        problems.append(Problem(code, "value", facts))
    if finds_wish(TIED_REASONS, incentive.reason):
        problems.append(Problem("tied_reason", "reason"))
    if problems:
        raise Rejected(*problems)
    return incentive
