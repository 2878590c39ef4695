"""Runs checkov over the templates and holds what it finds against what is meant to be so (infra/checkov.toml).

    python -m infra.checkov_findings .venv-security/bin/checkov

The product's template is translated first: in the SAM form checkov does not look into what SAM makes of it.
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
BESIDE = ("infra/observability.yaml", "infra/edge.yaml", "infra/key.yaml", "infra/deploy-role.yaml")
"""Templates that are plain CloudFormation as they are."""


@dataclass(frozen=True, order=True)
class Finding:
    """`check`: checkov's id; `resource`: TYPE.LogicalId."""

    check: str
    resource: str
    what: str = ""


@dataclass(frozen=True)
class Accepted:
    """A finding that is meant to be so; `resource` is a glob."""

    check: str
    resource: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        return self.check == finding.check and fnmatchcase(finding.resource, self.resource)


def accepted(path: Path = ROOT / "infra" / "checkov.toml") -> list[Accepted]:
    """What the file lists; ValueError for an entry without a reason."""
    entries = [Accepted(**each) for each in tomllib.loads(path.read_text(encoding="utf-8"))["accepted"]]
    for entry in entries:
        if not entry.reason.strip():
            raise ValueError(f"{entry.check} for {entry.resource} lacks its reason")
    return entries


def judged(found: Iterable[Finding], known: Sequence[Accepted]) -> list[str]:
    """A line for each finding that nothing accepts, and for each entry that accepts nothing any more."""
    findings = sorted(found)
    new = [f"{f.check} {f.resource}: {f.what}" for f in findings if not any(each.covers(f) for each in known)]
    stale = [
        f"{each.check} {each.resource}: not found any more; take it out of infra/checkov.toml"
        for each in known
        if not any(each.covers(f) for f in findings)
    ]
    return new + stale


def run(checkov: str) -> tuple[list[Finding], int]:
    """What checkov finds, and how many checks passed. RuntimeError when it does not run through."""
    with tempfile.TemporaryDirectory() as folder:
        translated = Path(folder) / "translated.json"
        translated.write_text(template.translated(ROOT / "template.yaml"), encoding="utf-8")
        files = [str(translated), *(str(ROOT / each) for each in BESIDE)]
        command = [checkov, "--framework", "cloudformation", "--compact", "--quiet", "--output", "json"]
        command += ["--skip-download", *(part for file in files for part in ("--file", file))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own tool
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(done.stderr.strip() or "checkov says nothing") from None
    reports = told if isinstance(told, list) else [told]
    if any(report["summary"]["parsing_errors"] for report in reports):
        raise RuntimeError("checkov cannot read a template")
    failed = [each for report in reports for each in report["results"]["failed_checks"]]
    passed = sum(report["summary"]["passed"] for report in reports)
    return [Finding(f["check_id"], f["resource"], f["check_name"]) for f in failed], passed


def _main() -> int:
    found, passed = run(sys.argv[1])
    wrong = judged(found, accepted())
    for line in wrong:
        print(line)
    print(f"checkov: {passed} checks passed, {len(found)} findings, {len(wrong)} not accounted for")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(_main())
