"""Repeat a write that met a transaction: DynamoDB has then written nothing, and botocore does not repeat it."""

from collections.abc import Callable
from random import SystemRandom
from typing import Any, Final

CONFLICT_PAUSES: Final = (0.05, 0.1, 0.2, 0.4)
"""Seconds, at most, before each repetition. How much of them is chance, or those that met would meet again: full jitter
("Exponential Backoff And Jitter", AWS Architecture Blog)."""

# Not random.random: its state is the same in every copy that starts from one snapshot (SnapStart).
chance: Final = SystemRandom().random


class TransactionConflict(Exception):
    """A transaction with one of the items was in progress at each attempt. Nothing was written."""


def write_despite_conflicts(
    client: Any, write: Callable[[], Any], pause: Callable[[float], None], chance: Callable[[], float]
) -> Any:
    """Return what `write` returns, which makes one call of `client`; make it again while that meets a transaction.

    `pause` waits for so many seconds, `chance` gives a number from 0 to 1. Raises TransactionConflict after the last
    attempt, and any other error at once. A transaction that goes on after its answer was lost
    (TransactionInProgressException) is repeated by botocore, which must send the same token.
    """
    left = list(CONFLICT_PAUSES)
    while True:
        try:
            return write()
        except client.exceptions.TransactionConflictException as error:
            conflict = error
        except client.exceptions.TransactionCanceledException as error:
            if set(cancellation_codes(error)) - {"None"} != {"TransactionConflict"}:
                raise
            conflict = error
        if not left:
            raise TransactionConflict from conflict
        pause(left.pop(0) * chance())


def cancellation_codes(error: Any) -> list[str]:
    """Return why a transaction was cancelled: a code for each of its writes, in their order; "None" is no reason."""
    return [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
