"""What SES and SNS say of a message after they have accepted it: that it bounced, was refused, or was unwanted."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from delivery_events import reports
from delivery_events.recording import NotKnownYet, Recording
from lazo import clock
from lazo.runtime import logs, metrics, settings
from lazo.runtime.error_logging import facts
from lazo.table.dynamodb.table import Table
from lazo.workflows.events import Topic


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    recording: Recording
    logger: Logger


@cache
def wire() -> Deps:
    """Settings and clients, made once for each copy of the function."""
    logger = logs.logger()
    recording = Recording(
        table=Table(settings.client("dynamodb"), settings.required("TABLE_NAME")),
        topic=Topic(settings.client("sns"), settings.required("TOPIC_ARN")),
        clock=clock.now,
        logger=logger,
        failed=metrics.message_failed(settings.required("POWERTOOLS_METRICS_NAMESPACE"), "delivery_events"),
    )
    return Deps(recording, logger)


def handle(event: dict[str, Any], deps: Deps) -> None:
    """Record each report of the event. What fails is raised: the event then comes again, and what was done stands."""
    try:
        for report in reports.read(event):
            deps.recording.take_in(report)
    except NotKnownYet:
        raise
    except Exception as error:
        deps.logger.error("report not recorded", extra=facts(error))
        raise


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Entry point for the subscriptions to the topic of SES and to the log group of SNS."""
    handle(event, wire())
