"""A part of the cases in each run: together the runs have all."""

from itertools import chain
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests import parts


@pytest.mark.parametrize("one_in", [1, 3, 7])
def test_one_commit_after_the_other_has_each_case_once(one_in: int) -> None:
    cases = list("abcdefghij")
    runs = [parts.part(cases, one_in, number=n, whole=False) for n in range(one_in)]
    assert sorted(chain(*runs)) == cases
    assert all(runs), "no run without a case"


def test_a_whole_run_has_all() -> None:
    assert parts.part("abc", 3, number=1, whole=True) == ["a", "b", "c"]


def test_of_a_marked_test_every_nth_case_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "WHOLE", False)
    names = ["x.py::a[0]", "x.py::b", "x.py::a[1]", "x.py::a[2]", "x.py::c[0]", "x.py::a[3]"]
    marks = {"x.py::a": SimpleNamespace(args=(2,))}

    class Item(SimpleNamespace):
        __hash__ = object.__hash__

        def get_closest_marker(self, _: str) -> Any:
            return marks.get(self.nodeid.partition("[")[0])

    def kept(number: int) -> list[str]:
        monkeypatch.setattr(parts, "commit", lambda: number)
        items = [Item(nodeid=name, user_properties=[]) for name in names]
        kept, left = parts.keep_part(cast(Any, items))
        assert sorted(each.nodeid for each in (*kept, *left)) == sorted(names)
        said = [value for each in kept for _, value in each.user_properties]
        assert said == [("cases of tests that have many", 4, 2)]
        return [each.nodeid for each in kept]

    assert kept(4) == ["x.py::a[0]", "x.py::b", "x.py::a[2]", "x.py::c[0]"]
    assert kept(5) == ["x.py::b", "x.py::a[1]", "x.py::c[0]", "x.py::a[3]"]


@pytest.mark.parametrize(("examples", "run"), [(40, 8), (41, 9), (1, 1)])
def test_a_fifth_of_the_examples(monkeypatch: pytest.MonkeyPatch, examples: int, run: int) -> None:
    monkeypatch.setattr(parts, "WHOLE", False)
    assert parts.some(examples) == run
    monkeypatch.setattr(parts, "WHOLE", True)
    assert parts.some(examples) == examples
