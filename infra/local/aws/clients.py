"""boto3 clients of the local cloud. They are made once in a process and outlive each local cloud."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

import boto3
import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator

from infra.local.aws import downloads
from infra.local.aws.moto_speedups.direct_calls import HANDLERS
from infra.local.aws.moto_speedups.parameters import mistakes

_takers: list[Callable[..., dict[str, Any] | None]] = []
"""What is offered each call before botocore makes it, while a local cloud runs."""


@functools.cache
def client(service: str, region: str) -> Any:
    """Return a client that calls the local cloud."""
    return _session(region).client(service)


@contextmanager
def default_session(region: str, take_call: Callable[..., dict[str, Any] | None]) -> Iterator[None]:
    """For the time of the block all clients come of one session, the handlers' too: what botocore reads of the
    services is read once. `take_call` is offered each call (service, model, parameters, region); what it returns is the
    answer, None leaves the call to botocore."""
    _takers.append(take_call)
    try:
        with (
            mock.patch("boto3.DEFAULT_SESSION", _session(region)),
            mock.patch("lazo.runtime.botocore_clients.session", functools.partial(_core, region)),
        ):
            yield
    finally:
        _takers.remove(take_call)


_ENDED_WELL = SimpleNamespace(status_code=200)
_call_by_botocore: Callable[..., Any] = vars(BaseClient)["_make_api_call"]


def _make_api_call(self: Any, operation_name: str, api_params: dict[str, Any]) -> Any:
    """Stands in for botocore's `BaseClient._make_api_call`: offers the call, its parameters checked
    whether or not the client asks for it: AWS would refuse what is wrong."""
    service = self.meta.service_model.service_id.hyphenize()
    if not _takers or service not in HANDLERS:
        return _call_by_botocore(self, operation_name, api_params)
    context: dict[str, Any] = {}
    answer = offered(self, operation_name, api_params, context)
    if answer is None:
        return _call_by_botocore(self, operation_name, api_params)
    if error := answer.get("Error"):
        raise self.exceptions.from_code(error["Code"])(answer, operation_name)
    # The client's quota of retries counts the calls that ended well.
    ended_well(self, operation_name, answer, context)
    return answer


def offered(
    boto: Any, operation: str, params: dict[str, Any], context: dict[str, Any]
) -> dict[str, Any] | None:
    """Offer a call of a boto3 client, its parameters checked, and return the answer; None where it has to be sent."""
    model = boto.meta.service_model.operation_model(operation)
    service = boto.meta.service_model.service_id.hyphenize()
    boto._emit_api_params(params, model, context)
    if model.input_shape is not None:
        find = mistakes if service == "dynamodb" else _mistakes
        if report := find(params, model.input_shape):
            raise ParamValidationError(report=report)
    return _takers[-1](service, model, params, boto.meta.region_name) if service in HANDLERS else None


def ended_well(boto: Any, operation: str, answer: dict[str, Any], context: dict[str, Any]) -> None:
    """Tell a boto3 client's hooks of a call that ended well."""
    service = boto.meta.service_model.service_id.hyphenize()
    boto.meta.events.emit(
        f"after-call.{service}.{operation}",
        http_response=_ENDED_WELL,
        parsed=answer,
        model=boto.meta.service_model.operation_model(operation),
        context=context,
    )


def _mistakes(params: dict[str, Any], shape: Any) -> str:
    return str(ParamValidator().validate(params, shape).generate_report())


def _offer_calls(class_attributes: dict[str, Any], **_: Any) -> None:
    class_attributes["_make_api_call"] = _make_api_call


@functools.cache
def _core(region: str) -> botocore.session.Session:
    core = botocore.session.Session()
    # Left alone botocore works out anew, twice for each call, on which machine and Python it runs.
    core.set_default_client_config(Config(user_agent="lazo-local"))
    core.set_config_variable("region", region)
    core.set_credentials("local", "local")
    events = core.get_component("event_emitter")
    events.register("before-sign.s3.GetObject", downloads.redirect_presigned)
    events.register("creating-client-class", _offer_calls)
    return core


@functools.cache
def _session(region: str) -> Any:
    return boto3.Session(botocore_session=_core(region))
