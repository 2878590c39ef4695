"""The metrics that AWS does not measure itself, written as EMF (Powertools).

infra/observability.yaml names them and their dimensions.
"""

from collections.abc import Callable, Mapping

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from lazo import clock


def counter(namespace: str) -> Callable[[str, Mapping[str, str]], None]:
    """Return a function that counts one more of a metric; it takes the metric's name and dimensions."""
    return lambda name, dimensions: _record(namespace, name, 1, dimensions, MetricUnit.Count)


def failed_message_counter(namespace: str, service: str) -> Callable[[str], None]:
    """Return a function that counts one message that will never arrive; it takes the channel."""
    count = counter(namespace)
    return lambda channel: count("MessagesFailed", {"channel": channel, "service": service})


def unusual_rate_counter(namespace: str, service: str) -> Callable[[], None]:
    """Return a function that counts one answer that was marked because of the rate at which answers came."""
    count = counter(namespace)
    return lambda: count("UnusualRate", {"service": service})


def broken_rules_counter(namespace: str, service: str) -> Callable[[], None]:
    """Return a function that counts one answer that was read by rules with a mistake."""
    count = counter(namespace)
    return lambda: count("RulesBroken", {"service": service})


def alert_time_recorder(namespace: str, service: str) -> Callable[[str, str, float, float], None]:
    """Return a function that records when a first alert was sent. It takes priority, channel, seconds since the
    customer answered, and seconds since the alert was allowed, which is later if it waited for opening hours."""

    def record(priority: str, channel: str, waited: float, delayed: float) -> None:
        _record(namespace, "AnswerToAlert", waited, {"channel": channel, "priority": priority})
        _record(namespace, "AlertDelay", delayed, {"service": service})

    return record


def stage_time_recorder(namespace: str) -> Callable[[str, str, float], None]:
    """Return a function that records when a stage is reached. It takes stage, priority and seconds since the customer
    answered."""
    return lambda stage, priority, seconds: _record(
        namespace, "AnswerToStage", seconds, {"stage": stage, "priority": priority}
    )


def _record(
    namespace: str,
    name: str,
    value: float,
    dimensions: Mapping[str, str],
    unit: MetricUnit = MetricUnit.Seconds,
) -> None:
    with single_metric(name=name, unit=unit, value=value, namespace=namespace) as metric:
        for dimension, of in dimensions.items():
            metric.add_dimension(dimension, of)
        # Without level and time Lambda takes the line for INFO, and a LogLevel above would silence the alarms.
        metric.add_metadata("level", "FATAL")
        metric.add_metadata("timestamp", clock.now().isoformat(timespec="milliseconds"))
