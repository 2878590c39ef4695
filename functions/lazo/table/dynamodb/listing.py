"""Partitions of the indexes `listing` (`list_pk`) and `store_listing` (`store_list_pk`), and the positions (`list_at`)
that sort both.

Ids have no `#`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class OpenList:
    """What is listed of all stores in one partition of `listing`, and of each store in one of `store_listing`. Items
    from before `store_listing` stand in the partition `unsplit` of `listing` alone, until they are written again."""

    all_stores: str
    unsplit: str | None = None

    def of_store(self, store_id: str) -> str:
        """Return the partition of a store."""
        return f"{self.all_stores}#{store_id}"

    def attributes(self, store_id: str, position: str) -> dict[str, str]:
        """Return the attributes that put an item of a store into both indexes."""
        return {"list_pk": self.all_stores, "store_list_pk": self.of_store(store_id), "list_at": position}


OPEN_FOLLOWUPS: Final = OpenList("OPEN_FOLLOWUPS", unsplit="OPEN")
OPEN_PROMISES: Final = OpenList("OPEN_PROMISES", unsplit="PROMISES")
ENDED_PROMISES: Final = OpenList("ENDED_PROMISES")
"""Those that were kept, kept late or broken, by when they ended."""
IMPROVEMENTS_LIST: Final = "IMPROVEMENTS"
EVERY_FOLLOWUP: Final = OpenList("FOLLOWUPS")
UNANSWERED_FOLLOWUPS: Final = "UNANSWERED_FOLLOWUPS"
"""Ended without anybody taking them on; in `store_listing` alone."""
STORES_LIST: Final = "STORES"
TOUCHPOINTS_LIST: Final = "TOUCHPOINTS"
AFTER_ALL_STORES: Final = "~"
"""Takes the place of a store id, and sorts after every one."""

_IN_TIME: Final = ("0", "1")
_RANKS: Final = ("0!0", "0!1", *_IN_TIME)
"""Ranks of follow-ups, in order: unattended and in time, urgent ones first in each. `!` sorts before `#`, so that the
positions of follow-ups in time are those from before unattended ones had ranks of their own."""
UNATTENDED_POSITIONS: Final[Sequence[tuple[str, str]]] = (("0!", "0!~"),)
"""The ranges of the positions of unattended follow-ups."""
_INSTANT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"


def followup_position(deadline: str | None, followup_id: str, *, urgent: bool, unattended: bool) -> str:
    """Sort unattended follow-ups first, then urgent ones, each by deadline, those without one last."""
    rank = (0 if unattended else 2) + (0 if urgent else 1)
    return f"{_RANKS[rank]}#{deadline or '~'}#{followup_id}"


def overdue_positions(now: str) -> Sequence[tuple[str, str]]:
    """Return the ranges of the positions, in order, of follow-ups that are unattended or have a deadline up to
    `now`."""
    return [*UNATTENDED_POSITIONS, *((f"{rank}#", f"{rank}#{now}#~") for rank in _IN_TIME)]


def unanswered_of_store(store_id: str) -> str:
    """Return the partition of `store_listing` with the follow-ups of a store that nobody took on, by when they
    opened."""
    return f"{UNANSWERED_FOLLOWUPS}#{store_id}"


def unanswered_position(opened_at: str, followup_id: str) -> str:
    """Sort follow-ups that nobody took on by when they opened."""
    return f"{opened_at}#{followup_id}"


def is_followup_position(text: str) -> bool:
    """Whether untrusted `text` has the form of the position of a follow-up with a deadline."""
    return re.fullmatch(rf"({'|'.join(_RANKS)})#{_INSTANT}#[a-z0-9]{{1,40}}", text) is not None


def followup_id_at(position: str) -> str:
    """Return the id in either position of a follow-up."""
    return position.rpartition("#")[2]


def opened_position(opened_at: str, followup_id: str) -> str:
    """Sort follow-ups by when they were opened."""
    return f"{opened_at}#{followup_id}"


def is_opened_position(text: str) -> bool:
    """Whether untrusted `text` has the form of a position by when a follow-up was opened."""
    return re.fullmatch(rf"{_INSTANT}#[a-z0-9]{{1,40}}", text) is not None


def promise_position(at: str, followup_id: str, promise_id: str) -> str:
    """Sort promises by date: open ones by that when they are due, others by when they ended."""
    return f"{at}#{followup_id}#{promise_id}"


def is_promise_position(text: str) -> bool:
    """Whether untrusted `text` has the form of the position of a promise."""
    return re.fullmatch(rf"{_INSTANT}#[a-z0-9]{{1,40}}#[0-9A-Za-z]{{1,40}}", text) is not None


def promise_ids_at(position: str) -> tuple[str, str]:
    """Return the ids of follow-up and promise in the position of a promise."""
    _, followup_id, promise_id = position.split("#")
    return followup_id, promise_id


def answers_of_month(month: str) -> str:
    """Return the partition of the answers of a month (`2026-11`, UTC, by their ULIDs)."""
    return f"ANSWERS#{month}"


def answer_position(store_id: str, ulid: str) -> str:
    """Sort answers by ULID, and by store where customers, who choose ULIDs, chose the same one."""
    return f"{ulid}#{store_id}"


def is_answer_position(text: str) -> bool:
    """Whether untrusted `text` has the form of the position of an answer, or of one after those of all stores."""
    return re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}#([a-z0-9-]{0,40}|~)", text) is not None


def answer_ids_at(position: str) -> tuple[str, str]:
    """Return ULID and store id in the position of an answer."""
    ulid, _, store_id = position.partition("#")
    return ulid, store_id


def store_position(name: str, store_id: str) -> str:
    """Sort stores by name."""
    return f"{name}#{store_id}"


def store_name_at(position: str) -> str:
    """Return the name in the position of a store; it may have a `#`."""
    return position.rpartition("#")[0]


def improvement_position(day: str, improvement_id: str) -> str:
    """Sort improvements by the day (`2026-11-21`) from which they hold."""
    return f"{day}#{improvement_id}"


def is_improvement_position(text: str) -> bool:
    """Whether untrusted `text` has the form of the position of an improvement."""
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}#[0-9A-Z]{26}", text) is not None


def improvement_id_at(position: str) -> str:
    """Return the id in the position of an improvement."""
    return position.rpartition("#")[2]


def touchpoint_position(store_id: str, code: str) -> str:
    """Sort touchpoints by store, then by code."""
    return f"{store_id}#{code}"


def code_at(position: str) -> str:
    """Return the code in the position of a touchpoint."""
    return position.partition("#")[2]
