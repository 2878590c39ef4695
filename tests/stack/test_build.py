"""What `make build` rests on: one folder and one way of building for all functions, and only files that should ship."""

import subprocess
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
SHIPS = {".py", ".toml", ".j2", ".css", ".js", ".svg"}


def test_all_functions_are_built_as_one_artefact() -> None:
    functions = {n: r for n, r in TEMPLATE["Resources"].items() if r["Type"] == "AWS::Serverless::Function"}
    assert functions
    for name, function in functions.items():
        # uv checks the hashes also of wheels for another machine; pip, as SAM calls it, does not.
        assert function.get("Metadata") == {"BuildMethod": "python-uv"}, name
        own = set(function["Properties"]) & {"CodeUri", "Runtime", "Architectures", "Layers"}
        assert not own, f"{name} would be built apart"


def test_what_is_kept_with_the_functions_may_ship() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "functions"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    kept = [Path(line) for line in listed.stdout.splitlines()]
    assert {path.suffix for path in kept if not path.name.startswith("requirements.")} <= SHIPS


def test_every_package_that_ships_is_pinned_by_hash() -> None:
    text = (ROOT / "functions" / "requirements.txt").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert entries
    assert all("==" in entry and entry.endswith("\\") for entry in entries)
    assert text.count("--hash=sha256:") >= len(entries)
