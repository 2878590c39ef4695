"""Where Lambda sends what failed: an SQS queue or an SNS topic, and the document that it sends."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.local.cloudformation.intrinsics import TemplateError, reject_unknown
from infra.local.cloudformation.resources import Stack

Send = Callable[[dict[str, Any]], None]


def failure_destination(stack: Stack, config: dict[str, Any] | None) -> Send | None:
    """Return what sends to the OnFailure of a DestinationConfig; None when there is none."""
    config = config or {}
    reject_unknown("destinations", config, {"OnFailure"})
    target = config.get("OnFailure", {}).get("Destination")
    if target is None:
        return None
    resource = stack.by_arn(target)
    if resource.type == "AWS::SQS::Queue":
        sqs = stack.client("sqs")
        return lambda document: sqs.send_message(QueueUrl=resource.ref, MessageBody=json.dumps(document))
    if resource.type == "AWS::SNS::Topic":
        sns = stack.client("sns")
        return lambda document: sns.publish(TopicArn=resource.ref, Message=json.dumps(document))
    raise TemplateError(f"destination {resource.logical_id}: only queues and topics are supported")


def timestamp(at: datetime) -> str:
    """Format an instant as in the invocation records: milliseconds and Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
