"""Journeys on the ticket's page in a real Chromium: by keyboard alone, at phone width, without JavaScript."""

from playwright.sync_api import Page, expect

from models.rights import SYSTEM, Role
from models.ticket import Ticket
from tests.intake.desk.browser import PHONE, barriers, focused, sticks_out
from tests.intake.desk.conftest import EMAIL, OpenTab, Site
from tests.intake.desk.making import NIGHTS, follow_up, graded, nights, open_ticket


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


def test_on_paper_stands_the_case_and_nothing_that_only_leads_somewhere(site: Site, open_tab: OpenTab) -> None:
    token, _ = site.session()
    page = open_tab(token=token)
    page.goto(f"/tickets/{open_ticket(site.store, graded(red_flags=('violence',)))}")
    on_screen = page.locator("form:visible, nav:visible, .desk-calls:visible").count()
    page.emulate_media(media="print")
    assert on_screen > 0
    expect(page.locator("form:visible, nav:visible, .desk-calls:visible, button:visible")).to_have_count(0)
    expect(page.locator(".desk-words")).to_be_visible()
    expect(page.get_by_text("printed by")).to_be_visible()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()


def test_all_is_accepted_with_one_key_and_not_while_one_types(site: Site, open_tab: OpenTab) -> None:
    token, _ = site.session()
    page = open_tab(token=token)
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    page.goto(f"/tickets/{reference}")
    page.get_by_label("Add a note").focus()
    page.keyboard.type("a")
    assert kept(site, reference).decisions == ()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("a")
    expect(page.locator("[data-key=a]")).to_be_focused()
    assert kept(site, reference).decisions == (), "with a red flag the key alone decides nothing"
    expect(page.get_by_text("Key: a, then Enter")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The red flag is now yours")
    [decided] = kept(site, reference).decisions
    assert (decided.isf, decided.impact, decided.likelihood) == (3, 4, 4)
    calm = open_ticket(site.store)
    page.goto(f"/tickets/{calm}")
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("Your decision is saved")
    assert kept(site, calm).decisions


def test_without_javascript_on_a_phone_tickets_are_linked_merged_split_given_and_held(
    site: Site, open_tab: OpenTab
) -> None:
    token, _ = site.session()
    with site.store.write() as tx:
        sam = tx.officers.by_email(EMAIL)
        assert sam is not None
        tx.officers.set_roles(sam.id, frozenset({Role.LEAD, Role.CUSTODIAN}))
    whole, part = open_ticket(site.store, nights(), text=NIGHTS), open_ticket(site.store, text="Again no breaks.")
    follow_up(site.store, whole, graded(isf=1), text="Something else: my rota was lost.")
    page = open_tab(size=PHONE, token=token, javascript=False)

    def fine(said: str) -> None:
        expect(page.get_by_role("alert")).to_contain_text(said)
        assert sticks_out(page) == [], said

    page.goto(f"/tickets/{whole}")
    page.get_by_role("button", name=f"Link {part}").click()
    fine("The tickets are linked")
    page.get_by_role("button", name="Take it", exact=True).click()
    fine("The ticket is with")
    page.get_by_text("Add something to do").click()
    page.get_by_role("button", name="Add it").click()
    fine("Write what is to be done")
    page.get_by_label("What", exact=True).fill("Ring the ward.")
    page.get_by_label("By which day").fill("2026-12-01")
    page.get_by_role("button", name="Add it").click()
    fine("It is on the list")
    page.get_by_role("button", name="It is done").click()
    page.get_by_text("Put it on hold").first.click()
    page.get_by_label("Why nothing may go").fill("A court asks.")
    page.get_by_role("button", name="Put it on hold").click()
    fine("The ticket is on legal hold")
    page.get_by_role("button", name="Make this a ticket of its own").click()
    fine("This message is now a ticket of its own")
    page.goto(f"/tickets/{part}")
    page.get_by_text("Link or merge").click()
    page.get_by_label("The other ticket").fill(whole)
    page.get_by_role("button", name="Merge this into it").click()
    fine("The tickets are one now")
    without_barrier = open_tab(size=PHONE, token=token)
    for path in (f"/tickets/{whole}", f"/tickets/{part}", f"/tickets/{whole}/unseal"):
        without_barrier.goto(path)
        without_barrier.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        assert (sticks_out(without_barrier), barriers(without_barrier)) == ([], []), path
    page.get_by_role("button", name=f"Take it out again: {part}").click()
    fine("The ticket is on its own again")
    page.goto(f"/tickets/{whole}/unseal")
    page.get_by_role("button", name="Open the seal").click()
    fine("Please say in a sentence")
    page.get_by_label("Why it has to be opened").fill("We have to warn them of a danger.")
    page.get_by_role("button", name="Open the seal").click()
    expect(page.get_by_text("alex@student.test")).to_be_visible()
    assert sticks_out(page) == []
