"""The page of our small Telegram in a real browser: a learner writes to the bot and presses its buttons."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from intake.demo.telegram.page import ChatPage
from tests.intake.desk.browser import NARROWEST, barriers, chromium, sticks_out
from tests.telegram_bot import running_bot, small_telegram, write_settings
from tests.waiting import until

STORY = "The registrar left us alone on the ward again last night. <b>Nobody</b> came."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_a_learner_writes_reads_the_receipt_and_presses_a_button(browser: Browser, tmp_path: Path) -> None:
    with small_telegram() as telegram:
        telegram.page = ChatPage(telegram.people)
        settings = write_settings(tmp_path, telegram.url)
        with running_bot(settings, telegram) as bot:
            context = browser.new_context(base_url=telegram.url, viewport=NARROWEST, java_script_enabled=True)
            page = context.new_page()
            page.goto("/")
            faults = barriers(page) + sticks_out(page)
            page.get_by_label("Your message").fill(STORY)
            page.get_by_role("button", name="Send").click()
            until(lambda: len(bot.people.shown) == 1)
            page.get_by_role("link", name="Look again").click()
            expect(page.get_by_text("Your reference is")).to_be_visible()
            expect(page.get_by_text(STORY)).to_be_visible()
            faults += barriers(page) + sticks_out(page)
            page.get_by_role("button", name="Carry on").click()
            until(lambda: len(bot.people.shown) == 2)
            page.get_by_role("link", name="Look again").click()
            expect(page.get_by_text("Is anyone at risk")).to_be_visible()
            page.get_by_role("link", name="Another learner").click()
            expect(page.get_by_text("Nothing has been said yet.")).to_be_visible()
            context.close()
        assert faults == []


def test_a_forged_form_says_nothing(tmp_path: Path) -> None:
    with small_telegram() as telegram:
        page = ChatPage(telegram.people)
        assert page("POST", "/", {"text": "forged", "learner": "1", "key": "guessed"})[0] == 403
        assert page("GET", "/elsewhere", {})[0] == 404
        assert telegram.people.waiting == []
