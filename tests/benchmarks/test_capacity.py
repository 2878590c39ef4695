"""What the benchmark charges: the rules of DynamoDB's guide, on items whose sizes were added up by hand."""

import pytest

from benchmarks.capacity import Index, read_units, size, table_write_units


@pytest.mark.parametrize(
    ("item", "bytes_"),
    [
        ({"pk": {"S": "a"}}, 3),
        ({"ñ": {"S": "é"}}, 4),
        ({"n": {"N": "7"}}, 1 + 2),
        ({"n": {"N": "-1234"}}, 1 + 3),
        ({"n": {"N": "1200"}}, 1 + 2),
        ({"t": {"BOOL": True}}, 2),
        ({"l": {"L": []}}, 1 + 3),
        ({"l": {"L": [{"S": "ab"}, {"S": "c"}]}}, 1 + 3 + (1 + 2) + (1 + 1)),
        ({"m": {"M": {"k": {"S": "v"}}}}, 1 + 3 + 1 + (1 + 1)),
        ({"s": {"SS": ["ab", "c"]}}, 1 + 3),
    ],
)
def test_the_size_of_an_item(item: dict[str, dict[str, object]], bytes_: int) -> None:
    assert size(item) == bytes_


@pytest.mark.parametrize(
    ("letters", "transaction", "units"),
    [(1, False, 1), (1022, False, 1), (1023, False, 2), (1, True, 2), (1023, True, 4)],
)
def test_a_write_is_charged_by_the_kilobyte_and_twice_in_a_transaction(
    letters: int, transaction: bool, units: int
) -> None:
    # Attribute "pk" is two bytes: 1,022 letters make 1,024 bytes, one more is in the second kilobyte.
    item = {"pk": {"S": "x" * letters}}
    assert table_write_units(None, item, transaction=transaction) == units
    assert table_write_units(item, None, transaction=transaction) == units


@pytest.mark.parametrize(
    ("bytes_", "consistent", "units"), [(0, True, 1), (4096, True, 1), (4097, True, 2), (4097, False, 1)]
)
def test_a_read_is_charged_by_four_kilobytes_and_half_when_eventual(
    bytes_: int, consistent: bool, units: float
) -> None:
    assert read_units(bytes_, consistent=consistent) == units


def test_an_index_is_charged_for_what_changes_in_it() -> None:
    due = Index("due", ("due_pk", "due_at"), frozenset({"pk", "sk", "due_pk", "due_at"}))
    early = {"pk": {"S": "a"}, "due_pk": {"S": "due#0"}, "due_at": {"S": "1"}, "n": {"N": "1"}}
    late = early | {"due_at": {"S": "2"}}
    gone = {"pk": {"S": "a"}}
    assert due.write_units(None, early) == 1
    assert due.write_units(early, early | {"n": {"N": "2"}}) == 0
    assert due.write_units(early, late) == 2
    assert due.write_units(late, gone) == 1
    assert due.write_units(gone, gone) == 0
