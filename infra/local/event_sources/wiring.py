"""Connects the created resources as the template says: which event reaches which function, and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.local.aws.destinations import failure_destination
from infra.local.aws.queues import moto_queue
from infra.local.aws.tables import Tables
from infra.local.cloudformation.intrinsics import TemplateError, reject_unknown
from infra.local.cloudformation.resources import Resource, Stack
from infra.local.event_sources.gateway import Gateway
from infra.local.event_sources.lambda_runtime import Function, Invocation
from infra.local.event_sources.pump import Pipe
from infra.local.event_sources.queue_source import QueueSource
from infra.local.event_sources.schedule_source import AsyncInvocations, Schedule
from infra.local.event_sources.stream_source import StreamSource

Now = Callable[[], datetime]


@dataclass(frozen=True)
class Wiring:
    functions: dict[str, Function]
    """By logical id."""
    gateway: Gateway | None
    pipes: list[Pipe]
    schedules: list[Schedule]
    subscribed: dict[str, Callable[[Any], None]]
    """What takes the events of each function that is subscribed to a topic, by the function's ARN."""


def wire(
    stack: Stack, tables: Tables, code_root: Path, now: Now, note: Callable[[Invocation], None]
) -> Wiring:
    """Connect everything. Raises TemplateError for a connection that the local cloud does not know."""
    functions = {
        resource.logical_id: Function(resource, code_root, stack.region, note)
        for resource in stack.of_type("AWS::Lambda::Function")
    }

    names = {function.name: function for function in functions.values()}

    def function_by_arn(arn: str) -> Function:
        found = stack.by_arn(arn)
        if found.type == "AWS::Lambda::Alias":
            return names[found.properties["FunctionName"]]
        return functions[found.logical_id]

    apis = stack.of_type("AWS::ApiGatewayV2::Api")
    if len(apis) > 1:
        raise TemplateError("more than one HTTP API is not supported")
    invocations = _invocations(stack, functions, now)
    subscribed: dict[str, Callable[[Any], None]] = {
        subscription.properties["Endpoint"]: invocations[_subscriber(stack, subscription)].accept
        for subscription in stack.of_type("AWS::SNS::Subscription")
        if subscription.properties["Protocol"] == "lambda"
    }
    sources = [
        _source(stack, mapping, functions, tables, now)
        for mapping in stack.of_type("AWS::Lambda::EventSourceMapping")
        if mapping.properties.get("Enabled", True)
    ]
    return Wiring(
        functions=functions,
        gateway=Gateway(apis[0], function_by_arn, stack.region, now) if apis else None,
        pipes=[*sources, *invocations.values()],
        schedules=_schedules(stack, invocations, now()),
        subscribed=subscribed,
    )


def _schedules(stack: Stack, invocations: Mapping[str, AsyncInvocations], start: datetime) -> list[Schedule]:
    schedules = []
    for resource in stack.of_type("AWS::Scheduler::Schedule"):
        target = stack.by_arn(resource.properties["Target"]["Arn"])
        if target.logical_id not in invocations:
            raise TemplateError(f"{resource.logical_id}: only functions can be scheduled")
        schedules.append(Schedule(resource, invocations[target.logical_id], start, stack.region))
    return schedules


def _invocations(stack: Stack, functions: Mapping[str, Function], now: Now) -> dict[str, AsyncInvocations]:
    configs = {
        stack.by_arn(config.properties["FunctionName"]).logical_id: config.properties
        for config in stack.of_type("AWS::Lambda::EventInvokeConfig")
    }
    return {
        name: AsyncInvocations(stack, function, configs.get(name, {}), now)
        for name, function in functions.items()
    }


def _subscriber(stack: Stack, subscription: Resource) -> str:
    reject_unknown(
        subscription.logical_id,
        subscription.properties,
        {"Endpoint", "Protocol", "Region", "RedrivePolicy", "TopicArn"},
    )
    return stack.by_arn(subscription.properties["Endpoint"]).logical_id


def _source(
    stack: Stack, mapping: Resource, functions: Mapping[str, Function], tables: Tables, now: Now
) -> Pipe:
    properties = mapping.properties
    function = functions[stack.by_arn(properties["FunctionName"]).logical_id]
    source = stack.by_arn(properties["EventSourceArn"])
    if source.type == "AWS::DynamoDB::Table":
        stream = properties["EventSourceArn"]
        on_failure = failure_destination(stack, properties.get("DestinationConfig"))
        return StreamSource(mapping, function, lambda: tables.stream_records(stream), on_failure, now)
    if source.type == "AWS::SQS::Queue":
        queue = moto_queue(source, stack.region)
        return QueueSource(mapping, source, function, stack.client("sqs"), queue, stack.region)
    raise TemplateError(f"{mapping.logical_id}: events of a {source.type} are not supported")
