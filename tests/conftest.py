"""Which tests a run has, in which order, and what is said of it in the end."""

from collections import Counter
from typing import Any

import pytest

from tests import parts


def pytest_configure(config: pytest.Config) -> None:
    """Load what tests need where tests are run: not in the process that only hands them to two others."""
    hands_out = config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")
    if not hands_out:
        config.pluginmanager.import_plugin("tests.fixtures")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to other commits what they have, and begin with what takes long: else one worker ends alone."""
    kept, left = parts.keep_part(items)
    if left:
        config.hook.pytest_deselected(items=left)
    items[:] = sorted(kept, key=lambda item: item.get_closest_marker("long") is None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was done in part (tests/parts.py): `record_property("part", (what, how many there are, how many were
    done))`."""
    reports = terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", [])
    there, done = Counter[str](), Counter[str]()
    for each in reports:
        for name, value in each.user_properties:
            if name == "part":
                there[value[0]] += value[1]
                done[value[0]] += value[2]
    for what in there:
        if done[what] < there[what]:
            terminalreporter.write_line(f"{done[what]} of {there[what]} {what}")
    if not parts.WHOLE:
        terminalreporter.write_line(
            "A part of what is many, another one for each commit: make test-whole has all of it"
        )
