"""botocore's models of AWS services, cut down to what the functions call.

botocore reads the whole model of a service when a client is made, and most of a cold start's time with AWS goes there:
DynamoDB's has 57 operations, of which the functions use seven. The build writes these into the artefact, where
AWS_DATA_PATH (template.yaml) makes botocore look first, and of the list of all endpoints, 1.2 MB, those of these
services. Should Lambda bring a botocore with a newer version of a service, botocore takes its own model, whole.
Beside them stand the authorities of AWS's certificates (lazo/runtime/amazon_roots.py).
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import botocore

from lazo.runtime import amazon_roots

FOLDER: Final = "aws_models"
"""Below the artefact's folder; AWS_DATA_PATH names it."""

OPERATIONS: Final = {
    "dynamodb": frozenset(
        {"BatchGetItem", "GetItem", "PutItem", "Query", "Scan", "TransactWriteItems", "UpdateItem"}
    ),
    "secretsmanager": frozenset({"GetSecretValue"}),
    "sesv2": frozenset({"SendEmail"}),
    "sns": frozenset({"Publish"}),
    "sqs": frozenset({"SendMessage"}),
}
"""What the functions call, by service. S3 is whole: only an export makes its client."""

AUTHORITIES: Final = (
    "Amazon Root CA 1",
    "Amazon Root CA 2",
    "Amazon Root CA 3",
    "Amazon Root CA 4",
    "Starfield Services Root Certificate Authority - G2",
)
"""Whose certificates AWS's services have ("Amazon Trust Services")."""

_LABELLED: Final = re.compile(
    r'^# Label: "([^"]+)"$.+?(^-----BEGIN CERTIFICATE-----$.+?^-----END CERTIFICATE-----$)',
    re.MULTILINE | re.DOTALL,
)
_ENDPOINTS: Final = "endpoints.json"
_PREFIXES: Final = {"sesv2": "email"}
"""Names of services in the list of endpoints, where it has others."""
_MODEL: Final = "service-2.json"
_SAYS_NOTHING: Final = frozenset({"documentation", "documentationUrl", "examples"})


def write_service_models(artefact: Path) -> None:
    """Write the models of OPERATIONS into an artefact, as those of the botocore that is installed here."""
    data = Path(botocore.__file__).parent / "data"
    for service, operations in OPERATIONS.items():
        version = max(each.name for each in (data / service).iterdir() if each.is_dir())
        target = artefact / FOLDER / service / version
        target.mkdir(parents=True, exist_ok=True)
        model = trimmed_model(read_model(data / service / version), operations)
        (target / _MODEL).write_text(json.dumps(model, separators=(",", ":")), encoding="utf-8")
    endpoints = trimmed_endpoints(json.loads((data / _ENDPOINTS).read_bytes()), {*OPERATIONS, "s3"})
    (artefact / FOLDER / _ENDPOINTS).write_text(
        json.dumps(endpoints, separators=(",", ":")), encoding="utf-8"
    )
    (artefact / FOLDER / amazon_roots.FILE).write_text(
        "\n".join(read_authorities(data.parent / "cacert.pem")[name] for name in AUTHORITIES),
        encoding="utf-8",
    )


def read_authorities(bundle: Path) -> dict[str, str]:
    """Return the certificates of botocore's bundle as PEM, by their labels."""
    return dict(_LABELLED.findall(bundle.read_text(encoding="utf-8")))


def trimmed_endpoints(endpoints: Mapping[str, Any], services: Iterable[str]) -> dict[str, Any]:
    """Return the list of endpoints with these services alone, in all partitions and regions."""
    kept = {_PREFIXES.get(service, service) for service in services}
    partitions = [
        {**each, "services": {name: about for name, about in each["services"].items() if name in kept}}
        for each in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def read_model(folder: Path) -> dict[str, Any]:
    """Return the model of a service's version from botocore's folder."""
    packed = folder / f"{_MODEL}.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / _MODEL).read_bytes()
    model: dict[str, Any] = json.loads(text)
    return model


def trimmed_model(model: Mapping[str, Any], operations: Iterable[str]) -> dict[str, Any]:
    """Return a model with these operations alone, and the shapes that they reach, without texts for people.
    Raises KeyError if it lacks an operation."""
    kept = {name: model["operations"][name] for name in sorted(operations)}
    shapes: dict[str, Any] = {}
    waiting = [name for each in kept.values() for name in _shape_names(each)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            waiting.extend(_shape_names(shapes[name]))
    bare: dict[str, Any] = _without_texts({**model, "operations": kept, "shapes": shapes})
    return bare


def _shape_names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(name := value.get("shape"), str):
            yield name
        for each in value.values():
            yield from _shape_names(each)
    elif isinstance(value, list):
        for each in value:
            yield from _shape_names(each)


def _without_texts(value: Any, *, names: bool = False) -> Any:
    """Return a part of a model without its texts. `names`: its keys are names that the service gave, and stay."""
    if isinstance(value, Mapping):
        return {
            key: _without_texts(each, names=key in ("shapes", "members", "operations") and not names)
            for key, each in value.items()
            if names or key not in _SAYS_NOTHING
        }
    return [_without_texts(each) for each in value] if isinstance(value, list) else value
