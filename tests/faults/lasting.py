"""What lasts of a life: every item and every message, without what differs between two runs that come to the same."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.faults.life import Life

Item = dict[str, Any]

OF_THE_RUN: Final = frozenset(
    {
        # How often something was tried, and what the provider called it.
        *("attempts", "unclear", "failure", "due_failures", "failed_after", "provider_id", "message_pk"),
        *("message_sk", "lease_until", "expires_at", "due_pk", "due_at"),
    }
)
"""Attributes that say how something came about, not what."""
NOT_COMPARED: Final = frozenset(
    {"SENT", "TIMES", "TABLE", "SMS", "MONTH", "GROUP", "COLLECTING", "BUNDLE", "RECENT", "ANSWERS"}
)
"""Kinds of items that are kept by the minute or the attempt: receipts, durations, limits, roll-ups, bundles."""
LEFT_OUT: Final = ("customer not told that it was done", "stop not confirmed")
"""Said when a confirmation to a customer could not be made: what they asked for is done, and must not fail by it."""
_ID: Final = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?|\b[0-9A-HJKMNP-TV-Z]{26}\b|\b[a-z2-7]{16}\b|\b\d{10,13}\b"
    r"|\b\d\d:\d\d\b|#[0-9a-f]{12}\b"
)
"""Instants, and ids, which hold an instant or are chance."""
_BEGINNING: Final = 60
"""Characters by which a message is known: what follows may tell what else happened meanwhile."""


@dataclass(frozen=True)
class Ended:
    """What stands in the table and what was sent, each with how often; `given_up`: messages of which nobody knows
    whether they were sent, after the attempts that there are; `left_out`: confirmations to a customer that could not
    be made, which the logs say."""

    items: Counter[str]
    sent: Counter[tuple[str, str, str]]
    given_up: int = 0
    left_out: int = 0


def ended(life: Life, logged: str = "") -> Ended:
    """Return how a life ended that logged this."""
    items = life.product.cloud.items()
    outbox = life.product.cloud.outbox()
    return Ended(
        Counter(_lasting(items)),
        Counter((m["channel"], m["to"], _masked(m["text"])[:_BEGINNING]) for m in outbox),
        sum(item.get("failure") == "gave_up" for item in items),
        sum(logged.count(line) for line in LEFT_OUT),
    )


def differences(calm: Ended, stormy: Ended, struck: int) -> Iterator[str]:
    """Yield what is in one and not in the other, in words. A message may have gone twice for each call that was
    struck, and be missing when it was given up."""
    lost = (calm.items - stormy.items).elements()
    confirmations = 0
    for each in lost:
        confirmations += (is_confirmation := '"pk": "ACKNOWLEDGEMENT#' in each)
        if not is_confirmation or confirmations > stormy.left_out:
            yield f"missing: {each}"
    for each in (stormy.items - calm.items).elements():
        yield f"too much: {each}"
    missing, more = calm.sent - stormy.sent, stormy.sent - calm.sent
    if missing.total() > stormy.given_up + stormy.left_out:
        yield f"not sent: {sorted(missing)}"
    if more.total() > struck:
        yield f"sent too often: {sorted(more)}"


def _lasting(items: list[Item]) -> Iterator[str]:
    for item in items:
        kind = re.split(r"[#]", item["sk"])[0]
        if kind in NOT_COMPARED or item["pk"].split("#")[0] in NOT_COMPARED:
            continue
        held = {name: value for name, value in item.items() if name not in OF_THE_RUN}
        if kind in ("DELIVERY", "MESSAGE", "ACKNOWLEDGEMENT", "MAIL") and item.get("state"):
            held["state"] = _outcome(item)
            held.pop("sent_at", None)
            held.pop("bundle", None)
        if kind == "ENTRY":
            held.pop("version", None)  # two things that come in one minute may come in either order
            # Who tries again undoes a second later.
            held["detail"] = {
                name: said for name, said in held.get("detail", {}).items() if name != "seconds"
            }
        yield _masked(json.dumps(held, sort_keys=True, default=_plain, ensure_ascii=False))


def _outcome(item: Item) -> str:
    """What came late may be no longer true, and what two attempts left unknown is given up, a link that somebody asked
    for after one: as good as sent."""
    given_up = item["state"] == "failed" and item.get("failure") in ("gave_up", "ReadTimeoutError")
    return "sent or not needed" if given_up or item["state"] in ("sent", "cancelled") else str(item["state"])


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


def _masked(text: str) -> str:
    """Without instants, ids and the tokens of links."""
    return _ID.sub("*", re.sub(r"/(f|m|in|s)/[\w-]{20,}|r=[\w-]{20,}", "/*", text))
