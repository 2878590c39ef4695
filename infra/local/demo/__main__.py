"""`python -m infra.local.demo`: the journey of two unhappy answers, told in the terminal.

It runs on a local cloud of its own, in this process. All that it prints comes out of the product: pages, messages,
items of the table. Each step is checked as it is told; the first that did not happen ends it with exit code 1.
"""

import contextlib
import io
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [place for place in (str(ROOT / "functions"), str(ROOT)) if place not in sys.path]

from infra.local.cloud import LocalCloud  # noqa: E402 - needs the paths above
from infra.local.demo.journey import PARAMETERS, DidNotHappen, Journey  # noqa: E402
from infra.local.demo.seed import seed  # noqa: E402
from infra.local.demo.teller import Teller  # noqa: E402
from infra.local.pages.time_format import format_duration  # noqa: E402


def main() -> int:
    """Tell it on standard output; what the functions log is shown only when something went wrong."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    teller, began, logged = Teller.on(sys.stdout), time.monotonic(), io.StringIO()
    try:
        with (
            contextlib.redirect_stdout(logged),
            LocalCloud.start(ROOT / "template.yaml", PARAMETERS) as cloud,
        ):
            seed(cloud)
            Journey(cloud, teller).tell()
    except Exception as error:
        print(logged.getvalue(), file=sys.stderr)
        if not isinstance(error, DidNotHappen):
            raise
        teller.failure(str(error))
        return 1
    teller.end(
        f"Told in {format_duration(timedelta(seconds=time.monotonic() - began))}. Now try it yourself: make run"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
