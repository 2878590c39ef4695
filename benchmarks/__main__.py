"""Every benchmark, or those named: `python -m benchmarks [NAME ...]`; NAMES has them.

Each prints its figures with their targets, and `ok` or `over`. Figures that are timed are ratios where they can be,
and never fail the run; it fails (status 1) when something broke or an answer or alert went missing.
"""

import subprocess
import sys

NAMES = (
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
    "touchpoints",
    "page_weights",
)


def main() -> int:
    chosen = sys.argv[1:] or NAMES
    unknown = set(chosen) - set(NAMES)
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.")
        return 2
    # A process each: the local cloud, the stubbed transport and the functions' caches are once in a process.
    ended = [subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False) for name in chosen]
    return max(min(each.returncode, 1) for each in ended)


if __name__ == "__main__":
    sys.exit(main())
