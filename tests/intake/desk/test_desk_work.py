"""Facts about the work on the queue: clocks, calls, views, many tickets at once, news, choices."""

import re
from datetime import timedelta

from models.audit import ActFilter, Action
from models.desk_work import About, Preferences
from models.rights import SYSTEM, Role
from models.ticket import Ticket, TicketState
from models.verdict import Kind
from tests.intake.desk.conftest import EMAIL, Site, Visitor, signed_in
from tests.intake.desk.making import HOUR, graded, open_ticket

DAY = timedelta(days=1)
KIM = "kim.officer@nhs.test"


def plain(html: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def kept(site: Site, reference: str) -> Ticket:
    with site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket is not None
    return ticket


def test_a_clock_is_told_in_words_in_the_queue_and_on_the_ticket(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(isf=2), age=HOUR)
    assert "Acknowledgement due tomorrow by 5 pm" in plain(officer.get("/").text)
    page = plain(officer.get(f"/tickets/{reference}").text)
    assert "First reading: done in time" in page
    open_ticket(site.store, graded(isf=2), age=7 * DAY)
    assert "3 working days late" in plain(officer.get("/?clock=late").text)


def test_a_clock_is_paused_with_a_reason_and_runs_on(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    assert "Say in a few words" in officer.send_form(f"/tickets/{reference}/pause", why=" ").text
    officer.send_form(f"/tickets/{reference}/pause", why="The trust looks into it.")
    assert "Clocks paused" in plain(officer.get("/").text)
    assert "The trust looks into it." in officer.get(f"/tickets/{reference}").text
    officer.send_form(f"/tickets/{reference}/resume")
    assert "Clocks paused" not in plain(officer.get("/").text)


def test_a_red_flag_is_on_every_page_until_somebody_takes_care_of_it(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(red_flags=("violence",)))
    for path in ("/", "/search", "/held", "/account/choices"):
        assert "A red flag waits" in officer.get(path).text
    officer.send_form(f"/tickets/{reference}/take-care")
    assert "A red flag waits" not in officer.get("/").text
    ticket = kept(site, reference)
    with site.store.read() as tx:
        [act] = tx.audit.find(ActFilter(action=Action.ALERT_ACKNOWLEDGED))
        has_it = tx.assignments.assignee(ticket.row.id)
    assert has_it is not None
    assert act.actor == has_it.email
    assert f"acknowledged by {has_it.name}" in plain(officer.get(f"/tickets/{reference}").text)


def test_of_many_red_flags_the_pages_own_stands_open_and_the_others_are_one_step_away(
    site: Site, officer: Visitor
) -> None:
    references = [open_ticket(site.store, graded(red_flags=("violence",))) for _ in range(3)]
    for reference in references:
        page = officer.get(f"/tickets/{reference}").text
        banner = page[page.index('id="calls-title"') :]
        assert "3 red flags wait for a person" in banner
        own, _, others = banner[: banner.index("</section>")].partition("<details")
        assert f"/tickets/{reference}/take-care" in own
        assert "Read it" not in own
        assert all(f'href="/tickets/{one}"' in others for one in references if one != reference)
        assert "take-care" not in others, "nobody takes what they have not read"
    taken = officer.send_form(f"/tickets/{references[0]}/take-care")
    page = officer.get(taken.headers["location"]).text
    assert "2 red flags wait for a person" in page
    assert "/take-care" not in page, "the button of the next ticket does not stand where the first one's stood"


def test_many_tickets_are_given_away_tagged_and_put_back(site: Site, officer: Visitor) -> None:
    first, second = open_ticket(site.store), open_ticket(site.store)
    site.add_officer(KIM)
    page = officer.send_form("/bulk", do="assign", officer=KIM, tickets=[first, second, "QM-NONE"], query="state=new")
    assert "2 tickets given away" in plain(page.text)
    assert "There is no such ticket." in page.text
    assert kept(site, first).row.assignee_id is not None
    assert "With Kim.Officer" in plain(officer.get("/?officer=" + KIM).text)
    officer.send_form("/bulk/undo", do="reassign", before=[f"{first}:", f"{second}:"])
    assert kept(site, first).row.assignee_id is None
    officer.send_form("/bulk", do="tag", tag="Induction", tickets=[first, second])
    assert first in officer.get("/?tag=induction").text
    officer.send_form("/bulk/undo", do="untag", tag="induction", before=[first])
    assert first not in officer.get("/?tag=induction").text


def test_many_tickets_are_closed_with_words_but_never_one_with_a_red_flag(site: Site, officer: Visitor) -> None:
    praise = graded(kind=Kind.GOOD_PRACTICE)
    first, second = open_ticket(site.store, praise), open_ticket(site.store, praise)
    flagged = open_ticket(site.store, graded(kind=Kind.GOOD_PRACTICE, red_flags=("violence",)))
    undecided = open_ticket(site.store)
    everything = [first, second, flagged, undecided]
    asked = plain(officer.send_form("/bulk", do="close", tickets=everything).text)
    assert "Close 2 tickets" in asked
    assert "It has a red flag" in asked
    assert "decide first" in asked
    told = {"outcome": "resolved", "words": "Thank you all.", "step": "close"}
    page = plain(officer.send_form("/bulk/close", tickets=everything, **told).text)
    assert "2 tickets closed" in page
    assert [kept(site, one).row.state for one in everything] == [TicketState.CLOSED] * 2 + [TicketState.NEW] * 2
    with site.store.read() as tx:
        assert [len(tx.letters.of_ticket(kept(site, one).row.id)) for one in everything] == [1, 1, 0, 0]


def test_a_view_is_kept_for_oneself_or_for_all(site: Site, officer: Visitor) -> None:
    officer.send_form("/views", name="Late ones", query="state=new&clock=late&after=x&colour=red", shared="1")
    officer.send_form("/views", name="Mine only", query="officer=me")
    assert "/?state=new&amp;clock=late" in officer.get("/").text
    with signed_in(site, KIM) as kim:
        page = kim.get("/").text
        assert "Late ones" in page
        assert "Mine only" not in page
        assert kim.send_form("/views/1/remove").status_code == 404


def test_new_tickets_are_announced_and_nothing_else(site: Site, officer: Visitor) -> None:
    open_ticket(site.store)
    since = re.search(r"since=(\d+)", officer.get("/").text)
    assert since is not None
    assert officer.get(f"/queue/news?state=new&since={since[1]}").status_code == 204
    open_ticket(site.store, graded(isf=3))
    answer = officer.get(f"/queue/news?state=new&since={since[1]}")
    assert "1 new ticket: show" in plain(answer.text)
    assert officer.get(f"/queue/news?state=closed&since={since[1]}").status_code == 204


def test_who_else_looks_at_a_ticket_is_told(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    with signed_in(site, KIM) as kim:
        kim.get(f"/tickets/{reference}/here")
        assert kim.get("/tickets/QM-NONE/here").status_code == 404
    assert "has this ticket open, too" in plain(officer.get(f"/tickets/{reference}").text)
    assert "looking at it" in plain(officer.get("/").text)
    site.clock.forward(timedelta(minutes=5))
    assert "looking at it" not in plain(officer.get("/").text)


def test_the_news_say_who_looks_at_which_ticket_by_now_and_who_has_gone(site: Site, officer: Visitor) -> None:
    reference, secret = open_ticket(site.store), open_ticket(site.store)
    number = kept(site, reference).row.id
    with signed_in(site, KIM) as kim:
        kim.get(f"/tickets/{reference}/here")
        kim.get(f"/tickets/{secret}/here")
    with site.store.write() as tx:
        tx.access.restrict(kept(site, secret).row.id, [], at=site.clock(), actor=KIM)
    officer.get(f"/tickets/{reference}/here")
    spot = f'id="looking-{number}" hx-swap-oob="true"'
    told = officer.get("/queue/news?state=new").text
    assert spot in told
    assert plain(told).strip() == "Kim.Officer is looking at it"
    assert told.count("looking-") == 1, "nothing is told of what is not for this officer"
    site.clock.forward(timedelta(minutes=2))
    gone = officer.get("/queue/news?state=new").text
    assert spot in gone
    assert plain(gone).strip() == ""
    site.clock.forward(timedelta(minutes=6))
    assert officer.get("/queue/news?state=new").status_code == 204


def test_an_officer_chooses_what_is_told_and_when(site: Site, officer: Visitor) -> None:
    wrong = officer.send_form("/account/choices", about=["answered"], quiet_from="25:00")
    assert (wrong.status_code, "Write the time like 18:30" in wrong.text) == (422, True)
    officer.send_form("/account/choices", about=["answered"], quiet_from="18:30", quiet_to="8:00")
    page = officer.get("/account/choices").text
    assert 'value="18:30"' in page
    assert "data-keys" not in page
    with site.store.read() as tx:
        [someone] = tx.officers.all()
        assert tx.notices.preferences(someone.id).mail_about == {About.ANSWERED}


def test_whoever_decides_on_a_ticket_that_calls_has_it_and_is_told_so(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(red_flags=("violence",)))
    answer = officer.send_form(f"/tickets/{reference}/accept", version=1)
    page = plain(officer.get(answer.headers["location"]).text)
    assert "Your decision is saved. The red flag is now yours: nobody else is called about it" in page
    assert "A red flag waits" not in page
    row = kept(site, reference).row
    with site.store.read() as tx:
        has_it = tx.assignments.assignee(row.id)
    assert has_it is not None
    assert (has_it.email, row.version) == (EMAIL, 2), "one act, one step"
    assert f"acknowledged by {has_it.name}" in page


def test_who_had_the_ticket_keeps_it_and_who_decides_is_told_who_that_is(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(red_flags=("violence",)))
    site.add_officer(KIM)
    officer.send_form(f"/tickets/{reference}/assign", officer=KIM)
    answer = officer.send_form(f"/tickets/{reference}/accept", version=2)
    page = plain(officer.get(answer.headers["location"]).text)
    assert "Kim.Officer has this ticket: nobody is called about the red flag any more" in page


def test_a_red_flag_that_an_officer_adds_has_a_person_and_leads_who_wish_it_are_told(
    site: Site, officer: Visitor
) -> None:
    reference = open_ticket(site.store)
    number = site.add_officer(KIM).id
    with site.store.write() as tx:
        tx.officers.set_roles(number, [Role.LEAD])
        tx.notices.choose(number, Preferences(mail_about=frozenset({About.RED_FLAG})))
    form = {"kind": "concern", "isf": "2", "impact": "2", "likelihood": "3", "reason": "Blows fell."}
    flags: dict[str, str | list[str]] = {**form, "flags_asked": "yes", "red_flags": ["violence"]}
    answer = officer.send_form(f"/tickets/{reference}/decide", version=1, **flags)
    page = plain(officer.get(answer.headers["location"]).text)
    assert "You added a red flag. You have this ticket: tell your lead" in page
    assert kept(site, reference).row.assignee_id is not None
    with site.store.read() as tx:
        assert [(one.officer_id, one.about) for one in tx.notices.waiting()] == [(number, About.RED_FLAG)]
