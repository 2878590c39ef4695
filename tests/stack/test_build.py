"""What `make build` needs: one code folder and one build method for all functions, and only files that may ship."""

import subprocess
from pathlib import Path
from typing import Any

from infra.local.cloudformation.template_yaml import read_yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE: dict[str, Any] = read_yaml((ROOT / "template.yaml").read_text(encoding="utf-8"))
SHIPPED_SUFFIXES = {".py", ".toml", ".j2", ".css", ".js", ".svg", ".json", ".png"}


def test_all_functions_are_built_as_one_artefact() -> None:
    functions = {n: r for n, r in TEMPLATE["Resources"].items() if r["Type"] == "AWS::Serverless::Function"}
    assert functions
    for name, function in functions.items():
        # SAM's pip does not check the hashes of wheels for another processor; uv does.
        assert function.get("Metadata") == {"BuildMethod": "python-uv"}, name
        overrides = set(function["Properties"]) & {"CodeUri", "Runtime", "Architectures", "Layers"}
        assert not overrides, f"{name} would be built apart"


def test_only_files_that_ship_are_in_the_functions_folder() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "functions"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = [Path(line) for line in listed.stdout.splitlines()]
    assert {file.suffix for file in files if not file.name.startswith("requirements.")} <= SHIPPED_SUFFIXES


def test_every_shipped_package_is_pinned_by_hash() -> None:
    text = (ROOT / "functions" / "requirements.txt").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert entries
    assert all("==" in entry and entry.endswith("\\") for entry in entries)
    assert text.count("--hash=sha256:") >= len(entries)
