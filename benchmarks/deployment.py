"""The functions as the local cloud deploys them from template.yaml, without running them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
PARAMETERS = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": "https://lazo.example", "LogLevel": "ERROR"}


@dataclass(frozen=True)
class Deployment:
    """`environments`: each function's, by its logical id: the template's variables, LAMBDA_TASK_ROOT, credentials of
    nobody. `items`: the demo stores and their touchpoints, as DynamoDB types them."""

    environments: dict[str, dict[str, str]]
    items: list[dict[str, Any]]


def read() -> Deployment:
    with LocalCloud.start(TEMPLATE, PARAMETERS) as cloud:
        seed(cloud)
        return Deployment(
            environments={name: _clean(function.environment) for name, function in cloud.functions.items()},
            items=cloud.client("dynamodb").scan(TableName=cloud.physical_id("Table"))["Items"],
        )


def _clean(environment: dict[str, str]) -> dict[str, str]:
    # What this machine tells Python: it may forbid .pyc files.
    return {name: value for name, value in environment.items() if not name.startswith(("PYTHON", "COV"))}
