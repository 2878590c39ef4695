"""Change the pure rules in thousands of small ways (mutmut), and count which changes the tests of rules notice.

    python -m tests.mutants.rules                 # on from where it ended, then the table
    python -m tests.mutants.rules promise store   # these folders alone
    python -m tests.mutants.rules 3 7             # a fifth: of each function the changes whose number ends in 3 or 7
    python -m tests.mutants.rules --table         # the table of what is known

Works in a copy under artefacts/, in the venv of `make mutation`. A change of the rules or of their tests starts anew.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = ("promise", "survey", "store", "followup", "case", "insight")
"""Folders of functions/lazo that are mutated, and of tests/unit that have to notice."""
ELSEWHERE: Final = (
    "tests/unit/store/test_closed_days.py::test_holidays_are_loaded_only_for_hours_that_need_them",
)
"""Tests that start Python anew, where nothing is mutated."""
STATES: Final = {0: "survived", 33: "no test", 5: "no test", None: "not run"}
"""What mutmut's exit codes mean; any other is a test that failed, or that did not end."""


def main(arguments: list[str]) -> int:
    folders = [each for each in arguments if each in FOLDERS] or list(FOLDERS)
    digits = "".join(each for each in arguments if each.isdecimal())
    copy = ROOT / "artefacts" / f"mutation-{_code()}"
    if "--table" not in arguments:
        if not copy.exists():
            _copy_product(copy)
        part = f"*__mutmut_*[{digits}]" if digits else "*"
        names = [f"lazo.{folder}.{part}" for folder in folders] if arguments else []
        mutmut = Path(sys.executable).with_name("mutmut")
        if ended := subprocess.run([mutmut, "run", "--max-children", "2", *names], cwd=copy).returncode:
            return ended
    print(table(copy / "mutants", folders, digits))  # noqa: T201
    return 0


def table(results: Path, folders: list[str], digits: str = "") -> str:
    """Return how many changes of each module the tests noticed, did not notice, or never ran; with `digits` of those
    alone whose number ends in one of them."""
    lines = [
        f"{'module':38}{'changes':>8}{'noticed':>8}{'survived':>9}{'no test':>8}{'not run':>8}{'score':>7}"
    ]
    for folder in folders:
        inside = Counter[str]()
        for file in sorted((results / "lazo" / folder).rglob("*.meta")):
            known = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
            counts = Counter(
                STATES.get(code, "noticed")
                for name, code in known.items()
                if not digits or name[-1] in digits
            )
            if counts:
                lines.append(_line(f"{folder}/{file.name.removesuffix('.py.meta')}", counts))
            inside.update(counts)
        lines.append(_line(f"{folder}, in all", inside))
    return "\n".join(lines)


def _line(name: str, counts: Counter[str]) -> str:
    tried = counts["noticed"] + counts["survived"]
    score = f"{counts['noticed'] / tried:.0%}" if tried else "-"
    columns = (counts.total(), counts["noticed"], counts["survived"], counts["no test"], counts["not run"])
    widths = (8, 8, 9, 8, 8)
    numbers = "".join(f"{n:>{width}}" for n, width in zip(columns, widths, strict=True))
    return f"{name:38}{numbers}{score:>7}"


def _copy_product(copy: Path) -> None:
    """Copy the product as mutmut wants it: what is imported lies where it starts."""
    kept = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    functions = [each for each in (ROOT / "functions").iterdir() if each.is_dir()]
    for folder in (*functions, ROOT / "infra", ROOT / "ops"):
        shutil.copytree(folder, copy / folder.name, ignore=kept)
    for file in (ROOT / "tests").glob("*.py"):
        (copy / "tests").mkdir(exist_ok=True)
        shutil.copy2(file, copy / "tests" / file.name)
    for folder in FOLDERS:
        shutil.copytree(ROOT / "tests/unit" / folder, copy / "tests/unit" / folder, ignore=kept)
    others = sorted(each.name for each in copy.iterdir() if each.name not in ("lazo", "tests"))
    (copy / "pyproject.toml").write_text(_settings(others), encoding="utf-8")


def _settings(others: list[str]) -> str:
    """Return the settings of mutmut and pytest for the copy."""
    deselected = [f"--deselect={name}" for name in ELSEWHERE]
    chosen = {
        "source_paths": ["lazo"],
        "only_mutate": [f"lazo/{folder}/*" for folder in FOLDERS],
        "also_copy": others,
        "pytest_add_cli_args_test_selection": [f"tests/unit/{folder}" for folder in FOLDERS],
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:schemathesis", *deselected],
    }
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in chosen.items())
    pytest = 'addopts = "--import-mode=importlib"\npythonpath = ["."]'
    return (
        f"[tool.mutmut]\n{lines}\nuse_git_change_detection = false\n\n[tool.pytest.ini_options]\n{pytest}\n"
    )


def _code() -> str:
    """Return what is another for other rules or other tests of them."""
    found = sha256()
    for folder in (f"{inside}/{each}" for each in FOLDERS for inside in ("functions/lazo", "tests/unit")):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                found.update(file.read_bytes())
    return found.hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
