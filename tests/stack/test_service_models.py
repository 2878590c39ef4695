"""The models of AWS services that ship: they say of each call what botocore's own say."""

import ssl
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape, StructureShape
from botocore.regions import EndpointResolver
from botocore.session import Session

from infra.artefact import TASK_ROOT
from infra.service_models import FOLDER, OPERATIONS, write_service_models
from lazo.runtime import amazon_roots, botocore_clients
from tests.fixtures import TEMPLATE


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Loader:
    artefact = tmp_path_factory.mktemp("artefact")
    write_service_models(artefact)
    return Loader(extra_search_paths=[str(artefact / FOLDER)])


@pytest.mark.parametrize("service", OPERATIONS)
def test_each_call_is_described_alike(shipped: Loader, service: str) -> None:
    ours = ServiceModel(shipped.load_service_model(service, "service-2"))
    theirs = ServiceModel(Loader().load_service_model(service, "service-2"))
    assert set(ours.operation_names) == OPERATIONS[service]
    assert ours.metadata == theirs.metadata
    for name in ours.operation_names:
        one, other = ours.operation_model(name), theirs.operation_model(name)
        assert one.http == other.http
        assert _described(one.input_shape) == _described(other.input_shape)
        assert _described(one.output_shape) == _described(other.output_shape)
        assert [_described(each) for each in one.error_shapes] == [
            _described(each) for each in other.error_shapes
        ]


def test_a_client_is_made_from_it(shipped: Loader) -> None:
    session = Session()
    session.register_component("data_loader", shipped)
    client = session.create_client(
        "dynamodb", region_name="sa-east-1", aws_access_key_id="none", aws_secret_access_key="none"
    )
    assert client.meta.endpoint_url == "https://dynamodb.sa-east-1.amazonaws.com"
    assert issubclass(client.exceptions.TransactionCanceledException, Exception)
    assert not hasattr(client, "create_table")


@pytest.fixture
def functions_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session as the functions make theirs where the artefact is."""
    write_service_models(tmp_path)
    monkeypatch.setenv(botocore_clients.MODELS, str(tmp_path / FOLDER))
    return botocore_clients.session.__wrapped__()


def test_the_authorities_of_aws_ship(tmp_path: Path) -> None:
    """Those that "Amazon Trust Services" (amazontrust.com/repository) lists."""
    write_service_models(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(tmp_path / FOLDER / amazon_roots.FILE)
    names = [dict(part for (part,) in each["subject"]) for each in context.get_ca_certs()]
    assert sorted(each["commonName"] for each in names) == [
        *(f"Amazon Root CA {number}" for number in (1, 2, 3, 4)),
        "Starfield Services Root Certificate Authority - G2",
    ]
    assert all(each["organizationName"] in ("Amazon", "Starfield Technologies, Inc.") for each in names)


def test_every_region_has_the_endpoints_that_botocore_knows(functions_session: Session) -> None:
    ours, theirs = (_endpoints(each) for each in (functions_session, Session()))
    assert ours.uses_builtin_data
    assert ours.get_available_partitions() == theirs.get_available_partitions()
    for service in ("dynamodb", "secretsmanager", "email", "sns", "sqs", "s3"):
        for partition in theirs.get_available_partitions():
            regions = theirs.get_available_endpoints(service, partition)
            assert ours.get_available_endpoints(service, partition) == regions
            for region in (*regions, "xx-new-1"):
                assert ours.construct_endpoint(service, region) == theirs.construct_endpoint(service, region)


@pytest.mark.parametrize("service", [*OPERATIONS, "s3"])
def test_the_functions_make_a_client_of_each_service(functions_session: Session, service: str) -> None:
    functions_session.set_credentials("none", "none")
    ours = functions_session.create_client(service, region_name="eu-south-2")
    theirs = Session().create_client(
        service, region_name="eu-south-2", aws_access_key_id="none", aws_secret_access_key="none"
    )
    assert ours.meta.endpoint_url == theirs.meta.endpoint_url
    assert OPERATIONS.get(service, set(theirs.meta.method_to_api_mapping.values())) == set(
        ours.meta.method_to_api_mapping.values()
    )


def test_no_client_of_another_service_is_made(functions_session: Session) -> None:
    with pytest.raises(UnknownServiceError):
        functions_session.create_client("iam", region_name="eu-south-2")


def test_the_functions_look_there_first() -> None:
    class AnyTag(yaml.SafeLoader):
        """Reads CloudFormation's short forms as nothing."""

    AnyTag.add_multi_constructor("!", lambda _loader, _suffix, _node: None)
    variables = yaml.load(TEMPLATE.read_text(encoding="utf-8"), AnyTag)["Globals"]["Function"]["Environment"][
        "Variables"
    ]
    assert variables["AWS_DATA_PATH"] == f"{TASK_ROOT}/{FOLDER}"


def _endpoints(session: Session) -> EndpointResolver:
    """What a session makes of the endpoints that it finds, as botocore does ("endpoint_resolver")."""
    loader = session.get_component("data_loader")
    data, path = loader.load_data_with_path("endpoints")
    return EndpointResolver(data, uses_builtin_data=loader.is_builtin_path(path))


def _described(shape: Shape | None, inside: tuple[str, ...] = ()) -> Any:
    """A shape with all that it holds, as plain values; what holds itself is named once."""
    if shape is None or shape.name in inside:
        return shape and shape.name
    inside = (*inside, shape.name)
    parts: list[Any] = []
    if isinstance(shape, StructureShape):
        parts = [(name, _described(member, inside)) for name, member in shape.members.items()]
    parts += [
        _described(getattr(shape, part), inside)
        for part in ("member", "key", "value")
        if hasattr(shape, part)
    ]
    return (shape.name, shape.type_name, shape.serialization, shape.metadata, parts)
