"""The table of cases from the field names tests that there are."""

import re

import pytest

from tests.field_cases import CASES, TESTS


@pytest.mark.parametrize("test", sorted({test for case in CASES for test in case["tests"]}))
def test_a_named_test_exists(test: str) -> None:
    path, function = test.split("::")
    assert re.search(rf"^ *def {function}\(", (TESTS / path).read_text(encoding="utf-8"), re.MULTILINE)
