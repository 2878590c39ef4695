"""Ask for known vulnerabilities of all that is pinned (`make audit`): pip-audit, in the venv of `make security`.

    .venv-security/bin/python -m infra.known_vulnerabilities functions/requirements.txt requirements/dev.txt

pip-audit asks the index for the page of each pinned version. Mirrors often answer 404 to that and serve the page of the
package, which lists the vulnerabilities of its newest version: it is taken for a pin of that version, and of no other.
Ends with 1 if a pin has a vulnerability, or if neither page tells of it: what was not audited is not taken for sound.
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, suppress
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest import mock

_OF_A_VERSION: Final = re.compile(r"(?P<package>.+/[^/]+)/(?P<version>[^/]+)/json")


class PagesOfPackages:
    """A session that answers a version's page by its package's, if it is missing and the version is the newest."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def get(self, url: str, timeout: float | None = None) -> Any:
        """Return the page at `url`, or the page of the package that says the same."""
        reply = self._session.get(url=url, timeout=timeout)
        asked = _OF_A_VERSION.fullmatch(url)
        if reply.status_code != 404 or asked is None:
            return reply
        page = self._session.get(url=f"{asked['package']}/json", timeout=timeout)
        says = page.json() if page.status_code == 200 else {}
        known = "vulnerabilities" in says and says["info"]["version"] == asked["version"]
        return page if known else reply


def main(files: list[str]) -> int:
    pins = {pin["name"]: pin for file in files for pin in _audit(file)}
    bad, unknown = list(vulnerable(pins.values())), [pin for pin in pins.values() if "skip_reason" in pin]
    print(*bad, sep="\n", end="\n" * bool(bad))
    print(*(f"NOT AUDITED  {pin['skip_reason']}" for pin in unknown), sep="\n", end="\n" * bool(unknown))
    print(f"{len(pins) - len(unknown)} of {len(pins)} pins audited, {len(bad)} known vulnerabilities")
    return int(bool(bad or unknown or not pins))


def vulnerable(pins: Any) -> Iterator[str]:
    """Yield a line for each vulnerability of a pin."""
    for pin in pins:
        for each in pin.get("vulns", ()):
            fixed = ", ".join(each["fix_versions"]) or "no version"
            yield f"VULNERABLE  {pin['name']} {pin['version']}: {each['id']}, fixed in {fixed}"


def _audit(file: str) -> list[dict[str, Any]]:
    """Return what pip-audit says of each pin of a file. Raises RuntimeError if it ended without."""
    from pip_audit._cli import audit
    from pip_audit._service import PyPIService

    made, told = PyPIService.__init__, StringIO()

    def with_pages(self: Any, *arguments: Any, **options: Any) -> None:
        made(self, *arguments, **options)
        self.session = PagesOfPackages(self.session)

    with TemporaryDirectory() as folder:
        written = Path(folder) / "audit.json"
        asked = [
            "--requirement",
            file,
            "--require-hashes",
            "--disable-pip",
            "--format=json",
            f"--output={written}",
        ]
        with (
            mock.patch.object(PyPIService, "__init__", with_pages),
            mock.patch.object(sys, "argv", ["pip-audit", "--progress-spinner=off", *asked]),
            redirect_stderr(told),
            suppress(SystemExit),
        ):
            audit()
        if not written.exists():
            raise RuntimeError(f"{file} was not audited: {told.getvalue()[-800:]}")
        found: list[dict[str, Any]] = json.loads(written.read_text(encoding="utf-8"))["dependencies"]
        return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
