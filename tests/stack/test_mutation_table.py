"""The table of `make mutation` counts what mutmut found, by module."""

import json
from pathlib import Path

from tests.mutants.rules import table


def test_changes_are_counted_by_module_and_in_all(tmp_path: Path) -> None:
    codes = {
        "x_a__mutmut_1": 1,
        "x_a__mutmut_2": 0,
        "x_a__mutmut_3": -24,
        "x_a__mutmut_13": 0,
        "x_b__mutmut_3": 33,
    }
    for module, found in (("score", codes), ("chance", {"x_c__mutmut_3": None, "x_c__mutmut_4": 1})):
        file = tmp_path / "lazo" / "insight" / f"{module}.py.meta"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"exit_code_by_key": found}), encoding="utf-8")
    rows = [line.split() for line in table(tmp_path, ["insight"]).splitlines()]
    assert rows[1:] == [
        ["insight/chance", "2", "1", "0", "0", "1", "100%"],
        ["insight/score", "5", "2", "2", "1", "0", "50%"],
        ["insight,", "in", "all", "7", "3", "2", "1", "1", "60%"],
    ]
    rows = [line.split() for line in table(tmp_path, ["insight"], "3").splitlines()]
    assert rows[2] == ["insight/score", "3", "1", "1", "1", "0", "50%"]
