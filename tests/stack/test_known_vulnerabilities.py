"""`make audit` takes a package's page for a pin of its newest version, and what was not audited for no sound one."""

from types import SimpleNamespace
from typing import Any

import pytest

from infra import known_vulnerabilities
from infra.known_vulnerabilities import PagesOfPackages, main

INDEX = "https://index.example/packages"
OF_PACKAGE = {"info": {"version": "2.6.1"}, "vulnerabilities": [{"id": "PYSEC-2018-97"}]}


class Index:
    """An index with these pages."""

    def __init__(self, **pages: Any) -> None:
        self._pages = pages

    def get(self, url: str, timeout: float | None = None) -> Any:
        found = self._pages.get(url.removeprefix(f"{INDEX}/"))
        return SimpleNamespace(status_code=200 if found else 404, json=lambda: found)


def asked(version: str, **pages: Any) -> Any:
    reply = PagesOfPackages(Index(**pages)).get(f"{INDEX}/pycrypto/{version}/json")
    return reply.json() if reply.status_code == 200 else reply.status_code


def test_the_page_of_the_version_comes_first() -> None:
    of_version = {"info": {"version": "2.6.1"}, "vulnerabilities": []}
    assert asked("2.6.1", **{"pycrypto/2.6.1/json": of_version, "pycrypto/json": OF_PACKAGE}) == of_version


def test_the_page_of_the_package_tells_of_its_newest_version_and_no_other() -> None:
    assert asked("2.6.1", **{"pycrypto/json": OF_PACKAGE}) == OF_PACKAGE
    assert asked("2.6.0", **{"pycrypto/json": OF_PACKAGE}) == 404
    assert asked("2.6.1", **{"pycrypto/json": {"info": {"version": "2.6.1"}}}) == 404, (
        "it tells of no vulnerabilities"
    )
    assert asked("2.6.1") == 404


SOUND = {"name": "jinja2", "version": "3.1.6", "vulns": []}
VULNERABLE = {"name": "pycrypto", "version": "2.6.1", "vulns": [{"id": "PYSEC-2018-97", "fix_versions": []}]}
UNKNOWN = {"name": "boto3", "skip_reason": "boto3 (1.44.5) was not found"}


@pytest.mark.parametrize(
    ("pins", "ended", "said"),
    [
        ([SOUND], 0, "1 of 1 pins audited, 0 known vulnerabilities"),
        ([SOUND, VULNERABLE], 1, "pycrypto 2.6.1: PYSEC-2018-97, fixed in no version"),
        ([SOUND, UNKNOWN], 1, "NOT AUDITED  boto3 (1.44.5) was not found"),
        ([], 1, "0 of 0 pins audited"),
    ],
)
def test_it_fails_for_a_vulnerability_and_for_what_was_not_audited(
    pins: list[dict[str, Any]],
    ended: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(known_vulnerabilities, "_audit", lambda file: pins)
    assert main(["requirements.txt"]) == ended
    assert said in capsys.readouterr().out
