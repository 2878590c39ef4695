"""Serves the product on a port of its own, for a browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from infra.local.cloud import LocalCloud
from infra.local.server import listen, serve

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@contextmanager
def served(at: datetime | None = None) -> Iterator[tuple[LocalCloud, str]]:
    """A local cloud without stores, its clock at `at` first, and the address at which it is served until the end of
    the block."""
    listening = listen(0)
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    parameters = {
        "SenderEmail": "lazo@example.com",
        "PublicBaseUrl": base,
        "TwoWayNumbers": "CL=+56912340000",
    }
    with LocalCloud.start(TEMPLATE, parameters, at=at) as cloud:
        server = serve(cloud, listening)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield cloud, base
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
