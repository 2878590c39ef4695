"""Runs the functions' handlers as Lambda's Python runtime does, all in this process."""

import functools
import importlib
import json
import logging
import os
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

from aws_lambda_powertools.logging.filters import SuppressFilter

from infra.local.aws.calls import running_function
from infra.local.aws.faults import Crash
from infra.local.cloudformation.resources import Resource
from lazo import clock

SYNCHRONOUS_LIMIT = 6_291_556
"""Bytes of a synchronous invocation's request or response (Lambda quotas: 6 MB; the error message names this
figure)."""

# What of this machine's environment a function may see: how to find programs, places and Python itself.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHON", "COV_", "COVERAGE_", "MOTO_")

_environment_lock = RLock()
logger = logging.getLogger(__name__)


class FunctionError(RuntimeError):
    """The handler raised, or returned what is no JSON. `payload` is what Lambda answers then."""

    def __init__(self, function: str, payload: dict[str, Any]) -> None:
        super().__init__(f"{function}: {payload['errorType']}: {payload['errorMessage']}")
        self.payload = payload


@dataclass(frozen=True)
class LambdaContext:
    """The context object of the Python runtime, as far as it has a meaning here."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    aws_request_id: str
    log_group_name: str
    deadline: float
    function_version: str = "$LATEST"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.monotonic()) * 1000))


@dataclass(frozen=True)
class Invocation:
    """One run of a handler: when by the product's clock, how long by the machine's, and how it ended."""

    function: str
    at: datetime
    seconds: float
    error: str | None


class Function:
    """One AWS::Lambda::Function. It is loaded at its first invocation or by `load`.

    Its environment is in `os.environ` while its module is imported and its `wire()` runs, and no longer: `wire`
    reads all settings. A handler without a `wire` runs with its environment applied, one such at a time.
    """

    def __init__(
        self, resource: Resource, code_root: Path, region: str, note: Callable[[Invocation], None]
    ) -> None:
        self._note = note
        properties = resource.properties
        self.logical_id = resource.logical_id
        self.name = resource.ref
        self.arn = resource.attributes["Arn"]
        self.timeout = int(properties.get("Timeout", 3))
        self.memory = int(properties.get("MemorySize", 128))
        self._loaded: tuple[Callable[[Any, LambdaContext], Any], bool] | None = None
        self._module_name, self._handler_name = properties["Handler"].rsplit(".", 1)
        self._log_group = properties.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{self.name}")
        self._properties, self._code_root, self._region = properties, code_root, region

    @functools.cached_property
    def environment(self) -> dict[str, str]:
        """What its handler finds in `os.environ`; a test may change it until the function is loaded."""
        return {
            **{name: value for name, value in os.environ.items() if name.startswith(_KEPT)},
            **runtime_environment(self._region),
            "_HANDLER": self._properties["Handler"],
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": self._log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self._properties['Runtime']}",
            "LAMBDA_TASK_ROOT": str(self._code_root),
            "TZ": ":UTC",
            **{
                name: str(value)
                for name, value in self._properties.get("Environment", {}).get("Variables", {}).items()
            },
        }

    def load(self) -> None:
        """Imports the handler and wires it, once. Raises what the import or `wire` raises."""
        if self._loaded is None:
            with _environment_lock:
                self._loaded = self._loaded or self._load()

    def _load(self) -> tuple[Callable[[Any, LambdaContext], Any], bool]:
        with environment(self.environment):
            module = importlib.import_module(self._module_name)
            wire = getattr(module, "wire", None)
            if wire is not None:
                if hasattr(wire, "cache_clear"):
                    wire.cache_clear()  # of an earlier local cloud in this process
                _reset_logger(self.environment.get("POWERTOOLS_SERVICE_NAME", ""))
                wire()
        return getattr(module, self._handler_name), wire is not None

    def invoke(self, event: Any) -> Any:
        """Run the handler and return its answer, as JSON would carry it.

        Raises FunctionError when the handler fails.
        """
        request_id = str(uuid.uuid4())
        at, started = clock.now(), time.monotonic()
        context = LambdaContext(
            function_name=self.name,
            invoked_function_arn=self.arn,
            memory_limit_in_mb=self.memory,
            aws_request_id=request_id,
            log_group_name=self._log_group,
            deadline=started + self.timeout,
        )
        token = running_function.set(self.logical_id)
        failure = None
        try:
            self.load()
            assert self._loaded is not None
            handler, wired = self._loaded
            with nullcontext() if wired else environment(self.environment):
                answer = _through_json(handler(_through_json(event), context))
        except (Exception, Crash, SystemExit) as error:
            logger.warning("%s failed", self.logical_id, exc_info=not isinstance(error, Crash))
            failure = _error_payload(error, request_id)
            raise FunctionError(self.logical_id, failure) from error
        finally:
            running_function.reset(token)
            seconds = time.monotonic() - started
            self._note(Invocation(self.logical_id, at, seconds, failure["errorType"] if failure else None))
            if seconds > self.timeout:
                logger.warning("%s ran longer than its time-out of %s s", self.logical_id, self.timeout)
        return answer


def runtime_environment(region: str) -> dict[str, str]:
    """Return what every function finds in its environment; the credentials are moto's, and no file of this machine's
    user is read."""
    return {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": "local",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        # Else botocore puts the account's id into the host name, and moto answers 404 to DescribeStream.
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    }


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """`os.environ` is exactly `variables` for the time of the block; one block at a time in the process."""
    with _environment_lock:
        before = dict(os.environ)
        _become(variables)
        try:
            yield
        finally:
            _become(before)


@contextmanager
def aws_environment(region: str) -> Iterator[None]:
    """The AWS_* variables of this process are those of `runtime_environment` for the time of the block: what a
    handler makes while it runs must not find the account of this machine's user."""
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    others = {name: value for name, value in os.environ.items() if name not in before}
    _become({**others, **runtime_environment(region)})
    try:
        yield
    finally:
        others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        _become({**others, **before})


def _reset_logger(service: str) -> None:
    """Let the next Powertools logger of a service take its level and stream anew, as in a new process.

    Powertools sets up a name once per process, and here one process plays many copies of a function. Each time it
    leaves a filter with the handlers of the root.
    """
    logging.Logger.manager.loggerDict.pop(service, None)
    for handler in logging.root.handlers:
        for each in handler.filters[:]:
            if isinstance(each, SuppressFilter) and each.logger == service:
                handler.removeFilter(each)


def _become(variables: Mapping[str, str]) -> None:
    now = dict(os.environ)
    for name in now.keys() - variables.keys():
        del os.environ[name]
    os.environ.update({name: value for name, value in variables.items() if now.get(name) != value})


@contextmanager
def importable(root: Path) -> Iterator[None]:
    """`root` is the first place to import from, as it is in Lambda; its modules are forgotten afterwards unless
    it was importable before."""
    place = str(root)
    if place in sys.path:
        yield
        return
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(f"{place}{os.sep}"):
                del sys.modules[name]


def _through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _error_payload(error: BaseException, request_id: str) -> dict[str, Any]:
    if isinstance(error, (Crash, SystemExit)):
        message = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
        return {"errorType": "Runtime.ExitError", "errorMessage": message}
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }
