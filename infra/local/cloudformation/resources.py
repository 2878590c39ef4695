"""Creates a template's resources in moto, in the order in which they refer to each other."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from infra.local.cloudformation.intrinsics import Properties, Resolver, TemplateError, reject_unknown
from infra.local.cloudformation.resource_types import CREATORS, KNOWN
from infra.local.cloudformation.stack_scope import ACCOUNT, PARTITION, STACK_NAME, Client, StackScope
from infra.local.cloudformation.template import Template

_followed: WeakSet[Template] = WeakSet()
"""Templates that a stack was made of to its end: each property in them can be followed."""


@dataclass(frozen=True)
class Resource:
    logical_id: str
    type: str
    properties: Mapping[str, Any]
    """Resolved."""
    ref: str
    attributes: dict[str, str]
    """What Fn::GetAtt knows."""


class Stack(StackScope):
    """The created resources, by logical id. `client(service)` gives a boto3 client."""

    def __init__(self, template: Template, region: str, client: Client) -> None:
        super().__init__(region, client)
        self.resources: dict[str, Resource] = {}
        self.parameters: Mapping[str, Any] = template.parameters
        self._template = template
        self._in_work: list[str] = []
        self.resolver = Resolver(self._reference, self._attribute, template.conditions, template.plain)
        self._pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": PARTITION,
            "AWS::Region": region,
            "AWS::StackId": self.arn("cloudformation", f"stack/{STACK_NAME}/local"),
            "AWS::StackName": STACK_NAME,
            "AWS::URLSuffix": "amazonaws.com",
        }
        for logical_id in template.resources:
            if self._is_created(logical_id):
                self._resource(logical_id)
        self.outputs = {
            name: self.resolver.resolve(output["Value"])
            for name, output in template.outputs.items()
            if "Condition" not in output or self.resolver.condition(output["Condition"])
        }
        _followed.add(template)

    def forget(self) -> None:
        """Let go of all resources: they know the stack, by what resolves their properties."""
        self.resources.clear()
        vars(self).pop("_by_arn", None)

    def of_type(self, kind: str) -> list[Resource]:
        return [resource for resource in self.resources.values() if resource.type == kind]

    def by_arn(self, arn: str) -> Resource:
        """Find a resource. Raises TemplateError when none has this ARN."""
        if arn not in self._by_arn:
            raise TemplateError(f"no resource of the template has the ARN {arn}")
        return self._by_arn[arn]

    @functools.cached_property
    def _by_arn(self) -> dict[str, Resource]:
        named = [
            (name, resource)
            for resource in self.resources.values()
            for name in (resource.ref, *resource.attributes.values())
        ]
        return dict(reversed(named))

    def _is_created(self, logical_id: str) -> bool:
        condition = self._template.resources[logical_id].get("Condition")
        return condition is None or self.resolver.condition(condition)

    def _reference(self, name: str) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._template.parameters:
            return self._template.parameters[name]
        return self._resource(name).ref

    def _attribute(self, name: str, path: str) -> Any:
        attributes = self._resource(name).attributes
        if path not in attributes:
            raise TemplateError(f"attribute {name}.{path} is not known")
        return attributes[path]

    def _resource(self, logical_id: str) -> Resource:
        if logical_id in self.resources:
            return self.resources[logical_id]
        if logical_id not in self._template.resources or not self._is_created(logical_id):
            raise TemplateError(f"nothing in the template is called {logical_id}")
        if logical_id in self._in_work:
            raise TemplateError(f"circular dependency: {' -> '.join([*self._in_work, logical_id])}")
        self._in_work.append(logical_id)
        try:
            self.resources[logical_id] = self._create(logical_id, self._template.resources[logical_id])
        finally:
            self._in_work.pop()
        return self.resources[logical_id]

    def _create(self, logical_id: str, declared: Mapping[str, Any]) -> Resource:
        kind = declared["Type"]
        if kind not in CREATORS:
            raise TemplateError(f"{logical_id}: resource type {kind} is not supported by the local cloud")
        for other in _as_list(declared.get("DependsOn", [])):
            self._resource(other)
        properties = Properties(declared.get("Properties", {}), self.resolver.resolve)
        if self._template not in _followed:
            names = list(properties)  # each resolved
            reject_unknown(logical_id, names, KNOWN[kind].split() if kind in KNOWN else names)
        ref, attributes = CREATORS[kind](self, logical_id, properties)
        return Resource(logical_id, kind, properties, ref, attributes)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
