"""Strike every call of everything that can happen with every kind of fault: `make soak`, or a shard of it.

    python -m tests.faults            # all pairs that are not known to be green
    SHARD=2/4 python -m tests.faults  # every fourth of them, from the second on
    python -m tests.faults --known    # none: how many of each flow are known to be green

Pairs that were green are kept in artefacts/, by what the code is, and are not struck again: a soak that was ended goes
on where it was. Ends with 1 when a pair is red.
"""

import os
import re
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Final, TextIO

from tests.faults.pairs import Pair, Struck, by_flow, strike, warm_up

ROOT: Final = Path(__file__).parents[2]
SAID_EVERY: Final = 30.0
"""Seconds between two lines that say how far it is."""


def main(out: TextIO) -> int:
    shard, shards = _shard(os.environ.get("SHARD", "1/1"))
    kept = ROOT / "artefacts" / f"soak-{_code()}.txt"
    kept.parent.mkdir(exist_ok=True)
    known = set(kept.read_text(encoding="utf-8").splitlines()) if kept.exists() else set()
    numbered, green, struck, said = 0, 0, 0, time.monotonic()

    def wanted(pair: Pair) -> bool:
        nonlocal numbered
        numbered += 1
        return "--known" not in sys.argv and numbered % shards == shard - 1 and str(pair) not in known

    warm_up()
    found: list[Struck | Pair] = []
    with kept.open("a", encoding="utf-8") as file:
        for each in strike(wanted):
            found.append(each)
            if isinstance(each, Pair):
                continue
            struck += 1
            if each.problems:
                print(f"RED {each.pair} {each.calls}", *each.problems, sep="\n    ", file=out, flush=True)
            else:
                green += 1
                print(each.pair, file=file, flush=True)
            if time.monotonic() - said > SAID_EVERY:
                said = time.monotonic()
                print(f"{struck} struck, {green} green, at {each.pair}", file=out, flush=True)
    before = Counter(each.flow for each in found if isinstance(each, Pair) and str(each) in known)
    print(f"{'flow':18}{'pairs':>8}{'struck':>8}{'green':>8}{'before':>8}", file=out)
    for flow, counts in by_flow(found).items():
        print(f"{flow:18}" + "".join(f"{n:8}" for n in (*counts, before[flow])), file=out)
    print(
        f"{struck} of {numbered} pairs struck, {green} green; {before.total()} were known to be green",
        file=out,
    )
    return int(green < struck)


def _shard(text: str) -> tuple[int, int]:
    """Return which of how many shards `SHARD` asks for."""
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        sys.exit(f"SHARD={text}: give it as 1/4, 2/4, ...")
    return int(found[1]), int(found[2])


def _code() -> str:
    """Return what is another for other code: what was green under that is not known of this."""
    found = sha256()
    for folder in ("functions", "infra/local", "tests/faults"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".py", ".toml", ".j2") and not file.name.startswith("test_"):
                found.update(file.read_bytes())
    return found.hexdigest()[:12]


if __name__ == "__main__":
    told = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what the functions log
    sys.exit(main(told))
