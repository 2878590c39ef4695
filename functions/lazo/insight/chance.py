"""How likely chance alone brings forth what was counted, and which of many findings to believe."""

import math
from collections.abc import Sequence


def chance_of_at_least(hits: int, n: int, share: float) -> float:
    """Return the probability of `hits` or more among `n` when each is one with the probability `share`: exact."""
    if hits <= 0:
        return 1.0
    if hits > n or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    if hits <= n * share:  # the lower tail has fewer terms, and loses no digits that matter
        return max(0.0, 1.0 - _sum_of_terms(0, hits - 1, n, share))
    return min(1.0, _sum_of_terms(hits, n, n, share))


def _sum_of_terms(first: int, last: int, n: int, share: float) -> float:
    """Return the sum of the probabilities of `first` to `last`, beginning with the largest, until it stays the same."""
    rising = first == 0
    at, odds = (last if rising else first), share / (1 - share)
    log_term = math.lgamma(n + 1) - math.lgamma(at + 1) - math.lgamma(n - at + 1)
    term = math.exp(log_term + at * math.log(share) + (n - at) * math.log1p(-share))
    total = 0.0
    while first <= at <= last:
        total += term
        if term < total * 1e-17:
            break
        term *= at / ((n - at + 1) * odds) if rising else (n - at) * odds / (at + 1)
        at += -1 if rising else 1
    return total


def chance_of_rise(recent: int, recent_size: float, past: int, past_size: float) -> float:
    """Return the probability of `recent` or more events in `recent_size`, when the rate is that of `past` events in
    `past_size`: the exact conditional test of two rates (J. Przyborowski and H. Wilenski, Biometrika 31, 1940), in
    which, given all events, the recent ones are binomial. 1 without a past: nothing can be said to have risen."""
    if past_size <= 0 or recent_size <= 0:
        return 1.0
    return chance_of_at_least(recent, recent + past, recent_size / (recent_size + past_size))


def chance_in_tables(tables: Sequence[tuple[int, int, int, int]]) -> float:
    """Return the probability that the drawn ones have as many hits as they do, or more, if which are hits has nothing
    to do with which were drawn. A table is how many there are, how many of them are hits, how many were drawn, and how
    many of these are hits. Exact: the hits of each are hypergeometric, of one table R. A. Fisher's test (Journal of the
    Royal Statistical Society 98, 1935, 39-82)."""
    beyond, chances = 0, [1.0]
    for n, hits, drawn, drawn_hits in tables:
        least, most = max(0, drawn - (n - hits)), min(hits, drawn)
        of_table = [_hypergeometric(each, n, hits, drawn) for each in range(least, most + 1)]
        beyond += drawn_hits - least
        sums = [0.0] * (len(chances) + most - least)
        for at, chance in enumerate(chances):
            for more, of_one in enumerate(of_table):
                sums[at + more] += chance * of_one
        chances = sums
    return min(1.0, math.fsum(chances[beyond:]))


def _hypergeometric(drawn_hits: int, n: int, hits: int, drawn: int) -> float:
    ways = _log_choose(hits, drawn_hits) + _log_choose(n - hits, drawn - drawn_hits)
    return math.exp(ways - _log_choose(n, drawn))


def _log_choose(n: int, chosen: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(chosen + 1) - math.lgamma(n - chosen + 1)


def believable(chances: Sequence[float], false_share: float, tested: int | None = None) -> list[int]:
    """Return which of the findings to believe, by index, so that of those believed at most `false_share` are expected
    to be chance (Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57, 1995, 289-300).
    `tested`: how many were looked at, if only the small chances are given: those up to `false_share` suffice."""
    many = len(chances) if tested is None else tested
    order = sorted(range(len(chances)), key=chances.__getitem__)
    good = [rank for rank, index in enumerate(order, 1) if chances[index] <= false_share * rank / many]
    return sorted(order[: good[-1]]) if good else []
