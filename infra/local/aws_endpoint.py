"""The AWS that this cloud runs on, for programs beside it: `endpoint_url=http://127.0.0.1:PORT/local/aws/SERVICE`.

A call goes where the functions' own calls go, to moto in this process; what it writes is worked off like theirs.
`stack` is what CloudFormation would tell of the installation. Signatures are not looked at: whoever reaches the port
reaches it all, as with the other tools here.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber

from infra.local.cloud import LocalCloud

PATH: Final = "/local/aws/"

_HOP_BY_HOP: Final = {"connection", "content-length", "transfer-encoding", "date", "server"}


def stack(cloud: LocalCloud) -> dict[str, Any]:
    """Region, parameters, outputs, and what Ref gives for each resource."""
    return {
        "region": cloud.region,
        "parameters": {name: str(value) for name, value in cloud.stack.parameters.items()},
        "outputs": dict(cloud.stack.outputs),
        "resources": {name: resource.ref for name, resource in cloud.resources.items()},
    }


def call(
    cloud: LocalCloud, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, dict[str, str], bytes]:
    """One call of the AWS API: status, headers and body of its answer. `target`: path and query below PATH, which
    begin with the service as boto3 names it."""
    service, _, rest = target.partition("/")
    host = {"sesv2": "email"}.get(service, service)
    passed = HTTPHeaders()
    for name, value in headers.items():
        passed[name] = value
    url = f"https://{host}.{cloud.region}.amazonaws.com/{rest}"
    request = AWSPreparedRequest(method, url, passed, body, stream_output=False)
    answer = botocore_stubber(f"before-send.{service}.{_operation(headers, body)}", request)
    if answer is None:
        return 404, {}, b""
    kept = {str(k): str(v) for k, v in answer.headers.items() if str(k).lower() not in _HOP_BY_HOP}
    return answer.status_code, kept, answer.content


def _operation(headers: Mapping[str, str], body: bytes) -> str:
    """What is asked for, as far as the request says it at a glance (the protocols json and query do)."""
    named = next((v for k, v in headers.items() if k.lower() == "x-amz-target"), "").rpartition(".")[2]
    return named or parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
