"""Record what SES and SNS report of messages that they had accepted: bounced, refused, or unwanted."""

from functools import cache
from typing import Any

from delivery_events import reports
from delivery_events.recording import NotKnownYet, ReportRecorder
from lazo import clock
from lazo.runtime import logs, metrics, settings
from lazo.runtime.error_logging import error_fields
from lazo.table.dynamodb.table import Table
from lazo.workflows.events import Topic


@cache
def wire() -> ReportRecorder:
    """Return what the handler works with, made once for each copy of the function."""
    namespace = settings.required("POWERTOOLS_METRICS_NAMESPACE")
    return ReportRecorder(
        table=Table(settings.client("dynamodb"), settings.required("TABLE_NAME")),
        topic=Topic(settings.client("sns"), settings.required("TOPIC_ARN")),
        clock=clock.now,
        logger=logs.logger(),
        count_failed_message=metrics.failed_message_counter(namespace, "delivery_events"),
    )


def handle(event: dict[str, Any], recorder: ReportRecorder) -> None:
    """Record each report of the event.

    Raises what fails: the event then comes again, and the reports recorded before stand.
    """
    try:
        for report in reports.read_reports(event):
            recorder.record(report)
    except NotKnownYet:
        # Expected now and then, so it is no error to log.
        raise
    except Exception as error:
        recorder.logger.error("report not recorded", **error_fields(error))
        raise


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Handle an event of the topic of SES, or of the log group of SNS."""
    handle(event, wire())
