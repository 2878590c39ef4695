"""The mark of where an answer came from: the same within a day, and of no use for finding anybody."""

import hashlib
import hmac
from collections import Counter
from datetime import date, timedelta
from itertools import combinations

from lazo.auth.keyring import KeyRing
from lazo.auth.source_mark import network_mark, network_of, source_mark
from tests.builders import START

KEYS = KeyRing(lambda _: b"a-secret", lambda: START, lambda _: None)
DAY = date(2026, 11, 30)
PHONES = [f"192.0.{n // 250}.{n % 250}" for n in range(1000)]


def mark_of(
    source: str, browser: str = "Safari es-CL", store_id: str = "norte", code: str = "caja3", day: date = DAY
) -> int:
    found = source_mark(KEYS, source, browser, store_id, code, day)
    assert found is not None
    return found


def marks(**changes: str) -> list[int]:
    return [mark_of(each, **changes) for each in PHONES]


def agreeing(one: list[int], other: list[int]) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def test_it_is_two_numbers_of_an_hmac_under_the_secret() -> None:
    """What RFC 2104 says of `secret`, and a zero byte between purpose and message."""
    of_network = hmac.digest(b"a-secret", b"network mark\0" + b"2026-11-30 norte 192.0.2.7", hashlib.sha256)
    of_device = hmac.digest(
        b"a-secret", b"device mark\0" + b"2026-11-30 norte caja3 192.0.2.7 Safari es-CL", hashlib.sha256
    )
    assert network_mark(KEYS, "192.0.2.7", "norte", DAY) == of_network[0] % 16
    assert mark_of("192.0.2.7") == of_network[0] % 16 * 4 + of_device[0] % 4
    assert network_of(mark_of("192.0.2.7")) == of_network[0] % 16


def test_each_value_stands_for_one_in_64_of_all_addresses() -> None:
    """1000 / 64 is 15.6; five standard deviations (binomial) are 20."""
    seen = Counter(marks())
    assert seen.keys() == set(range(64))
    assert max(seen.values()) <= 36


def test_of_twenty_answers_some_three_pairs_share_one_by_chance() -> None:
    """20 * 19 / 2 / 64 is 2.97; over fifty such days the mean strays by 0.24."""
    days = [marks()[at : at + 20] for at in range(0, 1000, 20)]
    pairs = [sum(a == b for a, b in combinations(day, 2)) for day in days]
    assert 2.97 - 0.72 < sum(pairs) / len(days) < 2.97 + 0.72


def test_marks_of_two_days_or_stores_have_nothing_to_do_with_each_other() -> None:
    """By chance one in 64 agrees: 15.6 of 1000. The network's part is one of 16: 62.5, and 100 is five deviations."""
    assert agreeing(marks(), marks()) == 1000
    tomorrow = [mark_of(each, day=DAY + timedelta(days=1)) for each in PHONES]
    for other in (tomorrow, marks(store_id="sur")):
        assert agreeing(marks(), other) <= 36
        assert agreeing([*map(network_of, marks())], [*map(network_of, other)]) <= 100


def test_only_the_networks_part_is_the_same_at_two_touchpoints_and_in_two_browsers() -> None:
    """The other part is one of four: 250 of 1000 by chance, and 320 is five deviations."""
    for other in (marks(code="caja4"), marks(browser="Chrome es-CL")):
        assert [*map(network_of, other)] == [*map(network_of, marks())]
        assert agreeing(marks(), other) <= 320


def test_without_an_address_there_is_none() -> None:
    assert source_mark(KEYS, "", "Safari es-CL", "norte", "caja3", DAY) is None
