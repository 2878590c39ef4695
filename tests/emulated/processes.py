"""Processes that a run starts: each in a group of its own, which is ended as a whole, by its id."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

END_SECONDS = 5
"""How long a group may take to end by itself."""

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
"""Variables of this machine that processes may see: none that is Python's, AWS's or a proxy's."""


class ProcessGroup:
    """A program and all that it starts. Raises OSError if it does not exist."""

    def __init__(
        self, command: Sequence[str | Path], environment: Mapping[str, str], output: Path | None
    ) -> None:
        kept = {name: value for name, value in os.environ.items() if name in KEPT}
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(output.open("ab")) if output else None
            self._process = subprocess.Popen(
                [str(each) for each in command],
                env={**kept, **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT if out else None,
                start_new_session=True,
            )
        self._group = self._process.pid

    def is_running(self) -> bool:
        return self._process.poll() is None

    def returncode(self) -> int | None:
        return self._process.poll()

    def end(self) -> None:
        """End the whole group, whether or not its first process still runs."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        self._signal(signal.SIGKILL)
        self._process.wait(END_SECONDS)

    def usage(self) -> tuple[int, int, float]:
        """Return the number of processes of the group, their megabytes in memory and their seconds of CPU; zeros where
        there is no /proc."""
        ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
        count, pages, cpu = 0, 0, 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = (
                    stat.read_text().rpartition(")")[2].split()
                )  # the third field of proc(5) is the first here
                if int(fields[2]) == self._group:
                    count, pages = count + 1, pages + int(fields[21])
                    cpu += sum(int(each) for each in fields[11:15])  # with the children that have ended
        return count, pages * page // 2**20, cpu / ticks

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._group, number)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def wait_for(url: str, group: ProcessGroup, seconds: float) -> None:
    """Wait until the address answers 200. Raises RuntimeError when its process ends or takes longer."""
    ends = time.monotonic() + seconds
    while True:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        if not group.is_running() or time.monotonic() > ends:
            raise RuntimeError(f"{url} does not answer")
        time.sleep(0.1)
