"""Calls of the client without botocore (`lazo.runtime.aws_json`), made on the local cloud instead of over HTTPS.

They meet what botocore's calls meet: the check of parameters, faults, moto, the hooks of a session. Signing,
repetitions and errors are the client's own.
"""

import json
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectTimeoutError, HTTPClientError, ReadTimeoutError
from moto.core.models import botocore_stubber

from infra.local.aws.clients import ended_well, offered
from lazo.runtime import settings
from lazo.runtime.aws_json import Client, ConnectTimedOut, Reply


def exchange(self: Client, operation: str, body: bytes) -> Reply:
    """Stands in for `aws_json.Client.exchange`."""
    boto = settings.client(self.service)
    context: dict[str, Any] = {}
    answer = offered(boto, operation, json.loads(body), context)
    if answer is None:
        status, headers, content = _sent(self, boto, operation, body)
        if status == 200:
            ended_well(boto, operation, json.loads(content), context)
        return status, headers, content
    if error := answer.pop("Error", None):
        refusal = {**answer, "__type": error["Code"], "message": error["Message"]}
        return 400, {}, json.dumps(refusal).encode()
    ended_well(boto, operation, answer, context)
    return 200, {}, json.dumps(answer, default=str).encode()  # a secret has dates


def _sent(client: Client, boto: Any, operation: str, body: bytes) -> Reply:
    headers: Any = HTTPHeaders()
    for name, value in client.signed_headers(operation, body).items():
        headers[name] = value
    url = f"https://{client.service}.{client.region}.amazonaws.com/"
    request = AWSPreparedRequest("POST", url, headers, body, stream_output=False)
    service = boto.meta.service_model.service_id.hyphenize()
    try:
        answer: Any = botocore_stubber(f"before-send.{service}.{operation}", request)
    except ConnectTimeoutError as late:
        raise ConnectTimedOut from late
    except ReadTimeoutError as late:
        raise TimeoutError from late
    except HTTPClientError as lost:
        raise ConnectionResetError from lost
    return (
        answer.status_code,
        {name.lower(): str(value) for name, value in answer.headers.items()},
        answer.content,
    )
