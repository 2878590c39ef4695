"""Act on the SMS sent to the installation's numbers, which AWS End User Messaging publishes to a topic."""

import json
from functools import cache
from typing import Any

from lazo import clock
from lazo.channels.sms_gate import SmsGate
from lazo.channels.sms_sns import SmsChannel
from lazo.runtime import logs, metrics, settings
from lazo.runtime.error_logging import error_fields
from lazo.runtime.keyrings import keyring
from lazo.table.dynamodb.table import Table
from lazo.workflows.case_commit import CaseCommitter
from lazo.workflows.contacts import FollowUpLinks
from lazo.workflows.events import Topic
from sms_replies.answering import SmsAnswerer
from sms_replies.replies import Inbound, SmsReplyHandler

_LONGEST_ID = 200


class NotUnderstood(ValueError):
    """The message of the topic is no SMS."""


@cache
def wire() -> SmsReplyHandler:
    """Return what the handler works with, made once for each copy of the function."""
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    topic, logger = Topic(settings.client("sns"), settings.required("TOPIC_ARN")), logs.logger()
    sms = SmsChannel.from_environment(logger, SmsGate(table, clock.now))
    namespace = settings.required("POWERTOOLS_METRICS_NAMESPACE")
    return SmsReplyHandler(
        table=table,
        links=FollowUpLinks(table, keyring("LINK_KEY_SECRET", logger), settings.required("BASE_URL")),
        customers_ring=keyring("CUSTOMER_KEY_SECRET", logger),
        answering=SmsAnswerer(table, sms, clock.now, logger),
        clock=clock.now,
        logger=logger,
        committer=CaseCommitter(table, topic, logger, metrics.stage_time_recorder(namespace)),
        topic=topic,
    )


def handle(event: dict[str, Any], replies: SmsReplyHandler) -> None:
    """Act on each SMS of the event. Raises what fails: the event then comes again, and what was done stands."""
    for record in event["Records"]:
        try:
            replies.handle(_parse_inbound(record["Sns"]["Message"]))
        except Exception as error:
            sns_id = record["Sns"]["MessageId"]
            replies.logger.error("SMS not taken in", sns_id=sns_id, **error_fields(error))
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
