"""What may stand in the way of an installation that seems to run: each check looks at one thing and changes nothing."""

import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from lazo import clock
from lazo.table import due, stores
from ops.installation import Installation
from ops.redrive import WAYS

State = Literal["ok", "warning", "failed", "unknown"]

CLOCK_MAY_DIFFER: Final = timedelta(seconds=60)
CLOCK_REFUSED: Final = timedelta(minutes=5)
"""By which AWS takes a signature for too old or too new."""
SWEEP_LATE: Final = timedelta(minutes=5)
"""Items that have been due for longer were passed by several sweeps."""
SPEND_WARNING: Final = 0.8


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `todo` says what to do about it, where there is something to do."""

    check: str
    state: State
    told: str
    todo: str = ""


Check = Callable[[Installation], Iterator[Finding]]


def run(here: Installation, now: Callable[[], datetime]) -> Iterator[Finding]:
    """All checks, one after another; one that cannot be made says so and stands in no other's way."""
    yield from _safely("clock", lambda place: _clock(place, now), here)
    for name, check in CHECKS.items():
        yield from _safely(name, check, here)


def _safely(name: str, check: Check, here: Installation) -> Iterator[Finding]:
    try:
        yield from check(here)
    except ClientError as error:
        told = error.response["Error"]
        where = "the local cloud does not play this" if here.endpoint else f"{told.get('Code')}"
        yield Finding(name, "unknown", f"cannot be checked: {error.operation_name}: {where}")
    except (BotoCoreError, KeyError) as error:
        yield Finding(name, "unknown", f"cannot be checked: {error!r}")


def _clock(here: Installation, now: Callable[[], datetime]) -> Iterator[Finding]:
    answer = here.client("dynamodb").describe_table(TableName=here.resources["Table"])
    theirs = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    apart = abs(theirs - now())
    told = f"{apart.total_seconds():.0f} s from AWS's"
    if apart <= CLOCK_MAY_DIFFER:
        yield Finding("clock", "ok", told)
    else:
        state: State = "failed" if apart >= CLOCK_REFUSED else "warning"
        yield Finding("clock", state, told, "set this machine's clock by NTP")


def _table(here: Installation) -> Iterator[Finding]:
    """Also what a copy that was restored lacks: stream, TTL, backups."""
    client, name = here.client("dynamodb"), here.resources["Table"]
    table = client.describe_table(TableName=name)["Table"]
    ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    pitr = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    wrong = [
        *(["it is not active"] if table["TableStatus"] != "ACTIVE" else []),
        *(["it has no stream"] if not table.get("StreamSpecification", {}).get("StreamEnabled") else []),
        *(["expired items stay (TTL)"] if ttl not in ("ENABLED", "ENABLING") else []),
        *(["it cannot be restored to a moment (PITR)"] if pitr != "ENABLED" else []),
    ]
    if wrong:
        yield Finding("table", "failed", "; ".join(wrong), "docs/runbook.md, on restoring; then deploy again")
    else:
        yield Finding("table", "ok", f"{name}: stream, TTL and PITR are on")


def _sweep(here: Installation) -> Iterator[Finding]:
    late = list(islice(due.come(here.table, clock.now() - SWEEP_LATE), 100))
    if late:
        number = "100 or more" if len(late) == 100 else str(len(late))
        yield Finding(
            "sweep",
            "failed",
            f"{number} items are due for more than {SWEEP_LATE.total_seconds() / 60:.0f} minutes",
            "look at the logs of followup_scheduler, and whether its schedule is on",
        )
    else:
        yield Finding("sweep", "ok", "nothing is due that should have been done")


def _sms_sandbox(here: Installation) -> Iterator[Finding]:
    if here.client("sns").get_sms_sandbox_account_status()["IsInSandbox"]:
        yield Finding(
            "SMS sandbox",
            "failed",
            "SMS go to verified numbers only",
            "ask AWS to lift it: SNS console, Text messaging, Exit SMS sandbox",
        )
    else:
        yield Finding("SMS sandbox", "ok", "SMS go to everybody")


def _sms_spend(here: Installation) -> Iterator[Finding]:
    told = here.client("sns").get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"]
    limit = float(told.get("MonthlySpendLimit", 1))
    spent = _spent(here)
    text = f"{spent:.2f} of {limit:.2f} USD of this month"
    todo = "raise it: SNS console, Text messaging, Account spend limit; above your quota ask AWS"
    if spent >= limit:
        yield Finding("SMS spend", "failed", f"{text}: no SMS goes out until next month", todo)
    elif spent >= SPEND_WARNING * limit or limit <= 1:
        yield Finding("SMS spend", "warning", text, todo)
    else:
        yield Finding("SMS spend", "ok", text)


def _spent(here: Installation) -> float:
    """SNS tells it once in a while; a new month begins at nothing."""
    now = datetime.now(UTC)
    found = here.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SNS",
        MetricName="SMSMonthToDateSpentUSD",
        StartTime=max(now - timedelta(days=2), now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)),
        EndTime=now,
        Period=3600,
        Statistics=["Maximum"],
    )["Datapoints"]
    return max((point["Maximum"] for point in found), default=0.0)


def _ses_account(here: Installation) -> Iterator[Finding]:
    account = here.client("sesv2").get_account()
    if not account["SendingEnabled"]:
        yield Finding(
            "SES account", "failed", "sending is paused", "look at the messages of AWS in the SES console"
        )
    elif not account["ProductionAccessEnabled"]:
        yield Finding(
            "SES account",
            "failed",
            "e-mails go to verified addresses only",
            "ask for production access: SES console, Account dashboard",
        )
    else:
        yield Finding("SES account", "ok", f"{account['SendQuota']['Max24HourSend']:.0f} e-mails a day")


def _ses_identity(here: Installation) -> Iterator[Finding]:
    """The address itself, or else its domain."""
    sender = here.parameters["SenderEmail"]
    client = here.client("sesv2")
    for identity in (sender, sender.rpartition("@")[2]):
        try:
            found = client.get_email_identity(EmailIdentity=identity)
        except client.exceptions.NotFoundException:
            continue
        if found.get("VerifiedForSendingStatus"):
            dkim = found.get("DkimAttributes", {}).get("Status")
            if dkim == "SUCCESS":
                yield Finding("SES identity", "ok", f"{identity} is verified, with DKIM")
            else:
                yield Finding(
                    "SES identity",
                    "warning",
                    f"{identity} is verified, without DKIM: many take its e-mails for spam",
                    "verify the domain with Easy DKIM in the SES console",
                )
            return
    yield Finding(
        "SES identity", "failed", f"{sender} is not verified", "verify it, or its domain, in the SES console"
    )


def _alarms(here: Installation) -> Iterator[Finding]:
    """Those that tell the installation's topic, in its own stack or in the one of its observability."""
    pages = here.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms = [
        alarm
        for page in pages
        for alarm in page["MetricAlarms"]
        if here.resources["Alarms"] in alarm["AlarmActions"]
    ]
    ringing = sorted(alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM")
    if ringing:
        yield Finding("alarms", "failed", ", ".join(ringing), "docs/runbook.md has an entry for each")
    elif not alarms:
        yield Finding("alarms", "failed", "there are none", "deploy again")
    else:
        yield Finding("alarms", "ok", f"none of {len(alarms)}")


def _alarms_reach(here: Installation) -> Iterator[Finding]:
    pages = here.client("sns").get_paginator("list_subscriptions_by_topic")
    found = [
        each["SubscriptionArn"]
        for page in pages.paginate(TopicArn=here.resources["Alarms"])
        for each in page["Subscriptions"]
    ]
    waiting = [arn for arn in found if not arn.startswith("arn:")]
    if waiting:
        yield Finding(
            "alarms reach", "failed", "somebody has not confirmed yet", "open AWS's e-mail and confirm"
        )
    elif not found:
        yield Finding("alarms reach", "warning", "nobody", "set the parameter OperatorEmail")
    else:
        yield Finding("alarms reach", "ok", f"{len(found)} subscribed")


def _dead_letters(here: Installation) -> Iterator[Finding]:
    held = {}
    for store in WAYS:
        attributes = here.client("sqs").get_queue_attributes(
            QueueUrl=here.resources[store], AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        held[store] = int(attributes["ApproximateNumberOfMessages"])
    full = [f"{store} {number}" for store, number in held.items() if number]
    if full:
        yield Finding("dead letters", "failed", ", ".join(full), "lazo redrive --look")
    else:
        yield Finding("dead letters", "ok", f"none in {len(held)} stores")


def _dns(here: Installation) -> Iterator[Finding]:
    base = here.base_url
    place = urlsplit(base)
    host = place.hostname or ""
    try:
        socket.getaddrinfo(host, place.port or 443)
    except OSError:
        yield Finding("DNS", "failed", f"{host} leads nowhere", "point it at the API, or mend PublicBaseUrl")
        return
    try:
        with urllib.request.urlopen(f"{base}/desk/sign-in", timeout=10) as answer:  # noqa: S310 - our own  # nosec B310
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError as error:
        yield Finding("DNS", "failed", f"{base} does not answer: {getattr(error, 'reason', error)}")
        return
    if status != 200:
        yield Finding(
            "DNS", "failed", f"{base}/desk/sign-in answers {status}", "does it lead to this stack's API?"
        )
    elif "execute-api" in host:
        yield Finding(
            "DNS",
            "warning",
            f"{base} answers; it is long, and changes with the stack",
            "set PublicBaseUrl to a domain of your own before you print posters",
        )
    else:
        yield Finding("DNS", "ok", f"{base} answers")


def _shops(here: Installation) -> Iterator[Finding]:
    places = stores.touchpoints_of(here.table)
    used = sum(1 for place in places if place.active)
    shops = len(stores.every_store_id(here.table))
    if not used:
        yield Finding("shops", "warning", f"{shops} shops, no touchpoint in use", "lazo stores import")
    else:
        yield Finding("shops", "ok", f"{shops} shops, {used} touchpoints in use")


def _keys(here: Installation) -> Iterator[Finding]:
    client: Any = here.client("secretsmanager")
    lacking = []
    for name in ("LinkKey", "CustomerKey"):
        versions = client.list_secret_version_ids(SecretId=here.resources[name])["Versions"]
        if not any("AWSCURRENT" in version.get("VersionStages", ()) for version in versions):
            lacking.append(name)
    if lacking:
        yield Finding("keys", "failed", f"{' and '.join(lacking)} without a value", "docs/runbook.md")
    else:
        yield Finding("keys", "ok", "both have a value")


CHECKS: Final[dict[str, Check]] = {
    "DNS": _dns,
    "table": _table,
    "keys": _keys,
    "shops": _shops,
    "SMS sandbox": _sms_sandbox,
    "SMS spend": _sms_spend,
    "SES account": _ses_account,
    "SES identity": _ses_identity,
    "alarms": _alarms,
    "alarms reach": _alarms_reach,
    "dead letters": _dead_letters,
    "sweep": _sweep,
}
"""By what they look at, in the order in which they are made."""
