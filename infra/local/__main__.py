"""`python -m infra.local`: the local cloud on http://127.0.0.1:PORT (8000), until Ctrl-C. With LAN=1 also phones of the
local network reach survey and desk, by this machine's address there."""

import argparse
import errno
import io
import logging
import os
import signal
import sys
import threading
import webbrowser
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TextIO

import segno

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [place for place in (str(ROOT / "functions"), str(ROOT)) if place not in sys.path]

from infra.local.cloud import LocalCloud  # noqa: E402 - needs the paths above
from infra.local.demo.past.write import write_past  # noqa: E402
from infra.local.demo.seed import demo_key, seed  # noqa: E402
from infra.local.kept import NotKept, begin, kept_in, restore, starts_at  # noqa: E402
from infra.local.server import listen, serve  # noqa: E402
from infra.local.server_requests import HOST, network_address  # noqa: E402

TWO_WAY_NUMBERS = "BR=22395,CL=+56912345678,GB=+447700900100"
"""Made up: for the countries of the demo stores' contacts."""


def main() -> int:
    arguments = _arguments()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    network = network_address() if arguments.lan else None
    if arguments.lan and network is None:
        print("This machine is in no network that a phone could be in. Start without LAN=1.")
        return 1
    try:
        listening = listen(arguments.port)
        open_to_network = listen(arguments.port, network) if network else None
    except OSError as error:
        reason = "is taken" if error.errno == errno.EADDRINUSE else "may not be used"
        print(f"Port {arguments.port} {reason}. Try another: PORT={arguments.port + 1} make run")
        return 1
    try:
        kept = begin(arguments.keep) if arguments.keep else None
    except NotKept as error:
        print(f"{error}.")
        return 1
    here = f"http://{HOST}:{arguments.port}"
    base = f"http://{network}:{arguments.port}" if network else here
    parameters = {
        "PublicBaseUrl": base,
        "SenderEmail": "lazo@example.com",
        "TwoWayNumbers": TWO_WAY_NUMBERS,
        "Stage": "local",
        "LogLevel": os.environ.get("LOG_LEVEL", "WARNING"),
    }
    with LocalCloud.start(ROOT / "template.yaml", parameters, at=starts_at(kept)) as cloud:
        _fill(cloud, kept, with_past=not arguments.empty)
        with kept_in(cloud, arguments.keep) if arguments.keep else nullcontext():
            server = serve(cloud, listening)
            cloud.react()
            _print_links(cloud, here, base, demo_key(cloud))
            if open_to_network:
                _print_network(cloud, base)
                for_phones = serve(cloud, open_to_network, tools=False)
                threading.Thread(target=for_phones.serve_forever, daemon=True).start()
            if arguments.open:
                webbrowser.open(f"{here}/local")
            server.serve_forever()  # until KeyboardInterrupt, which it swallows
    left = (
        f"What was in it is kept in {arguments.keep}" if arguments.keep else "All that was in it is forgotten"
    )
    print(f"\nEnded. {left}.")
    return 0


def _fill(cloud: LocalCloud, kept: dict[str, Any] | None, *, with_past: bool) -> None:
    """Begin with what was kept, or else with the demo stores, and with their past."""
    if kept:
        restore(cloud, kept)
    cloud.load_functions()
    if not kept:
        seed(cloud)
        if with_past:
            write_past(cloud)
    cloud.drain()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--open", action="store_true", help="open the start page in the browser")
    port = os.environ.get("PORT") or "8000"
    parser.add_argument("--port", default=port, type=_port, help="default: the variable PORT, then 8000")
    parser.add_argument(
        "--empty",
        action="store_true",
        default=bool(os.environ.get("EMPTY")),
        help="without 90 days of sample data; default: whether the variable EMPTY is set",
    )
    parser.add_argument(
        "--lan",
        action="store_true",
        default=bool(os.environ.get("LAN")),
        help="let phones of the local network reach survey and desk; default: whether the variable LAN is set",
    )
    keep = os.environ.get("KEEP")
    parser.add_argument(
        "--keep",
        type=Path,
        default=Path(keep) if keep else None,
        help="a file: begin with what is in it, and write it; default: the variable KEEP",
    )
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (1 to 65535)")
    return int(text)


def _print_links(cloud: LocalCloud, here: str, base: str, key: str) -> None:
    print(f"\nLazo runs on this machine.\n\n  Start here  {here}/local\n")
    for store in cloud.stores:
        for number, touchpoint in enumerate(store["touchpoints"]):
            name = f"{store['name']} ({store['language']})" if number == 0 else ""
            print(f"  {name:<34}{touchpoint['label']:<14}{base}{touchpoint['survey_path']}")
    print(f"\n  Messages sent    {here}/local/outbox")
    print(
        f"  Customer events  export LAZO_KEY={key}  (docs/customer-events.md)\n\nCtrl-C ends it.\n",
        flush=True,
    )


def _print_network(cloud: LocalCloud, base: str) -> None:
    """Say that other devices can reach the product, and show a code that leads a phone to the first survey."""
    print(f"Open to every device in this network, if no firewall is in the way: survey and desk, at {base}")
    first = next((place for store in cloud.stores for place in store["touchpoints"]), None)
    if first:
        print(f"\nScan this with a phone in the same network ({first['label']}):\n")
        segno.make(f"{base}{first['survey_path']}", micro=False).terminal(compact=True)
    print(flush=True)


class MetricsLeftOut(io.TextIOBase):
    """Passes lines on, but not metrics in CloudWatch's embedded format: CloudWatch takes them out of the logs."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._begun = threading.local()

    def write(self, text: str) -> int:
        *lines, self._begun.line = (getattr(self._begun, "line", "") + text).split("\n")
        for line in lines:
            if not line.startswith('{"_aws"'):
                self._out.write(f"{line}\n")
        return len(text)

    def flush(self) -> None:
        self._out.flush()


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    # Also where they were ignored: a shell's background jobs do not see Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    sys.stdout = MetricsLeftOut(sys.stdout)
    sys.exit(main())
