"""What SES and SNS send of a message that they had accepted, after their own examples: "Examples of event data that
Amazon SES publishes to Amazon SNS" (SES Developer Guide); entries of DirectPublishToPhoneNumber/Failure as AWS re:Post
"How do I access Amazon SNS logs for SMS deliveries?" shows them; "Using subscription filters" (CloudWatch Logs)."""

import base64
import gzip
import json
from datetime import UTC, datetime
from typing import Any

from tests.product import Product

Report = dict[str, Any]


def mail(kind: str, message_id: str, at: datetime, **about: Any) -> Report:
    """The record of an event of SES, such as `bounce={"bounceType": "Permanent"}`."""
    return {
        "eventType": kind,
        "mail": {
            "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "source": "Aurora <lazo@example.com>",
            "sendingAccountId": "123456789012",
            "messageId": message_id,
            "destination": ["recipient@example.com"],
            "tags": {"ses:configuration-set": ["MailEventSet"]},
        },
        **about,
    }


def bounce(message_id: str, at: datetime, kind: str = "Permanent") -> Report:
    recipient = {"emailAddress": "recipient@example.com", "action": "failed", "status": "5.1.1"}
    about = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": [recipient]}
    return mail("Bounce", message_id, at, bounce=about)


def complaint(message_id: str, at: datetime) -> Report:
    about = {"complainedRecipients": [{"emailAddress": "recipient@example.com"}], "feedbackId": "0100"}
    return mail("Complaint", message_id, at, complaint=about)


def sms_log(message_id: str, at: datetime, response: str, status: str = "FAILURE") -> dict[str, Any]:
    """The event of the subscription to SNS's log group, with one entry."""
    entry = {
        "notification": {
            "messageId": message_id,
            "timestamp": at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.559"),
        },
        "delivery": {
            "mnc": 0,
            "destination": "+1XXX5550100",
            "priceInUSD": 0.00645,
            "smsType": "Transactional",
            "mcc": 0,
            "providerResponse": response,
            "dwellTimeMs": 1420,
            "dwellTimeMsUntilDeviceAck": 1692,
        },
        "status": status,
    }
    held = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "sns/us-east-1/123456789012/DirectPublishToPhoneNumber/Failure",
        "logStream": "a",
        "subscriptionFilters": ["SmsFailuresToDeliveryEvents"],
        "logEvents": [{"id": "1", "timestamp": 1440442987000, "message": json.dumps(entry)}],
    }
    data = base64.b64encode(gzip.compress(json.dumps(held).encode())).decode()
    return {"awslogs": {"data": data}}


def tell(product: Product, report: Report) -> None:
    """Publish a report of SES, and run what follows."""
    product.cloud.client("sns").publish(
        TopicArn=product.cloud.physical_id("MailEvents"), Message=json.dumps(report)
    )
    product.drain()
