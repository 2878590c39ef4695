"""Reads a queue straight from moto, without receiving its messages."""

from typing import Any

from moto.sqs.models import sqs_backends

from infra.local.cloudformation.resources import Resource
from infra.local.cloudformation.stack_scope import ACCOUNT


def moto_queue(queue: Resource, region: str) -> Any:
    """Return moto's own object for a queue of the stack."""
    return sqs_backends[ACCOUNT][region].queues[queue.attributes["QueueName"]]


def messages_of(queue: Any) -> list[dict[str, Any]]:
    """List what a queue of moto holds, hidden messages too: id, body, attributes, receive_count, visible."""
    return [
        {
            "id": message.id,
            "body": message.body,
            "attributes": {
                name: value.get("StringValue") for name, value in message.message_attributes.items()
            },
            "receive_count": message.approximate_receive_count,
            "visible": message.visible and not message.delayed,
        }
        for message in queue._messages
    ]
