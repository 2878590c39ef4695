"""Clients of AWS by botocore: most of a cold start, which `lazo.runtime.aws_json` spares collect."""

import os
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from ssl import SSLCertVerificationError
from typing import Any

from botocore.config import Config
from botocore.exceptions import SSLError
from botocore.loaders import Loader
from botocore.session import Session, get_session

from lazo.runtime import amazon_roots
from lazo.runtime.amazon_roots import MODELS


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
    make: Callable[..., Any] = partial(session().create_client, service, config=Config(**options))
    roots = amazon_roots.bundle()
    if not roots:
        return make()
    made = make(verify=roots)
    endpoint: Any = getattr(made, "_endpoint", None)
    if not hasattr(endpoint, "http_session"):  # a botocore that is made otherwise; Lambda brings its own
        return make()
    endpoint.http_session = _FewAuthorities(endpoint.http_session, lambda: make()._endpoint.http_session)
    return made


class _FewAuthorities:
    """In place of what sends a client's requests: sends by `few`, and from the first certificate on that `few` does not
    trust by what `make_all` returns, which trusts all that botocore does. Nothing of a request is sent before."""

    def __init__(self, few: Any, make_all: Callable[[], Any]) -> None:
        self._sender, self._make_all = few, make_all
        self._trusts_all = False

    def send(self, request: Any) -> Any:
        try:
            return self._sender.send(request)
        except SSLError as refused:
            if self._trusts_all or not _is_unknown_authority(refused):
                raise
        self._sender, self._trusts_all = self._make_all(), True
        return self._sender.send(request)

    def close(self) -> None:
        self._sender.close()


def _is_unknown_authority(error: BaseException | None) -> bool:
    while error and not isinstance(error, SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
