"""Each figure opens the answers, promises or cases that it counts, no more and no fewer: in the demo's past, for
whoever reads it, by a walk over the links of the pages. A figure outside a link needs a reason."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.local.cloud import LocalCloud
from infra.local.demo.past import write
from infra.local.demo.seed import DEMO, seed
from lazo.store.contacts import Contact
from lazo.table import stores
from tests.builders import START
from tests.desk import session_cookie
from tests.dom import Element, parse

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
PARAMETERS = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": "https://lazo.example", "Stage": "local"}
AT = START + timedelta(days=110)
LISTS = ("/desk", "/desk/answers", "/desk/promises", "/desk/insights/team", "/desk/improvements/")
NO_COUNT = re.compile(r"\d (points|puntos)|\d (of every|de cada) 100")
"""What is said of a score or a share, in a link to the answers that it is of."""
NAMED_IN = re.compile(r"(?:[Aa]parece en|is in|sin las|without the) (\d+) ")
RATE = re.compile(r"100 (?:visitantes|visitors)")
OF_RESPONSES = re.compile(r"(?:con|from|[Rr]espuestas:|[Rr]esponses:) (\d+)")
"""The responses that a response rate is of, said in its section."""
AREA, BRAND = "area=diego@plaza-norte", "brand=Aurora"
PAGES = {
    "ana": (
        "/desk",
        "/desk/insights?period=2026-w25",
        "/desk/insights/touchpoints?period=2026-05",
        "/desk/insights/team?period=2026-05",
        "/desk/promises",
        "/desk/digest?week=2026-W26",
        "/desk/improvements",
    ),
    "diego": (
        "/desk/insights?period=2026-06",
        "/desk/insights/stores",
        "/desk/insights/team",
        "/desk/digest",
    ),
    "marta": (
        f"/desk/insights?{AREA}",
        f"/desk/insights?{AREA}&period=2026-w25",
        f"/desk/insights?{BRAND}&period=2026-06-20",
        f"/desk/insights/themes?{BRAND}",
        f"/desk/insights/themes?theme=price&{AREA}",
        f"/desk/insights/team?{BRAND}&period=2026-05",
        "/desk/digest?week=2026-W26",
    ),
}
FEWER = {
    "answers_a_day = 6": "answers_a_day = 4",
    "answers_a_day = 8": "answers_a_day = 2",
    "answers_a_day = 5": "answers_a_day = 1",
    "times = 12.0": "times = 40.0",
}
"""Answers of the demo that the walk does without, and what rises so much that it still does."""
WITHOUT_FIGURES = ("a", "h1", "form", "svg", "nav", "time", "thead", "caption", "details", "dialog")
WITHOUT_COUNTS = {"entries-list", "quiet", "score-line"}
KINDS = ("outcome", "cases", "view", "due", "opinion", "results", "stage", "band", "week")
UNLINKED = (
    ("", r"^0(\s?%)?$|^0 (de|of) |: 0(\.|$)", "nothing to open"),
    ("", r"^(entre|between) |^.?\d+–\d+\s?%$", "an interval"),
    ("", r"^(desde|since) ", "a date"),
    ("score", r".", "a score, or its change: the link to its answers ends the section"),
    ("trend", r".", "a change of the score: the rows of its table lead to the answers"),
    ("lowers", r".", "an interval or a caution: the sentences before it are links"),
    ("stores", r"^−?\d+$", "a score: the number of its answers is a link beside it"),
    ("times|stores", r"\d (min|h|days?|días?)$|\d\s?%$", "a time or share: its cases are links beside it"),
    ("kept", r"\d\s?%$", "a share: the promises are links beside it"),
    ("promises", r"^(Se cumplieron|\d+ of \d+ promises)", "the promises by outcome are links below it"),
    ("recovery", r"^(De \d+ clientes|\d+ of \d+ unhappy)", "the cases are links below it"),
    (
        "recovery",
        r"(antes, |: )−100",
        "a score before and after: the cases are links below it",
    ),
    ("heard", r"^(Score|Resultado|\d+ resp)", "a score: the link to its answers ends the section"),
    ("heard", r"(el resultado|the score) (de|of)", "what the score may be at most; visitors are no list"),
    ("outside", r".", "a store's score: its name leads to its figures"),
    ("compared", r"100|\d (semanas|weeks)", "a comparison: the answers on both sides are links below it"),
    ("pace", r"\d (min|h)|< 1 min", "a comparison of times: in the table above it their cases are links"),
    ("changes", r"\d de cada 100", "a comparison of shares: the theme's name leads to their answers"),
    ("theme|complained", r"100|muy pocas", "a comparison: the shares above it are links"),
)
"""The figures outside a link, each by the id of its section and its words, and why."""


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
    if found := NAMED_IN.search(link.text):
        pass
    elif (section := link.above("section")) and RATE.search(link.text):
        found = OF_RESPONSES.search(section.text)
    elif item and item.parent and "shares" in item.parent.classes:
        found = re.search(r"(\d+) (?:de|of) \d+", item.text)
    elif head and not link.above("small") and (row := link.above("tr")):
        found = re.match(r"(\d+)", [*row.all("td")][-1].text)
    elif found := re.search(r": (\d+)[.;]?$", link.text):
        pass
    elif cell and "(" in link.text:
        found = re.search(r"\((\d+)\)", link.text)
    else:
        found = re.search(r"(?<![\d.])(\d+)(?!\s?%)", link.text) if not NO_COUNT.search(link.text) else None
    return int(found[1]) if found else None


def figures_on(page: Element, shapes: set[tuple[str, ...]]) -> Iterator[tuple[str, int]]:
    """The lists that a page leads to from a figure, one of each shape: the hours of a day are one figure 24 times."""
    for link in page.all("a"):
        address = link["href"].partition("#")[0]
        path, query = urlsplit(address).path, parse_qs(urlsplit(address).query)
        if (not path.startswith(LISTS[1:]) and path != LISTS[0]) or "tabs" in (link.parent or link).classes:
            continue
        if path.startswith(LISTS[3:]) and "cases" not in query:
            continue
        shape = (path, *(query.get(name, [""])[0] for name in KINDS), *query)
        n = figure_of(link)
        if n is not None and shape not in shapes:
            shapes.add(shape)
            yield address, n


def unlinked(within: Element, place: str = "") -> Iterator[tuple[str, str]]:
    """The texts with a figure that are in no link, each with the id of the section that it stands in: without titles,
    dates, charts, forms, lists of entries and whatever else counts nothing."""
    for each in within.within:
        if isinstance(each, str):
            if re.search(r"\d", each):
                yield place, " ".join(each.split())
        elif (
            each.tag not in WITHOUT_FIGURES
            and not WITHOUT_COUNTS & {*each.classes}
            and not names_its_list(each)
        ):
            yield from unlinked(each, each["id"] if each.tag == "section" else place)


def names_its_list(row: Element) -> bool:
    """Whether this is a row of a table or of shares whose name is the link to what it counts."""
    if row.tag == "tr":
        names: Iterable[Element] = row.all("th", scope="row")
    else:
        names = row.all("span") if row.tag == "li" and row.parent and "shares" in row.parent.classes else ()
    links = [link for name in names for link in name.all("a") if not link.above("small")]
    return any(urlsplit(link["href"]).path == "/desk/answers" for link in links)


def has_reason(at: str, text: str) -> bool:
    """Whether a figure may stand outside a link."""
    return any(re.fullmatch(section or ".*", at) and re.search(words, text) for section, words, _ in UNLINKED)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The demo with FEWER of its answers, and one of its stores of another brand."""
    folder = tmp_path_factory.mktemp("demo")
    stores_file, past_file = folder / "stores.toml", folder / "past.toml"
    demo = DEMO.read_text("utf-8")
    at = demo.index('store_id = "paulista"')
    stores_file.write_text(demo[:at] + demo[at:].replace('brand = "Aurora"', 'brand = "Boreal"', 1), "utf-8")
    past = write.FILE.read_text("utf-8")
    for full, some in FEWER.items():
        assert past.count(full) == 1
        past = past.replace(full, some)
    past_file.write_text(past, "utf-8")
    with pytest.MonkeyPatch.context() as patched, LocalCloud.start(TEMPLATE, PARAMETERS, at=AT) as cloud:
        patched.setattr(write, "FILE", past_file)
        seed(cloud, stores_file)
        write.write_past(cloud)
        # Some are past their deadlines, and nobody has a part of them.
        cloud.advance(60 * 60 * 12)
        yield cloud


def test_the_list_behind_a_figure_has_as_many_entries(cloud: LocalCloud) -> None:
    settings = [item for item in cloud.items() if item["sk"] == "STORE"]
    people = {c.contact_id: c for each in settings for c in stores.store_from_item(each).contacts}
    kinds, shapes = Counter[str](), set[tuple[str, ...]]()
    wrong, bare = list[str](), list[str]()
    sections: dict[str, set[str]] = {}
    for name, addresses in PAGES.items():
        reader = Reader(cloud, people[name])
        (improvement, *_) = reader.main("/desk/improvements").one("ol").all("h2")
        for address in (*addresses, improvement.one("a")["href"]):
            page = reader.main(address)
            sections.setdefault(urlsplit(address).path, set()).update(
                each["id"] for each in page.all("section")
            )
            bare += [f"{address} #{at}: {text}" for at, text in unlinked(page) if not has_reason(at, text)]
            for behind, n in figures_on(page, shapes):
                kinds[urlsplit(behind).path] += 1
                if (listed := reader.count(behind)) != n:
                    wrong.append(f"{address}: {n} at a list of {listed}: {behind}")
    for address in ("/desk/insights", "/desk/digest"):
        assert {"rising"} <= sections[address], "what the walk is to see"
    assert wrong == []
    assert bare == []
    assert kinds.keys() == {*LISTS[:4]}, kinds
    assert min(kinds.values()) >= 5, kinds
