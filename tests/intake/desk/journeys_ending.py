"""The journeys that end a matter, or the day."""

from datetime import timedelta

from playwright.sync_api import expect

from models.rights import SYSTEM
from models.searchable import Masked
from models.ticket import Ticket, TicketState
from models.verdict import Kind
from storage.store import Store
from tests.intake.desk.conftest import PASSWORD, Site
from tests.intake.desk.hands import Mouse
from tests.intake.desk.making import HOUR, NIGHTS, graded, nights, open_ticket

LINCOLN = "Lincoln County Hospital (RWDDA)"
WHY = "We have to warn them of a danger."


def kept(store: Store, reference: str) -> Ticket:
    """The ticket as the store has it."""
    with store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket is not None
    return ticket


def of_kind(site: Site, kind: Kind, subject: str) -> str:
    """Something that needs no decision."""
    return open_ticket(site.store, graded(kind=kind, isf=0), subject=subject)


def finish(hand: Mouse, site: Site) -> None:
    """Tag several tickets and undo it, close them with one set of words, and close a decided one with its own."""
    thanks = [of_kind(site, Kind.GOOD_PRACTICE, f"Thanks {number}") for number in range(2)]
    concern = open_ticket(site.store, subject="Breaks")
    hand.go("/")
    hand.press("Add")
    hand.told("Tick at least one ticket first")
    for reference in thanks:
        hand.tick(f"Select {reference}")
    hand.fill("Add a tag", "thanks")
    hand.press("Add")
    hand.look("two are tagged")
    hand.press("Undo")
    hand.look("it is undone")
    hand.follow("Queue")
    for reference in thanks:
        hand.tick(f"Select {reference}")
    hand.press("Choose the words")
    hand.look("how they ended")
    hand.choose("How did they end?", "No further action")
    hand.press("Go on to the words")
    hand.look("the words for all")
    hand.press("Close 2 tickets")
    hand.look("two are closed")
    close_one(hand)
    assert {kept(site.store, one).row.state for one in (*thanks, concern)} == {TicketState.CLOSED}


def close_one(hand: Mouse) -> None:
    """Decide the concern and close it with its own words."""
    hand.follow("Queue")
    hand.follow("Breaks")
    hand.single_key("a", "Accept all: category 1")
    hand.follow("Close it and tell the reporter")
    hand.look("how it ended")
    hand.tick("Resolved")
    hand.press("Go on")
    hand.look("the words for one")
    hand.press("Look at it before you close")
    hand.look("the closing before it is done")
    hand.press("Close it and send this")
    hand.told("The ticket is closed")


def look_up_and_unseal(hand: Mouse, site: Site) -> None:
    """Search for a case, show again that it is you, open the seal with a reason, and take the case as PDF."""
    masked = Masked(subject="Nights", text=NIGHTS)
    reference = open_ticket(site.store, nights(), text=NIGHTS, subject="Nights", masked=masked)
    site.clock.forward(timedelta(minutes=16))
    hand.go("/")
    hand.find()
    hand.fill("Search all tickets", "intensive")
    hand.press("Search")
    hand.look("what was found")
    hand.follow("Nights")
    hand.unfold("Who wrote this")
    hand.follow("Open the seal")
    hand.look("show that it is you")
    hand.fill("Your password", PASSWORD)
    hand.press("Go on")
    hand.press("Open the seal")
    hand.told("There is a problem")
    hand.fill("Why it has to be opened", WHY)
    hand.press("Open the seal")
    expect(hand.page.get_by_text("alex@student.test")).to_be_visible()
    hand.look("the open seal")
    hand.go(f"/tickets/{reference}")
    assert hand.fetch(hand.named("The case as PDF", link=True)).startswith(b"%PDF-")


def end_the_day(hand: Mouse, site: Site) -> None:
    """See on the dashboard what came and what waits, take its numbers along, and sign out."""
    for number in range(5):
        open_ticket(site.store, graded(isf=1, provider="RWD", site="RWDDA"), age=number * HOUR)
    hand.go("/")
    hand.follow("Dashboard")
    hand.look("the dashboard")
    hand.follow("12 months")
    hand.look("the dashboard of a year")
    hand.unfold("One place or specialty")
    hand.pick("Place", "lincoln county", LINCOLN)
    hand.press("Count these")
    hand.look("the dashboard of a place")
    hand.unfold("The numbers: ")
    numbers = hand.page.locator("a[href*='.csv']").first
    assert b"," in hand.fetch(numbers)
    hand.press("Sign out")
    hand.look("signed out")
