"""Journeys on the ticket's page in a real Chromium: by keyboard alone, at phone width, without JavaScript."""

from playwright.sync_api import Page, expect

from models.rights import SYSTEM
from models.ticket import Ticket
from tests.intake.desk.browser import PHONE, barriers, focused
from tests.intake.desk.conftest import OpenTab, Site
from tests.intake.desk.making import NIGHTS, nights, open_ticket


def kept(site: Site, reference: str) -> Ticket:
    """The ticket as the store has it."""
    with site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket is not None
    return ticket


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            return
    raise AssertionError(f"{wanted} was not reached")


def test_on_a_phone_the_words_and_the_grade_stand_in_the_first_screen(site: Site, open_tab: OpenTab) -> None:
    token, _ = site.session()
    page = open_tab(size=PHONE, token=token)
    page.goto(f"/tickets/{open_ticket(site.store, nights(), text=NIGHTS, subject='Nights')}")
    for wanted in (page.get_by_text("Category 3: proposed"), page.get_by_text("I am an F2 at")):
        box = wanted.bounding_box()
        assert box is not None
        assert box["y"] < PHONE["height"]


def test_a_marked_word_tells_its_reason_to_keyboard_and_mouse_and_escape_hides_it(
    site: Site, open_tab: OpenTab
) -> None:
    token, _ = site.session()
    page = open_tab(token=token)
    page.goto(f"/tickets/{open_ticket(site.store, nights(), text=NIGHTS)}")
    why = page.locator(".desk-why", has_text="Graded 3 because: impact 4")
    size = "one => one.getBoundingClientRect().width"
    assert why.evaluate(size) <= 1
    page.locator(".desk-mark", has_text="moved to intensive care").hover()
    assert why.evaluate(size) > 100
    page.mouse.move(0, 0)
    page.get_by_text("Skip the words").focus()
    while "moved to intensive care" not in page.evaluate("document.activeElement.textContent"):
        page.keyboard.press("Tab")
    assert why.evaluate(size) > 100
    assert barriers(page) == []
    page.keyboard.press("Escape")
    assert not why.is_visible()


def test_place_theme_and_standard_are_chosen_by_typing_with_the_keyboard_alone(site: Site, open_tab: OpenTab) -> None:
    token, _ = site.session()
    page = open_tab(token=token)
    reference = open_ticket(site.store)
    page.goto(f"/tickets/{reference}")
    page.locator("summary", has_text="Decide otherwise").focus()
    page.keyboard.press("Enter")
    tab_to(page, "provider")
    page.keyboard.type("lincoln county")
    place = page.get_by_role("combobox", name="Place")
    expect(place).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_text("Lincoln County Hospital (RWDDA)")
    assert place.get_attribute("aria-activedescendant")
    assert barriers(page) == []
    page.keyboard.press("Enter")
    expect(place).to_have_attribute("aria-expanded", "false")
    for field, typed in (("find-theme-boxes", "superv"), ("find-standard-boxes", "speak up")):
        tab_to(page, field)
        page.keyboard.type(typed)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    tab_to(page, "reason")
    page.keyboard.type("The ward rang.")
    tab_to(page, "Save decision")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Your decision is saved")
    [decided] = kept(site, reference).decisions
    assert (decided.site, decided.provider) == ("RWDDA", "RWD")
    assert decided.themes == ("supervision",)
    assert "1.7" in (decided.standards or ())
