"""The artefact built for this machine, and the local cloud with each function in a process of its own.

Skipped from collection unless LAZO_BUILT names a build folder, which `make test-build` makes.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.artefact import artefact_folder
from infra.local.aws_server import AwsServer
from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed
from infra.local.event_sources.lambda_runtime import Function
from tests.built.lambda_runtime import ROOT, BuiltFunction

collect_ignore_glob = [] if "LAZO_BUILT" in os.environ else ["test_*.py"]

PARAMETERS = {
    "SenderEmail": "lazo@example.com",
    "PublicBaseUrl": "https://lazo.example",
    "LogLevel": "WARNING",
}


@pytest.fixture(scope="session")
def artefact() -> Path:
    return artefact_folder(ROOT / os.environ["LAZO_BUILT"])


@pytest.fixture(scope="session")
def files(artefact: Path) -> dict[Path, int]:
    """Files that ship, with their times of writing."""
    return {f.relative_to(artefact): f.stat().st_mtime_ns for f in artefact.rglob("*") if f.is_file()}


@pytest.fixture(scope="session")
def elsewhere(artefact: Path, files: dict[Path, int], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the artefact to start functions from; it shows files that they write beside their code."""
    place = tmp_path_factory.mktemp("var") / "task"
    shutil.copytree(artefact, place)
    return place


@pytest.fixture(scope="module")
def cloud(elsewhere: Path) -> Iterator[LocalCloud]:
    """The local cloud with the demo stores; its functions are processes that Lambda's own runtime started from the
    built folder, and that reach moto over HTTP."""
    started: dict[str, BuiltFunction] = {}
    aws = AwsServer()

    def invoke(function: Function, event: Any) -> Any:
        if function.logical_id not in started:
            environment = _clean(function.environment) | {"AWS_ENDPOINT_URL": aws.url}
            started[function.logical_id] = BuiltFunction(elsewhere, environment, function.arn)
        return started[function.logical_id].invoke(event)

    with (
        LocalCloud.start(ROOT / "template.yaml", PARAMETERS) as cloud,
        pytest.MonkeyPatch.context() as patch,
    ):
        seed(cloud)
        patch.setattr(Function, "invoke", invoke)
        patch.setattr(cloud, "started", started, raising=False)
        try:
            yield cloud
        finally:
            for function in started.values():
                function.stop()
            aws.stop()


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    """Remove variables for Python that Lambda would not set."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(("PYTHON", "COV", "VIRTUAL_ENV"))
    }
