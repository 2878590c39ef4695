"""The table of what a page of the board reads (docs/costs.md) is complete, and its calls are bounded."""

import pytest

from benchmarks import board

ROWS = (
    board.DOC.read_text(encoding="utf-8")
    .partition(board.BEGIN + "\n")[2]
    .partition(board.END)[0]
    .splitlines()
)


def test_the_page_has_a_row_for_each() -> None:
    assert tuple(ROWS[:2]) == board.HEADING
    asked = [f"| {count:,} | {who} |" for count in board.OPEN for who in board.WHO]
    assert [each for each, row in zip(asked, ROWS[2:], strict=True) if not row.startswith(each)] == []


@pytest.mark.parametrize(
    ("who", "most_calls"),
    [
        # The user, the store's list, the old list, two batches of cases and answers, stores, two for promises of today.
        ("manager, 1 store", 8),
        # Without the promises; the list of all stores and the old one before, a query for each store, and a refill.
        ("area manager, 40 stores", 6 + 2 + 39 + 3),
        # All stores besides.
        ("head, 2,000 stores", 6 + 1),
    ],
)
def test_no_number_of_open_cases_adds_a_call(who: str, most_calls: int) -> None:
    calls = [int(row.split("|")[4]) for row in ROWS[2:] if f"| {who} |" in row]
    assert len(calls) == len(board.OPEN)
    assert max(calls) <= most_calls
