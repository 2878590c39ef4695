"""SMS that people send to the installation's numbers, as AWS End User Messaging publishes them to a topic."""

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
    """What came over the topic is no SMS."""


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    replies: SmsReplyHandler
    logger: Logger


@cache
def wire() -> Deps:
    """Settings and clients, made once for each copy of the function."""
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
    """Take in each SMS of the event. What fails is raised: the event then comes again, and what was done stands."""
    for record in event["Records"]:
        try:
            deps.replies.handle(_inbound(record["Sns"]["Message"]))
        except Exception as error:
            deps.logger.error(
                "SMS not taken in", extra={"sns_id": record["Sns"]["MessageId"], **error_fields(error)}
            )
            raise


def _inbound(message: str) -> Inbound:
    """The SMS in a message of the topic ("Example of a two-way SMS message payload", End User Messaging User Guide)."""
    try:
        told = json.loads(message)
        given = [told[name] for name in ("inboundMessageId", "originationNumber", "messageBody")]
    except (ValueError, TypeError, KeyError):
        raise NotUnderstood from None
    if not all(isinstance(each, str) for each in given) or not 0 < len(given[0]) <= _LONGEST_ID:
        raise NotUnderstood
    return Inbound(*given)


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Entry point for the subscription to the topic of SMS that come in."""
    handle(event, wire())
