"""The pages for people under /local, after an evening of the demo stores."""

import re

import pytest
import zxingcpp

from infra.local.cloud import LocalCloud
from infra.local.demo.past.write import write_past
from infra.local.demo.seed import seed
from infra.local.pages.outbox_page import outbox_page
from infra.local.pages.start_page import start_page
from tests.local.pages.documents import Elements, framed_emails, pixels
from tests.local.pages.evening import (
    BASE,
    HOSTILE,
    PARAMETERS,
    SATURDAY_EVENING,
    TEMPLATE,
    EveningPages,
    submit,
)


def story_texts(page: str) -> dict[str, str]:
    """Return the text of each story of the feed by its touchpoint."""
    articles = re.findall(r'<article class="card story".*?</article>', page, re.DOTALL)
    stories = [Elements(article) for article in articles]
    return {re.search(r" at (.+?),", t.named("article")[0]["aria-label"])[1]: t.plain for t in stories}  # type: ignore[index]


def test_the_start_page_shows_stores_phone_and_clock_before_any_answer(
    fresh_cloud: LocalCloud,
) -> None:
    page = Elements(start_page(fresh_cloud))
    for words in ("Answer as a customer", "Read the manager’s phone", "Move the clock", "What just happened"):
        assert words in page.plain
    for store in ("Aurora Plaza Norte", "Aurora Covent Garden", "Aurora Paulista"):
        assert store in page.plain
    assert "No messages." in page.plain
    assert "Nothing yet." in page.plain
    assert "Plaza Norte Sat 20:00 always open" in page.plain
    assert "Covent Garden Sat 23:00 opens Sun 10:00" in page.plain
    assert "Paulista Sat 20:00 open" in page.plain
    assert "Nothing yet." in Elements(outbox_page(fresh_cloud, {})).plain


def test_a_closed_store_says_when_it_opens_and_its_button_opens_it(fresh_cloud: LocalCloud) -> None:
    (form,) = re.findall(r'<form class="shut".*?</form>', start_page(fresh_cloud), re.DOTALL)
    shown = Elements(form)
    assert "Closed now, so its alerts wait until it opens: Sun 10:00." in shown.plain
    (button,) = shown.named("button")
    assert button["aria-label"] == "Move the clock to when Aurora Covent Garden opens"
    fresh_cloud.advance(int(button["value"]))
    assert "Covent Garden Sun 10:00 open" in Elements(start_page(fresh_cloud)).plain


def test_emails_stand_with_the_phone_of_their_reader(evening: EveningPages) -> None:
    """The page shows those of the chosen phone; Marta has no phone for SMS."""
    phones = {p["id"].removeprefix("pick-"): p for p in Elements(evening.start).named("input") if "id" in p}
    assert len(phones) == 5
    shown = re.findall(r'<details class="mail of of-(\S+)".*?<b>(.*?)</b>', evening.start, re.DOTALL)
    sent = [message["to"] for message in evening.sent if message["channel"] == "email"]
    assert len(shown) == len(sent) == 3
    assert {name for key, name in shown if key == "phone-56922345671"} == {"Ana Fuentes"}
    assert {name for key, name in shown if key == "phone-56922345672"} == {"Diego Rojas"}
    assert all(f".columns:has(#pick-{key}:checked) .of:not(.of-{key})" in evening.start for key in phones)
    assert "Marta is told by e-mail, below." in Elements(evening.start).plain


def test_every_touchpoint_in_use_is_linked_in_every_language(evening: EveningPages) -> None:
    links = {a["href"] for a in Elements(evening.start).named("a")}
    for code in ("caja3", "caja1", "cafeteria", "till2", "table7", "caixa1", "mesa4"):
        assert f"{BASE}/s/{code}" in links
        assert {f"{BASE}/s/{code}?lang={language}" for language in ("es", "en", "pt")} <= links
    assert f"{BASE}/s/caja-vieja" in links
    assert f"{BASE}/s/caja-vieja?lang=es" not in links


def test_the_qr_codes_can_be_scanned(evening: EveningPages) -> None:
    codes = re.findall(r"<svg[^>]*class=\"qr\".*?</svg>", evening.start, re.DOTALL)
    read = [zxingcpp.read_barcodes(pixels(svg)) for svg in codes]
    assert [[found.text for found in each] for each in read] == [
        [f"{BASE}/s/caja3"],
        [f"{BASE}/s/till2"],
        [f"{BASE}/s/caixa1"],
    ]


def test_a_phone_in_a_country_with_a_number_can_reply(evening: EveningPages, fresh_cloud: LocalCloud) -> None:
    """Ana's and Diego's in Chile; Ruth's in the United Kingdom has none."""
    for page in (evening.start, evening.chosen["sms"]):
        shown = Elements(page)
        froms = [each["value"] for each in shown.named("input") if each.get("name") == "from"]
        assert sorted(froms) == ["+56922345671", "+56922345672"]
        assert len([f for f in shown.named("form") if f["action"] == "/local/sms"]) == 2
        assert [b["value"] for b in shown.named("button") if b.get("name") == "text"] == [
            "1",
            "2",
            "STOP",
        ] * 2

    fresh_cloud.receive_sms("+56922345671", "<b>hola</b>")
    shown = Elements(start_page(fresh_cloud))
    assert len(shown.classed("own")) == 1
    assert "Ana Fuentes wrote: <b>hola</b>" in shown.plain


def test_the_manager_phone_shows_each_sms_with_its_link_and_cost(evening: EveningPages) -> None:
    page = Elements(evening.start)
    texts = [message["text"] for message in evening.sent if message["channel"] == "sms"]
    assert len(texts) == 3
    links = {a["href"] for a in page.named("a")}
    for text in texts:
        assert " ".join(text.split()) in page.plain
        assert text.split()[-1] in links
        assert f"1 segment · {len(text)} of 160" in page.plain
    assert "to Ana Fuentes, store manager" in page.plain


def test_the_feed_shows_the_outcome_of_each_answer(evening: EveningPages) -> None:
    stories = story_texts(evening.start)
    assert list(stories) == ["Mesa 4", "Till 2", "Caja 1", "Caja 3", "Cafetería"]
    assert "happy (promoter)" in stories["Cafetería"]
    assert "unhappy (detractor) · Waiting time" in stories["Caja 3"]
    assert "SMS and e-mail to Ana Fuentes, store manager, " in stories["Caja 3"]
    assert (
        "Nobody took it on: up the chain to Diego Rojas, area manager (SMS and e-mail)" in stories["Caja 3"]
    )
    # Answered at 20:00:40, so overdue at 20:10:40; the sweep of 20:11 gives the next one ten minutes.
    assert "clock runs until 20:21" in stories["Caja 3"]
    assert "Ana Fuentes took it on" in stories["Caja 1"]
    assert "took it on" in stories["Caja 1"]
    assert "clock runs until Sun 10:10" in stories["Till 2"]  # ten minutes of opening time
    assert (
        "Will go to Grace Bell, store manager: SMS and e-mail. The shop is closed now." in stories["Till 2"]
    )
    assert "out of the score and no SMS: filled in a field that no person sees" in stories["Mesa 4"]
    assert "That is all since Lazo started." in Elements(evening.start).plain


def test_what_is_sample_data_did_not_just_happen(fresh_cloud: LocalCloud) -> None:
    write_past(fresh_cloud)
    page = Elements(start_page(fresh_cloud)).plain
    assert "responses from the last 90 days" in page
    assert "Nothing yet." in page
    for _ in range(6):
        submit(fresh_cloud, "caja3", score="10")
    page = start_page(fresh_cloud)
    assert page.count('<article class="card story"') == 5
    assert "1 earlier response is at the desk." in Elements(page).plain


def test_in_a_network_the_codes_are_for_phones(evening: EveningPages) -> None:
    assert "A phone cannot open them" in Elements(evening.start).plain
    base = "http://192.168.1.7:8000"
    with LocalCloud.start(TEMPLATE, PARAMETERS | {"PublicBaseUrl": base}, at=SATURDAY_EVENING) as cloud:
        seed(cloud)
        page = start_page(cloud)
    assert f"Scan one with a phone in the same network as {base}" in Elements(page).plain
    assert "Open to your local network" in page
    (code, *_) = re.findall(r"<svg[^>]*class=\"qr\".*?</svg>", page, re.DOTALL)
    assert [found.text for found in zxingcpp.read_barcodes(pixels(code))] == [f"{base}/s/caja3"]


def test_upcoming_deadlines_and_messages_are_listed(evening: EveningPages) -> None:
    page = Elements(evening.start).plain
    assert "Coming up 20:21 Deadline for Caja 3, Aurora Plaza Norte: then Marta Silva is told" in page
    assert "Sun 10:00 Grace Bell gets the SMS that waits until then" in page


def test_next_morning_is_nine_o_clock_of_the_first_store(fresh_cloud: LocalCloud) -> None:
    (button,) = (
        b for b in Elements(start_page(fresh_cloud)).named("button") if b.get("id") == "next-morning"
    )
    assert 13 * 3600 - 60 < int(button["value"]) <= 13 * 3600


@pytest.mark.parametrize("which", ["start", "outbox"])
def test_a_hostile_comment_stays_text(evening: EveningPages, which: str) -> None:
    page = getattr(evening, which)
    shown = Elements(page)
    assert len(shown.named("script")) == 1
    assert shown.named("img") == []
    assert not [a for _, attributes in shown.found for a in attributes if a.startswith("on")]
    assert not [a for a in shown.named("a") if "evil.example" in a["href"]]
    written = (
        HOSTILE if which == "start" else HOSTILE.replace("https://evil.example", "https[:]//evil[.]example")
    )
    assert written in shown.text


def test_emails_are_shown_in_a_sandbox_without_scripts(evening: EveningPages) -> None:
    shown = Elements(evening.start).named("iframe") + Elements(evening.outbox).named("iframe")
    assert len(shown) > 4
    for frame in shown:
        assert set(frame["sandbox"].split()) == {"allow-popups", "allow-popups-to-escape-sandbox"}
        assert Elements(frame["srcdoc"]).named("base") == [{"target": "_blank"}]


@pytest.mark.parametrize("which", ["start", "outbox"])
def test_pages_load_nothing_from_other_hosts(evening: EveningPages, which: str) -> None:
    page = getattr(evening, which)
    fetching = ("href", "src", "srcset", "action", "formaction", "poster", "data", "background", "style")
    for document in (Elements(page), *framed_emails(page)):
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
