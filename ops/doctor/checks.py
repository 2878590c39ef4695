"""Runs all checks of the doctor on an installation that seems to run."""

from collections.abc import Iterator
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from ops.doctor.alarms import check_alarm_recipients, check_alarms
from ops.doctor.backlog import check_dead_letters, check_sweep
from ops.doctor.email import check_ses_account, check_ses_identity
from ops.doctor.finding import Check, Finding
from ops.doctor.sms import check_sms_pause, check_sms_reports, check_sms_sandbox, check_sms_spend
from ops.doctor.sms_senders import check_sms_countries, check_sms_senders
from ops.doctor.stack import check_clock, check_dns, check_keys, check_stores, check_table
from ops.doctor.versions import check_origin, check_versions
from ops.installation import Installation

CHECKS: Final[dict[str, Check]] = {
    "clock": check_clock,
    "DNS": check_dns,
    "versions": check_versions,
    "origin": check_origin,
    "table": check_table,
    "keys": check_keys,
    "shops": check_stores,
    "SMS sandbox": check_sms_sandbox,
    "SMS spend": check_sms_spend,
    "SMS paused": check_sms_pause,
    "SMS reports": check_sms_reports,
    "SMS countries": check_sms_countries,
    "SMS senders": check_sms_senders,
    "SES account": check_ses_account,
    "SES identity": check_ses_identity,
    "alarms": check_alarms,
    "alarms reach": check_alarm_recipients,
    "dead letters": check_dead_letters,
    "sweep": check_sweep,
}
"""By name, in the order in which they run."""


def run_checks(installation: Installation) -> Iterator[tuple[str, Finding]]:
    """Run the checks one after another and yield each name with its finding. A check that AWS does not allow is unknown
    and stops no other."""
    for name, check in CHECKS.items():
        yield name, _run(check, installation)


def _run(check: Check, installation: Installation) -> Finding:
    try:
        return check(installation)
    except ClientError as error:
        why = error.response["Error"].get("Code")
        if installation.endpoint:
            why = "the local cloud does not play this"
        return Finding("unknown", f"cannot be checked: {error.operation_name}: {why}")
    except (BotoCoreError, KeyError) as error:
        return Finding("unknown", f"cannot be checked: {error!r}")
