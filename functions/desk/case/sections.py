"""The page's sections on promises, incentives and messages to the customer, with the defaults of their forms."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from desk.promises.display import format_due, promise_state
from desk.web.render import Times
from lazo.case import customer_updates, first_contact, incentives
from lazo.case.model import Case
from lazo.messaging.customer_templates import LINK_OF, build_drafts, customer_channels
from lazo.promise import delay_notices
from lazo.promise.model import Promise, ways_to_hear
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.text.cleaning import one_line
from lazo.text.regional_formats import format_money
from lazo.translations import translations


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise as it is shown: `state` as in `promise_state`, `due` and the `former` dates in words; `draft` is the
    text of a delay notice, "" if the customer may not be written to."""

    promise: Promise
    state: str
    due: str
    owner: str
    former: tuple[str, ...]
    checkpoints: str
    draft: str


def promises_section(
    case: Case, store: Store, reader: Contact, reach: Answer | None, times: Times, *, opted_out: bool
) -> Mapping[str, Any]:
    """Return the section's template variables. `promise_stopped`: the channels that the customer wants no more."""
    hears = translations("case", reader.language)["concerns"]["hears"]
    in_order = sorted(case.promises, key=lambda each: (not each.open, each.due, each.made_at))
    written = () if opted_out else customer_channels(reach)
    tell: tuple[str, ...] = (*written, "none")
    return {
        "promises": [_row(each, store, reader, reach, times) for each in in_order],
        "contact_promise": first_contact.open_promise(case),
        "may_promise": case.followup.stage != "open" and not case.followup.ended,
        "promise_ways": [(way, hears[way]) for way in ways_to_hear(reach, opted_out=opted_out)],
        "promise_stopped": customer_channels(reach) if opted_out else (),
        "promise_tell": tell if len(tell) > 1 else (),
        **_plans(case, store, times),
    }


def _plans(case: Case, store: Store, times: Times) -> dict[str, dict[str, str]]:
    """Return for each concern id the default day of its plan form, and of its open promise the id and the date in
    words."""
    plans = {each.concern_id: case.plan_for(each.concern_id) for each in case.concerns}
    days = {
        each.concern_id: times.local(plan.due).date() if (plan := plans[each.concern_id]) else each.deadline
        for each in case.concerns
    }
    return {
        "plan_dates": {ref: max(day, times.today).isoformat() for ref, day in days.items()},
        "plan_ids": {ref: plan.promise_id for ref, plan in plans.items() if plan},
        "plan_due": {ref: format_due(plan.due, store, times) for ref, plan in plans.items() if plan},
    }


def _row(promise: Promise, store: Store, reader: Contact, reach: Answer | None, times: Times) -> PromiseRow:
    owner = store.contact(promise.owner)
    return PromiseRow(
        promise=promise,
        state=promise_state(promise, times.now),
        due=format_due(promise.due, store, times),
        owner=owner.name if owner else promise.owner,
        former=tuple(format_due(each.former, store, times) for each in promise.moved),
        checkpoints=", ".join(times.day(times.local(at).date()) for at in promise.checkpoints),
        draft=_draft(promise, store, reader, reach) if promise.open else "",
    )


def _draft(promise: Promise, store: Store, reader: Contact, reach: Answer | None) -> str:
    channel = next(iter(customer_channels(reach)), None)
    if reach is None or channel is None:
        return ""
    mark = translations("case", reader.language)["promises"]["mark"]
    return delay_notices.draft_delay_notice(promise, channel, reach, store, reader, mark).text


def incentives_section(case: Case, store: Store, given_this_month: Decimal) -> Mapping[str, Any]:
    """Return the section's template variables. `given_this_month`: the value of the store's incentives."""
    policy = store.policy
    most = incentives.incentive_cap(case.followup, policy)
    given = sum((each.value for each in case.incentives), Decimal(0))
    month = max(policy.incentive_month - given_this_month, Decimal(0))
    acted_on = [c for c in case.concerns if c.state != "open"]

    def format_amount(value: Decimal, currency: str = policy.currency) -> str:
        return format_money(value, currency, store.country)

    return {
        "may_give": most > 0 and policy.incentive_month > 0,
        "left_case": format_amount(min(max(most - given, Decimal(0)), month)),
        "left_month": format_amount(month),
        "format_amount": format_amount,
        "acted_on": acted_on,
        "concern_options": [(c.concern_id, one_line(c.text)) for c in acted_on],
    }


def customer_contact_section(
    case: Case, store: Store, reader: Contact, reach: Answer | None, base_url: str, times: Times
) -> dict[str, Any]:
    """Return the section's template variables.

    `offered`: the drafts; `silent`: since when the customer has had no contact, if that is too long and they may be
    written to, else None.
    """
    silent = customer_updates.silent_since(case, store, times.now) if reach else None
    return {"offered": _offered(case, store, reader, reach, base_url), "silent": silent}


def _offered(
    case: Case, store: Store, reader: Contact, reach: Answer | None, base_url: str
) -> list[dict[str, Any]]:
    """Return the templates and an empty draft for each channel on which the customer can be reached: the fields of a
    Draft, `template` "" for free text, and the kind of `link` that is added on sending, if any."""
    if reach is None:
        return []
    link = f"{base_url}/s/{reach.code}"
    own: str = translations("case", reader.language)["messages"]["own"]
    drafts = build_drafts(reach, store, reader, link, only_asks=case.followup.only_asks)
    empty = {"template": "", "name": own, "subject": "", "text": "", "link": None}
    return [
        *({**asdict(each), "link": LINK_OF.get(each.template)} for each in drafts),
        *({**empty, "channel": channel} for channel in customer_channels(reach)),
    ]
