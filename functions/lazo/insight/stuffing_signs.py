"""A tell-tale pattern of answers that were begged for or made up at a touchpoint. It accuses nobody: a birthday party
answers at once too. It is shown beside the score, and changes nothing in it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

MANY_TENS: Final = 5
"""So many tens within a minute, with nothing else among them."""
_MINUTE: Final = timedelta(minutes=1)


def tens_in_a_minute(answers: Iterable[tuple[datetime, int]]) -> int:
    """Return how many answers of a touchpoint, each given as time and score, are in a minute full of tens."""
    ordered = sorted(answers)
    shown: set[int] = set()
    first = 0
    for last, (at, score) in enumerate(ordered):
        while at - ordered[first][0] > _MINUTE or (first < last and ordered[first][1] != 10):
            first += 1
        if score != 10:
            first = last + 1
        elif last - first + 1 >= MANY_TENS:
            shown.update(range(first, last + 1))
    return len(shown)
