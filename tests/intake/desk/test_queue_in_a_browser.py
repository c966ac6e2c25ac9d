"""Facts about the queue's keys, its news and its work on many tickets, in a real Chromium."""

from datetime import timedelta

import pytest
from playwright.sync_api import ViewportSize, expect

from models.verdict import Kind
from tests.intake.desk.browser import DESKTOP, NARROWEST, barriers, sticks_out
from tests.intake.desk.conftest import OpenTab, Site
from tests.intake.desk.making import HOUR, graded, open_ticket

ASK = "htmx.ajax('GET', document.querySelector('.desk-live').getAttribute('hx-get'), {target: '.desk-live'})"
"""What the page does every twenty seconds."""


def test_single_keys_walk_tick_and_help_and_news_come_by_themselves(site: Site, open_tab: OpenTab) -> None:
    token, _ = site.session()
    for number in range(3):
        open_ticket(site.store, subject=f"Breaks {number}", age=number * HOUR)
    page = open_tab(token=token)
    page.goto("/")
    for key in "jjx":
        page.keyboard.press(key)
    assert page.locator("[data-row]").nth(1).locator("input").is_checked()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("jj")
    assert page.locator("#q").input_value() == "jj"
    open_ticket(site.store, graded(isf=3), subject="New one")
    page.evaluate(ASK)
    expect(page.get_by_role("link", name="1 new ticket: show")).to_be_visible()
    assert page.locator("[data-row]").count() == 3
    kim = site.add_officer("kim@nhs.test")
    at, place = page.locator("[data-row] .desk-looking").first, page.evaluate("document.activeElement.id")
    with site.store.write() as tx:
        tx.presences.here(int((at.get_attribute("id") or "").removeprefix("looking-")), kim.id, site.clock())
    page.evaluate(ASK)
    expect(at).to_have_text("Kim is looking at it")
    expect(page.get_by_role("link", name="1 new ticket: show")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == place
    assert barriers(page) == []
    site.clock.forward(timedelta(minutes=3))
    page.evaluate(ASK)
    expect(at).to_have_text("")
    page.locator("#q").blur()
    page.keyboard.press("n")
    expect(page.locator("[data-row]")).to_have_count(4)


def test_keys_that_are_switched_off_do_nothing(site: Site, open_tab: OpenTab) -> None:
    token, _ = site.session()
    open_ticket(site.store)
    page = open_tab(token=token)
    page.goto("/account/choices")
    page.get_by_label("Single keys do things, as below").uncheck()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.goto("/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


@pytest.mark.parametrize(("size", "javascript"), [(DESKTOP, True), (NARROWEST, False)])
def test_many_are_closed_with_words_with_and_without_javascript(
    site: Site, open_tab: OpenTab, size: ViewportSize, javascript: bool
) -> None:
    token, _ = site.session()
    for number in range(2):
        open_ticket(site.store, graded(kind=Kind.GOOD_PRACTICE, isf=0), subject=f"Thanks {number}")
    open_ticket(site.store, graded(isf=3, red_flags=("violence",)), subject="Violence")
    page = open_tab(size=size, token=token, javascript=javascript)
    page.goto("/")
    for label in page.locator("[data-row] label").all():
        label.click()
    page.get_by_role("button", name="Choose the words").click()
    assert "Close 2 tickets" in page.locator("h1").inner_text()
    page.get_by_label("How did they end?").select_option(index=1)
    page.get_by_role("button", name="Go on to the words").click()
    # axe needs JavaScript in the page.
    assert (sticks_out(page), barriers(page) if javascript else []) == ([], [])
    page.get_by_role("button", name="Close 2 tickets").click()
    assert "2 tickets closed" in page.locator("h1").inner_text()
