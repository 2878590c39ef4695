"""A manager with a phone in one hand: counts what a job costs them, on a screen of 360 x 740."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, ViewportSize

SCREEN: ViewportSize = {"width": 360, "height": 740}


@dataclass
class Effort:
    """What a job cost: touches of a control (a list that opens counts twice), texts typed, pages loaded after the
    first, and pixels scrolled. `tallest`: the height of the tallest page as it was loaded, in pixels."""

    taps: int = 0
    texts: int = 0
    reloads: int = 0
    scrolled: int = 0
    tallest: int = 0

    def row(self, job: str) -> str:
        """Return the figures as one line of a table."""
        screens = self.tallest / SCREEN["height"]
        return (
            f"{job:<28}{self.taps:>5}{self.texts:>7}{self.reloads:>9}{self.scrolled:>10}"
            f"{self.tallest:>9}{screens:>9.1f}"
        )


HEADING = f"{'job':<28}{'taps':>5}{'texts':>7}{'reloads':>9}{'scrolled':>10}{'tallest':>9}{'screens':>9}"


@dataclass
class Hand:
    """Works on a page as a thumb does: what is not on the screen is scrolled to, by no more than it takes."""

    page: Page
    spent: Effort = field(default_factory=Effort)

    def open(self, link: str) -> None:
        """Tap the link of the alert."""
        self.page.set_viewport_size(SCREEN)
        self.page.goto(link)
        self.spent.taps += 1
        self._measure()

    def tap(self, at: Locator) -> None:
        """Touch a button, a link, a choice or the title of a section."""
        self._reach(at)
        self.page.evaluate("window.here = true")
        at.click()
        self.page.wait_for_load_state()
        self.spent.taps += 1
        if not self.page.evaluate("!!window.here"):
            self.spent.reloads += 1
            self._measure()

    def type(self, at: Locator, text: str) -> None:
        """Type a text; touching the field belongs to it."""
        self._reach(at)
        at.fill(text)
        self.spent.texts += 1

    def choose(self, at: Locator, value: str) -> None:
        """Choose from a list: one touch opens it, one chooses."""
        self._reach(at)
        at.select_option(value)
        self.spent.taps += 2

    def choose_day(self, at: Locator, day: str) -> None:
        """Choose a day: one touch opens the calendar, one chooses."""
        self._reach(at)
        at.fill(day)
        self.spent.taps += 2

    def _reach(self, at: Locator) -> None:
        before = self.page.evaluate("scrollY")
        at.evaluate(
            "e => { const r = e.getBoundingClientRect(), bar = document.querySelector('.act'),"
            " foot = innerHeight - (bar && !bar.contains(e) && getComputedStyle(bar).position === 'fixed'"
            " && getComputedStyle(bar).visibility === 'visible' ? bar.offsetHeight : 0);"
            " scrollBy({ top: r.bottom > foot ? r.bottom - foot : r.top < 0 ? r.top : 0, behavior: 'instant' }) }"
        )
        self.spent.scrolled += abs(round(self.page.evaluate("scrollY") - before))

    def _measure(self) -> None:
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.spent.tallest = max(self.spent.tallest, height)


def table(jobs: Mapping[str, Effort]) -> str:
    """Return the figures of jobs as a table."""
    return "\n".join([HEADING, *(effort.row(job) for job, effort in jobs.items())])
