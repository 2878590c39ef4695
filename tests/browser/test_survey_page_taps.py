"""The first tap counts, in a browser; and a shared tablet finds its way to the next answer."""

from playwright.sync_api import Page, expect

from tests.browser.survey_page import Open, StoreWithPosters, choose, heading


def wait_for_score(page: Page, store: StoreWithPosters, poster: str, score: int) -> None:
    """Wait until the last tap has reached the server."""
    for _ in range(250):
        if [item["score"] for item in store.answers(poster)] == [score]:
            return
        page.wait_for_timeout(20)
    raise AssertionError(store.answers(poster))


def test_the_first_tap_counts_and_the_form_completes_it(
    open_page: Open, store: StoreWithPosters, poster: str
) -> None:
    page = open_page(poster)
    page.clock.install()
    page.reload()
    bodies: list[dict[str, object]] = []
    page.on("request", lambda sent: bodies.append(sent.post_data_json) if sent.method == "POST" else None)
    choose(page, 2)
    choose(page, 9)
    choose(page, 3)
    page.clock.run_for(2_500)
    wait_for_score(page, store, poster, 3)
    assert [body["score"] for body in bodies] == [3], "taps within a second are one"
    assert store.answer(poster)["provisional"] is True
    page.fill("#comment", "Muy lento")
    page.click("#send")
    expect(heading(page)).to_have_text("¡Gracias!")
    given = store.answer(poster)
    assert (given["score"], given["comment"]) == (3, "Muy lento")
    page.goto("about:blank")
    assert len(bodies) == 2, "the thanks are left without another word"


def test_leaving_the_page_says_so(open_page: Open, store: StoreWithPosters, poster: str) -> None:
    page = open_page(poster)
    choose(page, 2)
    page.goto("about:blank")
    wait_for_score(page, store, poster, 2)
    assert "provisional" not in store.answer(poster)


def test_another_language_is_not_leaving(open_page: Open, store: StoreWithPosters, poster: str) -> None:
    page = open_page(poster)
    page.clock.install()
    page.reload()
    choose(page, 2)
    page.click("nav button[lang=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    choose(page, 8)
    page.clock.run_for(2_500)
    wait_for_score(page, store, poster, 8)


def test_a_shared_tablet_gets_to_a_new_survey(open_page: Open, store: StoreWithPosters, poster: str) -> None:
    page = open_page(poster)
    page.clock.install()
    page.reload()
    choose(page, 10)
    page.click("#send")
    expect(heading(page)).to_have_text("¡Gracias!")
    page.clock.run_for(60_000)
    again = page.get_by_role("link", name="Responder de nuevo")
    expect(again).to_have_count(0)
    page.reload()
    expect(heading(page)).to_have_text("¡Gracias!")
    page.clock.run_for(61_000)
    store.cloud.drain()
    page.reload()
    expect(page.locator("#survey")).to_be_visible()
    choose(page, 9)
    page.click("#send")
    expect(heading(page)).to_have_text("¡Gracias!")
    page.clock.run_for(121_000)
    again.click()
    expect(page.locator("#survey")).to_be_visible()
    # The third answer from one device within a week: from now on it goes back by itself, unless somebody touches it.
    choose(page, 8)
    page.click("#send")
    expect(heading(page)).to_have_text("¡Gracias!")
    page.clock.run_for(50_000)
    page.keyboard.press("Shift")
    page.clock.run_for(50_000)
    expect(heading(page)).to_have_text("¡Gracias!")
    page.clock.run_for(11_000)
    expect(page.locator("#survey")).to_be_visible()
    assert page.locator("input:checked").count() == 0
    assert sorted(item["score"] for item in store.answers(poster)) == [8, 9, 10]
