"""What the roles of template.yaml allow, and which of it the functions' own code is never seen to call.

`tests/data/function_rights.toml` lists the second with a reason each. Who records calls (on the local cloud, on an
emulator with IAM on) compares them by `differences`. `PYTHONPATH=functions:. python -m tests.rights.functions` prints
the table of both.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.rights.aws_permissions import ROOT, resources

FILE = ROOT / "tests" / "data" / "function_rights.toml"
Right = tuple[str, str]
"""Logical id of a role, and an action."""


@dataclass(frozen=True)
class Unseen:
    """Actions that the roles allow and that no function's code calls; both are globs."""

    roles: tuple[str, ...]
    actions: tuple[str, ...]
    reason: str

    def covers(self, right: Right) -> bool:
        role, action = right
        return any(fnmatchcase(role, each) for each in self.roles) and any(
            fnmatchcase(action, each) for each in self.actions
        )


def unseen() -> list[Unseen]:
    content: dict[str, list[dict[str, Any]]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [
        Unseen(tuple(each["roles"]), tuple(each["actions"]), each["reason"]) for each in content["unseen"]
    ]


def allowed() -> set[Right]:
    """Every right of every role in the template, whatever the parameters are."""
    return set(_allowed())


def _allowed() -> Iterator[Right]:
    for logical_id, each in resources("template.yaml").items():
        properties = each.get("Properties", {})
        if each["Type"] == "AWS::IAM::Role":
            for policy in properties["Policies"]:
                yield from ((logical_id, action) for action in _actions(policy))
        elif each["Type"] == "AWS::IAM::Policy":
            for role in properties["Roles"]:
                yield from ((role["Ref"], action) for action in _actions(properties))


def _actions(policy: dict[str, Any]) -> Iterator[str]:
    for statement in policy["PolicyDocument"]["Statement"]:
        given = statement["Action"]
        yield from [given] if isinstance(given, str) else given


def differences(seen: Iterable[Right]) -> list[str]:
    """A line for each right that was seen and is not allowed, that is allowed and neither seen nor listed, and for each
    entry of the list that says nothing: its right is not allowed, or was seen."""
    seen, granted, entries = set(seen), allowed(), unseen()
    listed = {right for right in granted for entry in entries if entry.covers(right)}
    return [
        *(f"{role} may not {action}, and calls it" for role, action in sorted(seen - granted)),
        *(f"{role} may {action}, and never calls it" for role, action in sorted(granted - seen - listed)),
        *(f"{role} calls {action}, which the list has as unseen" for role, action in sorted(seen & listed)),
        *(
            f"the list has {role} {action}, which is not allowed"
            for entry in entries
            for role in entry.roles
            for action in entry.actions
            if not any(Unseen((role,), (action,), "").covers(right) for right in granted)
        ),
    ]


def table() -> list[str]:
    """A line for each right: role, action, and whether code calls it or why it is allowed all the same."""
    entries = unseen()
    why = {right: next((e.reason for e in entries if e.covers(right)), "called") for right in allowed()}
    return [f"{role:22} {action:33} {reason}" for (role, action), reason in sorted(why.items())]


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
