"""The pages for people under /local, on what the product itself has written and sent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
import zxingcpp

from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed
from infra.local.demo.visitor import Visitor
from infra.local.pages import messages
from infra.local.pages.outbox_page import outbox_page
from infra.local.pages.start_page import start_page
from infra.local.pages.time_format import format_duration, format_moment, until_next_morning

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
BASE = "http://127.0.0.1:8123"
PARAMETERS = {
    "PublicBaseUrl": BASE,
    "SenderEmail": "lazo@example.com",
    "Stage": "local",
    "TwoWayNumbers": "CL=+56912340000",
}

SATURDAY_EVENING = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
"""20:00 in Santiago and São Paulo; 23:00 in London, where the store is closed until Sunday 10:00."""

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'&lt; https://evil.example/f/x"
WAITED = "Esperé 25 minutos en la fila."
COLD = "The coffee was cold."


class Elements(HTMLParser):
    """Every element of a document as (name, attributes), and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._silent = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self.text += " "
        self._silent = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._silent else data

    @property
    def plain(self) -> str:
        return " ".join(self.text.split())

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]

    def classed(self, name: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.found if name in attributes.get("class", "").split()]


@dataclass(frozen=True)
class Seen:
    """The pages after an evening's answers, and what the cloud held then."""

    start: str
    outbox: str
    chosen: dict[str, str]
    sent: list[dict[str, Any]]


def submit(cloud: LocalCloud, code: str, query: str = "", **typed: str) -> None:
    customer = Visitor(cloud)
    page = customer.open(f"/s/{code}{query}")
    cloud.advance(20)
    assert customer.send(page, **typed).path.endswith("/thanks")
    cloud.drain()


@pytest.fixture(scope="module")
def seen() -> Seen:
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=SATURDAY_EVENING) as cloud:
        seed(cloud)
        submit(cloud, "cafeteria", score="10", comment="Todo perfecto")
        submit(cloud, "caja3", score="3", comment=WAITED, reasons="waiting_time")
        cloud.advance(11 * 60)
        submit(cloud, "caja1", score="0", comment=HOSTILE)
        alert = next(
            m for m in reversed(cloud.outbox()) if m["channel"] == "sms" and m["to"] == "+56922345671"
        )
        manager = Visitor(cloud)
        manager.send(manager.open(alert["text"].split()[-1]))
        submit(cloud, "till2", "?lang=en", score="5", comment=COLD)
        submit(cloud, "mesa4", "?lang=pt", score="2", comment="Comida fria", website="https://spam.example")
        return Seen(
            start=start_page(cloud),
            outbox=outbox_page(cloud, {}),
            chosen={
                "sms": outbox_page(cloud, {"channel": "sms"}),
                "diego": outbox_page(cloud, {"to": "diego.rojas@aurora.example", "page": "99"}),
                "nobody": outbox_page(cloud, {"to": "nobody@example.com", "page": "second"}),
            },
            sent=cloud.outbox(),
        )


@pytest.fixture
def fresh() -> Iterator[LocalCloud]:
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=SATURDAY_EVENING) as cloud:
        seed(cloud)
        yield cloud


def stories(page: str) -> dict[str, str]:
    """The text of each story of the feed, by the place it is about."""
    articles = re.findall(r'<article class="card story".*?</article>', page, re.DOTALL)
    told = [Elements(article) for article in articles]
    return {re.search(r" at (.+?),", t.named("article")[0]["aria-label"])[1]: t.plain for t in told}  # type: ignore[index]


def frames(page: str) -> list[Elements]:
    """The e-mails that a page shows in frames."""
    return [Elements(frame["srcdoc"]) for frame in Elements(page).named("iframe")]


def test_a_stranger_finds_stores_phone_and_clock_before_anything_has_happened(fresh: LocalCloud) -> None:
    page = Elements(start_page(fresh))
    for words in ("Answer as a customer", "Read the manager’s phone", "Move the clock", "What just happened"):
        assert words in page.plain
    for store in ("Aurora Plaza Norte", "Aurora Covent Garden", "Aurora Paulista"):
        assert store in page.plain
    assert "No messages." in page.plain
    assert "Nothing yet." in page.plain
    assert "Plaza Norte Sat 20:00 always open" in page.plain
    assert "Covent Garden Sat 23:00 opens Sun 10:00" in page.plain
    assert "Paulista Sat 20:00 open" in page.plain
    assert "Nothing yet." in Elements(outbox_page(fresh, {})).plain


def test_every_touchpoint_in_use_is_linked_in_every_language(seen: Seen) -> None:
    links = {a["href"] for a in Elements(seen.start).named("a")}
    for code in ("caja3", "caja1", "cafeteria", "till2", "table7", "caixa1", "mesa4"):
        assert f"{BASE}/s/{code}" in links
        assert {f"{BASE}/s/{code}?lang={language}" for language in ("es", "en", "pt")} <= links
    assert f"{BASE}/s/caja-vieja" in links
    assert f"{BASE}/s/caja-vieja?lang=es" not in links


def test_the_qr_codes_can_be_scanned(seen: Seen) -> None:
    codes = re.findall(r"<svg[^>]*class=\"qr\".*?</svg>", seen.start, re.DOTALL)
    read = [zxingcpp.read_barcodes(pixels(svg)) for svg in codes]
    assert [[found.text for found in each] for each in read] == [
        [f"{BASE}/s/caja3"],
        [f"{BASE}/s/till2"],
        [f"{BASE}/s/caixa1"],
    ]


def pixels(svg: str, scale: int = 4) -> memoryview:
    """What an SVG of segno's draws, as a picture in grey: a light square, and dark strokes one unit wide."""
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    light, dark = (path for path in root.iter() if path.tag.endswith("path"))
    assert light.attrib["fill"] == "#fff"
    assert light.attrib["d"] == f"M0 0h{width}v{height}h-{width}z"
    assert dark.attrib["stroke"] == "#1d2023"
    picture = [bytearray(b"\xff" * width * scale) for _ in range(height * scale)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", dark.attrib["d"]):
        values = [float(number) for number in numbers.split()]
        if command == "h":
            for line in range(int(y) * scale, int(y) * scale + scale):
                picture[line][int(x) * scale : int(x + values[0]) * scale] = bytes(int(values[0]) * scale)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    quiet = 4 * scale  # ISO/IEC 18004: four modules
    assert all(set(line[:quiet]) == set(line[-quiet:]) == {255} for line in picture)
    assert all(set(line) == {255} for line in (*picture[:quiet], *picture[-quiet:]))
    return memoryview(b"".join(picture)).cast("B", shape=[height * scale, width * scale])


def test_a_phone_in_a_country_with_a_number_can_reply(seen: Seen, fresh: LocalCloud) -> None:
    """Ana's and Diego's in Chile; Ruth's in the United Kingdom has none."""
    for page in (seen.start, seen.chosen["sms"]):
        shown = Elements(page)
        froms = [each["value"] for each in shown.named("input") if each.get("name") == "from"]
        assert sorted(froms) == ["+56922345671", "+56922345672"]
        assert len([f for f in shown.named("form") if f["action"] == "/local/sms"]) == 2
        assert [b["value"] for b in shown.named("button") if b.get("name") == "text"] == [
            "1",
            "2",
            "STOP",
        ] * 2

    fresh.receive_sms("+56922345671", "<b>hola</b>")
    shown = Elements(start_page(fresh))
    assert len(shown.classed("own")) == 1
    assert "Ana Fuentes wrote: <b>hola</b>" in shown.plain


def test_the_manager_phone_shows_each_sms_with_its_link_and_cost(seen: Seen) -> None:
    page = Elements(seen.start)
    texts = [message["text"] for message in seen.sent if message["channel"] == "sms"]
    assert len(texts) == 3
    links = {a["href"] for a in page.named("a")}
    for text in texts:
        assert " ".join(text.split()) in page.plain
        assert text.split()[-1] in links
        assert f"1 segment · {len(text)} of 160" in page.plain
    assert "to Ana Fuentes, store manager" in page.plain


def test_the_feed_tells_what_became_of_each_answer(seen: Seen) -> None:
    told = stories(seen.start)
    assert list(told) == ["Mesa 4", "Till 2", "Caja 1", "Caja 3", "Cafetería"]
    assert "happy (promoter)" in told["Cafetería"]
    assert "unhappy (detractor) · Waiting time" in told["Caja 3"]
    assert "SMS and e-mail to Ana Fuentes, store manager, " in told["Caja 3"]
    assert "Nobody took it on: up the chain to Diego Rojas, area manager (SMS and e-mail)" in told["Caja 3"]
    # Answered at 20:00:40, so overdue at 20:10:40; the sweep of 20:11 gives the next one ten minutes.
    assert "clock runs until 20:21" in told["Caja 3"]
    assert "Ana Fuentes took it on" in told["Caja 1"]
    assert "took it on" in told["Caja 1"]
    assert "clock runs until Sun 10:10" in told["Till 2"]  # ten minutes of opening time
    assert "Will go to Grace Bell, store manager: SMS and e-mail. The shop is closed now." in told["Till 2"]
    assert "out of the score and no SMS: filled in a field that no person sees" in told["Mesa 4"]


def test_what_comes_next_is_announced(seen: Seen) -> None:
    page = Elements(seen.start).plain
    assert "Coming up 20:21 Deadline for Caja 3, Aurora Plaza Norte: then Marta Silva is told" in page
    assert "Sun 10:00 Grace Bell gets the SMS that waits until then" in page


def test_next_morning_is_nine_o_clock_of_the_first_store(fresh: LocalCloud) -> None:
    (button,) = (b for b in Elements(start_page(fresh)).named("button") if b.get("id") == "next-morning")
    assert 13 * 3600 - 60 < int(button["value"]) <= 13 * 3600


@pytest.mark.parametrize("which", ["start", "outbox"])
def test_a_hostile_comment_stays_text(seen: Seen, which: str) -> None:
    page = getattr(seen, which)
    shown = Elements(page)
    assert len(shown.named("script")) == 1
    assert shown.named("img") == []
    assert not [a for _, attributes in shown.found for a in attributes if a.startswith("on")]
    assert not [a for a in shown.named("a") if "evil.example" in a["href"]]
    assert HOSTILE in shown.text


def test_a_hostile_comment_stays_text_in_the_emails_too(seen: Seen) -> None:
    mails = [mail for mail in frames(seen.outbox) if "evil.example" in mail.text]
    assert mails
    for mail in mails:
        assert HOSTILE in mail.text
        assert mail.named("script") == mail.named("img") == []
        assert not [a for a in mail.named("a") if "evil.example" in a["href"]]


def test_emails_are_shown_in_a_sandbox_without_scripts(seen: Seen) -> None:
    shown = Elements(seen.start).named("iframe") + Elements(seen.outbox).named("iframe")
    assert len(shown) > 4
    for frame in shown:
        assert set(frame["sandbox"].split()) == {"allow-popups", "allow-popups-to-escape-sandbox"}
        assert Elements(frame["srcdoc"]).named("base") == [{"target": "_blank"}]


@pytest.mark.parametrize("which", ["start", "outbox"])
def test_nothing_is_asked_of_others(seen: Seen, which: str) -> None:
    page = getattr(seen, which)
    fetching = ("href", "src", "srcset", "action", "formaction", "poster", "data", "background", "style")
    for document in (Elements(page), *frames(page)):
        for tag, attributes in document.found:
            for name in attributes.keys() & set(fetching):
                own = attributes[name].replace(BASE, "").replace("http://www.w3.org/2000/svg", "")
                assert "//" not in own, (tag, name)
                assert "url(" not in own, (tag, name)
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    for frame in Elements(page).named("iframe"):
        styles += re.findall(r"<style>(.*?)</style>", frame["srcdoc"], re.DOTALL)
    assert not re.search(r"url\(|@import|//", "".join(styles))
    (policy,) = (m["content"] for m in Elements(page).named("meta") if "http-equiv" in m)
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy


def test_the_outbox_shows_all_messages_the_newest_first(seen: Seen) -> None:
    shown = [a["id"] for a in Elements(seen.outbox).named("article")]
    assert shown == [f"card-m{index}" for index in reversed(range(len(seen.sent)))]
    for message in seen.sent:
        assert " ".join(message["text"].split()) in Elements(seen.outbox).plain
        if message["subject"]:
            assert message["subject"] in Elements(seen.outbox).plain


def test_the_outbox_can_be_narrowed(seen: Seen) -> None:
    only_sms = Elements(seen.chosen["sms"])
    assert only_sms.named("iframe") == []
    assert f"3 of {len(seen.sent)} messages" in only_sms.plain
    diego = Elements(seen.chosen["diego"])
    assert f"1 of {len(seen.sent)} messages" in diego.plain
    assert len(diego.named("article")) == 1
    assert "Nothing fits this filter." in Elements(seen.chosen["nobody"]).plain


def test_a_long_outbox_comes_in_pages(fresh: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    message: Mapping[str, Any] = {
        "channel": "sms", "to": "+447911123456", "subject": None, "text": "", "html": None,
        "at": "2026-11-21T23:00:00.000Z", "followup_id": None, "level": None, "purpose": None,
    }  # fmt: skip
    monkeypatch.setattr(fresh, "outbox", lambda: [{**message, "text": f"number {n}."} for n in range(41)])
    first, second = (Elements(outbox_page(fresh, {"page": page})) for page in ("1", "2"))
    assert "number 40." in first.plain
    assert "number 0." not in first.plain
    assert "number 0." in second.plain
    assert [a["href"] for a in first.named("a") if a["href"].startswith("?")] == ["?to=&channel=&page=2"]


def test_only_our_own_links_can_be_clicked() -> None:
    text = f"Caja 3 <b> {BASE}/f/Ab_1-9 and {BASE}/other https://evil.example/f/x"
    assert messages.linked(text, BASE) == (
        f'Caja 3 &lt;b&gt; <a href="{BASE}/f/Ab_1-9" target="_blank" rel="noopener">{BASE}/f/Ab_1-9</a> '
        f"and {BASE}/other https://evil.example/f/x"
    )
    assert f'<a href="{BASE}/desk/in/Ab_1-9" ' in messages.linked(f"Aurora: {BASE}/desk/in/Ab_1-9", BASE)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        (
            "a" * 160,
            "1 segment · 160 of 160",
        ),  # 3GPP TS 23.040, 9.2.3.24.1: 153 septets each when there are several
        ("a" * 161, "2 segments · 161 characters"),
        ("a" * 307, "3 segments · 307 characters"),
        ("é" * 160, "1 segment · 160 of 160"),
        ("á" * 70, "1 segment · 70 of 70"),  # UCS-2: 140 octets, 134 when there are several
        ("á" * 71, "2 segments · 71 characters"),
        ("😀" * 35, "1 segment · 70 of 70"),
    ],
)
def test_what_an_sms_costs(text: str, cost: str) -> None:
    assert messages.cost_of(text) == cost


@pytest.mark.parametrize(
    ("now", "zone", "hours"),
    [
        (datetime(2026, 11, 21, 23, 0, tzinfo=UTC), "America/Santiago", 13),
        (datetime(2026, 11, 22, 11, 0, tzinfo=UTC), "America/Santiago", 1),  # 08:00 there
        (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), "America/Santiago", 24),  # 09:00 there
        (datetime(2026, 9, 6, 0, 0, tzinfo=UTC), "America/Santiago", 12),  # a night that loses an hour
        (datetime(2026, 10, 24, 19, 0, tzinfo=UTC), "Europe/London", 14),  # a night that gains one
    ],
)
def test_the_next_morning(now: datetime, zone: str, hours: int) -> None:
    assert until_next_morning(now, ZoneInfo(zone)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "under 0.1 s"), (0.1, "0.1 s"), (0.84, "0.8 s"), (12.4, "12 s"), (59.4, "59 s"), (60, "1 min"),
     (3599, "59 min"), (3600, "1 h"), (7500, "2 h 5 min"), (172799, "47 h 59 min"), (172800, "2 days")],
)  # fmt: skip
def test_durations_in_words(seconds: float, words: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 21, 22, 43, tzinfo=UTC), "19:43"),
        (datetime(2026, 11, 22, 2, 59, tzinfo=UTC), "23:59"),
        (datetime(2026, 11, 22, 3, 0, tzinfo=UTC), "Sun 00:00"),
        (datetime(2026, 11, 20, 13, 0, tzinfo=UTC), "Fri 10:00"),
        (datetime(2026, 11, 29, 13, 0, tzinfo=UTC), "29 Nov 10:00"),
    ],
)
def test_moments_in_words(at: datetime, words: str) -> None:
    assert format_moment(at, ZoneInfo("America/Santiago"), SATURDAY_EVENING) == words
