"""Keep what is in the local cloud in a file, and begin with it another time: items, secrets, messages, the clock.

What waits in queues is not kept: it is worked off before. Files that were made to be downloaded are not either.
"""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from infra.local.aws.moto_speedups.queries import all_items
from infra.local.aws.outbox import Message
from infra.local.cloud import LocalCloud, Received
from infra.local.direct_items import held, put_typed
from lazo.table.dynamodb import keys

_LOGGER: Final = logging.getLogger(__name__)
VERSION: Final = 1
SAVED_EVERY: Final = 60.0
"""Seconds between two saves; the last comes when the cloud ends."""
_OF_THE_RUN: Final = keys.table_name()
"""The item that says which table this is: the next run has another, and would take it for a copy."""


class NotKept(Exception):
    """The file is not one that was kept, or of another version, or cannot be written."""


def begin(path: Path) -> dict[str, Any] | None:
    """Return what was kept in a file; None if there is none yet. Raises NotKept, also if it cannot be written later."""
    try:
        _beside(path).touch()
        _beside(path).unlink()
    except OSError as error:
        raise NotKept(f"{path} cannot be written: {error.strerror}") from error
    if not path.exists():
        return None
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version = kept["version"]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise NotKept(f"{path} is not a file that KEEP wrote") from error
    if version != VERSION:
        raise NotKept(f"{path} was written by another version; choose another file")
    return kept


def starts_at(kept: dict[str, Any] | None) -> datetime | None:
    """Return what the clock shows first: where it was, or the time if that is later; None without what was kept."""
    return max(datetime.now(UTC), datetime.fromisoformat(kept["at"])) if kept else None


def restore(cloud: LocalCloud, kept: dict[str, Any]) -> None:
    """Put what was kept into a cloud that has just started."""
    secrets = cloud.client("secretsmanager")
    for logical_id, stages in kept["secrets"].items():
        for value in stages:
            secrets.put_secret_value(SecretId=cloud.physical_id(logical_id), SecretString=value)
    put_typed(cloud, kept["items"])
    cloud.stores = kept["stores"]
    cloud.keep_outbox(Message(**each) for each in kept["messages"])
    cloud.received += [
        Received(each["sender"], each["text"], datetime.fromisoformat(each["at"]))
        for each in kept["received"]
    ]


def save(cloud: LocalCloud, path: Path) -> None:
    """Write all of it to the file, which holds either this or what was in it before."""
    with cloud.calls.lock:
        items = [each.to_json()["Attributes"] for each in all_items(held(cloud))]
    own = [each for each in items if (each["pk"]["S"], each["sk"]["S"]) != (_OF_THE_RUN.pk, _OF_THE_RUN.sk)]
    kept = {
        "version": VERSION,
        "at": cloud.now().isoformat(),
        "items": own,
        "stores": cloud.stores,
        "secrets": {name: _stages(cloud, name) for name in _secrets(cloud)},
        "messages": [asdict(each) for each in cloud.accepted_messages()],
        "received": [{**asdict(each), "at": each.at.isoformat()} for each in cloud.received],
    }
    written = _beside(path)
    written.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    written.replace(path)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


@contextmanager
def kept_in(cloud: LocalCloud, path: Path) -> Iterator[None]:
    """Save now and then, and at the end."""
    ended = threading.Event()

    def save_often() -> None:
        while not ended.wait(SAVED_EVERY):
            try:
                save(cloud, path)
            except OSError as error:
                _LOGGER.warning("not kept in %s, tried again in a minute: %s", path, error.strerror)

    saving = threading.Thread(target=save_often, name="keep", daemon=True)
    saving.start()
    try:
        yield
    finally:
        ended.set()
        saving.join()
        save(cloud, path)


def _secrets(cloud: LocalCloud) -> list[str]:
    return [name for name, each in cloud.resources.items() if each.type == "AWS::SecretsManager::Secret"]


def _stages(cloud: LocalCloud, logical_id: str) -> list[str]:
    """Return the previous value of a secret, if there is one, and the current one."""
    client, found = cloud.client("secretsmanager"), []
    for stage in ("AWSPREVIOUS", "AWSCURRENT"):
        try:
            value = client.get_secret_value(SecretId=cloud.physical_id(logical_id), VersionStage=stage)
        except client.exceptions.ResourceNotFoundException:
            continue
        found.append(value["SecretString"])
    return found
