"""The pages in a real Chromium: with and without JavaScript, on a phone and a desktop, and looked through by axe."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from intake.classifying import Classify
from intake.conversing.officers import ask_reporter
from storage.store import StoreBusy
from tests.intake.desk.browser import DESKTOP, NARROWEST, PATIENCE, PHONE, Watch
from tests.intake.webchat.making import STORY, Running, running

PAGES = ("/", "/chat", "/form", "/return", "/privacy", "/help", "/ended", "/have-it", "/nowhere")
OpenTab = Callable[..., Page]
REFUSED = re.compile(
    r"console: Failed to load resource: "
    r"(the server responded with a status of (404|409|422|429|503).*|net::ERR_INTERNET_DISCONNECTED)"
)
GONE_ON = "failed: "
"""A look for news that the next page has cut short."""


@pytest.fixture
def open_tab(browser: Browser, site: Running) -> Iterator[OpenTab]:
    """Opens a tab in a browser of its own. What goes wrong in any of them fails the test in the end."""
    watch = Watch(origin=site.url)
    contexts: list[BrowserContext] = []

    def open_one(**wishes: object) -> Page:
        wishes.setdefault("viewport", PHONE)
        context = browser.new_context(base_url=site.url, **wishes)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch.over(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [one for one in watch.faults if not REFUSED.fullmatch(one) and not one.startswith(GONE_ON)] == []


def look_through(page: Page) -> None:
    """No axe violations, and nothing wider than the window."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def write(page: Page, text: str) -> None:
    """Write in the chat and wait for an answer."""
    lines = page.locator(".web-line--ours:not(#welcome)").count()
    page.fill("#text", text)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".web-line--ours:not(#welcome)")).to_have_count(lines + 1)


def press(page: Page, label: str) -> None:
    """Press an answer and wait for the next question."""
    lines = page.locator(".web-line--ours:not(#welcome)").count()
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.locator(".web-line--ours:not(#welcome)")).to_have_count(lines + 1)


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROWEST])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_sound_in_every_size_and_light(open_tab: OpenTab, size: object, scheme: str) -> None:
    page = open_tab(viewport=size, color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        look_through(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_report_from_the_first_word_to_the_code(open_tab: OpenTab, site: Running, *, javascript: bool) -> None:
    page = open_tab(java_script_enabled=javascript)
    page.goto("/")
    page.get_by_role("link", name="Write to us in a chat").click()
    write(page, STORY)
    for label in ("Carry on", "No", "Skip", "Skip", "3 Anonymous", "Cut the link"):
        press(page, label)
    if javascript:
        look_through(page)
    expect(page.locator(".web-code")).to_be_visible()
    page.get_by_role("button", name="I have saved it").click()
    expect(page.get_by_text("Is this right?")).to_be_visible()
    expect(page.locator(".web-code")).to_have_count(0)
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.get_by_text("The link between this chat")).to_be_visible()
    assert len(site.tickets()) == 1


def test_with_javascript_the_page_stays_and_new_lines_are_announced(open_tab: OpenTab, site: Running) -> None:
    page = open_tab()
    page.goto("/chat")
    write(page, STORY)
    page.evaluate("window.stays = true")
    press(page, "Carry on")
    assert page.evaluate("window.stays") is True
    talk = page.get_by_role("log")
    expect(talk).to_contain_text("Is anyone at risk of serious harm right now?")
    page.fill("#text", "half a sentence")
    with site.app.store.write() as tx:
        ask_reporter(site.room, tx, site.tickets()[0].row.id, officer="o@nhs.test", text="Which ward was it?")
    expect(talk).to_contain_text("You have a message from the Quality Team", timeout=30_000)
    assert page.input_value("#text") == "half a sentence"
    press(page, "Read it")
    expect(talk).to_contain_text("Which ward was it?")
    assert page.input_value("#text") == "half a sentence"
    assert page.evaluate("window.stays") is True


@pytest.mark.parametrize("javascript", [True, False])
def test_when_the_store_is_away_the_words_stay_in_the_box(
    open_tab: OpenTab, site: Running, *, javascript: bool
) -> None:
    page = open_tab(java_script_enabled=javascript)
    page.goto("/chat")
    site.fails = StoreBusy("away")
    page.fill("#text", STORY)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="Not sent yet")).to_be_visible()
    assert page.input_value("#text") == STORY
    if javascript:
        look_through(page)
    site.fails = None
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Your reference is")).to_be_visible()
    assert len(site.tickets()) == 1


def test_when_the_network_is_away_the_words_stay_in_the_box(open_tab: OpenTab) -> None:
    page = open_tab()
    page.goto("/chat")
    page.context.set_offline(True)
    page.fill("#text", STORY)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("We cannot reach the server.")).to_be_visible()
    assert page.input_value("#text") == STORY
    page.context.set_offline(False)
    page.wait_for_function("navigator.onLine")
    write(page, STORY)


def test_the_form_says_what_is_missing_and_leads_there(open_tab: OpenTab) -> None:
    page = open_tab(viewport=DESKTOP)
    page.goto("/form")
    page.get_by_role("button", name="Send", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    look_through(page)
    summary.get_by_role("link").click()
    expect(page.locator("#text")).to_be_focused()
    page.fill("#text", STORY)
    page.get_by_label("Anonymous", exact=True).check()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Your reference is")).to_be_visible()
    look_through(page)


def test_the_chat_can_be_used_by_keyboard_alone(open_tab: OpenTab) -> None:
    page = open_tab(viewport=DESKTOP)
    page.goto("/chat")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    for _ in range(20):
        if page.evaluate("document.activeElement.id") == "text":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(STORY)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your reference is")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_way_out_leads_away_and_forgets(open_tab: OpenTab, *, javascript: bool) -> None:
    page = open_tab(java_script_enabled=javascript)
    page.goto("/chat")
    write(page, STORY)
    page.get_by_role("link", name="Leave this page").click()
    expect(page).to_have_url(re.compile(r"/$"))
    assert page.context.cookies() == []


def test_shift_three_times_leads_away(open_tab: OpenTab) -> None:
    page = open_tab(viewport=DESKTOP)
    page.goto("/chat")
    write(page, STORY)
    for _ in range(3):
        page.keyboard.press("Shift")
    expect(page).to_have_url(re.compile(r"/$"))
    assert page.context.cookies() == []


def test_at_twice_the_size_nothing_is_cut_off(open_tab: OpenTab) -> None:
    page = open_tab(viewport={"width": 640, "height": 700}, device_scale_factor=2)
    page.goto("/chat")
    write(page, STORY)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_with_forced_colours_both_sides_can_be_told_apart(open_tab: OpenTab) -> None:
    page = open_tab(forced_colors="active")
    page.goto("/chat")
    write(page, STORY)
    style = "(css) => getComputedStyle(document.querySelector(css)).borderTopStyle"
    assert page.evaluate(style, ".web-line--mine") != page.evaluate(style, ".web-line--ours")


def test_under_a_flood_the_browser_works_and_the_words_go_in(browser: Browser, tmp_path: Path, fast: Classify) -> None:
    with running(tmp_path, fast, "busy_from = 1\nwork_bits = 10\nwait_seconds = 300\n") as site:
        context = browser.new_context(base_url=site.url, viewport=PHONE)
        page = context.new_page()
        page.goto("/chat")
        write(page, STORY)
        write(page, "It was ward 7.")
        context.close()
        assert [one.text for one in site.tickets()[0].entries] == [STORY, "It was ward 7."]
