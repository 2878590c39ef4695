"""A queue to a function: what an event source mapping for SQS does.

Sources: "Using Lambda with Amazon SQS", "Handling errors for an SQS event source in Lambda". A message that the
function did not work off stays hidden for the queue's visibility time-out, measured on the product's clock, and
comes again; after maxReceiveCount receives SQS (moto) moves it to the dead-letter queue.
"""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.cloudformation.intrinsics import TemplateError, reject_unknown
from infra.local.cloudformation.resources import Resource
from infra.local.event_sources.event_pattern import filter_for
from infra.local.event_sources.lambda_runtime import Function, FunctionError

_KNOWN = {
    "BatchSize",
    "Enabled",
    "EventSourceArn",
    "FilterCriteria",
    "FunctionName",
    "FunctionResponseTypes",
    "ScalingConfig",  # nothing to limit: one batch at a time
    "Tags",
}

Message = dict[str, Any]
logger = logging.getLogger(__name__)


class QueueSource:
    """`moto_queue` is moto's own object for the queue: reading it costs less than asking over and over."""

    def __init__(
        self, mapping: Resource, queue: Resource, function: Function, sqs: Any, moto_queue: Any, region: str
    ) -> None:
        properties = mapping.properties
        reject_unknown(mapping.logical_id, properties, _KNOWN)
        self._batch_size = int(properties.get("BatchSize", 10))
        if not 1 <= self._batch_size <= 10:
            raise TemplateError(f"{mapping.logical_id}: more than 10 messages a batch are not supported")
        self._reports = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
        self._passes_filter = filter_for(properties.get("FilterCriteria"))
        self._function = function
        self._url = queue.ref
        self._arn = queue.attributes["Arn"]
        self._region = region
        self._sqs = sqs
        self._moto_queue = moto_queue

    def poll(self) -> bool:
        """Hands one batch to the function; says whether something was received or moved to the dead letters."""
        if not self._moto_queue.messages:
            return False
        received = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=self._batch_size,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        records = [self._record(message) for message in received]
        wanted = [record for record in records if self._passes_filter(_with_parsed_body(record))]
        failed = self._invoke(wanted) if wanted else set()
        done = [record["receiptHandle"] for record in records if record["messageId"] not in failed]
        if done:
            entries = [{"Id": str(index), "ReceiptHandle": handle} for index, handle in enumerate(done)]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
        return True

    def next_change(self) -> datetime | None:
        """Tell when, by the product's clock, the next hidden message shows itself."""
        hidden = [
            max(message.visible_at, message.delayed_until)
            for message in self._moto_queue._messages
            if not message.visible or message.delayed
        ]
        if not hidden:
            return None
        # A message is visible after that instant, not at it.
        return datetime.fromtimestamp(min(hidden) / 1000, UTC) + timedelta(milliseconds=1)

    def _invoke(self, records: list[Message]) -> set[str]:
        """Ids of the messages that are not done."""
        everything = {record["messageId"] for record in records}
        try:
            answer = self._function.invoke({"Records": records})
        except FunctionError:
            return everything
        if not self._reports or not answer:
            return set()
        try:
            failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures") or []}
        except (AttributeError, KeyError, TypeError):
            failed = {None}
        if not failed <= everything:
            logger.warning("%s: not a batch response: %s", self._function.logical_id, answer)
            return everything
        return failed

    def _record(self, message: Message) -> Message:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {
                name: value
                for name, value in message["Attributes"].items()
                if name
                in (
                    "ApproximateReceiveCount",
                    "SentTimestamp",
                    "SenderId",
                    "ApproximateFirstReceiveTimestamp",
                )
            },
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": self._region,
        }


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    attribute = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    return attribute


def _with_parsed_body(record: Message) -> Message:
    """Filter patterns look into a body that is JSON."""
    try:
        return {**record, "body": json.loads(record["body"])}
    except ValueError:
        return record
