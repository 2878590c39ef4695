"""Files that are uploaded: our modules, the packages they import, and bytecode for both."""

import importlib.util
import re
import subprocess
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
import yaml

from infra.artefact import OURS
from infra.service_models import FOLDER
from lazo.web.pages import COMPILED
from tests.built.lambda_runtime import ROOT

Files = dict[Path, int]

NOT_NEEDED = {"dnspython"}
"""Packages that a package asks for, and that nothing of ours makes it use."""


def files_in_git() -> set[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "functions"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {Path(line).relative_to("functions") for line in listed.stdout.splitlines()}


def pinned_packages() -> set[str]:
    text = (ROOT / "functions" / "requirements.txt").read_text()
    lines = re.findall(r"^([a-z0-9-]+)==\S+(?: ; (.*?))? \\$", text, re.MULTILINE)
    return {name for name, marker in lines if "win32" not in marker} - NOT_NEEDED


def test_the_files_in_git_ship(files: Files) -> None:
    tops = {path.parts[0] for path in files_in_git() if len(path.parts) > 1}
    made = {"__pycache__", COMPILED}
    shipped = {f for f in files if f.parts[0] in tops and made.isdisjoint(f.parts)}
    assert shipped == {f for f in files_in_git() if not f.name.startswith("requirements.")}


def test_only_pinned_packages_ship_beside_them(artefact: Path, files: Files) -> None:
    found = [PathDistribution(info) for info in artefact.glob("*.dist-info")]
    names = {re.sub(r"[-_.]+", "-", each.metadata["Name"]).lower() for each in found}
    assert names == pinned_packages()
    tops = {path.parts[0] for path in files_in_git()}
    known = {"typing_extensions", "six", "dateutil"}  # named otherwise than their packages
    for top in {f.parts[0].partition(".")[0] for f in files} - tops - known - {"__pycache__", FOLDER}:
        assert top.partition("-")[0].replace("_", "-").lower() in names | {"python-dateutil"}, top


@pytest.mark.parametrize("stray", ["boto3", "botocore", "bin", "tests", "requirements.txt", ".lock"])
def test_no_other_files_ship(artefact: Path, stray: str) -> None:
    assert not list(artefact.rglob(stray))


def test_our_modules_have_bytecode_that_python_uses_unchecked(artefact: Path, files: Files) -> None:
    modules = [f for f in files if f.suffix == ".py"]
    assert {f.parts[0] for f in modules} <= OURS
    for module in modules:
        assert _is_used_unchecked(artefact / importlib.util.cache_from_source(str(module))), module


def test_packages_have_bytecode_alone(artefact: Path, files: Files) -> None:
    packages = [f for f in files if f.suffix == ".pyc" and f.parts[0] not in OURS]
    assert len(packages) > 500
    for module in packages:
        assert "__pycache__" not in module.parts
        assert _is_used_unchecked(artefact / module), module


def _is_used_unchecked(bytecode: Path) -> bool:
    """PEP 552: bit 0 says that it is by hash, bit 1 that the source is to be looked at."""
    head = bytecode.read_bytes()[:8]
    return head[:4] == importlib.util.MAGIC_NUMBER and int.from_bytes(head[4:], "little") == 0b01


def test_tracebacks_name_the_place_where_lambda_unpacks_it(artefact: Path) -> None:
    compiled = artefact / importlib.util.cache_from_source("lazo/survey/nps.py")
    assert b"/var/task/lazo/survey/nps.py" in compiled.read_bytes()
    assert b"/var/task/pydantic/main.py" in (artefact / "pydantic" / "main.pyc").read_bytes()


def test_the_built_templates_have_no_yaml_aliases(artefact: Path) -> None:
    """CloudFormation accepts none; sam build has to replace those of template.yaml."""
    templates = [artefact.parent / "template.yaml", *artefact.parent.glob("*/template.yaml")]
    assert len(templates) == 2
    for template in templates:
        events = yaml.parse(template.read_text(encoding="utf-8"))
        assert not any(isinstance(event, yaml.AliasEvent) for event in events), template


def test_native_code_is_of_one_architecture(files: Files) -> None:
    native = {f.name.split("-")[-3] for f in files if f.suffix == ".so"}
    assert len(native) == 1
