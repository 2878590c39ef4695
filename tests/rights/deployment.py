"""What a deployment needs by AWS's list, less what is withheld on purpose (tests/data/deployment_rights.toml)."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.rights.aws_permissions import ROOT, Permissions, properties_by_type

FILE = ROOT / "tests" / "data" / "deployment_rights.toml"


@dataclass(frozen=True)
class Withheld:
    """Actions that the handlers of a type ask for and the role does not give; `without` or `reason` says why."""

    type: str
    actions: tuple[str, ...]
    but: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    reason: str = ""

    def covers(self, action: str) -> bool:
        return action not in self.but and any(fnmatchcase(action, glob) for glob in self.actions)


@dataclass(frozen=True)
class Decisions:
    """The file: withheld from a handler; given `beyond` what handlers ask; asked by the `caller`, the last by role."""

    withheld: tuple[Withheld, ...]
    beyond: frozenset[str]
    caller: Mapping[str, frozenset[str]]
    reasons: tuple[str, ...]


def read() -> Decisions:
    content: dict[str, list[dict[str, Any]]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    caller: dict[str, frozenset[str]] = {}
    for entry in content["caller"]:
        for role in entry["for"]:
            caller[role] = caller.get(role, frozenset()) | set(entry["actions"])
    return Decisions(
        withheld=tuple(_withheld(entry) for entry in content["withheld"]),
        beyond=frozenset(action for entry in content["beyond"] for action in entry["actions"]),
        caller=caller,
        reasons=tuple(entry["reason"] for kind in ("beyond", "caller") for entry in content[kind]),
    )


def _withheld(entry: dict[str, Any]) -> Withheld:
    assert entry.keys() <= {"type", "actions", "but", "without", "reason"}
    lists = {name: tuple(entry.get(name, ())) for name in ("actions", "but", "without")}
    return Withheld(type=entry["type"], reason=entry.get("reason", ""), **lists)


def needed(permissions: Permissions, decisions: Decisions, templates: Iterable[str]) -> dict[str, set[str]]:
    """The actions that the handlers of the templates' types need, each with the types."""
    found: dict[str, set[str]] = {}
    for name in properties_by_type(templates):
        for action in permissions.needed(name):
            if not any(each.type == name and each.covers(action) for each in decisions.withheld):
                found.setdefault(action, set()).add(name)
    return found
