"""Runs checkov on the templates and compares its findings with the accepted ones (infra/checkov.toml).

    python -m infra.checkov_findings .venv-security/bin/checkov

The product's template is translated first, because checkov does not see the resources that SAM generates.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from infra.local.cloudformation import template

ROOT = Path(__file__).resolve().parents[1]
PLAIN_TEMPLATES = (
    "infra/observability.yaml",
    "infra/edge.yaml",
    "infra/key.yaml",
    "infra/deploy-role.yaml",
    "infra/analytics.yaml",
)
"""Templates that need no translation."""


@dataclass(frozen=True, order=True)
class Finding:
    """`check` is checkov's id, `resource` is TYPE.LogicalId, `title` says what is missing."""

    check: str
    resource: str
    title: str = ""


@dataclass(frozen=True)
class Accepted:
    """A finding that is intended, with its reason; `resource` is a glob."""

    check: str
    resource: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        return self.check == finding.check and fnmatchcase(finding.resource, self.resource)


def accepted_findings(path: Path = ROOT / "infra" / "checkov.toml") -> list[Accepted]:
    """Read the accepted findings; raises ValueError for an entry without a reason."""
    entries = [Accepted(**each) for each in tomllib.loads(path.read_text(encoding="utf-8"))["accepted"]]
    for entry in entries:
        if not entry.reason.strip():
            raise ValueError(f"{entry.check} for {entry.resource} lacks its reason")
    return entries


def differences(found: Iterable[Finding], accepted: Sequence[Accepted]) -> list[str]:
    """Return a line for each finding that is not accepted, and for each accepted one that was not found."""
    findings = sorted(found)
    new = [
        f"{finding.check} {finding.resource}: {finding.title}"
        for finding in findings
        if not any(entry.covers(finding) for entry in accepted)
    ]
    stale = [
        f"{entry.check} {entry.resource}: not found any more; take it out of infra/checkov.toml"
        for entry in accepted
        if not any(entry.covers(finding) for finding in findings)
    ]
    return new + stale


def run(checkov: str) -> tuple[list[Finding], int]:
    """Return the findings of checkov and the number of checks that passed; raises RuntimeError if checkov fails."""
    with tempfile.TemporaryDirectory() as folder:
        translated = Path(folder) / "translated.json"
        translated.write_text(template.translated(ROOT / "template.yaml"), encoding="utf-8")
        files = [str(translated), *(str(ROOT / each) for each in PLAIN_TEMPLATES)]
        command = [checkov, "--framework", "cloudformation", "--compact", "--quiet", "--output", "json"]
        command += ["--skip-download", *(part for file in files for part in ("--file", file))]
        process = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own tool
    try:
        output = json.loads(process.stdout)
    except ValueError:
        raise RuntimeError(process.stderr.strip() or "checkov prints nothing") from None
    reports = output if isinstance(output, list) else [output]
    if any(report["summary"]["parsing_errors"] for report in reports):
        raise RuntimeError("checkov cannot read a template")
    failed = [each for report in reports for each in report["results"]["failed_checks"]]
    passed = sum(report["summary"]["passed"] for report in reports)
    return [Finding(f["check_id"], f["resource"], f["check_name"]) for f in failed], passed


def _main() -> int:
    found, passed = run(sys.argv[1])
    lines = differences(found, accepted_findings())
    for line in lines:
        print(line)
    print(
        f"checkov: {passed} checks passed, {len(found)} findings, {len(lines)} differences from infra/checkov.toml"
    )
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(_main())
