"""The metrics that AWS does not measure itself, written as EMF (Powertools).

infra/observability.yaml names them and their dimensions.
"""

from collections.abc import Callable

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit


def failed_message_counter(namespace: str, service: str) -> Callable[[str], None]:
    """Return a function that counts one message that will never arrive; it takes the channel."""

    def count(channel: str) -> None:
        with single_metric(
            name="MessagesFailed", unit=MetricUnit.Count, value=1, namespace=namespace
        ) as metric:
            metric.add_dimension("channel", channel)
            metric.add_dimension("service", service)

    return count


def alert_time_recorder(namespace: str, service: str) -> Callable[[str, str, float, float], None]:
    """Return a function that records when a first alert was sent. It takes priority, channel, seconds since the
    customer answered, and seconds since the alert was allowed, which is later if it waited for opening hours."""

    def record(priority: str, channel: str, waited: float, delayed: float) -> None:
        with single_metric(
            name="AnswerToAlert", unit=MetricUnit.Seconds, value=waited, namespace=namespace
        ) as metric:
            metric.add_dimension("channel", channel)
            metric.add_dimension("priority", priority)
        with single_metric(
            name="AlertDelay", unit=MetricUnit.Seconds, value=delayed, namespace=namespace
        ) as metric:
            metric.add_dimension("service", service)

    return record


def stage_time_recorder(namespace: str) -> Callable[[str, str, float], None]:
    """Return a function that records when a stage is reached. It takes stage, priority and seconds since the customer
    answered."""

    def record(stage: str, priority: str, seconds: float) -> None:
        with single_metric(
            name="AnswerToStage", unit=MetricUnit.Seconds, value=seconds, namespace=namespace
        ) as metric:
            metric.add_dimension("stage", stage)
            metric.add_dimension("priority", priority)

    return record
