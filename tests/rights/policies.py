"""The policies of infra/deploy-role.yaml, action by action, with the account's values filled in."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.cloudformation.intrinsics import Resolver
from infra.local.cloudformation.template_yaml import read_yaml
from tests.rights.aws_permissions import ROOT

TEMPLATE = "infra/deploy-role.yaml"
PARTS = {
    "Deployer": ("Deployer",),
    "Builder": ("BuildCode", "BuildStores", "BuildWatch"),
    "EdgeRights": ("EdgeRights",),
    "AnalyticsRights": ("AnalyticsRights",),
    "KeyRights": ("KeyRights",),
}
"""The roles, and the resources that hold their policies; those that stand alone are attached by hand."""
ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
VALUES = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "lazo-deploy",
    "Repository": "aurora/lazo",
    "Environment": "prod",
    "StackName": "lazo-prod",
    "OidcProviderArn": "",
    "KmsKeyArn": KEY,
}
_ARNS = {"AWS::S3::Bucket": "arn:aws:s3:::{}", "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}"}


@dataclass(frozen=True)
class Grant:
    """One action of one statement, the resources that it allows it on, and under which conditions."""

    role: str
    statement: str
    action: str
    resources: tuple[str, ...]
    conditions: Mapping[str, Any] = field(hash=False)


@functools.cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = read_yaml((ROOT / TEMPLATE).read_text(encoding="utf-8"))
    return document


def documents(role: str, values: Mapping[str, str] = VALUES) -> list[dict[str, Any]]:
    """The policy documents of a role, with the values of parameters and of the account filled in."""
    template = _document()

    def reference(name: str) -> str:
        return values.get(name, name.lower())

    def attribute(name: str, path: str) -> str:
        assert path == "Arn"
        return _ARNS[template["Resources"][name]["Type"]].format(name.lower())

    resolver = Resolver(reference, attribute, template["Conditions"])
    found = []
    for part in PARTS[role]:
        properties = template["Resources"][part]["Properties"]
        found += [
            resolver.resolve(each)["PolicyDocument"] for each in properties.get("Policies", [properties])
        ]
    return found


def grants(role: str) -> Iterator[Grant]:
    for document in documents(role):
        for statement in document["Statement"]:
            assert statement["Effect"] == "Allow"
            for action in as_list(statement["Action"]):
                resources = tuple(as_list(statement["Resource"]))
                sid = statement.get("Sid", "")
                yield Grant(role, sid, action, resources, statement.get("Condition", {}))


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def takes(form: str, resource: str) -> bool:
    """Whether an ARN of a policy, with `*` in it, can have the form (`arn:${Partition}:s3:::${BucketName}`)."""
    if resource == "*":
        return True
    forms, given = form.split(":", 5), resource.split(":", 5)
    same_fields = all(("${" in a and b != "") or a == b for a, b in zip(forms[:5], given[:5], strict=True))
    fixed, beginning = forms[5].partition("${")[0], given[5].partition("*")[0]
    return same_fields and (beginning.startswith(fixed) or fixed.startswith(beginning))


def parameter(name: str) -> dict[str, Any]:
    """The declaration of a parameter of the template."""
    found: dict[str, Any] = _document()["Parameters"][name]
    return found
