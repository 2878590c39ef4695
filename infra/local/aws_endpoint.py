"""The AWS that this cloud runs on, for programs beside it: `endpoint_url=http://127.0.0.1:PORT/local/aws/SERVICE`.

A call goes where the functions' own calls go, to moto in this process; what it writes is worked off like theirs.
`describe_stack` gives what CloudFormation would tell of the installation. Signatures are not looked at: whoever reaches
the port reaches it all, as with the other tools here.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber

from infra.local.cloud import LocalCloud

PATH: Final = "/local/aws/"

NOT_PLAYED: Final = "NotInTheLocalCloud"
"""Code of the error for what moto does not know."""

_HOSTS: Final = {"sesv2": "email", "cloudwatch": "monitoring"}
"""Services whose address has another name than boto3's."""
_HOP_BY_HOP: Final = {"connection", "content-length", "transfer-encoding", "date", "server"}


def describe_stack(cloud: LocalCloud) -> dict[str, Any]:
    """Return region, parameters, outputs, and what Ref gives for each resource."""
    return {
        "region": cloud.region,
        "parameters": {name: str(value) for name, value in cloud.stack.parameters.items()},
        "outputs": dict(cloud.stack.outputs),
        "resources": {name: resource.ref for name, resource in cloud.resources.items()},
    }


def forward_call(
    cloud: LocalCloud, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, dict[str, str], bytes]:
    """One call of the AWS API: status, headers and body of its answer. `target`: path and query below PATH, which
    begin with the service as boto3 names it."""
    service, _, rest = target.partition("/")
    host = _HOSTS.get(service, service)
    passed = HTTPHeaders()
    for name, value in headers.items():
        passed[name] = value
    url = f"https://{host}.{cloud.region}.amazonaws.com/{rest}"
    request = AWSPreparedRequest(method, url, passed, body, stream_output=False)
    try:
        answer = botocore_stubber(f"before-send.{service}.{_operation(headers, body)}", request)
    except NotImplementedError:
        answer = None
    if answer is None:
        return _not_played(headers)
    kept = {str(k): str(v) for k, v in answer.headers.items() if str(k).lower() not in _HOP_BY_HOP}
    return answer.status_code, kept, answer.content


def _not_played(headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
    """An error in the caller's protocol, with a status that no client tries again."""
    if "x-www-form-urlencoded" in headers.get("Content-Type", ""):
        return 501, {}, f"<ErrorResponse><Error><Code>{NOT_PLAYED}</Code></Error></ErrorResponse>".encode()
    return 501, {"x-amzn-ErrorType": NOT_PLAYED}, b"{}"


def _operation(headers: Mapping[str, str], body: bytes) -> str:
    """What is asked for, as far as the request says it at a glance (the protocols json and query do)."""
    named = next((v for k, v in headers.items() if k.lower() == "x-amz-target"), "").rpartition(".")[2]
    return named or parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
