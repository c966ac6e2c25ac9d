"""Facts about the desk in a real Chromium: with a keyboard alone, without JavaScript, on a desk and on a phone."""

import json
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from models.rights import SYSTEM
from models.verdict import Kind
from models.work import Ending
from tests.intake.desk.browser import DESKTOP, NARROWEST, PHONE, SIZES, barriers, focus_is_visible, focused, sticks_out
from tests.intake.desk.conftest import EMAIL, PASSWORD, OpenTab, Site
from tests.intake.desk.making import HOUR, NIGHTS, graded, hold, nights, open_ticket, ungraded, unlisted
from tests.intake.desk.test_faults import HOSTILE

UNBROKEN = "Wolverhampton" * 12
ELSEWHERE = ("Oakfield Surgery", f"{UNBROKEN[:100]} Surgery")


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A desk with something of every kind on it, and an officer's cookie."""

    site: Site
    token: str
    flagged: str
    ungraded: str
    praise: str
    decided: str
    unlisted: str


@pytest.fixture
def shelf(site: Site) -> Shelf:
    token, _ = site.session()
    open_ticket(site.store, graded(isf=0), subject=UNBROKEN, text=UNBROKEN, attachments=(UNBROKEN,))
    open_ticket(site.store, graded(isf=2), subject=HOSTILE, text=HOSTILE, attachments=(HOSTILE,))
    for _ in range(6):
        open_ticket(site.store, unlisted(*ELSEWHERE), subject="A practice", text=" ".join(ELSEWHERE))
    for number in range(3):
        open_ticket(site.store, subject=f"Breaks {number}", age=number * HOUR)
    hold(site.store, Ending.QUARANTINED, f"It cannot be read: {UNBROKEN}")
    return Shelf(
        site=site,
        token=token,
        flagged=open_ticket(site.store, nights(), text=NIGHTS, subject="Nights"),
        ungraded=open_ticket(site.store, ungraded(), subject="Placement"),
        praise=open_ticket(site.store, graded(kind=Kind.GOOD_PRACTICE, isf=0), subject="Good teaching"),
        decided=open_ticket(site.store, graded(isf=2, themes=("rota",)), subject="Rota"),
        unlisted=open_ticket(site.store, unlisted(*ELSEWHERE), text=" ".join(ELSEWHERE)),
    )


def press_until(page: Page, wanted: str, *, key: str = "Tab", most: int = 150) -> None:
    """Press a key until the focus is where it is wanted; at every stop the focus must be seen."""
    for _ in range(most):
        page.keyboard.press(key)
        assert focus_is_visible(page), focused(page)
        if focused(page) == wanted:
            return
    raise AssertionError(f"{wanted} was not reached with the keyboard")


def fault_free(page: Page, name: str) -> None:
    """Nothing that sticks out, one heading, a title, a language; at the widest and narrowest no barrier for axe."""
    assert sticks_out(page) == [], name
    assert page.viewport_size == PHONE or barriers(page) == [], name
    assert page.locator("h1").count() == 1, name
    assert page.title().endswith(" - Quality.me desk"), name
    assert page.locator("html").get_attribute("lang") == "en-GB", name


def decide(page: Page, reference: str, *, isf: str, reason: str) -> None:
    page.goto(f"/tickets/{reference}")
    page.locator("summary", has_text="Decide otherwise").or_(page.locator("summary", has_text="Change")).first.click()
    page.get_by_label("Category", exact=True).select_option(isf)
    page.get_by_label("Reason", exact=True).fill(reason)
    page.get_by_role("button", name="Save decision").click()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_no_page_and_no_state_has_a_barrier_or_sticks_out(shelf: Shelf, open_tab: OpenTab, size: ViewportSize) -> None:
    stranger = open_tab(size=size)
    for path in ("/sign-in", shelf.site.one_time_link(shelf.site.add_officer("new@nhs.test", password=""))):
        stranger.goto(path)
        fault_free(stranger, path)
    stranger.get_by_role("button", name="Sign in").click()
    stranger.wait_for_url("**/account/**")
    fault_free(stranger, "first password")
    page = open_tab(size=size, token=shelf.token)
    for path in (
        "/",
        "/?state=closed",
        "/?provider=Hogwarts&isf=2",
        f"/tickets/{shelf.flagged}",
        f"/tickets/{shelf.ungraded}",
        f"/tickets/{shelf.praise}",
        f"/tickets/{shelf.decided}",
        f"/tickets/{shelf.unlisted}",
        "/places",
        "/held",
        "/held?what=waiting",
        "/held?done=again",
        "/status",
        "/account/password",
    ):
        page.goto(path)
        assert sticks_out(page) == [], path
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        fault_free(page, f"{path}, all opened")
    decide(page, shelf.decided, isf="1", reason="")
    expect(page.get_by_role("alert")).to_be_focused()
    fault_free(page, "a decision without its reason")
    decide(page, shelf.decided, isf="1", reason=UNBROKEN)
    expect(page.get_by_text("Your decision is saved")).to_be_visible()
    fault_free(page, "a decision saved")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_writing_closing_and_noting_have_no_barrier(shelf: Shelf, open_tab: OpenTab, size: ViewportSize) -> None:
    page = open_tab(size=size, token=shelf.token)
    path = f"/tickets/{shelf.decided}"
    page.goto(path)
    page.get_by_text("Ask or reply by e-mail").click()
    page.get_by_role("button", name="Look at it before it goes").click()
    expect(page.get_by_role("alert")).to_be_focused()
    fault_free(page, "a letter without words")
    page.get_by_label("Your own words").fill(UNBROKEN)
    page.get_by_label("I ask something").check()
    page.get_by_role("button", name="Look at it before it goes").click()
    fault_free(page, "a letter before it goes")
    page.get_by_role("button", name="Send it").click()
    fault_free(page, "a letter on its way")
    page.get_by_label("Add a note").fill(UNBROKEN)
    page.get_by_role("button", name="Save the note").click()
    page.get_by_label("Add a tag").fill(UNBROKEN[:40])
    page.get_by_role("button", name="Add", exact=True).click()
    fault_free(page, "a note and a tag")
    decide(page, shelf.decided, isf="1", reason="Read.")
    page.goto(f"{path}/close")
    fault_free(page, "which outcome")
    page.get_by_label("Passed on").check()
    page.get_by_role("button", name="Go on").click()
    fault_free(page, "the words of an outcome")
    page.get_by_label("Send nothing").check()
    page.get_by_role("button", name="Look at it before you close").click()
    expect(page.get_by_role("alert")).to_be_focused()
    fault_free(page, "nothing is sent, without a reason")
    page.get_by_label("Why nothing is sent").fill(UNBROKEN)
    page.get_by_role("button", name="Look at it before you close").click()
    fault_free(page, "a closing before it is done")
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("alert")).to_contain_text("The ticket is closed")
    fault_free(page, "closed")


def test_errors_of_sign_in_and_of_the_server_have_no_barrier(shelf: Shelf, open_tab: OpenTab) -> None:
    page = open_tab(size=NARROWEST)
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill("wrong")
    with page.expect_response(lambda answer: answer.status == 401):
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    fault_free(page, "wrong password")
    assert page.get_by_label("E-mail address").input_value() == EMAIL


def test_axe_would_find_a_barrier_and_the_measure_would_find_what_sticks_out(shelf: Shelf, open_tab: OpenTab) -> None:
    page = open_tab(size=PHONE, token=shelf.token)
    page.goto("/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<a href=\"/x\"></a><input>')")
    assert {line.partition(":")[0] for line in barriers(page)} >= {"link-name", "label"}
    page.evaluate("document.querySelector('h1').style.cssText = 'white-space: nowrap'; "
                  "document.querySelector('h1').textContent = 'x'.repeat(500)")  # fmt: skip
    assert sticks_out(page) != []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_with_the_keyboard_alone_one_signs_in_opens_the_first_ticket_and_decides(
    shelf: Shelf, open_tab: OpenTab, size: ViewportSize
) -> None:
    page = open_tab(size=size)
    page.goto("/")
    page.keyboard.press("Tab")
    assert focused(page) == "#maincontent", "the first stop leads past the header"
    press_until(page, "email")
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    press_until(page, f"/tickets/{shelf.flagged}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nights")).to_be_visible()
    press_until(page, "Decide otherwise")
    page.keyboard.press("Enter")
    press_until(page, "isf")
    page.keyboard.type("2")
    press_until(page, "themes")
    page.keyboard.press("Space")
    press_until(page, "reason")
    page.keyboard.type("They have found a registrar.")
    press_until(page, "Save decision")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    assert "Your decision is saved" in page.get_by_role("alert").inner_text()
    with shelf.site.store.read() as tx:
        ticket = tx.tickets.get(shelf.flagged, SYSTEM)
    assert ticket is not None
    assert (ticket.decisions[-1].isf, ticket.decisions[-1].officer) == (2, EMAIL)
    assert "supervision" not in ticket.decisions[-1].themes


def test_everything_works_without_javascript(shelf: Shelf, open_tab: OpenTab) -> None:
    page = open_tab(javascript=False)
    page.goto("/tickets/" + shelf.flagged)
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Nights")).to_be_visible()
    page.get_by_role("button", name="Accept all: category 3").click()
    expect(page.get_by_text("Your decision is saved")).to_be_visible()
    decide(page, shelf.flagged, isf="2", reason="It was put right.")
    expect(page.get_by_role("row", name="Category 3: Major concern")).to_contain_text("2: Significant concern Changed")
    page.get_by_text("Ask or reply by e-mail").click()
    page.get_by_label("Which place it is").check()
    page.get_by_label("Your own words").fill("Thank you.")
    page.get_by_role("button", name="Look at it before it goes").click()
    expect(page.get_by_text("Which hospital, practice or other place is this about?")).to_be_visible()
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("alert")).to_contain_text("The ticket waits for the answer")
    page.get_by_label("Add a note").fill("I rang the ward.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_role("alert")).to_contain_text("Your note is saved")
    page.get_by_role("link", name="Close it and tell the reporter").click()
    page.get_by_label("Resolved").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Look at it before you close").click()
    page.get_by_role("button", name="Close it and send this").click()
    expect(page.get_by_role("alert")).to_contain_text("The ticket is closed")
    page.get_by_role("link", name="Held messages").click()
    page.get_by_role("button", name="File again").click()
    expect(page.get_by_role("alert")).to_contain_text("back in the inbox")
    page.get_by_role("link", name="Queue").click()
    page.locator("summary", has_text="Filter the queue").click()
    page.get_by_label("need a person").check()
    page.get_by_role("button", name="Filter").click()
    assert page.locator(".desk-subject").all_inner_texts() == ["Placement"]
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_two_officers_who_have_the_same_ticket_open_learn_of_each_other(shelf: Shelf, open_tab: OpenTab) -> None:
    second_token, _ = shelf.site.session("kim@nhs.test")
    first, second = open_tab(token=shelf.token), open_tab(token=second_token)
    for page in (first, second):
        page.goto(f"/tickets/{shelf.flagged}")
    second.locator("summary", has_text="Decide otherwise").click()
    second.get_by_label("Category", exact=True).select_option("2")
    second.get_by_label("Reason", exact=True).fill("I rang the ward.")
    first.get_by_role("button", name="Accept all: category 3").click()
    expect(first.get_by_text("Your decision is saved")).to_be_visible()
    second.get_by_role("button", name="Save decision").click()
    told = second.get_by_role("alert")
    expect(told).to_be_focused()
    expect(told).to_contain_text(f"{EMAIL} decided category 3")
    assert second.get_by_label("Reason", exact=True).input_value() == "I rang the ward."
    assert barriers(second) == []
    second.get_by_role("button", name="Save decision").click()
    expect(second.get_by_text("Your decision is saved")).to_be_visible()


def test_hostile_words_do_nothing_and_a_script_that_got_in_would_not_run(shelf: Shelf, open_tab: OpenTab) -> None:
    page = open_tab(token=shelf.token)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto("/")
    page.get_by_role("link", name=HOSTILE).click()
    expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    assert page.locator("main img, main script").count() == 0


def test_evidence_is_marked_by_more_than_colour_and_survives_forced_colours(shelf: Shelf, open_tab: OpenTab) -> None:
    page = open_tab(token=shelf.token)
    for forced in ("none", "active"):
        page.emulate_media(forced_colors=forced)
        page.goto(f"/tickets/{shelf.flagged}")
        styles = page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll(".desk-words mark")].map(one =>
                 [one.firstChild.firstChild.textContent, getComputedStyle(one).borderBottomStyle]))"""
        )
        assert styles["moved to intensive care"] == "double", json.dumps(styles)
        assert styles["City Hospital"] == "solid"
