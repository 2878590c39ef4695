"""What SES and SNS say of a message that they had accepted, in their own words, and what it means."""

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
    "opted_out", "carrier_refused", "unreachable", "invalid_number", "spend_limit", "undelivered"
]

_SMS_WORDS: tuple[tuple[str, SmsCode], ...] = (
    ("opted out", "opted_out"),
    ("exceed max price", "spend_limit"),
    ("invalid phone number", "invalid_number"),
    ("blocked", "carrier_refused"),
    ("unreachable", "unreachable"),
)
"""Parts of what SNS says, the first that fits counts ("SMS delivery failure reasons", SNS Developer Guide)."""


class NotUnderstood(ValueError):
    """What came is no report of SES or SNS."""


@dataclass(frozen=True, slots=True)
class Report:
    """That a message did not arrive, or was unwelcome (COMPLAINED). `sent_at`: when its provider accepted it."""

    provider_id: str
    code: str
    sent_at: datetime


def read(event: dict[str, Any]) -> Iterator[Report]:
    """The reports in an event of the subscription to the topic of SES, or to the log group of SNS. What only came late,
    or arrived, is none. NotUnderstood for anything else."""
    try:
        if "awslogs" in event:
            yield from _of_log(event["awslogs"]["data"])
        else:
            for record in event["Records"]:
                yield from _of_mail(json.loads(record["Sns"]["Message"]))
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error, OSError, EOFError, zlib.error):
        raise NotUnderstood from None


def _of_mail(told: dict[str, Any]) -> Iterator[Report]:
    """ "Contents of event data that Amazon SES publishes to Amazon SNS" (SES Developer Guide)."""
    kind, mail = told["eventType"], told["mail"]
    code = None
    if kind == "Bounce":
        # Transient ones are also what an absent reader's mailbox answers by itself.
        code = "bounced" if told["bounce"]["bounceType"] != "Transient" else None
    elif kind == "Reject":
        code = "rejected"
    elif kind == "Complaint":
        code = COMPLAINED
    if code:
        yield Report(mail["messageId"], code, datetime.fromisoformat(mail["timestamp"]))


def _of_log(data: str) -> Iterator[Report]:
    """ "Using CloudWatch Logs subscription filters", with entries as SNS writes them to DirectPublishToPhoneNumber."""
    held = json.loads(gzip.decompress(base64.b64decode(data, validate=True)))
    if held["messageType"] != "DATA_MESSAGE":
        return
    for entry in held["logEvents"]:
        told = json.loads(entry["message"])
        if told["status"] == "FAILURE":
            noted = told["notification"]
            at = datetime.fromisoformat(noted["timestamp"]).replace(tzinfo=UTC)
            yield Report(noted["messageId"], _meaning(told["delivery"].get("providerResponse", "")), at)


def _meaning(words: str) -> SmsCode:
    said = words.lower()
    return next((code for part, code in _SMS_WORDS if part in said), "undelivered")
