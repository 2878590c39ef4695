"""Classify each new answer and weigh each external event that the table's stream brings, once."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from lazo import clock
from lazo.runtime import logs, metrics, settings
from lazo.runtime.error_logging import error_fields
from lazo.table import answers, customers
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, from_dynamo
from lazo.table.stores import StoreCache
from lazo.workflows.classification import Classifier, broken_rules_reporter
from lazo.workflows.events import Topic


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    classifier: Classifier
    logger: Logger


@cache
def wire() -> Deps:
    """Return what the handler works with, made once for each copy of the function."""
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    topic = Topic(settings.client("sns"), settings.required("TOPIC_ARN"))
    logger = logs.logger()
    namespace = settings.required("POWERTOOLS_METRICS_NAMESPACE")
    classifier = Classifier(
        table,
        topic,
        StoreCache(table, logger),
        metrics.unusual_rate_counter(namespace, "classify"),
        broken_rules_reporter(logger, metrics.broken_rules_counter(namespace, "classify")),
    )
    return Deps(classifier, logger)


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """Process the records in order, up to the first that fails, and return that one.

    The stream brings it again with everything after it, so that the answers of a store and the events of a customer
    stay in order.
    """
    for record in event["Records"]:
        try:
            _process(from_dynamo(record["dynamodb"]["NewImage"]), deps)
        except Exception as error:
            sequence = record["dynamodb"]["SequenceNumber"]
            deps.logger.error("record not taken in", sequence_number=sequence, **error_fields(error))
            return {"batchItemFailures": [{"itemIdentifier": sequence}]}
    return {"batchItemFailures": []}


def _process(item: Item, deps: Deps) -> None:
    if not customers.is_event(Key.key_of(item)):
        answer = answers.answer_from_item(item)
        if not answer.provisional:  # the sweep classifies it once it is left alone
            deps.classifier.classify(answer, clock.now())
    elif deps.classifier.early.weigh_event(customers.event_from_item(item), clock.now()) == "no_store":
        deps.logger.info("event of a customer of no known store", kind=item["kind"])


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a batch of the table's stream."""
    return handle(event, wire())
