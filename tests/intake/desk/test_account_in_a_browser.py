"""Facts about codes and the account page in a real Chromium: by keyboard, at every size, without JavaScript."""

from datetime import timedelta

import pyotp
from playwright.sync_api import Page, expect

from models.rights import Role
from tests.intake.desk.browser import DESKTOP, SIZES
from tests.intake.desk.conftest import EMAIL, PASSWORD, QUICK, OpenTab, Site
from tests.intake.desk.test_in_a_browser import fault_free, press_until


def add_lead(site: Site) -> None:
    with site.store.write() as tx:
        tx.officers.add(email=EMAIL, name="Sam Lead", password_hash=QUICK.hash(PASSWORD), roles=(Role.LEAD,))


def sound_at_every_size(page: Page, name: str) -> None:
    for size in SIZES:
        page.set_viewport_size(size)
        fault_free(page, f"{name} at {size['width']}")
    page.set_viewport_size(DESKTOP)


def type_in(page: Page, field: str, words: str) -> None:
    press_until(page, field)
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_by_keyboard_alone_a_lead_sets_codes_up_signs_in_with_one_and_ends_a_session(
    site: Site, open_tab: OpenTab
) -> None:
    add_lead(site)
    open_it = open_tab()
    open_it.goto("/sign-in")
    press_until(open_it, "email")
    open_it.keyboard.type(EMAIL)
    type_in(open_it, "password", PASSWORD)
    expect(open_it.get_by_role("heading", name="Set up codes on your phone")).to_be_visible()
    sound_at_every_size(open_it, "set-up")
    secret = open_it.locator(".desk-key").inner_text().replace(" ", "")
    type_in(open_it, "code", "12")
    expect(open_it.get_by_role("alert")).to_be_focused()
    sound_at_every_size(open_it, "set-up with a wrong code")
    type_in(open_it, "code", pyotp.TOTP(secret).at(site.clock()))
    expect(open_it.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    sound_at_every_size(open_it, "recovery codes")
    press_until(open_it, "/")
    open_it.goto("/account")
    sound_at_every_size(open_it, "account")

    second = open_tab()
    second.goto("/sign-in")
    second.get_by_label("E-mail address").fill(EMAIL)
    type_in(second, "password", PASSWORD)
    expect(second.get_by_role("heading", name="Your code")).to_be_visible()
    sound_at_every_size(second, "code")
    site.clock.forward(timedelta(seconds=30))
    type_in(second, "code", pyotp.TOTP(secret).at(site.clock()))
    expect(second.get_by_role("heading", name="Queue")).to_be_visible()

    open_it.reload()
    expect(open_it.get_by_text("This device")).to_have_count(1)
    open_it.get_by_role("button", name="Sign out there").focus()
    open_it.keyboard.press("Enter")
    expect(open_it.get_by_role("alert")).to_contain_text("It is signed out there")
    sound_at_every_size(open_it, "a session ended")
    second.reload()
    expect(second.get_by_role("heading", name="Sign in")).to_be_visible()


def test_without_javascript_a_proof_is_asked_for_and_a_recovery_code_is_one(site: Site, open_tab: OpenTab) -> None:
    add_lead(site)
    page = open_tab(javascript=False)
    page.goto("/sign-in?after=/account")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    secret = page.locator(".desk-key").inner_text().replace(" ", "")
    page.get_by_label("Code from your app").fill(pyotp.TOTP(secret).at(site.clock()))
    page.get_by_role("button", name="Set it up").click()
    code = page.locator(".desk-codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    site.clock.forward(timedelta(minutes=16))
    page.get_by_role("button", name="Make new recovery codes").click()
    expect(page.get_by_role("heading", name="Show that it is you")).to_be_visible()
    page.get_by_label("Code from your app").fill(code)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make new recovery codes").click()
    expect(page.locator(".desk-codes code")).to_have_count(10)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
