"""What the pages for customers weigh, raw and as a browser gets them: `python -m benchmarks.page_weights`."""

from urllib.parse import urlencode

from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed
from tests.conftest import PARAMETERS, TEMPLATE
from tests.surveys import FORM, Page

ZIPPED = {"accept-encoding": "gzip"}


def main() -> None:
    """Print a line for each page: bytes raw, bytes compressed."""
    with LocalCloud.start(TEMPLATE, PARAMETERS) as cloud:
        seed(cloud)
        paths = {f"survey, {language}": f"/s/caja3?lang={language}" for language in ("es", "en", "pt")}
        page = Page(cloud.request("GET", paths["survey, es"]).text)
        cloud.advance(20)
        form = urlencode({**page.fields, "score": "2", "comment": "Frío"}, doseq=True).encode()
        thanks = cloud.request("POST", "/s/caja3", FORM, form).headers["location"]
        cloud.drain()
        paths |= {
            "thanks": thanks,
            "thanks, loaded by the survey": f"{thanks}&part=start",
            "a look": f"{thanks}&part=news",
        }
        print(f"{'page':30}{'raw':>8}{'gzip':>8}")
        for name, path in paths.items():
            raw, zipped = (len(cloud.request("GET", path, headers).body) for headers in ({}, ZIPPED))
            print(f"{name:30}{raw:8,}{zipped:8,}")


if __name__ == "__main__":
    main()
