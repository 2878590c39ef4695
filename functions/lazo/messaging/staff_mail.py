"""E-mails to staff that are about no single case: the weekly digest, the praise of a day, and that touchpoints fell
silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from lazo.messaging.send_state import SendState
from lazo.store.contacts import Channel

OptionalKind = Literal["weekly", "praise"]
OPTIONAL_KINDS: Final[tuple[OptionalKind, ...]] = get_args(OptionalKind)
"""Those that a user may do without."""
MailKind = Literal[OptionalKind, "silence"]
SENT_WITHIN: Final = timedelta(days=4)
"""After so long an e-mail is not sent any more: what it tells is on the pages."""


@dataclass(frozen=True, slots=True)
class StaffMail(SendState):
    """One e-mail to a user, planned by one of their stores. `ref`: the week (`2026-W48`) of a digest; store and day of
    praise, of which `answers` are the ULIDs, and of a silence, of which `codes` are the touchpoints. `failure`: why it
    was not sent, or did not arrive."""

    user_id: str
    kind: MailKind
    ref: str
    store_id: str
    planned_at: datetime
    answers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    channel: Channel = "email"
    failure: str | None = None

    @property
    def followup_id(self) -> str:
        """No follow-up: what is logged of every message."""
        return ""


@dataclass(frozen=True, slots=True)
class MailWishes:
    """Which of the optional e-mails a user wants."""

    weekly: bool = True
    praise: bool = True

    def wants(self, kind: MailKind) -> bool:
        """Return whether they want this kind."""
        return bool(getattr(self, kind)) if kind in OPTIONAL_KINDS else True
