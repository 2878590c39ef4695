"""Checks whether SMS may come from where they should: the rules of the stores' countries, and the installation's own
numbers and sender id in AWS End User Messaging.

SNS sends from a number or sender id of one's own only if its resource policy lets it (since 2024-09-25). Without one
Publish succeeds all the same, and no SMS arrives: the delivery log alone says "No origination identity available".
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lazo.messaging.sms_countries import sms_countries
from lazo.messaging.two_way_sms import TwoWayNumbers, parse_two_way_numbers
from lazo.table import stores
from ops.doctor.finding import Finding, failed, ok, warning
from ops.installation import Installation
from ops.store_import.sms_reach import check_sms_reach
from ops.store_import.store_file import StoreEntry

SERVICE: Final = "pinpoint-sms-voice-v2"
ACTION: Final = "sms-voice:SendTextMessage"


def check_sms_countries(installation: Installation) -> Finding:
    """Look for what SMS cannot do in the countries of stores and contacts."""
    try:
        numbers = _numbers(installation)
    except ValueError as error:
        return failed(f"TwoWayNumbers: {error}", "change the parameter, and deploy")
    settings = stores.imported_settings(installation.table, stores.every_store_id(installation.table))
    entries = [(0, StoreEntry(each, ())) for each in settings.values()]
    sender_id = _sender_id(installation)
    registered = {e["IsoCountryCode"] for e in _sender_ids(installation, sender_id) if e["Registered"]}
    reach = check_sms_reach(entries, sender_id, numbers, registered)
    todo = "docs/sms-countries.md says what each country allows"
    if reach.mistakes:
        reasons = dict.fromkeys(mistake.reason for mistake in reach.mistakes)
        return failed(f"no alert reaches {len(reach.mistakes)} of the contacts: {'; '.join(reasons)}", todo)
    return warning("; ".join(reach.warnings), todo) if reach.warnings else ok("all as the parameters ask")


def check_sms_senders(installation: Installation) -> Finding:
    """Check that the numbers and the sender id are there, take replies, and may be used by SNS."""
    try:
        numbers = _numbers(installation).numbers
    except ValueError:
        return failed("TwoWayNumbers cannot be read", "change the parameter, and deploy")
    sender_id = _sender_id(installation)
    if not numbers and not sender_id:
        return ok("none of your own")
    found = [*_number_problems(installation, numbers), *_sender_id_problems(installation, sender_id)]
    if found:
        return failed("; ".join(problem for problem, _ in found), "; ".join(todo for _, todo in found))
    return ok(", ".join([*numbers.values(), *([sender_id] if sender_id else [])]))


def sns_policy(arn: str) -> dict[str, Any]:
    """Return the resource policy that lets SNS, for this account, send from the number or sender id `arn`."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": ACTION,
                "Resource": arn,
                "Condition": {"StringEquals": {"aws:SourceAccount": arn.split(":")[4]}},
            }
        ],
    }


def _number_problems(installation: Installation, numbers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the numbers, and what to do. AWS is asked only if there are any."""
    client, topic = installation.client(SERVICE), installation.outputs.get("InboundSmsTopic")
    pages = client.get_paginator("describe_phone_numbers").paginate() if numbers else ()
    leased = {each["PhoneNumber"]: each for page in pages for each in page["PhoneNumbers"]}
    for country, number in numbers.items():
        known = leased.get(number)
        if known is None or known["IsoCountryCode"] != country:
            yield f"{number} is no number of this account in {country}", "lease it in AWS End User Messaging"
            continue
        if known["Status"] != "ACTIVE":
            yield f"{number} is {known['Status'].lower()}", "wait for AWS, or look at its registration"
        if not known["TwoWayEnabled"] or known.get("TwoWayChannelArn") != topic:
            yield f"replies to {number} do not reach Lazo", f"turn on its two-way SMS with the topic {topic}"
        yield from _policy_problems(client, number, known["PhoneNumberArn"])


def _sender_id_problems(installation: Installation, sender_id: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the sender id in each country, and what to do."""
    for each in _sender_ids(installation, sender_id):
        country = each["IsoCountryCode"]
        name, rules = f"{sender_id} in {country}", sms_countries().get(country)
        if rules and rules.sender_id == "registered" and not each["Registered"]:
            yield f"{name} is not registered", "register it in AWS End User Messaging"
        yield from _policy_problems(installation.client(SERVICE), name, each["SenderIdArn"])


def _sender_ids(installation: Installation, sender_id: str) -> Iterator[Mapping[str, Any]]:
    """Yield the sender id as the account has it, once for each country. AWS is asked only if there is one."""
    if sender_id:
        for page in installation.client(SERVICE).get_paginator("describe_sender_ids").paginate():
            yield from (each for each in page["SenderIds"] if each["SenderId"] == sender_id)


def _policy_problems(client: Any, name: str, arn: str) -> Iterator[tuple[str, str]]:
    try:
        policy = json.loads(client.get_resource_policy(ResourceArn=arn)["Policy"])
    except client.exceptions.ResourceNotFoundException:
        policy = {}
    if not any(_lets_sns_send(statement) for statement in _listed(policy.get("Statement", []))):
        command = f"aws {SERVICE} put-resource-policy --resource-arn {arn}"
        yield (
            f"SNS may not send from {name}: its SMS are lost",
            f"{command} --policy '{json.dumps(sns_policy(arn))}'",
        )


def _lets_sns_send(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    services = [principal] if principal == "*" else _listed(principal.get("Service", []))
    return (
        statement.get("Effect") == "Allow"
        and bool({"*", "sns.amazonaws.com"} & set(services))
        and bool({"*", "sms-voice:*", ACTION} & set(_listed(statement.get("Action", []))))
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _numbers(installation: Installation) -> TwoWayNumbers:
    return parse_two_way_numbers(installation.parameters.get("TwoWayNumbers", ""))


def _sender_id(installation: Installation) -> str:
    return installation.parameters.get("SmsSenderId", "")
