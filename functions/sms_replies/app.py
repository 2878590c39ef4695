"""Act on the SMS sent to the installation's numbers, which AWS End User Messaging publishes to a topic."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from lazo import clock
from lazo.auth import keyring
from lazo.channels.sms_sns import SmsChannel
from lazo.messaging import two_way_sms
from lazo.runtime import logs, metrics, settings
from lazo.runtime.error_logging import error_fields, invalid_numbers_logger, stale_key_logger
from lazo.table.dynamodb.table import Table
from lazo.workflows.case_commit import CaseCommitter
from lazo.workflows.events import Topic
from sms_replies.answering import SmsAnswerer
from sms_replies.replies import Inbound, SmsReplyHandler

_LONGEST_ID = 200


class NotUnderstood(ValueError):
    """The message of the topic is no SMS."""


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    replies: SmsReplyHandler
    logger: Logger


@cache
def wire() -> Deps:
    """Return what the handler works with, made once for each copy of the function."""
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    logger, namespace = logs.logger(), settings.required("POWERTOOLS_METRICS_NAMESPACE")
    secrets, failed = settings.client("secretsmanager"), stale_key_logger(logger)
    links_ring, customers_ring = (
        keyring.keyring_from_secret(secrets, settings.required(name), clock.now, failed)
        for name in ("LINK_KEY_SECRET", "CUSTOMER_KEY_SECRET")
    )

    topic = Topic(settings.client("sns"), settings.required("TOPIC_ARN"))
    sms = SmsChannel(
        settings.client("sns", settings.WITHOUT_RETRIES),
        settings.optional("SMS_SENDER_ID"),
        two_way_sms.read_two_way_numbers(
            settings.optional("TWO_WAY_NUMBERS"), invalid_numbers_logger(logger)
        ),
    )
    replies = SmsReplyHandler(
        table=table,
        ring=links_ring,
        customers_ring=customers_ring,
        answering=SmsAnswerer(table, sms, clock.now, logger),
        base_url=settings.required("BASE_URL"),
        clock=clock.now,
        logger=logger,
        committer=CaseCommitter(table, topic, logger, metrics.stage_time_recorder(namespace)),
    )
    return Deps(replies, logger)


def handle(event: dict[str, Any], deps: Deps) -> None:
    """Act on each SMS of the event. Raises what fails: the event then comes again, and what was done stands."""
    for record in event["Records"]:
        try:
            deps.replies.handle(_parse_inbound(record["Sns"]["Message"]))
        except Exception as error:
            deps.logger.error(
                "SMS not taken in", extra={"sns_id": record["Sns"]["MessageId"], **error_fields(error)}
            )
            raise


def _parse_inbound(message: str) -> Inbound:
    """Return the SMS in a message of the topic; raises NotUnderstood when there is none.

    See "Example of a two-way SMS message payload" in the End User Messaging User Guide.
    """
    try:
        payload = json.loads(message)
        values = [payload[name] for name in ("inboundMessageId", "originationNumber", "messageBody")]
    except (ValueError, TypeError, KeyError):
        raise NotUnderstood from None
    if not all(isinstance(each, str) for each in values) or not 0 < len(values[0]) <= _LONGEST_ID:
        raise NotUnderstood
    return Inbound(*values)


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Handle an event of the topic of inbound SMS."""
    handle(event, wire())
