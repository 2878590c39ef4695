"""`python -m infra.local`: the local cloud on http://127.0.0.1:PORT (8000), until Ctrl-C."""

import argparse
import logging
import os
import signal
import sys
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [place for place in (str(ROOT / "functions"), str(ROOT)) if place not in sys.path]

from infra.local.cloud import LocalCloud  # noqa: E402 - needs the paths above
from infra.local.seed import seed  # noqa: E402
from infra.local.server import HOST, serve  # noqa: E402


def main() -> int:
    arguments = _arguments()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    base = f"http://{HOST}:{arguments.port}"
    parameters = {
        "PublicBaseUrl": base,
        "SenderEmail": "lazo@example.com",
        "Stage": "local",
        "LogLevel": os.environ.get("LOG_LEVEL", "WARNING"),
    }
    with LocalCloud.start(ROOT / "template.yaml", parameters) as cloud:
        cloud.load_functions()
        seed(cloud)
        cloud.drain()
        try:
            server = serve(cloud, arguments.port)
        except (OSError, SystemExit):
            print(f"Port {arguments.port} is taken. Try another one: PORT={arguments.port + 1} make run")
            return 1
        cloud.react()
        _print_links(cloud, base)
        if arguments.open:
            webbrowser.open(f"{base}/local")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nEnded. All that was in it is forgotten.")
        finally:
            server.server_close()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--open", action="store_true", help="open the start page in the browser")
    port = os.environ.get("PORT") or "8000"
    parser.add_argument("--port", default=port, type=_port, help="default: the variable PORT, then 8000")
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (1 to 65535)")
    return int(text)


def _print_links(cloud: LocalCloud, base: str) -> None:
    print(f"\nLazo runs on this machine.\n\n  Start here  {base}/local\n")
    for store in cloud.stores:
        for number, touchpoint in enumerate(store["touchpoints"]):
            name = f"{store['name']} ({store['language']})" if number == 0 else ""
            print(f"  {name:<34}{touchpoint['label']:<14}{base}{touchpoint['survey_path']}")
    print(f"\n  Messages sent  {base}/local/outbox\n\nCtrl-C ends it.\n", flush=True)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(main())
