"""The `lazo` command, run in this process against the product under test."""

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from infra.local import aws_endpoint
from ops import dead_letters, installation
from ops.__main__ import app
from ops.installation import Installation
from tests.product import Product

COMMAND = typer.main.get_command(app)


@dataclass(frozen=True)
class Ended:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Lazo:
    """The `lazo` command on a product."""

    def __init__(self, product: Product, installation: Installation) -> None:
        self.product = product
        self.installation = installation

    def __call__(self, *arguments: str, code: int = 0, stdin: str | None = None) -> Ended:
        """Run `lazo ARGUMENTS --local`; it has to end with this code."""
        result = CliRunner().invoke(app, [*arguments, "--local"], input=stdin, prog_name="lazo")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return Ended(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def lazo(product: Product, monkeypatch: pytest.MonkeyPatch) -> Lazo:
    description = aws_endpoint.describe_stack(product.cloud)
    session = SimpleNamespace(
        region_name=description["region"],
        client=lambda service, config=None, endpoint_url=None: product.cloud.client(service),
    )
    local = Installation(
        "local", session, description["parameters"], description["outputs"], description["resources"]
    )
    monkeypatch.setattr("typer.testing._get_command", lambda _app: COMMAND)  # made once, not for each call
    monkeypatch.setattr(dead_letters, "WAIT_SECONDS", 0)  # moto waits by a clock that stands still here
    monkeypatch.setattr(installation, "local_installation", lambda _port: local)
    return Lazo(product, local)
