"""Checks the alarms: whether one is ringing, and whether they reach somebody."""

from ops.doctor.finding import Finding, failed, ok, warning
from ops.installation import Installation


def check_alarms(installation: Installation) -> Finding:
    """Look for alarms in state ALARM among those that notify the installation's topic, in its own stack or in the one
    of its observability."""
    pages = installation.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms = [
        alarm
        for page in pages
        for alarm in page["MetricAlarms"]
        if installation.resources["Alarms"] in alarm["AlarmActions"]
    ]
    ringing = sorted(alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM")
    if ringing:
        return failed(", ".join(ringing), "docs/runbook.md has an entry for each")
    if not alarms:
        return failed("there are none", "deploy again")
    return ok(f"none of {len(alarms)}")


def check_alarm_recipients(installation: Installation) -> Finding:
    """Check that somebody has subscribed to the alarms, and confirmed it."""
    pages = installation.client("sns").get_paginator("list_subscriptions_by_topic")
    subscriptions = [
        subscription["SubscriptionArn"]
        for page in pages.paginate(TopicArn=installation.resources["Alarms"])
        for subscription in page["Subscriptions"]
    ]
    if any(not arn.startswith("arn:") for arn in subscriptions):
        return failed("somebody has not confirmed yet", "open AWS's e-mail and confirm")
    if not subscriptions:
        return warning("nobody", "set the parameter OperatorEmail")
    return ok(f"{len(subscriptions)} subscribed")
