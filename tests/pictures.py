"""Pictures of the desk for the README, taken of the demo in a real browser: `make pictures`.

    python -m tests.pictures [FOLDER]

The demo's own samples are shown, nothing else. Ends with 1 when a page could not be reached.
"""

import re
import signal
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests.intake.demo.test_command import visiting
from tests.intake.desk.browser import chromium

FOLDER = Path(__file__).parents[1] / "docs/pictures"
SIZES = {"desktop": ViewportSize(width=1280, height=900), "phone": ViewportSize(width=390, height=844)}
SHOWN = (("queue", "desktop"), ("ticket", "desktop"), ("ticket", "phone"), ("dashboard", "desktop"))


def main(arguments: list[str]) -> int:
    """Take them all, and return the exit code."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser, visiting(Path(scratch)) as (demo, printed):
        [link] = re.findall(r"http://\S+/sign-in/one-time\S+", printed)
        context = browser.new_context(base_url=link.partition("/sign-in")[0], viewport=SIZES["desktop"])
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        addresses = _addresses(page)
        for name, size in SHOWN:
            page.set_viewport_size(SIZES[size])
            page.goto(addresses[name])
            page.screenshot(path=folder / f"{name}-{size}.png")
        context.close()
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=60)
    return 0


def _addresses(page: Page) -> dict[str, str]:
    """Name of the picture -> the page's address; people take care of the red flags first."""
    while (read := page.get_by_role("link", name="Read it")).count():
        read.first.click()
        page.get_by_role("button", name="I take care of it").first.click()
        page.goto("/")
    first = page.locator("a[href^='/tickets/QM-']").first.get_attribute("href")
    assert first is not None, "the queue of the demo is empty"
    return {"queue": "/", "ticket": first, "dashboard": "/dashboard"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
