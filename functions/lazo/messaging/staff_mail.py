"""E-mails to staff that are about no single case: the weekly digest, and the praise of a day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from lazo.messaging.send_state import SendState
from lazo.store.contacts import Channel

MailKind = Literal["weekly", "praise"]
MAIL_KINDS: Final[tuple[MailKind, ...]] = get_args(MailKind)


@dataclass(frozen=True, slots=True)
class StaffMail(SendState):
    """One e-mail to a user, planned by one of their stores. `ref`: the week (`2026-W48`) of a digest; store and day of
    praise, of which `answers` are the ULIDs. `failure`: why it was not sent, or did not arrive."""

    user_id: str
    kind: MailKind
    ref: str
    store_id: str
    planned_at: datetime
    answers: tuple[str, ...] = ()
    channel: Channel = "email"
    failure: str | None = None

    @property
    def followup_id(self) -> str:
        """No follow-up: what is logged of every message."""
        return ""


@dataclass(frozen=True, slots=True)
class MailWishes:
    """Which of these e-mails a user wants."""

    weekly: bool = True
    praise: bool = True

    def wants(self, kind: MailKind) -> bool:
        """Return whether they want this kind."""
        return self.weekly if kind == "weekly" else self.praise
