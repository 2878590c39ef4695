"""Packages that are cut down at build do what they do whole."""

import importlib.util
import os
import shutil
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import pytest

from infra import package_cuts
from infra.artefact import remove_unshipped
from infra.local.cloud import FUNCTIONS
from infra.package_cuts import BuildError

NUMBERS = """
import sys
from phonenumbers import data
from lazo.text import contact_details
for line in sys.stdin:
    phone, country = line.split("|")
    try:
        e164 = contact_details.to_e164(phone, country.strip())
        print(e164, contact_details.country_of(e164), contact_details.is_landline(e164))
    except ValueError as error:
        print(error)
print(len(data._AVAILABLE_REGION_CODES), sum(name.startswith("phonenumbers.") for name in sys.modules) < 40)
"""


def test_numbers_are_read_as_with_the_whole_package(tmp_path: Path) -> None:
    shutil.copytree(
        whole("phonenumbers"), tmp_path / "phonenumbers", ignore=shutil.ignore_patterns("__pycache__")
    )
    remove_unshipped(tmp_path)
    package_cuts.cut_phonenumbers(tmp_path / "phonenumbers")
    asked = "\n".join(f"{phone}|{country}" for country, phone in PHONES)

    def read(*first: Path) -> list[str]:
        path = os.pathsep.join(str(each) for each in (*first, FUNCTIONS))
        done = subprocess.run(
            [sys.executable, "-c", NUMBERS],
            input=asked,
            env={"PYTHONPATH": path},
            capture_output=True,
            text=True,
        )
        return (done.stdout or done.stderr).splitlines()

    cut, uncut = read(tmp_path), read()
    assert len(cut) == len(PHONES) + 1
    assert cut[:-1] == uncut[:-1]
    assert (cut[-1], uncut[-1]) == ("245 True", "245 False")


def test_a_file_that_is_linked_elsewhere_stays_there(tmp_path: Path) -> None:
    """The installer links files of its cache into what it installs."""
    for name in ("__init__.py", "data/__init__.py"):
        cached = tmp_path / "cache" / name
        cached.parent.mkdir(parents=True, exist_ok=True)
        cached.write_text(
            "from .alt_format_255 import PHONE_ALT_FORMAT_255\n_ALT_NUMBER_FORMATS = {255: 1}\n"
        )
        linked = tmp_path / "phonenumbers" / name
        linked.parent.mkdir(parents=True, exist_ok=True)
        linked.hardlink_to(cached)
    package_cuts.cut_phonenumbers(tmp_path / "phonenumbers")
    for name in ("__init__.py", "data/__init__.py"):
        assert "PHONE_ALT_FORMAT_255" in (tmp_path / "cache" / name).read_text()
        assert "PHONE_ALT_FORMAT_255" not in (tmp_path / "phonenumbers" / name).read_text()


def test_powertools_without_the_backport_is_the_same(tmp_path: Path) -> None:
    """And a Powertools that is written otherwise is not cut by guessing."""
    package = tmp_path / "aws_lambda_powertools"
    for name in ("metrics/types.py",):
        (package / name).parent.mkdir(parents=True)
        shutil.copy(whole("aws_lambda_powertools") / name, package / name)
    package_cuts.cut_powertools(package)
    text = (package / "metrics" / "types.py").read_text()
    assert "typing_extensions" not in text
    made: dict[str, Any] = {}
    exec(text, made)
    assert made["NotRequired"] is typing.NotRequired
    with pytest.raises(BuildError, match="NotRequired"):
        package_cuts.cut_powertools(package)


PHONES = (
    ("CL", "9 8765 4321"),
    ("CL", "+56 2 2345 6789"),
    ("MX", "044 55 5123 4567"),
    ("AR", "11 15 2345-6789"),
    ("BR", "(11) 98765-4321"),
    ("CO", "0057 300 123 4567"),
    ("ES", "612 345 678"),
    ("PT", "912 345 678"),
    ("GB", "07400 123456"),
    ("GB", "020 7946 0958"),
    ("US", "(202) 555-0143"),
    ("PE", "no number"),
)


def whole(package: str) -> Path:
    found = importlib.util.find_spec(package)
    assert found
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0])


@pytest.mark.skipif(sys.version_info < (3, 13), reason="the cut package asks for Lambda's Python, 3.13")
def test_powertools_imports_its_logger_alone(tmp_path: Path) -> None:
    shutil.copytree(whole("aws_lambda_powertools"), tmp_path / "aws_lambda_powertools")
    package_cuts.cut_powertools(tmp_path / "aws_lambda_powertools")
    remove_unshipped(tmp_path)
    asked = """
import sys
from aws_lambda_powertools import Logger
assert not {"aws_lambda_powertools.metrics", "aws_lambda_powertools.tracing", "botocore"} & set(sys.modules)
from aws_lambda_powertools.metrics import single_metric
Logger(service="s").warning("seen")
with single_metric("Seen", "Count", 1, namespace="n"):
    pass
"""
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={"PYTHONPATH": os.pathsep.join((str(tmp_path), str(FUNCTIONS)))},
        capture_output=True,
        text=True,
    )
    assert '"message":"seen"' in done.stdout, done.stderr
    assert '"Seen":[1.0]' in done.stdout, done.stderr


def test_what_pip_says_of_a_package_keeps_its_fields(tmp_path: Path) -> None:
    metadata = tmp_path / "package-1.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Name: package\nVersion: 1\n\n# Package\n\nWhat it is for.\n")
    package_cuts.cut_metadata(tmp_path)
    assert metadata.read_text() == "Name: package\nVersion: 1\n"
