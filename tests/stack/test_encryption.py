"""With a key of one's own, whoever sends to what it encrypts may use it: roles by the template, services by the key."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.local.cloudformation.intrinsics import Resolver
from infra.local.cloudformation.template import load
from infra.local.cloudformation.template_yaml import read_yaml

ROOT = Path(__file__).resolve().parents[2]
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
TEMPLATE = load(
    ROOT / "template.yaml",
    {"SenderEmail": "lazo@example.com", "KmsKeyArn": KEY, "SmsDeliveryLogs": "create"},
    "us-east-1",
)
RESOLVER = Resolver(
    lambda name: TEMPLATE.parameters.get(name, name), lambda name, path: f"{name}.{path}", TEMPLATE.conditions
)
RESOURCES: dict[str, tuple[str, dict[str, Any]]] = {
    name: (resource["Type"], RESOLVER.resolve(resource.get("Properties", {})))
    for name, resource in TEMPLATE.resources.items()
}
"""Type and properties; another resource is its name, and an attribute NAME.ATTRIBUTE."""

KEY_OF_ITS_OWN = ("KmsMasterKeyId", "KmsKeyId", "KMSMasterKeyId", "KMSMasterKeyID")
ENCRYPTED = {
    name
    for name, (_, properties) in RESOURCES.items()
    if any(f"'{each}': '{KEY}'" in str(properties) for each in KEY_OF_ITS_OWN)
}

# In the caller's name, as the guides of the services say; log groups are written by CloudWatch Logs in its own.
USES_THE_KEY = ("dynamodb:", "secretsmanager:", "sns:Publish", "sqs:SendMessage", "sqs:Receive", "s3:")
NEEDED = {"kms:Decrypt", "kms:GenerateDataKey"}


def of_type(*kinds: str) -> dict[str, dict[str, Any]]:
    return {name: properties for name, (kind, properties) in RESOURCES.items() if kind in kinds}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def named(targets: Any) -> set[str]:
    """The resources of the template that ARNs, names or attributes belong to."""
    return {re.split(r"[./]", str(target))[0] for target in as_list(targets)} & set(RESOURCES)


def roles_that_send() -> Iterator[tuple[str, str]]:
    for role, properties in of_type("AWS::IAM::Role").items():
        for policy in properties.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                if any(action.startswith(USES_THE_KEY) for action in as_list(statement["Action"])):
                    for target in named(statement.get("Resource", [])) & ENCRYPTED:
                        yield role, target


def services_that_send() -> Iterator[tuple[str, str]]:
    """By the policies of topics and queues, and what needs none: CloudWatch Logs, and alarms of the same account."""
    for properties in of_type("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy").values():
        for statement in properties["PolicyDocument"]["Statement"]:
            for target in named(statement["Resource"]) & ENCRYPTED:
                yield statement["Principal"]["Service"], target
    for group in set(of_type("AWS::Logs::LogGroup")) & ENCRYPTED:
        yield "logs.AWS::Region.amazonaws.com", group
    for properties in of_type("AWS::CloudWatch::Alarm").values():
        for topic in named(properties["AlarmActions"]) & ENCRYPTED:
            yield "cloudwatch.amazonaws.com", topic


def test_the_key_encrypts_all_that_holds_data() -> None:
    kinds = ("AWS::DynamoDB::Table", "AWS::SecretsManager::Secret", "AWS::SQS::Queue", "AWS::SNS::Topic")
    kinds += ("AWS::Logs::LogGroup", "AWS::S3::Bucket")
    # Alarms hold a name and a number, and CloudWatch would need the key.
    assert set(of_type(*kinds)) - ENCRYPTED == {"Alarms"}
    functions = of_type("AWS::Lambda::Function").values()
    assert {function["KmsKeyArn"] for function in functions} == {KEY}


def test_every_role_that_sends_to_what_is_encrypted_may_use_the_key() -> None:
    allowed = {
        role
        for properties in of_type("AWS::IAM::Policy").values()
        for statement in properties["PolicyDocument"]["Statement"]
        if statement["Resource"] == KEY and set(statement["Action"]) >= NEEDED
        for role in properties["Roles"]
    }
    sending = set(roles_that_send())
    assert ("ScheduleRole", "SweepDeadLetters") in sending
    assert len(sending) > 20
    assert {role for role, _ in sending} <= allowed


def test_every_destination_is_among_what_its_sender_was_found_to_send_to() -> None:
    """So that a way of sending that the walk above does not know is noticed."""
    role_of = {name: p["Role"].partition(".")[0] for name, p in of_type("AWS::Lambda::Function").items()}
    ways = {
        (role_of[properties["FunctionName"]], destination)
        for properties in of_type(
            "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping"
        ).values()
        for destination in named(
            properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", [])
        )
        | named(properties.get("EventSourceArn", [])) & set(of_type("AWS::SQS::Queue"))
    }
    for properties in of_type("AWS::Scheduler::Schedule").values():
        target = properties["Target"]
        ways |= {(r, d) for r in named(target["RoleArn"]) for d in named(target["DeadLetterConfig"]["Arn"])}
    assert len(ways) == 6
    assert ways <= set(roles_that_send())

    queues = {
        queue
        for properties in of_type("AWS::SNS::Subscription").values()
        for queue in named(properties["Endpoint"])
        | named(properties.get("RedrivePolicy", {}).get("deadLetterTargetArn", []))
        if queue in of_type("AWS::SQS::Queue")
    }
    assert len(queues) == 4
    assert {("sns.amazonaws.com", queue) for queue in queues} <= set(services_that_send())


def test_every_service_that_sends_to_what_is_encrypted_may_use_the_key() -> None:
    key = read_yaml((ROOT / "infra" / "key.yaml").read_text(encoding="utf-8"))["Resources"]["Key"]
    statements = RESOLVER.resolve(key)["Properties"]["KeyPolicy"]["Statement"]
    allowed = {
        service
        for statement in statements
        if {"kms:Decrypt", "kms:GenerateDataKey*"} <= set(as_list(statement["Action"]))
        for service in as_list(statement["Principal"].get("Service", []))
    }
    sending = {service for service, _ in services_that_send()}
    assert sending == {
        "sns.amazonaws.com",
        "ses.amazonaws.com",
        "sms-voice.amazonaws.com",
        "logs.AWS::Region.amazonaws.com",
    }
    assert sending == allowed
