"""`lazo doctor`: checks an installation from outside."""

from typing import Final

from ops.command_line import EXIT_NOT_IN_ORDER, CommandContext, CommandError
from ops.doctor.checks import run_checks

_MARKS: Final = {"ok": "ok", "warning": "WARNING", "failed": "FAILED", "unknown": "?"}
_STYLES: Final = {"warning": "bold yellow", "failed": "bold red", "unknown": "dim"}


def doctor(context: CommandContext) -> None:
    """Check an installation from outside: clock, DNS, whether what runs is what was set, table, keys, stores, SMS
    sandbox, spend limit, countries and senders, SES account and identity, alarms and whom they reach, dead letters, the
    sweep.

    Nothing is changed. Each finding says what to do. Exit code 1 when a check failed; what cannot be checked, for want
    of rights say, is told and counts as neither.
    """
    installation = context.installation
    findings = {}
    for name, finding in run_checks(installation):
        findings[name] = finding
        if not context.json:
            mark = _MARKS[finding.state]
            context.out.print(
                f"{mark:<9}{name:<14}{finding.message}", style=_STYLES.get(finding.state), soft_wrap=True
            )
            if finding.todo:
                context.out.print(f"{'':23}-> {finding.todo}", soft_wrap=True)
    context.print_result(
        [
            {"check": name, "state": finding.state, "told": finding.message, "todo": finding.todo}
            for name, finding in findings.items()
        ]
    )
    failed = sum(1 for finding in findings.values() if finding.state == "failed")
    if failed:
        raise CommandError(f"{failed} of {len(findings)} checks failed.", EXIT_NOT_IN_ORDER)
