"""A small cloud: a template like the product's, and handlers that each test writes."""

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloud import LocalCloud
from tests.local.small_cloud import NOTES, START, TEMPLATE, Put, StartCloud

IDLE = "def lambda_handler(event, context):\n    return None\n"


@pytest.fixture
def start_cloud(tmp_path: Path) -> Iterator[StartCloud]:
    """`start_cloud(web_app="def lambda_handler(event, context): ...")`: handlers by module, the others idle."""
    with ExitStack() as stack:

        def start(
            template: Path = TEMPLATE, parameters: Mapping[str, str] | None = None, **modules: str
        ) -> LocalCloud:
            for name in ("web_app", "stream_app", "queue_app", "sweep_app"):
                source = NOTES + textwrap.dedent(modules.get(name, IDLE))
                (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
            given = parameters or {"SenderEmail": "shop@example.com"}
            return stack.enter_context(LocalCloud.start(template, given, code_root=tmp_path, at=START))

        yield start


@pytest.fixture
def put() -> Put:
    """`put(cloud, "ANSWER#1", score=3)` writes an item."""

    def write(cloud: LocalCloud, sort_key: str, **attributes: Any) -> None:
        item = {"pk": {"S": "STORE#1"}, "sk": {"S": sort_key}}
        for name, value in attributes.items():
            item[name] = {"N": str(value)} if isinstance(value, int) else {"S": value}
        cloud.client("dynamodb").put_item(TableName=cloud.physical_id("Table"), Item=item)

    return write
