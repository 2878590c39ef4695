"""Turn the events of the queue into SMS and e-mails."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from lazo import clock
from lazo.channels.email_ses import EmailChannel
from lazo.channels.sms_gate import SmsGate
from lazo.channels.sms_sns import SmsChannel
from lazo.runtime import logs, metrics, settings
from lazo.runtime.error_logging import error_fields
from lazo.runtime.keyrings import keyring
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import acknowledgements, customer_messages, deliveries, staff_mails
from lazo.table.stores import StoreCache
from lazo.workflows.contacts import FollowUpLinks
from lazo.workflows.events import Event, Topic, read_event
from notify.acknowledgements import Acknowledgements
from notify.address_links import AddressLinks
from notify.alerts import AlertSender
from notify.bundles import BundleSender
from notify.customer_channel import CustomerChannel
from notify.customer_messages import CustomerMessages
from notify.send_steps import SendSteps
from notify.sign_in import SignIn

if TYPE_CHECKING:
    from notify.staff_mails import StaffMails


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with; `staff_mails` is made when it is first needed."""

    alerts: AlertSender
    bundles: BundleSender
    sign_in: SignIn
    customer_messages: CustomerMessages
    address_links: AddressLinks
    acknowledgements: Acknowledgements
    staff_mails: "Callable[[], StaffMails]"
    logger: Logger


@cache
def wire() -> Deps:
    """Return what the handler works with, made once for each copy of the function."""
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    logger, base_url = logs.logger(), settings.required("BASE_URL")
    stores, namespace = StoreCache(table, logger), settings.required("POWERTOOLS_METRICS_NAMESPACE")
    sms = SmsChannel.from_environment(logger, SmsGate(table, clock.now))
    ring = keyring("LINK_KEY_SECRET", logger)
    email = EmailChannel(
        settings.client("sesv2", settings.WITHOUT_RETRIES),
        settings.required("SENDER_EMAIL"),
        settings.optional("SES_CONFIGURATION_SET"),
    )
    links = FollowUpLinks(table, ring, base_url)
    count_failed_message = metrics.failed_message_counter(namespace, "notify")
    shared = (table, clock.now, logger, count_failed_message)
    alerts = AlertSender(
        table=table,
        topic=Topic(settings.client("sns"), settings.required("TOPIC_ARN")),
        stores=stores,
        links=links,
        sms=sms,
        email=email,
        clock=clock.now,
        logger=logger,
        record_alert_time=metrics.alert_time_recorder(namespace, "notify"),
        steps=SendSteps(*shared, deliveries.CLAIMS, "delivery not worked off", "message not sent"),
    )
    sign_in = SignIn(table, ring, sms, email, base_url, clock.now, logger)
    for_customers = (table, stores, ring, CustomerChannel(sms, email), base_url, clock.now)
    to_customers = CustomerMessages(
        *for_customers,
        SendSteps(
            *shared,
            customer_messages.CLAIMS,
            "message to customer not worked off",
            "message to customer not sent",
        ),
    )
    told = Acknowledgements(
        *for_customers,
        SendSteps(
            *shared, acknowledgements.CLAIMS, "acknowledgement not worked off", "acknowledgement not sent"
        ),
    )
    address_links = AddressLinks(*for_customers, logger)
    steps = SendSteps(
        *shared, staff_mails.MAIL_CLAIMS, "e-mail to staff not worked off", "e-mail to staff not sent"
    )

    @cache
    def to_staff() -> "StaffMails":
        from notify.staff_mails import StaffMails  # a tenth of all imports, for which no alert has to wait

        return StaffMails(table, stores, ring, email, base_url, clock.now, steps)

    return Deps(
        alerts,
        BundleSender(alerts),
        sign_in,
        to_customers,
        address_links,
        told,
        to_staff,
        logger,
    )


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """Send what each event of the batch asks for; those that fail are returned and come again."""
    failed = []
    for record in event["Records"]:
        try:
            _send(read_event(record["body"]), deps)
        except Exception as error:
            deps.logger.error("event not worked off", message_id=record["messageId"], **error_fields(error))
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _send(event: Event, deps: Deps) -> None:
    match event.type:
        case "digest.due":
            deps.bundles.send_due(event)
        case "sign_in.requested":
            deps.sign_in.send(event)
        case "address_link.requested":
            deps.address_links.send(event)
        case "acknowledgement.due":
            deps.acknowledgements.send(event)
        case "staff_mail.due":
            deps.staff_mails().send(event)
        case "message.owed":
            deps.customer_messages.send_due(event)
        case _:
            deps.alerts.send_due(event)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a batch of the queue."""
    return handle(event, wire())
