"""The rules of time zones are those of the pinned package, whatever the machine has."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import tzdata

ROOT = Path(__file__).resolve().parents[2]
SAY = "from zoneinfo import ZoneInfo; from datetime import datetime; " + (
    "print(datetime(2026, 7, 1, tzinfo=ZoneInfo('America/Santiago')).utcoffset())"
)


@pytest.mark.parametrize("first", ["lazo.clock", "notify.app", "ops.__main__"])
def test_an_older_copy_of_the_machine_is_not_read(tmp_path: Path, first: str) -> None:
    """The machine thinks that Santiago is at UTC. In July it is four hours behind (tzdata, southamerica)."""
    (tmp_path / "America").mkdir()
    utc = Path(tzdata.__file__).parent / "zoneinfo/UTC"
    (tmp_path / "America/Santiago").write_bytes(utc.read_bytes())
    environment = {**os.environ, "PYTHONTZPATH": str(tmp_path), "PYTHONPATH": f"{ROOT / 'functions'}:{ROOT}"}
    said = subprocess.run(
        [sys.executable, "-c", f"import {first}; {SAY}"],
        env={**environment, "AWS_DEFAULT_REGION": "sa-east-1", "POWERTOOLS_METRICS_NAMESPACE": "x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.splitlines()[-1:] == [str(timedelta(hours=-4))], said.stderr
