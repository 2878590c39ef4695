"""Puts the demo stores into the local cloud."""

import os
from pathlib import Path
from typing import Any

from infra.local.cloud import LocalCloud
from lazo.auth.api_rights import API_RIGHTS
from lazo.table.dynamodb.table import Table
from ops import api_keys
from ops.store_import import store_file

DEMO = Path(__file__).parents[1] / "stores.toml"


def seed(cloud: LocalCloud, path: Path = DEMO) -> None:
    """Writes the stores of a store file and lists them in `cloud.stores`, in the order of the file."""
    entries = store_file.load(path)
    store_file.write(Table(cloud.client("dynamodb"), cloud.physical_id("Table")), entries, cloud.now())
    cloud.stores = [_shown(entry) for entry in entries]


def demo_key(cloud: LocalCloud) -> str:
    """Make a new key that may do all that the API offers, so that a newcomer can try it."""
    table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
    return api_keys.make(table, "demo", cloud.now(), os.urandom, API_RIGHTS)


def _shown(entry: store_file.StoreEntry) -> dict[str, Any]:
    """As GET /local/stores shows a store: retired touchpoints are left out."""
    settings = entry.settings
    return {
        **{key: settings[key] for key in ("store_id", "name", "language", "timezone")},
        "touchpoints": [
            {"code": touchpoint.code, "label": touchpoint.label, "survey_path": f"/s/{touchpoint.code}"}
            for touchpoint in entry.touchpoints
            if touchpoint.active
        ],
        "contacts": [
            {key: contact.get(key) for key in ("name", "phone", "email", "level")}
            for contact in settings["contacts"]
        ],
    }
