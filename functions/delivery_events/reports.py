"""Read what SES and SNS report of messages that they had accepted."""

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

COMPLAINED = "complained"

SmsCode = Literal[
    "opted_out",
    "carrier_refused",
    "unreachable",
    "invalid_number",
    "spend_limit",
    "max_price",
    "no_sender",
    "undelivered",
]

_SMS_REASONS: tuple[tuple[str, SmsCode], ...] = (
    ("opted out", "opted_out"),
    ("no quota left", "spend_limit"),
    ("exceed max price", "max_price"),
    ("invalid phone number", "invalid_number"),
    ("no origination identity", "no_sender"),
    ("blocked", "carrier_refused"),
    ("unreachable", "unreachable"),
)
"""Parts of what SNS says, and the code of each; the first that is found counts.

See "SMS delivery failure reasons" in the SNS Developer Guide. It leaves out two that SNS writes: "No quota left for
account" above the account's monthly spend limit, and "No origination identity available to send to destination number"
when it has no sender for the country, or may not use the one it was given.
"""


class NotUnderstood(ValueError):
    """The event is no report of SES or SNS."""


@dataclass(frozen=True, slots=True)
class Report:
    """A message did not arrive, or was unwanted (COMPLAINED). `sent_at` is when its provider accepted it."""

    provider_id: str
    code: str
    sent_at: datetime


def read_reports(event: dict[str, Any]) -> Iterator[Report]:
    """Return the reports in an event of the topic of SES, or of the log group of SNS.

    What arrived, also late, makes no report. Raises NotUnderstood for anything else.
    """
    try:
        if "awslogs" in event:
            yield from _from_log(event["awslogs"]["data"])
        else:
            for record in event["Records"]:
                yield from _from_ses(json.loads(record["Sns"]["Message"]))
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error, OSError, EOFError, zlib.error):
        raise NotUnderstood from None


def _from_ses(event: dict[str, Any]) -> Iterator[Report]:
    """See "Contents of event data that Amazon SES publishes to Amazon SNS" in the SES Developer Guide."""
    kind, mail = event["eventType"], event["mail"]
    code = None
    if kind == "Bounce":
        # An automatic reply of an absent reader's mailbox also counts as a transient bounce.
        code = "bounced" if event["bounce"]["bounceType"] != "Transient" else None
    elif kind == "Reject":
        code = "rejected"
    elif kind == "Complaint":
        code = COMPLAINED
    if code:
        yield Report(mail["messageId"], code, datetime.fromisoformat(mail["timestamp"]))


def _from_log(data: str) -> Iterator[Report]:
    """Read entries of the log group DirectPublishToPhoneNumber, to which SNS writes.

    See "Using CloudWatch Logs subscription filters" in the CloudWatch Logs User Guide.
    """
    batch = json.loads(gzip.decompress(base64.b64decode(data, validate=True)))
    if batch["messageType"] != "DATA_MESSAGE":
        return
    for entry in batch["logEvents"]:
        status = json.loads(entry["message"])
        if status["status"] == "FAILURE":
            message = status["notification"]
            at = datetime.fromisoformat(message["timestamp"]).replace(tzinfo=UTC)
            yield Report(message["messageId"], _sms_code(status["delivery"].get("providerResponse", "")), at)


def _sms_code(response: str) -> SmsCode:
    lowered = response.lower()
    return next((code for part, code in _SMS_REASONS if part in lowered), "undelivered")
