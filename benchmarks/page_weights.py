"""What pages weigh, raw and as a browser gets them: `python -m benchmarks.page_weights`.

The survey with its style and script in it; a case and the board with the files that they load for the first time.
"""

import io
import re
from collections.abc import Sequence
from contextlib import redirect_stdout
from urllib.parse import urlencode

from benchmarks import deployment, report
from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed

LIMITS = {"survey": 30_000, "case": 60_000}
"""Bytes raw, in all."""
_FILES = re.compile(r'(?:<link rel="stylesheet" href|<script src)="([^"]+)"')
_KEPT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_FORM = {"content-type": "application/x-www-form-urlencoded"}


def main() -> None:
    """Print a line for each page: bytes raw, bytes compressed."""
    report.heading("What pages weigh", "Bytes at the first visit: raw, and as gzip sends them.")
    with LocalCloud.start(deployment.TEMPLATE, deployment.PARAMETERS) as cloud:
        seed(cloud)
        for language in ("es", "en", "pt"):
            _line(cloud, f"survey, {language}", [f"/s/caja3?lang={language}"], LIMITS["survey"])
        page = cloud.request("GET", "/s/caja3").text
        cloud.advance(20)
        form = urlencode({**dict(_KEPT.findall(page)), "score": "2", "comment": "Frío"}).encode()
        thanks = cloud.request("POST", "/s/caja3", _FORM, form).headers["location"]
        with redirect_stdout(io.StringIO()):  # the functions' metrics
            cloud.drain()
        _line(cloud, "thanks", [thanks])
        _line(cloud, "thanks, loaded by the survey", [f"{thanks}&part=start"])
        _line(cloud, "thanks, a look at what is new", [f"{thanks}&part=news"])
        sms = next(each for each in cloud.outbox() if each["channel"] == "sms")
        link = re.search(r"/f/\S+", sms["text"])
        assert link is not None
        opened = cloud.request("GET", link[0])
        cookie = {"cookie": "; ".join(each.partition(";")[0] for each in opened.cookies)}
        for name, path in (("case", opened.headers["location"]), ("board", "/desk")):
            html = cloud.request("GET", path, cookie).text
            _line(cloud, name, [path, *_FILES.findall(html)], LIMITS.get(name), cookie)
        case = opened.headers["location"]
        html = cloud.request("GET", case, cookie).text
        kept = dict(_KEPT.findall(html.partition('id="take-on"')[2].partition("</form>")[0]))
        taken_on = cloud.request("POST", f"{case}/take-on", {**_FORM, **cookie}, urlencode(kept).encode())
        assert "done=take-on" in taken_on.headers["location"]
        for language in ("es", "en", "pt"):
            shown = f"{case}?lang={language}"
            files = _FILES.findall(cloud.request("GET", shown, cookie).text)
            _line(
                cloud, f"case without contact, taken on, {language}", [shown, *files], LIMITS["case"], cookie
            )


def _line(
    cloud: LocalCloud,
    name: str,
    paths: Sequence[str],
    at_most: int | None = None,
    cookie: dict[str, str] | None = None,
) -> None:
    def weight(**headers: str) -> int:
        return sum(len(cloud.request("GET", path, {**(cookie or {}), **headers}).body) for path in paths)

    zipped = weight(**{"accept-encoding": "gzip"})
    report.line(name, weight(), "bytes", at_most=at_most, note=f"{zipped:,} compressed")


if __name__ == "__main__":
    main()
