"""What a case costs a manager with a phone: taps, texts, scrolling and pages, from the link in the SMS on."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk_pages import DeskStore
from tests.browser.one_hand import SCREEN, Effort, Hand, table

pytestmark = pytest.mark.browser

ONE_PAGE_AT_MOST = 3 * SCREEN["height"]
"""The screen, and two of them to scroll."""


@pytest.fixture
def hand(browser: Browser) -> Iterator[Hand]:
    context = browser.new_context(viewport=SCREEN, locale="es-CL", reduced_motion="reduce")
    yield Hand(context.new_page())
    context.close()


@pytest.fixture
def telling_store(desk_store: DeskStore) -> Iterator[DeskStore]:
    """The store while its customers are told who has their case, as by default."""
    desk_store.open_store(tell_customer=True)
    yield desk_store
    desk_store.open_store()
    desk_store.read_in("es")


def take_on(hand: Hand, link: str) -> Page:
    hand.open(link)
    hand.tap(hand.page.locator("#take-on button"))
    expect(hand.page.locator("#talking")).to_be_visible()
    return hand.page


def talk(hand: Hand) -> None:
    hand.spent.taps += 1  # the button to call opens the phone, which no browser of a test has
    hand.type(hand.page.locator("#contacted-text"), "Estaba apurada y muy molesta")
    hand.tap(hand.page.locator("#contacted button").first)
    hand.tap(hand.page.locator("#concern-waiting_time button"))


def simple_case(hand: Hand, link: str) -> None:
    page = take_on(hand, link)
    talk(hand)
    solved = page.locator("form[id^=settle-solved]")
    hand.type(solved.locator("textarea"), "Abrimos otra caja")
    hand.tap(solved.locator("button"))
    resolve(hand)


def hard_case(hand: Hand, link: str) -> None:
    page = take_on(hand, link)
    talk(hand)
    planned = page.locator("details:has(> form[id^=settle-planned])")
    hand.tap(planned.locator("summary"))
    hand.type(planned.locator("textarea"), "Poner otra caja los sábados")
    hand.choose_day(planned.locator("[type=date]"), "2026-03-12")
    hand.tap(planned.locator("button"))
    resolve(hand)


def resolve(hand: Hand) -> None:
    hand.tap(hand.page.locator("#resolve button"))
    expect(hand.page.locator("#do-confirmed, #do-resolved")).to_have_count(1)


def hand_over(hand: Hand, link: str) -> None:
    page = take_on(hand, link)
    hand.tap(page.locator("#changes summary").first)
    assert page.locator("#reassign-owner").input_value() == "", "nobody is chosen beforehand"
    hand.choose(page.locator("#reassign-owner"), "diego")
    hand.tap(page.locator("#reassign-sure"))
    hand.tap(page.locator("#reassign button"))
    expect(page.locator(".clock")).to_contain_text("Diego")


@pytest.mark.parametrize("language", ["es", "en", "pt"])
@pytest.mark.parametrize(
    ("job", "do", "at_most"),
    [
        ("take on", lambda hand, link: take_on(hand, link), Effort(2, 0, 1, 0)),
        ("simple case to resolved", simple_case, Effort(7, 2, 5, 1480)),
        ("hard case with a plan", hard_case, Effort(10, 2, 5, 2220)),
        ("hand over", hand_over, Effort(7, 0, 2, 1500)),
    ],
)
def test_what_a_job_costs(
    hand: Hand,
    telling_store: DeskStore,
    job: str,
    do: Callable[[Hand, str], None],
    at_most: Effort,
    language: str,
) -> None:
    """The customer wrote in Spanish: who reads another language has the translations a tap away."""
    telling_store.read_in(language)
    do(hand, telling_store.unhappy("Esperé 40 minutos y nadie me atendió"))
    expect(hand.page.locator(f"html[lang={language}]")).to_have_count(1)
    print(f"\n{table({f'{job}, {language}': hand.spent})}")
    spent = hand.spent
    assert (spent.taps, spent.texts) <= (at_most.taps, at_most.texts)
    assert spent.texts <= at_most.texts
    assert spent.reloads <= at_most.reloads
    assert spent.scrolled <= at_most.scrolled
    assert spent.tallest <= ONE_PAGE_AT_MOST


def test_who_reads_another_language_has_the_script_in_it_a_tap_away(
    hand: Hand, telling_store: DeskStore
) -> None:
    telling_store.read_in("en")
    talking = take_on(hand, telling_store.unhappy("Esperé 40 minutos")).locator("#talking")
    expect(talking.locator(".script")).to_have_attribute("lang", "es")
    expect(talking).to_contain_text("Hola, Eva.")
    expect(talking.get_by_text("Hello Eva.").first).to_be_hidden()
    hand.tap(talking.locator("summary", has_text="In English"))
    expect(talking.get_by_text("Hello Eva.").first).to_be_visible()
    telling_store.read_in("es")
    hand.page.reload()
    expect(talking.locator("summary", has_text="En español")).to_have_count(0)


def test_a_tap_by_mistake_is_undone(hand: Hand, telling_store: DeskStore) -> None:
    page = take_on(hand, telling_store.unhappy("Fue sin querer"))
    expect(page.locator("main")).to_contain_text("Le avisamos al cliente en un minuto.")
    hand.tap(page.get_by_role("button", name="Deshacer"))
    expect(page.get_by_role("status")).to_contain_text("Deshecho")
    expect(page.get_by_role("button", name="Yo me encargo")).to_be_visible()
    expect(page.locator("#history")).to_contain_text("Ana devolvió el caso")


def test_resolved_by_mistake_it_is_in_work_again(hand: Hand, telling_store: DeskStore) -> None:
    simple_case(hand, telling_store.unhappy("Esperé 40 minutos y nadie me atendió"))
    page = hand.page
    expect(page.locator("main")).to_contain_text("Le avisamos al cliente en un minuto.")
    hand.tap(page.get_by_role("button", name="Deshacer"))
    expect(page.get_by_role("button", name="Marcar el caso como resuelto")).to_be_visible()
    expect(page.locator("#history")).to_contain_text("Ana retomó el caso")
    assert hand.spent.tallest <= ONE_PAGE_AT_MOST


def test_the_offer_to_undo_ends_with_the_minute(hand: Hand, telling_store: DeskStore) -> None:
    hand.page.clock.install()
    page = take_on(hand, telling_store.unhappy("Esperé 40 minutos"))
    page.clock.run_for(61_000)
    expect(page.get_by_role("button", name="Deshacer")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("Le avisamos al cliente")


SMALL_TARGETS = """() => [...document.querySelectorAll("main :is(button, summary, select, textarea, input, a.button)")]
  .filter(e => e.checkVisibility({ visibilityProperty: true }) && e.type !== "hidden")
  .filter(e => (e.closest("label") ?? e).getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 120))"""


def test_every_step_is_within_everybodys_reach(hand: Hand, desk_store: DeskStore) -> None:
    """At every step: nothing wider than 320 px (a desktop at 400 %), no target lower than 44 px, all of it in forced
    colours, and the keyboard goes on where the reader was."""
    page = hand.page
    page.emulate_media(forced_colors="active")
    page.set_viewport_size({"width": 320, "height": 640})

    def look() -> None:
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate(SMALL_TARGETS) == []
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate(SMALL_TARGETS) == []
        page.reload()

    page.goto(desk_store.unhappy("Esperé 40 minutos y nadie me atendió"))
    look()
    page.get_by_role("button", name="Yo me encargo").click()
    look()
    page.get_by_role("button", name="Ya hablamos").click()
    look()
    page.get_by_role("button", name="Tiempo de espera").click()
    expect(page.locator("#concerns")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('#concerns')"), (
        "the keyboard goes on there as well"
    )
    look()
    page.get_by_role("button", name="Marcar el punto como solucionado").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    wrong = page.get_by_label("¿Qué hiciste?")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{wrong.get_attribute('aria-describedby')}")).to_have_text("Falta completar esto.")
    alert.get_by_role("link").click()
    expect(wrong).to_be_focused()
    wrong.fill("Abrimos otra caja")
    page.get_by_role("button", name="Marcar el punto como solucionado").click()
    look()
    page.get_by_role("button", name="Marcar el caso como resuelto").click()
    look()
    page.emulate_media(media="print", forced_colors="none")
    for each in ("Esperé 40 minutos", "Abrimos otra caja"):
        assert each in page.locator("main").inner_text()


def test_the_case_weighs_little(hand: Hand, telling_store: DeskStore) -> None:
    """All that a phone loads for it the first time, as it is without compression, in each language; last in Ana's."""
    page = take_on(hand, telling_store.unhappy("Esperé 40 minutos y nadie me atendió"))
    for language in ("en", "pt", "es"):
        page.locator(f"form.languages button[value={language}]").click()
        expect(page.locator(f"html[lang={language}]")).to_have_count(1)
        files = page.locator("link[rel=stylesheet], script[src]")
        assets = [page.url, *files.evaluate_all("all => all.map(e => e.href || e.src)")]
        for encoding in ("identity", "gzip"):
            got = [page.request.get(each, headers={"accept-encoding": encoding}) for each in assets]
            sizes = [int(each.headers["content-length"]) for each in got]
            print(f"\n{language}, {encoding}: {sum(sizes)} bytes = {' + '.join(map(str, sizes))}")
            assert sum(sizes) <= {"identity": 58_000, "gzip": 20_000}[encoding]
