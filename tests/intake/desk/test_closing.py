"""Facts about closing: with an outcome, and with the words that the reporter gets, or a reason why they get none."""

import json

import pytest

from models.audit import ActFilter, Action
from models.letters import Purpose, Way
from models.ticket import EventKind, Reporter, TicketState
from models.verdict import Kind
from tests.intake.desk.conftest import EMAIL, Site, Visitor, signed_in
from tests.intake.desk.making import HOUR, graded, open_ticket
from tests.intake.desk.test_deciding import ticket_of
from tests.intake.desk.test_letters import filed, in_chat, send, sent_mail, version_of
from tests.intake.desk.test_ticket import plain
from tests.intake.making import LEARNER, content

KIND = "It has been put right. Thank you."


def decided(site: Site, officer: Visitor, reference: str) -> None:
    officer.send_form(f"/tickets/{reference}/accept", version=version_of(site, reference))


def form(site: Site, reference: str, **changes: str) -> dict[str, str | int]:
    usual = {"outcome": "resolved", "words": KIND, "tell": "send", "reason": ""}
    return {"version": version_of(site, reference), **usual, **changes}


def test_a_concern_is_closed_only_after_somebody_decided_on_it(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    moved = officer.send_form(f"/tickets/{reference}/state", version=1, state="closed")
    assert (moved.status_code, moved.headers["location"]) == (303, f"/tickets/{reference}/close")
    for answer in (
        officer.get(f"/tickets/{reference}/close"),
        officer.send_form(f"/tickets/{reference}/close", **form(site, reference, step="close")),
    ):
        assert answer.status_code == 422
        assert "Choose a category before you close this concern" in plain(answer.text)
    assert ticket_of(site, reference).row.state is TicketState.NEW


def test_what_is_no_concern_may_be_closed_as_it_is(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(kind=Kind.ENQUIRY, isf=0))
    sent = officer.send_form(f"/tickets/{reference}/close", **form(site, reference, step="close"))
    assert sent.status_code == 303
    assert ticket_of(site, reference).row.state is TicketState.CLOSED


def test_the_words_of_an_outcome_can_be_changed_and_are_seen_before_they_go(either: Site) -> None:
    office, reference = filed(either)
    with signed_in(either) as officer:
        decided(either, officer, reference)
        assert "How did it end?" in officer.get(f"/tickets/{reference}/close").text
        chosen = officer.get(f"/tickets/{reference}/close?outcome=passed_on").text
        assert "We have passed on what you told us to the people who can act on it." in chosen
        shown = officer.send_form(f"/tickets/{reference}/close", **form(either, reference))
        page = plain(shown.text)
        assert f"Subject: We have closed your report ({reference})" in page
        assert KIND in page
        assert ticket_of(either, reference).row.state is TicketState.BEING_READ
        done = send(officer, shown, "close")
        assert done.status_code == 303
        page = plain(officer.get(done.headers["location"]).text)
        assert "The ticket is closed" in page
        assert f"Closed : Resolved 24 November 2026, 09:00, {EMAIL}" in page
        outgoing = sent_mail(office)
        assert (outgoing.recipient, KIND in outgoing.text) == (LEARNER, True)
        assert ticket_of(either, reference).row.state is TicketState.CLOSED
        either.clock.forward(HOUR)
        office.clock.now = either.clock()
        office.file(content(f"In-Reply-To: <{outgoing.message_id}>", body="It happened again."))
    assert ticket_of(either, reference).row.state is TicketState.NEW


def test_nothing_is_sent_when_an_officer_says_why(site: Site, officer: Visitor) -> None:
    office, reference = filed(site)
    decided(site, officer, reference)
    path = f"/tickets/{reference}/close"
    refused = officer.send_form(path, **form(site, reference, tell="nothing", step="close"))
    assert (refused.status_code, "Say in a few words why nothing is sent" in plain(refused.text)) == (422, True)
    shown = officer.send_form(path, **form(site, reference, tell="nothing", reason="We spoke on the phone."))
    assert "because: We spoke on the phone." in plain(shown.text)
    send(officer, shown, "close")
    office.send()
    assert office.post.sent == []
    ticket = ticket_of(site, reference)
    closed = ticket.events[-1]
    assert (closed.kind, closed.detail["reason"]) == (EventKind.CLOSED, "We spoke on the phone.")
    with site.store.read() as tx:
        [letter] = tx.letters.of_ticket(ticket.row.id)
        [act] = tx.audit.find(ActFilter(action=Action.TICKET_CLOSED))
    assert (letter.purpose, letter.way, letter.text, letter.outcome) == (Purpose.CLOSING, Way.NOBODY, "", "resolved")
    assert json.loads(act.detail) == {"outcome": "resolved", "way": "nobody"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"outcome": "wizardry"}, "Choose how it ended"),
        ({"words": " "}, "Write what the reporter gets, or choose to send nothing"),
        ({"words": "x" * 4_001}, "Make it shorter: 4000 characters at most"),
        ({"tell": ""}, "Choose whether the reporter is told"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "close"])
def test_what_keeps_a_ticket_open_is_named(
    site: Site, officer: Visitor, changes: dict[str, str], problem: str, step: str
) -> None:
    _, reference = filed(site)
    decided(site, officer, reference)
    answer = officer.send_form(f"/tickets/{reference}/close", **form(site, reference, step=step, **changes))
    assert (answer.status_code, problem in plain(answer.text)) == (422, True)
    assert ticket_of(site, reference).row.state is TicketState.BEING_READ


def test_who_left_no_way_back_cannot_be_told_and_the_form_says_so(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, reporter=Reporter(name="", address=""))
    decided(site, officer, reference)
    path = f"/tickets/{reference}/close"
    assert "The reporter left no address" in plain(officer.get(f"{path}?outcome=resolved").text)
    assert officer.send_form(path, **form(site, reference, step="close")).status_code == 422
    quiet = form(site, reference, tell="nothing", reason="No address.", step="close")
    assert officer.send_form(path, **quiet).status_code == 303


def test_a_ticket_that_changed_meanwhile_is_not_closed(site: Site, officer: Visitor) -> None:
    office, reference = filed(site)
    decided(site, officer, reference)
    before = form(site, reference, step="close")
    officer.send_form(f"/tickets/{reference}/state", version=version_of(site, reference), state="with_provider")
    assert officer.send_form(f"/tickets/{reference}/close", **before).status_code == 409
    office.send()
    assert office.post.sent == []
    assert ticket_of(site, reference).row.state is TicketState.WITH_PROVIDER


def test_a_closing_is_told_in_the_reporters_chat(either: Site) -> None:
    chats, reference = in_chat(either.store, either)
    with signed_in(either) as officer:
        decided(either, officer, reference)
        shown = officer.send_form(f"/tickets/{reference}/close", **form(either, reference))
        assert send(officer, shown, "close").status_code == 303
    chats.now = either.clock()
    assert any(KIND in reply.text for reply in chats.hear("learner"))
    assert ticket_of(either, reference).row.state is TicketState.CLOSED


def test_a_red_flag_is_told_on_each_page_of_closing_with_the_ticket_itself(site: Site, officer: Visitor) -> None:
    flagged = graded(impact=4, likelihood=4, isf=3, red_flags=("patient_at_risk",))
    reference = open_ticket(site.store, flagged, subject="Nobody on the ward")
    decided(site, officer, reference)
    path = f"/tickets/{reference}/close"
    pages = (
        officer.get(path),
        officer.get(f"{path}?outcome=resolved"),
        officer.send_form(path, **form(site, reference)),
    )
    for answer in pages:
        page = plain(answer.text)
        assert "This ticket has a red flag (Patients at risk now), category 3." in page
        assert "Close it only when somebody has dealt with it." in page
        assert "Nobody on the ward" in page
        assert "Category 3: decided" in page


def test_a_serious_ticket_is_not_left_without_further_action_unless_a_note_says_why(
    site: Site, officer: Visitor
) -> None:
    reference = open_ticket(site.store, graded(impact=3, likelihood=3, isf=2))
    decided(site, officer, reference)
    ending = form(site, reference, outcome="no_further_action", tell="nothing", reason="By phone.", step="close")
    refused = officer.send_form(f"/tickets/{reference}/close", **ending)
    assert (refused.status_code, "Say in the note why no further action" in plain(refused.text)) == (422, True)
    assert "This ticket is category 2. Close it only" in plain(refused.text)
    with site.store.read() as tx:
        assert tx.letters.of_ticket(ticket_of(site, reference).row.id) == ()
    shown = officer.send_form(
        f"/tickets/{reference}/close", **{**ending, "note": "The dean has it.", "step": "preview"}
    )
    assert send(officer, shown, "close").status_code == 303
    assert ticket_of(site, reference).events[-1].detail["note"] == "The dean has it."
    assert "The dean has it." in plain(officer.get(f"/tickets/{reference}").text)


def test_a_minor_concern_closes_without_a_warning(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    decided(site, officer, reference)
    assert "Close it only when" not in officer.get(f"/tickets/{reference}/close?outcome=no_further_action").text
    ending = form(site, reference, outcome="no_further_action", tell="nothing", reason="By phone.", step="close")
    assert officer.send_form(f"/tickets/{reference}/close", **ending).status_code == 303


def test_serious_tickets_are_not_left_without_further_action_together(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(impact=3, likelihood=3, isf=2))
    decided(site, officer, reference)
    together: dict[str, str | int | list[str]] = {
        "tickets": [reference],
        "tell": "nothing",
        "reason": "Told.",
        "step": "close",
    }
    left = plain(officer.send_form("/bulk/close", outcome="no_further_action", **together).text)
    assert "It is category 2: close it by itself" in left
    assert ticket_of(site, reference).row.state is TicketState.BEING_READ
    officer.send_form("/bulk/close", outcome="resolved", **together)
    ticket = ticket_of(site, reference)
    assert (ticket.row.state, ticket.events[-1].detail["reason"]) == (TicketState.CLOSED, "Told.")


def test_adverts_are_closed_with_nothing_sent_unless_an_officer_says_otherwise(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(kind=Kind.IRRELEVANT, isf=0))
    alone = officer.get(f"/tickets/{reference}/close?outcome=not_for_us").text
    together = officer.send_form("/bulk/close", tickets=[reference], outcome="not_for_us").text
    for page in (alone, together):
        assert 'value="Advert or mail sent by mistake"' in page
        assert 'value="nothing" checked' in page
    refused = officer.send_form("/bulk/close", tickets=[reference], outcome="not_for_us", tell="nothing", step="close")
    assert "Say in a few words why nothing is sent" in plain(refused.text)


def test_an_outcome_says_what_to_think_of_first(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(kind=Kind.GOOD_PRACTICE, isf=0))
    page = plain(officer.get(f"/tickets/{reference}/close").text)
    assert "Passed on Send this only when it has been done." in page
    assert "Noted with thanks" in page
    assert "Answered" in page
