"""Every benchmark, or those named: `python -m benchmarks [NAME ...]`; NAMES has them, `short` stands for SHORT.

Each prints its figures with their targets, and `ok` or `over`. Figures that are timed are ratios where they can be,
and never fail the run; it fails (status 1) when something broke or an answer or alert went missing. A run of all
writes what was printed to benchmarks/results.md.
"""

import subprocess
import sys
from pathlib import Path

NAMES = (
    "cold_starts",
    "tls_starts",
    "warm_pages",
    "memory_sizes",
    "imports",
    "warm_post",
    "write_units",
    "hot_store",
    "sweep",
    "backlog",
    "board",
    "insight_pages",
    "latency",
    "load",
    "intervals",
    "store_standings",
    "rising_themes",
    "rising_looks",
    "touchpoints",
    "shared_sources",
    "page_weights",
)
SHORT = ("memory_sizes", "write_units", "page_weights", "board --one-row", "insight_pages --one-row")
"""What is counted and computed in seconds: .ci/run shows with it that benchmarks still run."""
RESULTS = Path(__file__).parent / "results.md"
HEAD = "# What `make benchmark` printed\n\nWhat it means: [performance](../docs/performance.md).\n"


def main() -> int:
    chosen = SHORT if sys.argv[1:] == ["short"] else sys.argv[1:] or NAMES
    unknown = {each.partition(" ")[0] for each in chosen} - set(NAMES)
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.")
        return 2
    # A process each: the local cloud, the stubbed transport and the functions' caches are once in a process.
    ended = {name: _run(name) for name in chosen}
    if chosen == NAMES:
        RESULTS.write_text(results({name: printed for name, (_, printed) in ended.items()}), encoding="utf-8")
    return max(min(status, 1) for status, _ in ended.values())


def results(printed: dict[str, str]) -> str:
    """Return a page of what each benchmark printed."""
    parts = (f"\n## {name}\n\n```text\n{text.strip()}\n```\n" for name, text in printed.items())
    return HEAD + "".join(parts)


def _run(name: str) -> tuple[int, str]:
    """Run a benchmark, named with its arguments if any, showing what it prints as it prints it; return its status and
    that."""
    lines: list[str] = []
    command = [sys.executable, "-m", *f"benchmarks.{name}".split()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        for line in running.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    return running.returncode, "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
