"""Whom clients trust: Amazon's roots first, then all authorities, and nobody whom none of these vouches for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest
from botocore.session import Session

from benchmarks.certificates import AT_ONCE, Certificates, make_certificates
from infra.local.aws_server import AwsReply, AwsRequest, AwsServer
from lazo.runtime import amazon_roots, aws_errors, aws_json, botocore_clients
from lazo.runtime.settings import CLIENT_OPTIONS, WITHOUT_RETRIES

ASKED = {"TableName": "lazo", "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}
FOUND = {"pk": {"S": "a"}}


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> tuple[Certificates, Certificates]:
    """The server's, and a stranger's."""
    made = [make_certificates(tmp_path_factory.mktemp(name), AT_ONCE) for name in ("servers", "strangers")]
    return made[0], made[1]


@pytest.fixture
def asked(chains: tuple[Certificates, Certificates], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What reaches a server that speaks TLS."""
    operations: list[str] = []

    def answer(request: AwsRequest) -> AwsReply:
        operations.append(request.operation)
        return AwsReply(200, {"Content-Type": "application/x-amz-json-1.0"}, b'{"Item": {"pk": {"S": "a"}}}')

    with AwsServer(answer, chains[0].server) as server:
        for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            monkeypatch.setenv(name, "sa-east-1")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "nobody's")
        monkeypatch.setattr(botocore_clients, "session", Session)
        yield operations


@pytest.fixture
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Certificates, Certificates], None]:
    """Let one authority be Amazon's, and another all that clients trust beside."""

    def both(amazons: Certificates, everybodys: Certificates) -> None:
        (tmp_path / amazon_roots.FILE).write_text(amazons.root)
        everybody = tmp_path / "everybody.pem"
        everybody.write_text(everybodys.root)
        monkeypatch.setenv(amazon_roots.MODELS, str(tmp_path))
        monkeypatch.setenv("SSL_CERT_FILE", str(everybody))  # what the system trusts
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(everybody))  # what botocore trusts
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
        aws_json._tls.cache_clear()

    yield both
    aws_json._tls.cache_clear()


def of_collect() -> Any:
    return aws_json.Client("dynamodb", pause=lambda _: None)


def of_the_others() -> Any:
    return botocore_clients.make_client("dynamodb", CLIENT_OPTIONS[WITHOUT_RETRIES])


both_clients = pytest.mark.parametrize("client", [of_collect, of_the_others])


@both_clients
@pytest.mark.parametrize("amazons", [0, 1], ids=["amazon vouches", "others vouch"])
def test_whoever_is_vouched_for_is_asked_once(
    client: Callable[[], Any], amazons: int, chains: Any, trust: Any, asked: list[str]
) -> None:
    trust(chains[amazons], chains[1 - amazons])
    made = client()
    assert made.get_item(**ASKED)["Item"] == FOUND
    assert made.get_item(**ASKED)["Item"] == FOUND
    (made._connection() if isinstance(made, aws_json.Client) else made).close()
    assert asked == ["GetItem", "GetItem"]


@both_clients
def test_a_stranger_is_asked_nothing(
    client: Callable[[], Any], chains: Any, trust: Any, asked: list[str]
) -> None:
    trust(chains[1], chains[1])
    with pytest.raises((aws_errors.EndpointConnectionError, botocore.exceptions.SSLError)):
        client().get_item(**ASKED)
    assert asked == []


def test_authorities_that_somebody_names_are_the_only_ones(
    chains: Any, trust: Any, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(chains[0], chains[0])
    named = tmp_path / "named.pem"
    named.write_text(chains[1].root)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(named))
    for client in (of_collect, of_the_others):
        with pytest.raises((aws_errors.EndpointConnectionError, botocore.exceptions.SSLError)):
            client().get_item(**ASKED)
    assert asked == []
