"""The input of an action on the case, and the limits of its texts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from lazo.case.model import ActionContext, Case
from lazo.messaging.customer_message import CustomerMessage, compose
from lazo.messaging.customer_templates import MessageContent
from lazo.promise.availability import DailyCommitments
from lazo.promise.model import HearsBy, ways_to_hear
from lazo.survey.answer import Answer
from lazo.translations import translations

LONGEST_CONCERN: Final = 500
LONGEST_PROMISE: Final = 500


@dataclass(frozen=True, slots=True)
class ActionInput:
    """What an action may read. The functions query the table, so that an action pays only for what it needs: the answer
    whose phone and e-mail may be used (None if there is none), whether its customer has opted out of messages, the
    value of the store's incentives in this month, and the promises of a contact (an id) per day from a date on."""

    case: Case
    context: ActionContext
    reachable_answer: Callable[[], Answer | None]
    opted_out: Callable[[], bool]
    given_this_month: Callable[[], Decimal]
    daily_commitments: Callable[[str, date], DailyCommitments]

    def ways_to_hear(self) -> tuple[HearsBy, ...]:
        """Return how the customer can hear of a promise."""
        return ways_to_hear(self.reachable_answer(), opted_out=self.opted_out())

    def compose(self, writing: MessageContent) -> CustomerMessage:
        """Return the message that the user writes to the customer. Raises like `customer_message.compose`."""
        act, followup_id = self.context, self.case.followup.followup_id
        reach, key = self.reachable_answer(), act.idempotency_key
        return compose(writing, followup_id, reach, act.store, act.contact, message_id=key, now=act.now)


def theme_ids(inputs: ActionInput) -> list[str]:
    """Return the ids of all themes."""
    return list(translations("labels", inputs.context.contact.language)["themes"])
