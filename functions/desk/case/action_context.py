"""What an action on the case may look at, and the limits of its texts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from lazo.case.model import ActionContext, Case
from lazo.promise.availability import DailyCommitments
from lazo.survey.answer import Answer
from lazo.translations import translations

LONGEST_CONCERN: Final = 500
LONGEST_PROMISE: Final = 500


@dataclass(frozen=True, slots=True)
class ActionInput:
    """What an action may look at: the case as it is, the answer whose contact may be used (None: there is none), what
    the shop has given away in this month, and what a contact has promised for each day from one on."""

    case: Case
    act: ActionContext
    reach: Callable[[], Answer | None]
    month_given: Callable[[], Decimal]
    loads: Callable[[str, date], DailyCommitments]


def theme_ids(desk: ActionInput) -> list[str]:
    return list(translations("labels", desk.act.contact.language)["themes"])
