"""Each new answer and each event of a customer in the table's stream, understood once."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from lazo import clock
from lazo.runtime import logs, settings
from lazo.runtime.error_logging import facts
from lazo.table import answers, customers
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, from_dynamo
from lazo.table.stores import KnownStores
from lazo.workflows.classification import Intake
from lazo.workflows.events import Topic


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    intake: Intake
    logger: Logger


@cache
def wire() -> Deps:
    """Settings and clients, made once for each copy of the function."""
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    topic = Topic(settings.client("sns"), settings.required("TOPIC_ARN"))
    logger = logs.logger()
    return Deps(Intake(table, topic, KnownStores(table, logger)), logger)


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """Take in the records in order, up to the first that fails.

    That one is returned, and with it everything after it comes again: a shop's answers stay in order, and so does what
    is told of a customer.
    """
    for record in event["Records"]:
        try:
            _take_in(from_dynamo(record["dynamodb"]["NewImage"]), deps)
        except Exception as error:
            sequence = record["dynamodb"]["SequenceNumber"]
            deps.logger.error("record not taken in", extra={"sequence_number": sequence, **facts(error)})
            return {"batchItemFailures": [{"itemIdentifier": sequence}]}
    return {"batchItemFailures": []}


def _take_in(item: Item, deps: Deps) -> None:
    if not customers.is_event(Key.of(item)):
        deps.intake.take_in(answers.read(item), clock.now())
    elif deps.intake.early.take_in(customers.read_event(item), clock.now()) == "no_shop":
        deps.logger.info("event of a customer of no known shop", extra={"kind": item["kind"]})


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Entry point for the event source mapping of the table's stream."""
    return handle(event, wire())
