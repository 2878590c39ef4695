"""Clients of AWS by botocore: most of a cold start, which `lazo.runtime.aws_json` spares collect."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session, get_session

MODELS: Final = "AWS_DATA_PATH"
"""The variable that says where models of services are that the build cut down (infra/service_models.py)."""


class ShippedModels(Loader):
    """Finds the models that ship, and behind them botocore's own, without a look into the folders of all its services,
    some thousand."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - of each there is every type
        """Return the services that functions call. S3 is whole, since only an export makes its client."""
        return ["s3", *(each.name for each in Path(os.environ[MODELS]).iterdir() if each.is_dir())]

    def is_builtin_path(self, path: str) -> bool:  # noqa: ARG002 - all are
        """Take the endpoints that ship for botocore's own: they are a part of them."""
        return True


@cache
def session() -> Session:
    """Return what makes clients. Not boto3's: its resources and transfers take a tenth of a first call, unused."""
    made = get_session()
    if os.environ.get(MODELS) and Path(os.environ[MODELS]).is_dir():
        made.register_component("data_loader", ShippedModels([os.environ[MODELS]]))
    return made


def make_client(service: str, options: Mapping[str, Any]) -> Any:
    """Return a new client of a service in the function's region. `options`: of `botocore.config.Config`."""
    return session().create_client(service, config=Config(**options))
