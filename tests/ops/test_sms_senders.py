"""`lazo doctor` on numbers and sender ids, with AWS's answers as botocore's model of End User Messaging has them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ops.doctor import sms_senders
from ops.doctor.sms import check_sms_reports
from ops.doctor.sms_senders import check_sms_senders, sns_policy

TOPIC = "arn:aws:sns:us-east-1:123456789012:lazo-InboundSms"
NUMBER = "arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-0f1e"
SENDER = "arn:aws:sms-voice:us-east-1:123456789012:sender-id/AURORA/ES"
LEASED: dict[str, Any] = {
    "PhoneNumberArn": NUMBER,
    "PhoneNumber": "+56912345678",
    "Status": "ACTIVE",
    "IsoCountryCode": "CL",
    "MessageType": "TRANSACTIONAL",
    "NumberCapabilities": ["SMS"],
    "NumberType": "LONG_CODE",
    "MonthlyLeasingPrice": "10",
    "TwoWayEnabled": True,
    "TwoWayChannelArn": TOPIC,
    "SelfManagedOptOutsEnabled": False,
    "OptOutListName": "Default",
    "DeletionProtectionEnabled": True,
    "CreatedTimestamp": 1790000000,
}
REGISTERED: dict[str, Any] = {
    "SenderIdArn": SENDER,
    "SenderId": "AURORA",
    "IsoCountryCode": "ES",
    "MessageTypes": ["TRANSACTIONAL"],
    "MonthlyLeasingPrice": "0",
    "DeletionProtectionEnabled": False,
    "Registered": True,
}
ALLOWED = json.dumps(sns_policy(NUMBER))
FOREIGN = json.dumps(
    {"Statement": {"Effect": "Allow", "Principal": {"AWS": "1"}, "Action": [sms_senders.ACTION]}}
)


@pytest.fixture
def aws() -> Iterator[Stubber]:
    client = boto3.client(sms_senders.SERVICE, "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        yield stub


def check(aws: Stubber, numbers: str = "", sender_id: str = "") -> tuple[str, str, str]:
    target = SimpleNamespace(
        parameters={"TwoWayNumbers": numbers, "SmsSenderId": sender_id},
        outputs={"InboundSmsTopic": TOPIC},
        client=lambda _service: aws.client,
    )
    found = check_sms_senders(target)
    aws.assert_no_pending_responses()
    return found.state, found.message, found.todo


def policy(aws: Stubber, arn: str, text: str | None) -> None:
    if text is None:
        aws.add_client_error("get_resource_policy", "ResourceNotFoundException")
    else:
        aws.add_response(
            "get_resource_policy", {"ResourceArn": arn, "Policy": text}, expected_params={"ResourceArn": arn}
        )


def test_without_senders_of_ones_own_nothing_is_asked(aws: Stubber) -> None:
    assert check(aws) == ("ok", "none of your own", "")


def test_a_number_that_sns_may_send_from_is_in_order(aws: Stubber) -> None:
    aws.add_response("describe_phone_numbers", {"PhoneNumbers": [LEASED]})
    policy(aws, NUMBER, ALLOWED)
    assert check(aws, "CL=+56912345678") == ("ok", "+56912345678", "")


@pytest.mark.parametrize("text", [None, FOREIGN])
def test_a_number_without_a_policy_for_sns_loses_its_sms(aws: Stubber, text: str | None) -> None:
    aws.add_response("describe_phone_numbers", {"PhoneNumbers": [LEASED]})
    policy(aws, NUMBER, text)
    state, message, todo = check(aws, "CL=+56912345678")
    assert (state, message) == ("failed", "SNS may not send from +56912345678: its SMS are lost")
    assert todo == (
        f"aws pinpoint-sms-voice-v2 put-resource-policy --resource-arn {NUMBER} --policy '{ALLOWED}'"
    )


def test_a_number_whose_replies_go_elsewhere_or_that_is_not_there(aws: Stubber) -> None:
    elsewhere = {
        **LEASED,
        "TwoWayChannelArn": "arn:aws:sns:us-east-1:123456789012:other",
        "Status": "PENDING",
    }
    aws.add_response("describe_phone_numbers", {"PhoneNumbers": [elsewhere]})
    policy(aws, NUMBER, ALLOWED)
    state, message, todo = check(aws, "CL=+56912345678,US=22395")
    assert state == "failed"
    assert message.split("; ") == [
        "+56912345678 is pending",
        "replies to +56912345678 do not reach Lazo",
        "22395 is no number of this account in US",
    ]
    assert TOPIC in todo


def test_a_sender_id_needs_a_registration_where_its_country_asks_for_one(aws: Stubber) -> None:
    other = {**REGISTERED, "SenderId": "OTHER"}
    aws.add_response("describe_sender_ids", {"SenderIds": [{**REGISTERED, "Registered": False}, other]})
    policy(aws, SENDER, json.dumps(sns_policy(SENDER)))
    state, message, _ = check(aws, sender_id="AURORA")
    assert (state, message) == ("failed", "AURORA in ES is not registered")


@pytest.mark.parametrize(
    ("parameter", "stage", "attributes", "state"),
    [
        ("none", "dev", {}, "warning"),
        ("none", "prod", {}, "failed"),
        ("create", "prod", {}, "failed"),
        ("existing", "dev", {"DeliveryStatusIAMRole": "arn:aws:iam::123456789012:role/sms"}, "ok"),
    ],
)
def test_without_the_delivery_log_nobody_learns_what_was_dropped(
    parameter: str, stage: str, attributes: dict[str, str], state: str
) -> None:
    sns = SimpleNamespace(get_sms_attributes=lambda **_: {"attributes": attributes})
    parameters = {"SmsDeliveryLogs": parameter, "Stage": stage}
    target = SimpleNamespace(parameters=parameters, client=lambda _service: sns)
    assert check_sms_reports(target).state == state


def test_the_command_in_the_documentation_attaches_the_same_policy() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    found = re.search(r"put-resource-policy --resource-arn (\S+) --policy \\\n\s+'(.+?)'", page, re.DOTALL)
    assert found
    arn = found[1]
    assert json.loads(found[2]) == sns_policy(arn)
