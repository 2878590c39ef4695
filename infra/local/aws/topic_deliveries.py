"""How a topic hands a message to a subscription: what cannot be delivered goes to the subscription's dead letters.

AWS: SNS accepts a message whatever becomes of its deliveries, and moves what it cannot deliver to the dead-letter queue
of the subscription ("Amazon SNS dead-letter queues", Developer Guide). In moto the failure of one subscriber fails the
publisher's call.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.aws.calls import running_function
from infra.local.aws.faults import Call, Faults, When

logger = logging.getLogger(__name__)


class TopicDeliveries:
    """`subscribed`: what takes the events of a function that is subscribed to a topic, by the function's ARN."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self.subscribed: Mapping[str, Callable[[Any], None]] = {}

    def deliver(
        self, moto: Callable[..., None], subscription: Any, message: str, *args: Any, **rest: Any
    ) -> None:
        """Stands in for `Subscription.publish`; faults put into `sns Deliver` strike here."""
        fault = self._faults.meet(Call("sns", "Deliver", running_function.get()))
        if fault is None or fault.when is When.AFTER:
            try:
                # A hand-over whose answer got lost is made again: SNS delivers at least once.
                for _ in range(1 if fault is None else 2):
                    if subscription.protocol == "lambda":
                        self.subscribed[subscription.endpoint](notification(subscription, message, *args))
                    else:
                        moto(subscription, message, *args, **rest)
                return
            except Exception:
                logger.warning("topic %s could not deliver", subscription.topic.name, exc_info=True)
        dead_letters = _dead_letter_queue(subscription)
        if dead_letters is None:
            logger.error("topic %s lost a message: no dead-letter queue", subscription.topic.name)
            return
        endpoint, subscription.endpoint = subscription.endpoint, dead_letters
        try:
            moto(subscription, message, *args, **rest)
        finally:
            subscription.endpoint = endpoint


def notification(subscription: Any, message: str, message_id: str, *_: Any) -> dict[str, Any]:
    """What SNS hands to a function ("Using Lambda with Amazon SNS", Lambda Developer Guide), as far as it has a meaning
    here; moto would look for the function among its own."""
    arn = subscription.topic.arn
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription.arn,
                "Sns": {
                    "Type": "Notification",
                    "MessageId": message_id,
                    "TopicArn": arn,
                    "Message": message,
                    "MessageAttributes": {},
                },
            }
        ]
    }


def _dead_letter_queue(subscription: Any) -> str | None:
    policy = subscription.attributes.get("RedrivePolicy")
    return json.loads(policy)["deadLetterTargetArn"] if policy else None
