"""Reads template.yaml as the cloud would: SAM's own translator, then parameters and their rules.

`python -m infra.local.cloudformation.template` prints the translated template as JSON, for cfn-lint.
"""

import functools
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from samtranslator.metrics.method_decorator import MetricsMethodWrapperSingleton
from samtranslator.translator.transform import transform

from infra.local.cloudformation.intrinsics import TemplateError
from infra.local.cloudformation.template_yaml import read_yaml

_SECTIONS = {
    "AWSTemplateFormatVersion",
    "Transform",
    "Description",
    "Metadata",
    "Parameters",
    "Conditions",
    "Resources",
    "Outputs",
}


@dataclass(frozen=True, eq=False)
class Template:
    """A translated template: plain CloudFormation, intrinsics not yet resolved. Its readers share it: read only."""

    resources: dict[str, dict[str, Any]]
    conditions: dict[str, Any]
    outputs: dict[str, dict[str, Any]]
    parameters: dict[str, Any]
    """Value of each parameter."""
    plain: dict[int, bool] = field(default_factory=dict)
    """Which lists and objects of it are known to hold an intrinsic or none, by id."""


def load(path: Path, given: Mapping[str, str], region: str) -> Template:
    """Read a template. Raises TemplateError for a template or parameters that CloudFormation would not take, or that
    use what the local cloud does not know."""
    text = path.read_text(encoding="utf-8")
    return _read(text, tuple(sorted(_parameters(_declared(text), given).items())), region)


@functools.lru_cache(maxsize=16)
def _read(text: str, parameters: tuple[tuple[str, Any], ...], region: str) -> Template:
    translated = json.loads(_translate(text, parameters, region))
    unknown = set(translated) - _SECTIONS
    if unknown:
        raise TemplateError(f"sections not supported: {', '.join(sorted(unknown))}")
    return Template(
        resources=translated["Resources"],
        conditions=translated.get("Conditions", {}),
        outputs=translated.get("Outputs", {}),
        parameters=dict(parameters),
    )


class _NoManagedPolicies:
    """SAM asks IAM for the managed policies by name; the template uses none."""

    def load(self) -> dict[str, str]:
        return {}


class _NoTrialFeatures:
    """SAM's service tries new features on some accounts first; left without this, the translator warns of each that it
    asks for."""

    def is_enabled(self, _feature_name: str) -> bool:
        return False


@functools.lru_cache(maxsize=16)
def _declared(text: str) -> Mapping[str, Any]:
    parameters: Mapping[str, Any] = read_yaml(text).get("Parameters", {})
    return parameters


@functools.lru_cache(maxsize=16)
def _translate(text: str, parameters: tuple[tuple[str, Any], ...], region: str) -> str:
    document = read_yaml(text)
    _pretend_uploaded(document)
    before = os.environ.get("AWS_DEFAULT_REGION")
    os.environ["AWS_DEFAULT_REGION"] = region  # the translator asks boto3 for the partition of its region
    try:
        # SAM copies the API's whole document twice for each route: nine tenths of the time. Here nobody else has it.
        with mock.patch("samtranslator.open_api.open_api._deepcopy", lambda api: api):
            translated = transform(document, dict(parameters), _NoManagedPolicies(), _NoTrialFeatures())
        # To nobody. What is left unpublished is warned of when the next translation takes its place.
        MetricsMethodWrapperSingleton.get_instance().publish()
        return json.dumps(translated, indent=2)
    except Exception as error:
        raise TemplateError(f"SAM does not take the template: {error}") from error
    finally:
        if before is None:
            del os.environ["AWS_DEFAULT_REGION"]
        else:
            os.environ["AWS_DEFAULT_REGION"] = before


def _pretend_uploaded(document: dict[str, Any]) -> None:
    """`sam package` replaces each folder and each template below by where it was uploaded to, before the translator
    sees it."""
    places = [document.get("Globals", {}).get("Function", {})]
    places += [each.get("Properties", {}) for each in document.get("Resources", {}).values()]
    for place in places:
        if "CodeUri" in place:
            place["CodeUri"] = "s3://local/functions.zip"
        if "TemplateURL" in place:
            place["TemplateURL"] = "https://s3.amazonaws.com/local/below.template"


def _parameters(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    unknown = set(given) - set(declared)
    if unknown:
        raise TemplateError(f"parameters not declared: {', '.join(sorted(unknown))}")
    return {name: _parameter(name, rules, given) for name, rules in declared.items()}


def _parameter(name: str, rules: Mapping[str, Any], given: Mapping[str, str]) -> Any:
    if name not in given and "Default" not in rules:
        raise TemplateError(f"parameter {name} needs a value")
    value = given.get(name, rules.get("Default"))
    kind = rules.get("Type")
    if kind not in ("String", "Number"):
        raise TemplateError(f"parameter {name}: type {kind} is not supported")
    text = str(value)
    if kind == "Number" and not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise TemplateError(f"parameter {name}: {text!r} is not a number")
    allowed = rules.get("AllowedValues")
    if allowed and text not in map(str, allowed):
        raise TemplateError(f"parameter {name}: {text!r} is none of {allowed}")
    pattern = rules.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, text):
        raise TemplateError(f"parameter {name}: {text!r} does not fit {pattern}")
    if not int(rules.get("MinLength", 0)) <= len(text) <= int(rules.get("MaxLength", 4096)):
        raise TemplateError(f"parameter {name}: length of {text!r}")
    return text


def translated(path: Path) -> str:
    """Return the plain CloudFormation that SAM makes of a template, as JSON; parameters without a value stay open."""
    return _translate(path.read_text(encoding="utf-8"), (), "us-east-1")


def _main() -> None:
    print(translated(Path("template.yaml")))


if __name__ == "__main__":
    _main()
