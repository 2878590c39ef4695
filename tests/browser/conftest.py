"""One Chromium for all browser tests, which are skipped where there is none; and the survey page in it."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.desk_pages import DeskStore
from tests.browser.serving import served
from tests.browser.survey_page import (
    PHONE,
    Open,
    StoreWithPosters,
)
from tests.builders import START

CHROMIUM = (
    shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)

# A new context opens a window with an address bar, and that loads pages of its own for its pop-ups: half of what a
# context costs. Chromium heeds the last --disable-features only, so Playwright's own are named again.
_POPUPS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")
_PLAYWRIGHT_S = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("BROWSER TESTS DID NOT RUN: Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--no-first-run",
                f"--disable-features={','.join((*_PLAYWRIGHT_S, *_POPUPS))}",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def store() -> Iterator[StoreWithPosters]:
    with served() as (cloud, base):
        yield StoreWithPosters(cloud, base)


@pytest.fixture(scope="module")
def desk_store() -> Iterator[DeskStore]:
    with served(START) as (cloud, base):
        desk_store = DeskStore(cloud, base)
        desk_store.open_store()
        yield desk_store


@pytest.fixture
def poster(store: StoreWithPosters) -> str:
    return store.poster()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """`open_page(address, size, **options of the context)`; whatever the page complains of fails the test.
    Without motion unless the options say so: playwright waits for what scrolls smoothly to stand still, a third of a
    second."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(address: str, size: tuple[int, int] = PHONE, before: str = "", **options: Any) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(
            viewport=viewport, **{"locale": "es-CL", "reduced_motion": "reduce", **options}
        )
        contexts.append(context)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on(
            "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
        )
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints
