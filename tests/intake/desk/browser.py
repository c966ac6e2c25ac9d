"""A real Chromium, and what is watched while a page is open in it."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.real_parts import need

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
SIZES = (DESKTOP, PHONE, NARROWEST)
PATIENCE = 20_000
"""Milliseconds that something expected may take: a busy machine is slow, and what is wrong never comes."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless; the test is skipped where there is none."""
    expect.set_options(timeout=PATIENCE)
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        need("chromium is not installed")
    try:
        playwright = sync_playwright().start()
    except Exception as fault:  # noqa: BLE001 - its Node dies in its own way where libatomic1 is missing
        need(f"playwright does not start: {fault}")
    try:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    except PlaywrightError as fault:
        playwright.stop()
        need(f"chromium does not start: {fault}")
    try:
        yield browser
    finally:
        browser.close()
        playwright.stop()


ANSWER_TO_A_FORM = re.compile(r"Failed to load resource: the server responded with a status of (401|409|422) .*")
"""What Chromium says of a page that shows a form again, with what is wrong in it."""

GONE_ON = "net::ERR_ABORTED"
"""What Chromium says of an icon that it was still loading when the next page came."""


@dataclass
class Watch:
    """What went wrong in a tab: console errors, uncaught errors, refused loads, and requests to another origin."""

    origin: str
    faults: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Begin to watch."""
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self._note(True, f"script: {error}"))
        page.on("requestfailed", lambda request: self._note(request.failure != GONE_ON, f"failed: {request.url}"))
        page.on("request", lambda request: self._note(not self._is_ours(request.url), f"left: {request.url}"))

    def _listen(self, said: ConsoleMessage) -> None:
        bad = said.type in {"error", "warning"} and not ANSWER_TO_A_FORM.fullmatch(said.text)
        self._note(bad, f"console: {said.text}")

    def _is_ours(self, url: str) -> bool:
        return url.startswith("data:") or f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" == self.origin

    def _note(self, is_fault: bool, words: str) -> None:
        if is_fault:
            self.faults.append(words)


def barriers(page: Page) -> list[str]:
    """What axe finds on the page as it is now: rule, and the elements."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]]


def sticks_out(page: Page) -> list[str]:
    """The elements that reach beyond the right edge of the window, so that one must scroll sideways."""
    page.wait_for_load_state()  # a page that is just being left has no elements
    return list(
        page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              const wide = [...document.body.querySelectorAll("*")]
                .filter(one => one.getBoundingClientRect().left + one.scrollWidth > width + 1)
                .map(one => one.outerHTML.slice(0, 150));
              return [`the page is ${document.documentElement.scrollWidth} wide`, ...wide.slice(-3)];
            }"""
        )
    )


def focused(page: Page) -> str:
    """The element that has the focus: its id, its address, or its words."""
    return str(
        page.evaluate(
            """() => {
              const one = document.activeElement;
              return one.id || one.getAttribute("href") || one.textContent.trim();
            }"""
        )
    )


FOCUS_SHOWS = """() => {
  const one = document.activeElement;
  const known = (window.focusSeen ??= new WeakSet());
  if (known.has(one)) return true;
  known.add(one);
  const boxed = one.matches(".nhsuk-checkboxes__input, .nhsuk-radios__input");
  const shown = boxed ? one.nextElementSibling : one;
  const look = () => [null, "::before", "::after"].map(part => {
    const style = getComputedStyle(shown, part);
    return [style.outline, style.boxShadow, style.backgroundColor, style.borderColor].join("|");
  }).join("/");
  const before = look();
  one.blur();
  const after = look();
  one.focus();
  return before !== after;
}"""
"""Script: whether the element with the focus looks different from itself without it; each is measured once a page."""


def focus_is_visible(page: Page) -> bool:
    """Whether the element with the focus looks different from the same element without it."""
    return bool(page.evaluate(FOCUS_SHOWS))
