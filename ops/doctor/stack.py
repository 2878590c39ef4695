"""Checks the stack itself: clock, address, table, keys, and whether it has stores."""

import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from lazo.table import stores
from ops.doctor.finding import Finding, failed, ok, warning
from ops.installation import Installation

MAX_CLOCK_SKEW: Final = timedelta(seconds=60)
REFUSED_CLOCK_SKEW: Final = timedelta(minutes=5)
"""AWS refuses a signature that is older or newer by this."""


def check_clock(installation: Installation) -> Finding:
    """Compare this machine's clock with AWS's."""
    response = installation.client("dynamodb").describe_table(TableName=installation.resources["Table"])
    aws_time = parsedate_to_datetime(response["ResponseMetadata"]["HTTPHeaders"]["date"])
    skew = abs(aws_time - datetime.now(UTC))
    message = f"{skew.total_seconds():.0f} s from AWS's"
    if skew <= MAX_CLOCK_SKEW:
        return ok(message)
    return (failed if skew >= REFUSED_CLOCK_SKEW else warning)(message, "set this machine's clock by NTP")


def check_dns(installation: Installation) -> Finding:
    """Resolve the base URL and open the sign-in page."""
    base = installation.base_url
    url = urlsplit(base)
    host = url.hostname or ""
    try:
        socket.getaddrinfo(host, url.port or 443)
    except OSError:
        return failed(f"{host} leads nowhere", "point it at the API, or mend PublicBaseUrl")
    try:
        with urllib.request.urlopen(f"{base}/desk/sign-in", timeout=10) as answer:  # noqa: S310 - our own  # nosec B310
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError as error:
        return failed(f"{base} does not answer: {getattr(error, 'reason', error)}", "")
    if status != 200:
        return failed(f"{base}/desk/sign-in answers {status}", "does it lead to this stack's API?")
    if "execute-api" in host:
        return warning(
            f"{base} answers; it is long, and changes with the stack",
            "set PublicBaseUrl to a domain of your own before you print posters",
        )
    return ok(f"{base} answers")


def check_table(installation: Installation) -> Finding:
    """Check that the table has what a restored copy lacks: stream, TTL, backups."""
    client, name = installation.client("dynamodb"), installation.resources["Table"]
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
        return failed("; ".join(wrong), "docs/runbook.md, on restoring; then deploy again")
    return ok(f"{name}: stream, TTL and PITR are on")


def check_keys(installation: Installation) -> Finding:
    """Check that both secrets have a value."""
    client = installation.client("secretsmanager")
    missing = []
    for name in ("LinkKey", "CustomerKey"):
        versions = client.list_secret_version_ids(SecretId=installation.resources[name])["Versions"]
        if not any("AWSCURRENT" in version.get("VersionStages", ()) for version in versions):
            missing.append(name)
    if missing:
        return failed(f"{' and '.join(missing)} without a value", "docs/runbook.md")
    return ok("both have a value")


def check_stores(installation: Installation) -> Finding:
    """Check that a touchpoint is in use."""
    in_use = sum(1 for touchpoint in stores.list_touchpoints(installation.table) if touchpoint.active)
    count = len(stores.every_store_id(installation.table))
    if not in_use:
        return warning(f"{count} stores, no touchpoint in use", "lazo stores import")
    return ok(f"{count} stores, {in_use} touchpoints in use")
