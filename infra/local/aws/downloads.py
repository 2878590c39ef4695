"""Presigned links of S3 lead to this server instead of to amazonaws.com, and open what moto holds.

A link is pointed here before it is signed, so its signature is held against what the browser asks for, as S3 holds it
("Authenticating Requests: Using Query Parameters", Amazon S3 API Reference). It is over by the machine's clock, which
signs it, and not by the product's.
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

PATH = "/local/s3/"
_SECRET = "local"  # noqa: S105 - moto's, as infra.local.event_sources.lambda_runtime hands it out
_TIME = "%Y%m%dT%H%M%SZ"

_bases: list[str] = []
"""The address of the server that runs, if one does."""


def set_base_url(base: str | None) -> None:
    """Let links from now on lead to the server at `base` (`http://127.0.0.1:8000`); None: to amazonaws.com."""
    _bases[:] = [base] if base else []


def redirect_presigned(request: Any, signature_version: str, **_: Any) -> None:
    """Point a link to this server; botocore calls this before it signs a request for an object."""
    if _bases and signature_version.endswith("query"):
        place, here = urlsplit(request.url), urlsplit(_bases[0])
        bucket = place.netloc.partition(".s3.")[0]
        request.url = urlunsplit((here.scheme, here.netloc, f"{PATH}{bucket}{place.path}", place.query, ""))


def is_signed(url: str, now: datetime) -> bool:
    """Tell whether this link for a GET was signed here, and is not over yet."""
    place = urlsplit(url)
    given = {name: values[0] for name, values in parse_qs(place.query).items()}
    try:
        region, expires = given["X-Amz-Credential"].split("/")[2], int(given["X-Amz-Expires"])
        signed_at = datetime.strptime(given["X-Amz-Date"], _TIME).replace(tzinfo=UTC)
        signature = given["X-Amz-Signature"]
    except (KeyError, IndexError, ValueError):
        return False
    query = "&".join(each for each in place.query.split("&") if not each.startswith("X-Amz-Signature="))
    asked = AWSRequest("GET", urlunsplit(place._replace(query=query)))
    asked.context["timestamp"] = given["X-Amz-Date"]
    signer = S3SigV4QueryAuth(Credentials("local", _SECRET), "s3", region)
    expected = signer.signature(signer.string_to_sign(asked, signer.canonical_request(asked)), asked)
    return hmac.compare_digest(expected, signature) and now <= signed_at + timedelta(seconds=expires)


def read(client: Any, path: str) -> tuple[bytes, Mapping[str, str]] | None:
    """Return an object's bytes and the headers that it was written with; None when there is none. `path` as in a
    link."""
    bucket, _, key = unquote(path).removeprefix(PATH).partition("/")
    try:
        found = client.get_object(Bucket=bucket, Key=key)
    except (client.exceptions.NoSuchKey, client.exceptions.NoSuchBucket):
        return None
    names = {"ContentType": "Content-Type", "ContentDisposition": "Content-Disposition"}
    return found["Body"].read(), {header: found[name] for name, header in names.items() if name in found}
