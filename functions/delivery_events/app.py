"""Record what SES and SNS report of messages that they had accepted: bounced, refused, or unwanted."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from delivery_events import reports
from delivery_events.recording import NotKnownYet, ReportRecorder
from lazo import clock
from lazo.runtime import logs, metrics, settings
from lazo.runtime.error_logging import error_fields
from lazo.table.dynamodb.table import Table
from lazo.workflows.events import Topic


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    recording: ReportRecorder
    logger: Logger


@cache
def wire() -> Deps:
    """Return what the handler works with, made once for each copy of the function."""
    logger = logs.logger()
    recording = ReportRecorder(
        table=Table(settings.client("dynamodb"), settings.required("TABLE_NAME")),
        topic=Topic(settings.client("sns"), settings.required("TOPIC_ARN")),
        clock=clock.now,
        logger=logger,
        count_failed_message=metrics.failed_message_counter(
            settings.required("POWERTOOLS_METRICS_NAMESPACE"), "delivery_events"
        ),
    )
    return Deps(recording, logger)


def handle(event: dict[str, Any], deps: Deps) -> None:
    """Record each report of the event.

    Raises what fails: the event then comes again, and the reports recorded before stand.
    """
    try:
        for report in reports.read_reports(event):
            deps.recording.record(report)
    except NotKnownYet:
        # Expected now and then, so it is no error to log.
        raise
    except Exception as error:
        deps.logger.error("report not recorded", extra=error_fields(error))
        raise


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Handle an event of the topic of SES, or of the log group of SNS."""
    handle(event, wire())
