"""Events from the queue, turned into SMS and e-mails."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from pydantic import TypeAdapter

from lazo import clock
from lazo.auth import keyring
from lazo.channels.email_ses import EmailChannel
from lazo.channels.sms_sns import SmsChannel
from lazo.messaging import two_way_sms
from lazo.runtime import logs, metrics, settings
from lazo.runtime.error_logging import facts, key_not_read, numbers_not_read
from lazo.table.dynamodb.table import Table
from lazo.table.stores import KnownStores
from lazo.workflows.events import Event, Topic
from notify.alerts import Dispatch
from notify.customer_channel import CustomerChannel
from notify.customer_messages import CustomerMessages
from notify.sign_in import SignIn

_EVENT = TypeAdapter(Event)


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    dispatch: Dispatch
    sign_in: SignIn
    to_customers: CustomerMessages
    logger: Logger


@cache
def wire() -> Deps:
    """Settings and clients, made once for each copy of the function."""
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    logger, namespace = logs.logger(), settings.required("POWERTOOLS_METRICS_NAMESPACE")
    failed = metrics.message_failed(namespace, "notify")
    dispatch = Dispatch(
        table=table,
        topic=Topic(settings.client("sns"), settings.required("TOPIC_ARN")),
        stores=KnownStores(table, logger),
        ring=keyring.from_secret(
            settings.client("secretsmanager"),
            settings.required("LINK_KEY_SECRET"),
            clock.now,
            key_not_read(logger),
        ),
        sms=SmsChannel(
            settings.client("sns", settings.ONCE),
            settings.optional("SMS_SENDER_ID"),
            two_way_sms.usable(settings.optional("TWO_WAY_NUMBERS"), numbers_not_read(logger)),
        ),
        email=EmailChannel(
            settings.client("sesv2", settings.ONCE),
            settings.required("SENDER_EMAIL"),
            settings.optional("SES_CONFIGURATION_SET"),
        ),
        base_url=settings.required("BASE_URL"),
        clock=clock.now,
        logger=logger,
        alerted=metrics.alert_sent(namespace, "notify"),
        failed=failed,
    )
    sign_in = SignIn(
        dispatch.table, dispatch.ring, dispatch.sms, dispatch.email, dispatch.base_url, clock.now, logger
    )
    to_customers = CustomerMessages(
        table,
        dispatch.stores,
        dispatch.ring,
        CustomerChannel(dispatch.sms, dispatch.email),
        dispatch.base_url,
        clock.now,
        logger,
        failed,
    )
    return Deps(dispatch, sign_in, to_customers, logger)


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """Work off each message of the batch; those that fail are returned and come again."""
    failed = []
    for record in event["Records"]:
        try:
            told = _EVENT.validate_json(record["body"])
            if told.type == "digest.due":
                deps.dispatch.send_digest(told)
            elif told.type == "sign_in.requested":
                deps.sign_in.send(told)
            elif told.type == "message.owed":
                deps.to_customers.work_off(told)
            else:
                deps.dispatch.work_off(told)
        except Exception as error:
            deps.logger.error(
                "event not worked off", extra={"message_id": record["messageId"], **facts(error)}
            )
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Entry point for the event source mapping of the queue."""
    return handle(event, wire())
