"""Checks whether SNS sends SMS, and says when it does not: the sandbox, the month's spend limit, the delivery log."""

from datetime import UTC, datetime, timedelta
from typing import Final

from lazo.table.messaging import sms_pauses
from ops.doctor.finding import Finding, failed, ok, warning
from ops.installation import Installation

SPEND_WARNING: Final = 0.8
"""The part of the limit from which on the spend is a warning."""


def check_sms_sandbox(installation: Installation) -> Finding:
    """Check that SMS reach every number, not verified ones only."""
    if installation.client("sns").get_sms_sandbox_account_status()["IsInSandbox"]:
        return failed(
            "SMS go to verified numbers only",
            "ask AWS to lift it: SNS console, Text messaging, Exit SMS sandbox",
        )
    return ok("SMS go to everybody")


def check_sms_spend(installation: Installation) -> Finding:
    """Compare this month's spend with the limit, above which SNS sends nothing."""
    attributes = installation.client("sns").get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"]
    limit = float(attributes.get("MonthlySpendLimit", 1))
    spent = _spent_this_month(installation)
    message = f"{spent:.2f} of {limit:.2f} USD of this month"
    todo = "raise it: SNS console, Text messaging, Account spend limit; above your quota ask AWS"
    if spent >= limit:
        return failed(f"{message}: no SMS goes out until next month", todo)
    if spent >= SPEND_WARNING * limit or limit <= 1:
        return warning(message, todo)
    return ok(message)


def check_sms_pause(installation: Installation) -> Finding:
    """Look whether SMS are paused because SNS dropped one for the month's limit."""
    pause = sms_pauses.get_pause(installation.table)
    if pause is None:
        return ok("SMS are sent")
    return failed(
        f"none are sent since {pause.since:%Y-%m-%d %H:%M} UTC, e-mails go instead; "
        f"one tries again at {pause.next_try:%H:%M} UTC",
        "raise the account's spend limit (SMS spend); docs/runbook.md, SmsPaused",
    )


def check_sms_reports(installation: Installation) -> Finding:
    """Check that SNS logs SMS that it dropped or carriers refused: nothing else tells of them."""
    todo = "set SmsDeliveryLogs, then run the command of the output SmsStatusRole; docs/runbook.md, DeliveriesFailing"
    if installation.parameters.get("SmsDeliveryLogs", "none") == "none":
        found = failed if installation.parameters.get("Stage") == "prod" else warning
        return found("SMS that do not arrive go unseen, also when the month's limit is reached", todo)
    name = "DeliveryStatusIAMRole"
    if not installation.client("sns").get_sms_attributes(attributes=[name])["attributes"].get(name):
        return failed("the account does not log SMS that do not arrive", todo)
    return ok("SMS that do not arrive are logged")


def _spent_this_month(installation: Installation) -> float:
    """Read the spend in USD. SNS reports it now and then; without a report of this month it is 0."""
    now = datetime.now(UTC)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = installation.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SNS",
        MetricName="SMSMonthToDateSpentUSD",
        StartTime=max(now - timedelta(days=2), month),
        EndTime=now,
        Period=3600,
        Statistics=["Maximum"],
    )["Datapoints"]
    return max((point["Maximum"] for point in found), default=0.0)
