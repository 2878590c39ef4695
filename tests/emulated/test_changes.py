"""Changes of the deployed stack: one that has to be seen, and one that has to take effect. They come last."""

import hashlib
import json
import os
import secrets
from pathlib import Path

import boto3

from ops.doctor.finding import ok
from ops.doctor.versions import check_versions
from ops.installation import aws_installation
from tests.cloud.stacks import Deployed
from tests.cloud.steps import FORM, JSON, open_store, post_answer
from tests.emulated.deployment import Deployer
from tests.emulated.emulation import STACK
from tests.emulated.emulator import Emulator

ROUTES = {
    "collect": ("GET", "/s/nothing-hangs-here"),
    "desk": ("GET", "/desk/sign-in"),
    "customer_page": ("POST", f"/m/{'a' * 40}/stop"),
    "customer_events": ("POST", "/v1/customers/events"),
    "api": ("GET", "/v1/scores"),
}
"""A route of each function that HTTP reaches."""


def test_a_right_that_is_missing_is_seen(emulator: Emulator, stack: Deployed) -> None:
    """Without dynamodb:UpdateItem classify cannot classify; two minutes later the sweep does, and the alert comes."""
    role = {"RoleName": emulator.resources["ClassifyRole"], "PolicyName": "classify"}
    iam = boto3.client("iam")
    policy = iam.get_role_policy(**role)["PolicyDocument"]
    without = json.dumps(policy).replace(', "dynamodb:UpdateItem"', "")
    assert without != json.dumps(policy)
    iam.put_role_policy(**role, PolicyDocument=without)
    store = open_store(stack)
    try:
        post_answer(store)
        errors = stack.until(emulator.errors, 30)
        assert {error["service"] for error in errors} == {"classify"}
        denied = {(check.role, check.action) for check in emulator.checks() if not check.allowed}
        assert denied == {("ClassifyRole", "dynamodb:UpdateItem")}
    finally:
        iam.put_role_policy(**role, PolicyDocument=json.dumps(policy))
        store.close()


def test_a_parameter_alone_takes_effect(stack: Deployed) -> None:
    """Nothing but OriginDigests changes: then every function answers through the edge alone, and doctor agrees."""
    assert statuses(stack) == {
        "collect": 404,
        "desk": 200,
        "customer_page": 404,
        "customer_events": 401,
        "api": 401,
    }
    secret = secrets.token_urlsafe()
    digest = hashlib.sha256(secret.encode()).hexdigest()
    Deployer(Path(os.environ["LAZO_BUILT"]), STACK).deploy({"OriginDigests": digest})
    assert set(statuses(stack).values()) == {403}
    assert 403 not in statuses(stack, {"x-lazo-origin": secret}).values()
    assert check_versions(aws_installation(STACK, None, None)) == ok("3 functions run with what is set")


def statuses(stack: Deployed, headers: dict[str, str] | None = None) -> dict[str, int]:
    """Request a route of each function; return the status by the function's name."""
    bodies = {"GET": ({}, b""), "POST": ({**JSON, **FORM}, b"a=b")}
    return {
        name: stack.ask(method, path, {**bodies[method][0], **(headers or {})}, bodies[method][1]).status
        for name, (method, path) in ROUTES.items()
    }
