"""What an alarm looks at, beside what AWS measures by itself; written as EMF (Powertools).

infra/observability.yaml names these metrics and their dimensions.
"""

from collections.abc import Callable

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit


def failed_message_counter(namespace: str, service: str) -> Callable[[str], None]:
    """What counts one message that will never arrive, by its channel."""

    def count(channel: str) -> None:
        with single_metric(
            name="MessagesFailed", unit=MetricUnit.Count, value=1, namespace=namespace
        ) as metric:
            metric.add_dimension("channel", channel)
            metric.add_dimension("service", service)

    return count


def alert_time_recorder(namespace: str, service: str) -> Callable[[str, str, float, float], None]:
    """What measures a first alert that was sent: priority, channel, seconds since the customer answered, and seconds
    since it might have been sent, which is later for what waits for the shop to open."""

    def note(priority: str, channel: str, waited: float, delayed: float) -> None:
        with single_metric(
            name="AnswerToAlert", unit=MetricUnit.Seconds, value=waited, namespace=namespace
        ) as metric:
            metric.add_dimension("channel", channel)
            metric.add_dimension("priority", priority)
        with single_metric(
            name="AlertDelay", unit=MetricUnit.Seconds, value=delayed, namespace=namespace
        ) as metric:
            metric.add_dimension("service", service)

    return note


def stage_time_recorder(namespace: str) -> Callable[[str, str, float], None]:
    """What measures how long a stage took: stage, priority, seconds since the customer answered."""

    def note(stage: str, priority: str, seconds: float) -> None:
        with single_metric(
            name="AnswerToStage", unit=MetricUnit.Seconds, value=seconds, namespace=namespace
        ) as metric:
            metric.add_dimension("stage", stage)
            metric.add_dimension("priority", priority)

    return note
