"""Each figure opens the answers, promises or cases that it counts, no more and no fewer: in the demo's past, for
whoever reads it, by a walk over the links of the pages."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.local.cloud import LocalCloud
from infra.local.demo.past.write import write_past
from infra.local.demo.seed import seed
from lazo.store.contacts import Contact
from lazo.table import stores
from tests.builders import START
from tests.desk import session_cookie
from tests.dom import Element, parse

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
PARAMETERS = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": "https://lazo.example", "Stage": "local"}
LISTS = ("/desk", "/desk/answers", "/desk/promises", "/desk/insights/team")
SCORE_POINTS = re.compile(r"\d (points|puntos)")
OF_A_SHAPE = 1
"""So many links of a page with the same fields are followed: the hours of a day are one figure 24 times."""


class Reader:
    """Somebody who reads pages of the desk."""

    def __init__(self, cloud: LocalCloud, contact: Contact) -> None:
        self._cloud = cloud
        self._headers = {"cookie": session_cookie(cloud, contact), "x-forwarded-proto": "https"}
        self.count = cache(self._count)

    def main(self, address: str) -> Element:
        reply = self._cloud.request("GET", address, self._headers)
        assert reply.status == 200, f"{address}: {reply.status}"
        return parse(reply.text).one("main")

    def _count(self, address: str | None) -> int:
        """How many entries a list has, on all its pages."""
        found = 0
        while address:
            main = self.main(address)
            found += len([*main.all("li", class_="entry")])
            found += sum(len([*each.all("li")]) for each in main.all("section", id="cases"))
            address = next((link["href"] for link in main.all("a", rel="next")), None)
        return found


def figure_of(link: Element) -> int | None:
    """The figure that a link stands at, in its row or its own words; None without one, and for points of a score."""
    item, cell, head = link.above("li"), link.above("td"), link.above("th")
    if item and item.parent and "shares" in item.parent.classes:
        found = re.search(r"(\d+) (?:de|of) \d+", item.text)
    elif head and not link.above("small") and (row := link.above("tr")):
        found = re.match(r"(\d+)", [*row.all("td")][-1].text)
    elif cell and "(" in link.text:
        found = re.search(r"\((\d+)\)", link.text)
    else:
        found = (
            re.search(r"(?<![\d.])(\d+)(?!\s?%)", link.text) if not SCORE_POINTS.search(link.text) else None
        )
    return int(found[1]) if found else None


def figures_on(page: Element) -> Iterator[tuple[str, int]]:
    """The lists that a page leads to from a figure, OF_A_SHAPE of each kind."""
    shapes: Counter[tuple[str, ...]] = Counter()
    for link in page.all("a"):
        address = link["href"].partition("#")[0]
        query = parse_qs(urlsplit(address).query)
        if urlsplit(address).path not in LISTS or "tabs" in (link.parent or link).classes:
            continue
        if address.startswith(LISTS[-1]) and "cases" not in query:
            continue
        kinds = (
            query.get(name, [""])[0] for name in ("outcome", "cases", "view", "due", "opinion", "results")
        )
        shape = (urlsplit(address).path, *kinds, *query)
        n = figure_of(link)
        if n is not None and shapes[shape] < OF_A_SHAPE:
            shapes[shape] += 1
            yield address, n


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=START + timedelta(days=110)) as cloud:
        seed(cloud)
        write_past(cloud)
        cloud.advance(120)
        # Some are past their deadlines, and nobody has a part of them.
        cloud.advance(60 * 60 * 12)
        yield cloud


def test_the_list_behind_a_figure_has_as_many_entries(cloud: LocalCloud) -> None:
    settings = [item for item in cloud.items() if item["sk"] == "STORE"]
    people = {c.contact_id: c for each in settings for c in stores.store_from_item(each).contacts}
    ana, diego, marta = (Reader(cloud, people[name]) for name in ("ana", "diego", "marta"))
    area, brand = "area=diego@plaza-norte", "brand=Aurora"
    kinds: Counter[str] = Counter()
    wrong = []
    for reader, address in (
        (ana, "/desk"),
        (ana, "/desk/insights"),
        (ana, "/desk/insights?period=2026-w25"),
        (ana, "/desk/insights/touchpoints?period=2026-05"),
        (ana, "/desk/promises"),
        (diego, "/desk/insights?period=2026-q2"),
        (diego, "/desk/insights/stores"),
        (diego, "/desk/insights/team"),
        (diego, "/desk/promises"),
        (marta, f"/desk/insights?{area}"),
        (marta, f"/desk/insights/themes?{brand}"),
        (marta, f"/desk/insights/themes?theme=price&{area}"),
        (marta, f"/desk/insights/team?{brand}&period=2026-05"),
        (marta, f"/desk/insights/team?{area}"),
        (marta, f"/desk?{brand}"),
    ):
        for behind, n in figures_on(reader.main(address)):
            kinds[urlsplit(behind).path] += 1
            if (listed := reader.count(behind)) != n:
                wrong.append(f"{address}: {n} at a list of {listed}: {behind}")
    assert wrong == []
    assert kinds.keys() == {*LISTS}
    assert min(kinds.values()) >= 10, kinds
