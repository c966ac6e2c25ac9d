"""Facts about the demo, tried by a person in a browser: from the printed link to a decision on one's own message."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.intake.demo.test_command import SECONDS, visiting
from tests.intake.desk.browser import NARROWEST, Watch, barriers, chromium, sticks_out
from tests.waiting import until

MINE = "I am a student midwife. We are counted in the numbers on every shift, and I was left alone with two women."


def acknowledgement(page: Page) -> bool:
    """Load the demo page again: whether the mail to our made-up address has been caught."""
    page.goto("/demo")
    return page.get_by_role("row", name="midwife@student.test").count() > 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_a_visitor_signs_in_writes_reads_the_acknowledgement_and_decides(tmp_path: Path, browser: Browser) -> None:
    with visiting(tmp_path) as (demo, printed):
        [link] = re.findall(r"http://\S+/sign-in/one-time\S+", printed)
        origin = link.partition("/sign-in")[0]
        context = browser.new_context(base_url=origin, viewport=NARROWEST)
        page, watch = context.new_page(), Watch(origin=origin)
        watch.over(page)
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Queue")).to_be_visible()
        assert page.locator(".desk-subject").count() == 12
        page.get_by_role("button", name="More").click()
        page.get_by_role("link", name="Demo", exact=True).click()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("Write a message")
        faults = barriers(page) + sticks_out(page)
        page.get_by_label("Send it from this address").fill("midwife@student.test")
        page.get_by_label("Subject").fill("Counted in the numbers")
        page.get_by_label("Message").fill(MINE)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("Your message is on its way")
        faults += barriers(page) + sticks_out(page)
        until(lambda: acknowledgement(page))
        page.get_by_role("row", name="midwife@student.test").get_by_role("link").click()
        [reference] = set(re.findall(r"QM-\w{4}-\w\w", page.get_by_role("main").inner_text()))
        page.get_by_text("All headers of this mail").click()
        expect(page.get_by_text("auto-replied")).to_be_visible()
        faults += barriers(page) + sticks_out(page)
        page.goto(f"/tickets/{reference}")
        assert MINE in page.locator(".desk-words").evaluate(
            "one => { one.querySelectorAll('.desk-why').forEach(why => why.remove()); return one.textContent; }"
        )
        faults += barriers(page) + sticks_out(page)
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("Your decision is saved")).to_be_visible()
        context.close()
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=SECONDS) == 0
    assert (faults, watch.faults) == ([], [])
