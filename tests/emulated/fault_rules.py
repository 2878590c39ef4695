"""The rules of the fault proxy (microburst): what goes wrong between the functions and AWS, and how often."""

from typing import Any

Rule = dict[str, Any]

ERRORS = [
    ("dynamodb", "TransactWriteItems", 0.10, "ThrottlingException", 400),
    ("dynamodb", "TransactWriteItems", 0.05, "InternalServerError", 500),
    ("dynamodb", "PutItem", 0.10, "ProvisionedThroughputExceededException", 400),
    ("dynamodb", "PutItem", 0.05, "TransactionConflictException", 400),
    ("dynamodb", "UpdateItem", 0.10, "ProvisionedThroughputExceededException", 400),
    ("dynamodb", "UpdateItem", 0.05, "TransactionConflictException", 400),
    ("dynamodb", "Query", 0.05, "ThrottlingException", 400),
    ("dynamodb", "GetItem", 0.05, "InternalServerError", 500),
    ("sns", "Publish", 0.10, "Throttled", 429),
    ("sesv2", "SendEmail", 0.10, "TooManyRequestsException", 429),
    ("secretsmanager", "GetSecretValue", 0.10, "InternalServiceError", 500),
]
"""What AWS answers instead of doing it: service, operation, how often, code and status."""

LOST_ANSWERS = [
    ("dynamodb", "TransactWriteItems", 0.05, ""),
    ("dynamodb", "PutItem", 0.05, ""),
    ("dynamodb", "UpdateItem", 0.05, ""),
    ("sns", "Publish", 0.05, "TopicArn"),
    ("sns", "Publish", 0.30, "PhoneNumber"),
    ("sesv2", "SendEmail", 0.30, ""),
]
"""What AWS does, while its answer is lost: service, operation, how often, and a parameter that the call has."""

SLOW = {"service": "*", "probability": 0.05, "latency": {"min": 100, "max": 1500}}


def rules() -> list[Rule]:
    """Return all rules as microburst takes them; the first that strikes counts."""
    errors: list[Rule] = [
        {
            "service": service,
            "operation": operation,
            "probability": often,
            "error": {"code": code, "status": status},
        }
        for service, operation, often, code, status in ERRORS
    ]
    lost: list[Rule] = [
        {
            "service": service,
            "operation": operation,
            "probability": often,
            **({"body": parameter} if parameter else {}),
            "response": {"abort_bytes": 1},
        }
        for service, operation, often, parameter in LOST_ANSWERS
    ]
    return [*errors, *lost, SLOW]


def lost_channel(rule: Rule) -> str:
    """Return the channel of the messages that this rule leaves in doubt, or ""."""
    if "response" not in rule:
        return ""
    if rule.get("body") == "PhoneNumber":
        return "sms"
    return "email" if rule["operation"] == "SendEmail" else ""
