"""Files that are uploaded: our modules, the packages they import, and bytecode for both."""

import importlib.util
import re
import subprocess
import warnings
from datetime import date, timedelta
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
import yaml
from holidays import country_holidays

from infra.artefact import OURS
from infra.artefact_sizes import size_of, sizes_by_package
from infra.holiday_tables import supported_countries
from infra.service_models import FOLDER
from lazo import clock
from lazo.store import public_holidays
from lazo.translations import LANGUAGES
from lazo.web.pages import COMPILED
from tests.built.lambda_runtime import ROOT

Files = dict[Path, int]

NOT_SHIPPED = {"dnspython", "jmespath", "typing-extensions"}
"""Packages that a package asks for: nothing of ours makes it use the first, the second comes with boto3, and Python has
what was used of the third."""


def files_in_git() -> set[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "functions"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {Path(line).relative_to("functions") for line in listed.stdout.splitlines()}


def pinned_packages() -> set[str]:
    text = (ROOT / "functions" / "requirements.txt").read_text()
    lines = re.findall(r"^([a-z0-9-]+)==\S+(?: ; (.*?))? \\$", text, re.MULTILINE)
    return {name for name, marker in lines if "win32" not in marker} - NOT_SHIPPED


def test_the_files_in_git_ship(files: Files) -> None:
    tops = {path.parts[0] for path in files_in_git() if len(path.parts) > 1}
    made = {"__pycache__", COMPILED}
    in_git = {f for f in files_in_git() if not f.name.startswith("requirements.")}
    in_their_place = {f.with_suffix(".json") for f in in_git if f.suffix == ".toml"} - compiled_rules()
    expected = {f for f in in_git if f.suffix not in (".toml", ".j2")} | in_their_place
    holidays = Path("lazo", "data", "holidays")
    shipped = {f for f in files if f.parts[0] in tops and made.isdisjoint(f.parts) and f.parent != holidays}
    assert shipped == expected | {Path("lazo", "dataclass_code.bin")}
    assert {f.stem for f in files if f.parent == holidays} == set(supported_countries())


def compiled_rules() -> set[Path]:
    return {Path("lazo", "data", "themes", f"{language}.json") for language in LANGUAGES}


def test_only_pinned_packages_ship_beside_them(artefact: Path, files: Files) -> None:
    found = [PathDistribution(info) for info in artefact.glob("*.dist-info")]
    names = {re.sub(r"[-_.]+", "-", each.metadata["Name"]).lower() for each in found}
    assert names == pinned_packages()
    tops = {path.parts[0] for path in files_in_git()}
    for top in {f.parts[0].partition(".")[0] for f in files} - tops - {"__pycache__", FOLDER}:
        assert top.partition("-")[0].replace("_", "-").lower() in names, top


MB = 1024 * 1024
WEIGHTS = {
    "lazo": 2.4,
    "desk": 0.7,
    "phonenumbers": 0.3,
    "tzdata": 0.3,
    "jinja2": 0.2,
    "collect": 0.15,
    "notify": 0.15,
}
"""What may weigh more than a tenth of a megabyte, zipped, and how many."""


def test_the_artefact_is_light(artefact: Path) -> None:
    sizes = sizes_by_package(artefact)
    listed = "\n".join(f"{name:24} {size}" for name, size in sizes.items())
    assert {name for name, size in sizes.items() if size.zipped > WEIGHTS.get(name, 0.1) * MB} == set(), (
        listed
    )
    assert size_of(artefact).zipped <= 4.5 * MB, listed
    # The parts are the whole, but for the end of the central directory.
    assert sum(size.zipped for size in sizes.values()) + 22 == size_of(artefact).zipped


def test_no_day_is_another_than_in_the_package(artefact: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all countries and their parts; tests/stack/test_holiday_tables.py asks of every day of a few."""
    monkeypatch.setattr(public_holidays, "TABLES", artefact / "lazo" / "data" / "holidays")
    this_year = clock.now().year
    first, last = date(this_year - 1, 1, 1), date(this_year + 7, 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for country in supported_countries():
        found = public_holidays.public_holidays.__wrapped__(country, None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some are known for fewer years
            expected = country_holidays(country, years=range(first.year, last.year + 1))
        assert [day for day in days if day in found] == [day for day in days if day in set(expected)], country


@pytest.mark.parametrize("stray", ["boto3", "botocore", "bin", "tests", "requirements.txt", ".lock"])
def test_no_other_files_ship(artefact: Path, stray: str) -> None:
    assert not list(artefact.rglob(stray))


def test_our_modules_have_bytecode_that_python_uses_unchecked(artefact: Path, files: Files) -> None:
    modules = [f for f in files if f.suffix == ".py"]
    assert len(modules) > 400
    assert {f.parts[0] for f in modules} <= OURS
    for module in modules:
        assert _is_used_unchecked(artefact / importlib.util.cache_from_source(str(module))), module


def test_packages_have_bytecode_alone(artefact: Path, files: Files) -> None:
    packages = [f for f in files if f.suffix == ".pyc" and (f.parts[0] not in OURS or COMPILED in f.parts)]
    assert len(packages) > 300
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
    assert b"/var/task/jinja2/runtime.py" in (artefact / "jinja2" / "runtime.pyc").read_bytes()


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
