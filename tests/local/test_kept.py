"""What `KEEP=path` keeps: another run begins where the last one ended."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local import kept
from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
PARAMETERS = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": "http://127.0.0.1:8000", "Stage": "local"}
LATER = datetime(2046, 3, 6, 15, tzinfo=UTC)


def answered(cloud: LocalCloud, score: int) -> int:
    body = json.dumps({"score": score, "comment": "Esperé mucho"}).encode()
    status: int = cloud.request("POST", "/s/caja3", {"content-type": "application/json"}, body).status
    cloud.drain()
    return status


def test_another_run_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "lazo.json"
    assert kept.begin(path) is None
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=LATER) as first:
        seed(first)
        assert answered(first, 2) == 202
        first.receive_sms("+56922345671", "hola")
        first.drain()
        kept.save(first, path)
        items, outbox, stores = first.items(), first.outbox(), first.stores
    found = kept.begin(path)
    begins = kept.starts_at(found)
    assert found is not None
    assert begins is not None
    assert LATER <= begins < LATER + timedelta(minutes=1)
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=begins) as second:
        kept.restore(second, found)

        def in_order(of: list[dict[str, Any]]) -> list[str]:
            return sorted(json.dumps(item, sort_keys=True) for item in of if item["pk"] != "TABLE")

        assert in_order(second.items()) == in_order(items)
        assert (second.outbox(), second.stores) == (outbox, stores)
        assert [each.text for each in second.received] == ["hola"]
        link = re.search(r"http://127.0.0.1:8000(/f/\S+)", outbox[0]["text"])
        assert link is not None
        assert second.request("GET", link[1]).status in (200, 303), "signed by a key of the first run"
        assert answered(second, 3) == 202
        second.advance(1200)
        assert len(second.outbox()) > len(outbox) + 2, "sweeps act: the table is not taken for a copy"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 99}', "\x00"])
def test_another_file_is_not_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(kept.NotKept, match=r"other\.json"):
        kept.begin(path)


def test_a_place_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    """Not at the end, when all that was in it would be lost."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "no folder" / "lazo.json", tmp_path / "file" / "lazo.json"):
        with pytest.raises(kept.NotKept, match="cannot be written: No"):
            kept.begin(path)
    assert kept.begin(tmp_path / "lazo.json") is None
    assert [each.name for each in tmp_path.iterdir()] == ["file"], "nothing is left of the try"


def test_a_clock_that_is_behind_is_set() -> None:
    now = datetime.now(UTC)
    found = kept.starts_at({"at": "2020-01-01T00:00:00+00:00"})
    assert found is not None
    assert found >= now
