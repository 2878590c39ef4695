"""The table's stream to a function: what an event source mapping for DynamoDB does.

Sources: "Process DynamoDB records with Lambda", "Configuring partial batch response with DynamoDB and Lambda",
"Retain discarded records for a DynamoDB event source in Lambda" (Lambda Developer Guide).

Retries follow each other at once, where Lambda would wait longer and longer: a test need not move the clock to see
a poisonous record reach its destination, and what only time would heal is found here, not hidden. moto's stream
has one shard, so records of all partitions come in one order.
"""

import base64
import json
import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.aws.destinations import Send, timestamp
from infra.local.cloudformation.intrinsics import TemplateError, reject_unknown
from infra.local.cloudformation.resources import Resource
from infra.local.event_sources.event_pattern import filter_for, names_in
from infra.local.event_sources.lambda_runtime import Function, FunctionError

_KNOWN = {
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "EventSourceArn",
    "FilterCriteria",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "StartingPosition",
    "Tags",
}

Record = dict[str, Any]
logger = logging.getLogger(__name__)


class StreamSource:
    """`records()` gives moto's live list of the shard's records; `now` the product's clock."""

    def __init__(
        self,
        mapping: Resource,
        function: Function,
        records: Callable[[], list[Any]],
        on_failure: Send | None,
        now: Callable[[], datetime],
    ) -> None:
        properties = mapping.properties
        reject_unknown(mapping.logical_id, properties, _KNOWN)
        if int(properties.get("MaximumRetryAttempts", -1)) < 0:
            raise TemplateError(
                f"{mapping.logical_id}: without MaximumRetryAttempts one bad record blocks the shard for a day"
            )
        self._function = function
        self._records = records
        self._on_failure = on_failure
        self._now = now
        self._stream_arn = properties["EventSourceArn"]
        self._passes_filter = filter_for(properties.get("FilterCriteria"))
        self._looked_at = names_in(properties.get("FilterCriteria"))
        self._batch_size = int(properties.get("BatchSize", 100))
        self._retries = int(properties["MaximumRetryAttempts"])
        self._maximum_age = float(properties.get("MaximumRecordAgeInSeconds", -1))
        self._bisect = bool(properties.get("BisectBatchOnFunctionError", False))
        self._reports = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
        self._position = len(records()) if properties["StartingPosition"] == "LATEST" else 0

    def poll(self) -> bool:
        """Hands the next batch to the function, to its end; says whether there was one."""
        batch = self._next_batch()
        # What is still to be tried, the next one last, each with the failures of its first record so far.
        waiting = [(batch, 0)] if batch else []
        while waiting:
            records, failures = waiting.pop()
            records = self._young_enough(records, failures)
            if not records:
                continue
            failed_at, error = self._invoke(records)
            if failed_at is None:
                continue
            if failed_at > 0:
                records, failures = records[failed_at:], 0
            elif self._bisect and len(records) > 1:
                # Also when a report names the first record: Lambda documents the split "at the returned sequence
                # number" for partial success only, and this is none. A split does not count as a retry.
                middle = len(records) // 2
                waiting += [(records[middle:], 0), (records[:middle], failures)]
                continue
            failures += 1
            if failures > self._retries:
                self._give_up(records, "RetryAttemptsExhausted", failures, error)
            else:
                waiting.append((records, failures))
        return bool(batch)

    def next_change(self) -> None:
        """Only a write brings something."""

    def _next_batch(self) -> list[Record]:
        batch: list[Record] = []
        live = self._records()
        while self._position < len(live) and len(batch) < self._batch_size:
            record = live[self._position].record
            self._position += 1
            arn = {"eventSourceARN": self._stream_arn}
            if self._passes_filter(_as_delivered(_with_attributes(record, self._looked_at)) | arn):
                batch.append(_as_delivered(record) | arn)
        return batch

    def _invoke(self, records: list[Record]) -> tuple[int | None, bool]:
        """Index of the first record that is not done (None: all are), and whether the function raised."""
        try:
            answer = self._function.invoke({"Records": records})
        except FunctionError:
            return 0, True
        return (self._first_failure(records, answer) if self._reports else None), False

    def _first_failure(self, records: list[Record], answer: Any) -> int | None:
        if not answer or (isinstance(answer, dict) and not answer.get("batchItemFailures")):
            return None
        order = {record["dynamodb"]["SequenceNumber"]: index for index, record in enumerate(records)}
        try:
            return min(order[failure["itemIdentifier"]] for failure in answer["batchItemFailures"])
        except (KeyError, TypeError):
            logger.warning("%s: not a batch response: %s", self._function.logical_id, answer)
            return 0

    def _young_enough(self, records: list[Record], failures: int) -> list[Record]:
        if self._maximum_age < 0:
            return records
        oldest = self._now() - timedelta(seconds=self._maximum_age)
        expired = [record for record in records if _created(record) < oldest]
        if expired:
            self._give_up(expired, "RecordAgeExceeded", failures, error=False)
        return [record for record in records if _created(record) >= oldest]

    def _give_up(self, records: list[Record], condition: str, invocations: int, error: bool) -> None:
        logger.warning("%s gives up %s record(s): %s", self._function.logical_id, len(records), condition)
        if self._on_failure is None:
            return
        first, last = records[0], records[-1]
        response = {"statusCode": 200, "executedVersion": "$LATEST"}
        self._on_failure(
            {
                "requestContext": {
                    "requestId": first["eventID"],
                    "functionArn": self._function.arn,
                    "condition": condition,
                    "approximateInvokeCount": invocations,
                },
                "responseContext": {**response, "functionError": "Unhandled"} if error else response,
                "version": "1.0",
                "timestamp": timestamp(self._now()),
                "DDBStreamBatchInfo": {
                    "shardId": "shardId-00000001541626099285-f35f62ef",
                    "startSequenceNumber": first["dynamodb"]["SequenceNumber"],
                    "endSequenceNumber": last["dynamodb"]["SequenceNumber"],
                    "approximateArrivalOfFirstRecord": timestamp(_created(first)),
                    "approximateArrivalOfLastRecord": timestamp(_created(last)),
                    "batchSize": len(records),
                    "streamArn": self._stream_arn,
                },
            }
        )


def _with_attributes(record: Record, names: Collection[str]) -> Record:
    """Leave of the images only these attributes: most records are for nobody, and to make JSON of them takes long."""
    images = {
        image: {name: value for name, value in record["dynamodb"][image].items() if name in names}
        for image in ("NewImage", "OldImage")
        if image in record["dynamodb"]
    }
    return {**record, "dynamodb": {**record["dynamodb"], **images}}


def _as_delivered(record: Record) -> Record:
    """The record as JSON: times in seconds, binary values in base64, and how long the JSON of the change is."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.replace(tzinfo=UTC).timestamp()
        return base64.b64encode(value).decode()

    change = json.dumps(record["dynamodb"], default=plain)
    return {**record, "dynamodb": {**json.loads(change), "SizeBytes": len(change)}}


def _created(record: Record) -> datetime:
    return datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)
