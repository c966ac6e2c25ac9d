"""The ten journeys that an officer makes in a day. docs/desk.md lists them; each is walked in four ways."""

from collections.abc import Callable
from dataclasses import dataclass

import pyotp
from playwright.sync_api import expect

from models.rights import Role
from models.ticket import TicketState
from tests.intake.desk.conftest import EMAIL, PASSWORD, QUICK, Site
from tests.intake.desk.hands import Mouse
from tests.intake.desk.journeys_ending import end_the_day, finish, kept, look_up_and_unseal
from tests.intake.desk.making import HOUR, NIGHTS, NOW, graded, nights, open_ticket
from tests.intake.desk.test_letters import AWHILE, filed, sent_mail
from tests.intake.making import content

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
KIM = "kim@nhs.test"
LINCOLN = "Lincoln County Hospital (RWDDA)"
WHY = "We have to warn them of a danger."


def start_the_day(hand: Mouse, site: Site) -> None:
    """Sign in with the second factor, see the red flag on the queue, and take care of it."""
    flagged = open_ticket(site.store, nights(), text=NIGHTS, subject="Nights")
    open_ticket(site.store, graded(isf=2), age=3 * HOUR)
    with site.store.write() as tx:
        officer = tx.officers.add(email=EMAIL, name="Sam", password_hash=QUICK.hash(PASSWORD), roles=(Role.LEAD,))
        tx.sign_ins.coming(officer.id, SECRET)
        tx.sign_ins.confirm(officer.id, step=0, at=NOW, codes=("none",))
    hand.go("/")
    hand.look("sign in")
    hand.fill("E-mail address", EMAIL)
    hand.fill("Password", "wrong")
    hand.press("Sign in")
    hand.told("There is a problem")
    hand.fill("Password", PASSWORD)
    hand.press("Sign in")
    hand.look("the code")
    hand.fill("Code from your app", "123456")
    hand.press("Sign in")
    hand.told("There is a problem")
    hand.fill("Code from your app", pyotp.TOTP(SECRET).at(site.clock()))
    hand.press("Sign in")
    first = hand.page.locator("[data-row]").first
    expect(first).to_contain_text("Red flag: Patients at risk now")
    box = first.bounding_box()
    assert box is not None
    assert box["y"] + 40 < hand.size["height"], "the first ticket stands on the first screen"
    hand.look("the queue with a red flag")
    hand.follow(f"Read it: {flagged}")
    hand.look("the ticket with a red flag")
    hand.press(f"I take care of it: {flagged}")
    hand.told("You take care of it")
    assert "Sam" in hand.page.get_by_text("The red flag was acknowledged by").inner_text()
    hand.follow("Sam")
    hand.look("the account")


def find_what_is_to_do(hand: Mouse, site: Site) -> None:
    """Filter the queue by typing, keep the view, and come back to it."""
    open_ticket(site.store, graded(isf=2, provider="RWD", site="RWDDA"), subject="In Lincoln")
    for number in range(6):
        open_ticket(site.store, graded(isf=2), subject=f"Elsewhere {number}")
    subjects = hand.page.locator(".desk-subject")
    hand.go("/")
    hand.look("the queue")
    hand.follow("Next page")
    hand.look("the second page")
    hand.find()
    hand.unfold("Filter the queue")
    hand.fill("Place", "Hogwarts")
    hand.press("Filter")
    hand.told("There is a problem")
    hand.pick("Place", "lincoln county", LINCOLN)
    hand.choose("Category", "2: Significant concern")
    hand.press("Filter")
    assert subjects.all_inner_texts() == ["In Lincoln"]
    hand.find()
    hand.unfold("Keep this view")
    hand.fill("Name of the view", "Lincoln first")
    hand.press("Keep it")
    hand.told("The view is kept")
    hand.follow(f"Take away the filter Place: {LINCOLN}")
    assert subjects.count() == 5
    hand.find()
    hand.follow("Late")
    expect(hand.page.get_by_text("No ticket fits this filter")).to_be_visible()
    hand.look("nothing to do")
    hand.find()
    hand.follow("Lincoln first")
    assert subjects.all_inner_texts() == ["In Lincoln"]
    hand.look("the kept view")


def read_and_accept(hand: Mouse, site: Site) -> None:
    """Open the first ticket, read why its words are marked, and accept all."""
    reference = open_ticket(site.store, nights(), text=NIGHTS, subject="Nights")
    hand.go("/")
    hand.follow("Nights")
    hand.look("a ticket")
    hand.rest_on(hand.page.locator(".desk-mark", has_text="moved to intensive care"))
    told = "Graded 3 because: impact 4"
    why = hand.page.locator(
        "#because-1" if hand.name == "phone" else ".desk-why", has_text="" if hand.name == "phone" else told
    )
    expect(why.first).to_be_in_viewport()
    hand.look("the reason of a marked word")
    hand.follow("Show the whole message 1, with what it quotes")
    hand.look("the whole message")
    hand.follow("Back to the ticket")
    hand.single_key("a", "Accept all: category 3", second_step=True)
    hand.told("Your decision is saved")
    [decided] = kept(site.store, reference).decisions
    assert (decided.isf, decided.impact, decided.likelihood, decided.officer) == (3, 4, 4, EMAIL)


def decide_otherwise(hand: Mouse, site: Site) -> None:
    """Choose another category, place and theme by typing, and say why."""
    reference = open_ticket(site.store, nights(), text=NIGHTS, subject="Nights")
    hand.go("/")
    hand.follow("Nights")
    hand.unfold("Decide otherwise")
    hand.choose("Category", "2: Significant concern")
    hand.press("Save decision")
    hand.told("There is a problem")
    hand.tick("Somewhere else, or not known")
    hand.pick("The other place", "lincoln county", LINCOLN)
    hand.pick("Find a theme", "rota", "Rota")
    hand.fill("Reason", "I rang the ward.")
    hand.press("Save decision")
    hand.told("Your decision is saved")
    [decided] = kept(site.store, reference).decisions
    assert (decided.isf, decided.site, decided.reason) == (2, "RWDDA", "I rang the ward.")
    assert "rota" in decided.themes


def ask_and_read_the_answer(hand: Mouse, site: Site) -> None:
    """Ask what is missing, look at the mail before it goes, and read the answer."""
    office, reference = filed(site)
    [subject] = [ticket.row.subject for ticket in office.tickets()]
    hand.go("/")
    hand.follow(subject)
    hand.unfold("Ask or reply by e-mail")
    hand.press("Look at it before it goes")
    hand.told("There is a problem")
    hand.tick("Which place it is")
    hand.fill("Your own words", "Thank you for telling us.")
    hand.press("Look at it before it goes")
    expect(hand.page.get_by_text("Which hospital, practice or other place is this about?")).to_be_visible()
    hand.look("the mail before it goes")
    hand.press("Send it")
    hand.told("The ticket waits for the answer")
    assert kept(site.store, reference).row.state is TicketState.WAITING
    asked = sent_mail(office)
    site.clock.forward(AWHILE)
    office.clock.now = site.clock()
    office.file(content(f"In-Reply-To: <{asked.message_id}>", body="It was ward 7."))
    hand.follow("Queue")
    expect(hand.page.locator("[data-row]")).to_contain_text("The reporter answered")
    hand.follow(subject)
    expect(hand.page.get_by_text("It was ward 7.")).to_be_visible()
    hand.look("the answer")


def share_the_work(hand: Mouse, site: Site) -> None:
    """Take a ticket, give a colleague something to do, and tell them in a note."""
    open_ticket(site.store, subject="Breaks")
    site.add_officer(KIM)
    hand.go("/")
    hand.follow("Breaks")
    hand.press("Take it")
    hand.told("The ticket is with Sam")
    hand.unfold("Add something to do")
    hand.press("Add it")
    hand.told("There is a problem")
    hand.fill("What", "Ring the ward.")
    hand.fill("By which day", "2026-12-01")
    hand.choose("By whom", "Kim")
    hand.press("Add it")
    hand.told("It is on the list")
    hand.fill("Add a note", "@kim the number is on the rota.")
    hand.press("Save the note")
    hand.told("Your note is saved")
    hand.press("It is done: Ring the ward.")
    hand.look("a task that is done")
    hand.fill("Add a tag", "rota")
    hand.press("Add")
    hand.look("a tag")
    with site.store.read() as tx:
        [task], [note] = tx.tasks.of(1), tx.letters.notes(1)
    assert (task.owner, task.done_at is not None, note.text[:4]) == ("Kim", True, "@kim")


def put_together(hand: Mouse, site: Site) -> None:
    """Link a ticket that may belong to another, merge them, and undo both."""
    whole = open_ticket(site.store, graded(isf=2), subject="Breaks")
    part = open_ticket(site.store, text="Again there were no breaks.", subject="Again")
    hand.go("/")
    hand.follow("Again")
    hand.press(f"Link {whole}")
    hand.told("The tickets are linked")
    hand.press(f"Take the link away: {whole}")
    hand.told("The link is gone")
    hand.unfold("Link or merge")
    hand.fill("The other ticket", "QM-NONE-XX")
    hand.press("Merge this into it")
    hand.told("There is a problem")
    hand.fill("The other ticket", whole)
    hand.press("Merge this into it")
    hand.told("The tickets are one now")
    assert [one.reference for one in kept(site.store, whole).parts] == [part]
    hand.press(f"Take it out again: {part}")
    hand.told("The ticket is on its own again")
    assert kept(site.store, whole).parts == ()


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What an officer wants to do."""

    name: str
    walk: Callable[[Mouse, Site], None]
    roles: tuple[Role, ...] = (Role.OFFICER,)
    """What they are; no role: they are not signed in yet."""


LEADING = (Role.OFFICER, Role.LEAD, Role.CUSTODIAN)
JOURNEYS = (
    Journey(name="start-the-day", walk=start_the_day, roles=()),
    Journey(name="find-what-is-to-do", walk=find_what_is_to_do),
    Journey(name="read-and-accept", walk=read_and_accept),
    Journey(name="decide-otherwise", walk=decide_otherwise),
    Journey(name="ask-and-read-the-answer", walk=ask_and_read_the_answer),
    Journey(name="share-the-work", walk=share_the_work),
    Journey(name="put-together", walk=put_together),
    Journey(name="finish", walk=finish),
    Journey(name="look-up-and-unseal", walk=look_up_and_unseal, roles=LEADING),
    Journey(name="end-the-day", walk=end_the_day, roles=LEADING),
)
