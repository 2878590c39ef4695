"""What a test can see and do in the emulator beside the stack: messages that its providers took, logs, IAM's checks."""

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import boto3

from tests.emulated.emulation import STACK, TWO_WAY_NUMBER
from tests.emulated.stand_ins import sent_emails


@dataclass(frozen=True)
class Check:
    """One thing that IAM was asked: whether a function, by its role's logical id, may do this."""

    role: str
    action: str
    resource: str
    allowed: bool


class Emulator:
    """The emulator that the variables of this process name."""

    def __init__(self) -> None:
        self.url = os.environ["AWS_ENDPOINT_URL"]
        self.faults_url = os.environ["LAZO_FAULTS"]
        self.folder = Path(os.environ["LAZO_EMULATED"])
        pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
        self.resources = {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for page in pages
            for each in page["StackResourceSummaries"]
        }
        """Physical id of each resource of the stack, by its logical id."""

    def sms_to(self, phone: str) -> list[dict[str, Any]]:
        """Return what SNS took for a phone, oldest first, with `Message` and `MessageAttributes`."""
        with urlopen(
            f"{self.url}/_ministack/sns/sms-messages?phoneNumber={quote(phone)}", timeout=10
        ) as reply:
            found: list[dict[str, Any]] = json.load(reply)["sms_messages"][phone]
        return found

    def emails_to(self, address: str) -> list[dict[str, Any]]:
        """Return what SES took for an address, oldest first, with `Subject`, `BodyText` and `MessageId`."""
        return [each for each in sent_emails(f"{self.url}/_ministack/ses/messages") if address in each["To"]]

    def receive_sms(self, sender: str, text: str) -> None:
        """Publish an SMS that somebody sends to our number ("Example of a two-way SMS message payload", AWS End User
        Messaging User Guide)."""
        message = {
            "originationNumber": sender,
            "destinationNumber": TWO_WAY_NUMBER,
            "messageKeyword": "KEYWORD_123456789012",
            "messageBody": text,
            "inboundMessageId": str(uuid.uuid4()),
            "previousPublishedMessageId": str(uuid.uuid4()),
        }
        self.publish("InboundSms", message)

    def publish(self, topic: str, message: dict[str, Any]) -> None:
        boto3.client("sns").publish(TopicArn=self.resources[topic], Message=json.dumps(message))

    def items(self) -> list[dict[str, Any]]:
        """Return every item of the table, as DynamoDB writes it."""
        pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=self.resources["Table"])
        return [item for page in pages for item in page["Items"]]

    def log_lines(self) -> Iterator[tuple[str, str]]:
        """Yield each line that a function logged, with the name of its log group."""
        logs = boto3.client("logs")
        for group in logs.get_paginator("describe_log_groups").paginate().search("logGroups[].logGroupName"):
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            for line in pages.search("events[].message"):
                yield group, line

    def errors(self) -> list[dict[str, Any]]:
        """Return the records that a function logged as errors, as they stand in its log."""
        records = (json.loads(line) for _, line in self.log_lines() if line.startswith("{"))
        return [record for record in records if record.get("level") in ("ERROR", "CRITICAL")]

    def checks(self) -> list[Check]:
        """Return what IAM was asked so far."""
        logical = {physical: name for name, physical in self.resources.items()}
        lines = (self.folder / "checks.jsonl").read_text(encoding="utf-8").splitlines()
        found = (json.loads(line) for line in lines)
        return [
            Check(logical[each["role"]], each["action"], each["resource"], each["allowed"]) for each in found
        ]
