"""Writes tests/data/aws_permissions.json anew from AWS's public files; look at the difference before it is committed.

    PYTHONPATH=functions:. python -m tests.rights
    PYTHONPATH=functions:. python -m tests.rights SCHEMAS.zip FOLDER "what they are, with their date"

SCHEMAS.zip holds resource types' schemas in JSON files ("CloudFormation resource type schemas"), FOLDER a file
SERVICE.json of each service ("Simplified AWS service information for programmatic access"); without them both are
fetched. A type that has no handlers there keeps what the file says, which was written by hand. Without a network a new
action may be written into `arns` by hand.
"""

import io
import json
import re
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.rights.aws_permissions import FILE, HANDLERS, TEMPLATES, properties_by_type
from tests.rights.functions import allowed
from tests.rights.policies import PARTS, grants

_SCHEMAS = "https://schema.cloudformation.us-east-1.amazonaws.com/CloudformationSchema.zip"
_REFERENCE = "https://servicereference.us-east-1.amazonaws.com/v1/{0}/{0}.json"


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as response:
        content: bytes = response.read()
    return content


def handlers(schemas: bytes, types: set[str]) -> dict[str, dict[str, list[str]]]:
    """The permissions of each type by handler, from a zip of schemas; types that have none there are left out."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(schemas)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".json")]
        for schema in (json.loads(archive.read(name)) for name in names):
            if isinstance(schema, Mapping) and schema.get("typeName") in types and "handlers" in schema:
                asked = {**schema["handlers"], "tagging": schema.get("tagging", {})}
                found[schema["typeName"]] = {
                    name: sorted(set(asked[name]["permissions"]))
                    for name in HANDLERS
                    if asked.get(name, {}).get("permissions")
                }
    return found


def arns(reference: Mapping[str, Any]) -> dict[str, list[str]]:
    """The forms of ARN of each action in one service's reference."""
    formats = {each["Name"]: each.get("ARNFormats", []) for each in reference.get("Resources", [])}
    return {
        f"{reference['Name']}:{action['Name']}": sorted(
            {form for each in action.get("Resources", []) for form in formats[each["Name"]]}
        )
        for action in reference["Actions"]
    }


def refresh(schemas: bytes, service: Callable[[str], Any], source: str, date: str) -> dict[str, Any]:
    """What the file has to say. `service(prefix)` gives a service's reference, or None where there is none."""
    before = json.loads(FILE.read_text(encoding="utf-8"))["types"]
    types = set(properties_by_type(TEMPLATES))
    found: dict[str, dict[str, Any]] = {
        name: {"source": source, "date": date, **permissions}
        for name, permissions in handlers(schemas, types).items()
    }
    found |= {name: before[name] for name in types - set(found)}
    actions = {a for each in found.values() for name in HANDLERS for a in each.get(name, ())}
    actions |= {grant.action for role in PARTS for grant in grants(role)} | {right[1] for right in allowed()}
    known: dict[str, list[str]] = {}
    for prefix in sorted({action.partition(":")[0] for action in actions}):
        if reference := service(prefix):
            known |= arns(reference)
    spelt = {action.lower(): action for action in known}
    for each in found.values():
        for name in HANDLERS:
            if name in each:
                each[name] = sorted({spelt.get(action.lower(), action) for action in each[name]})
    wanted = {action.lower() for action in actions}
    return {
        "types": dict(sorted(found.items())),
        "arns": {name: forms for name, forms in sorted(known.items()) if name.lower() in wanted},
    }


def _main(arguments: list[str]) -> None:
    def from_network(prefix: str) -> Any:
        try:
            return json.loads(_fetch(_REFERENCE.format(prefix)))
        except urllib.error.HTTPError as error:
            if error.code in (403, 404):  # handlers name services that are none
                return None
            raise

    def from_folder(prefix: str) -> Any:
        path = Path(arguments[1]) / f"{prefix}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    date = datetime.now(UTC).date().isoformat()
    if arguments:
        content = refresh(Path(arguments[0]).read_bytes(), from_folder, arguments[2], date)
    else:
        content = refresh(_fetch(_SCHEMAS), from_network, _SCHEMAS, date)
    text = re.sub(r"\[[^\]]+\]", lambda found: " ".join(found[0].split()), json.dumps(content, indent=1))
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    _main(sys.argv[1:])
