"""How figures become whole numbers: in one place, so that a figure is the same number everywhere (record 620)."""

import math
from collections.abc import Sequence


def rounded(figure: float) -> int:
    """Return the nearest whole number; a half goes away from zero."""
    # Nine digits, so that 100 * 0.145 is the half that it stands for.
    nearest = math.floor(round(abs(figure), 9) + 0.5)
    return nearest if figure >= 0 else -nearest


def percent(part: int, whole: int) -> int:
    """Return how many in a hundred, to the nearest; but 100 only if it is all of them, and 0 only if it is none. Raises
    ZeroDivisionError without any."""
    nearest = (200 * part + whole) // (2 * whole)
    if 0 < part < whole:
        return min(max(nearest, 1), 99)
    return nearest


def percents(parts: Sequence[int]) -> list[int]:
    """Return how many in a hundred each part is, so that together they are 100: by the largest remainder, of equal ones
    the first. All are 0 without any."""
    whole = sum(parts)
    if not whole:
        return [0] * len(parts)
    found = [100 * part // whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda at: -(100 * parts[at] % whole))
    for at in by_remainder[: 100 - sum(found)]:
        found[at] += 1
    return found
