"""What AWS itself says about rights: the actions that CloudFormation's handlers call, and the resources IAM takes.

`tests/data/aws_permissions.json` holds both, for the types of resources in our templates:

- `types`: for each type its handlers and their permissions, with source and date. A stack's creation, update, rollback
  and deletion call create, read, update and delete; none calls list, which is left out. `tagging` is what the type
  needs to pass a stack's tags on (samconfig.toml sets some).
- `arns`: for each action the forms of ARN that IAM takes for it; none means that only `*` gives the right. An action
  that is not among them does not exist in IAM: some handlers name such ones, which nobody can give.

`PYTHONPATH=functions:. python -m tests.rights` writes it anew from AWS's public files.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.cloudformation.template import translated
from infra.local.cloudformation.template_yaml import read_yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "tests" / "data" / "aws_permissions.json"
PRODUCT = ("template.yaml", "infra/observability.yaml")
TEMPLATES = (*PRODUCT, "infra/edge.yaml", "infra/key.yaml", "infra/analytics.yaml")
HANDLERS = ("create", "read", "update", "delete", "tagging")


@dataclass(frozen=True)
class Permissions:
    """`types`: permissions by type and handler. `arns`: forms of ARN by action."""

    types: Mapping[str, Mapping[str, Any]]
    arns: Mapping[str, list[str]]

    def needed(self, resource_type: str) -> set[str]:
        """The actions that IAM knows of those that any handler of the type calls."""
        handlers = self.types[resource_type]
        return {a for handler in HANDLERS for a in handlers.get(handler, ()) if a in self.arns}


def read() -> Permissions:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return Permissions(content["types"], content["arns"])


def resources(template: str) -> dict[str, dict[str, Any]]:
    """The resources of a template by logical id, SAM's translated; whatever their conditions are."""
    path = ROOT / template
    text = path.read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = (
        json.loads(translated(path)) if "\nTransform:" in text else read_yaml(text)
    )["Resources"]
    return found


def properties_by_type(templates: Iterable[str]) -> dict[str, set[str]]:
    """For each type of resource in the templates the names of the properties that are set, at any depth."""
    found: dict[str, set[str]] = {}
    for template in templates:
        for each in resources(template).values():
            found.setdefault(each["Type"], set()).update(_names(each.get("Properties", {})))
    return found


def _names(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield name
            yield from _names(each)
    elif isinstance(value, list):
        for each in value:
            yield from _names(each)
