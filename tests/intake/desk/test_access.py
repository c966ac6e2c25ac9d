"""What is not for an officer does not exist for them, on any road; and who decides second is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import httpx
import pytest
from fastapi import FastAPI

from intake.serving import WebServer
from models.audit import Action
from models.rights import Role
from models.work import Ending
from storage.store import Store
from tests.intake.desk.conftest import EMAIL, Clock, Site, Visitor, signed_in
from tests.intake.desk.making import NIGHTS, NOW, graded, hold, nights, open_ticket
from tests.intake.desk.test_deciding import choice, decision_of, ticket_of
from tests.intake.desk.test_searching import found, searchable
from tests.intake.desk.test_ticket import plain

LEAD = "lee.lead@nhs.test"
NAMED = "Zebra words. Dr Okonkwo shouted at me."


@pytest.fixture
def site(store: Store, listening: tuple[FastAPI, WebServer, Clock]) -> Site:
    """The desk, on each engine in turn."""
    application, server, clock = listening
    clock.now = NOW
    application.state.desk = replace(application.state.desk, store=store)
    return Site(url=server.url, store=store, clock=clock)


@pytest.fixture
def lead(site: Site) -> Iterator[Visitor]:
    with signed_in(site, LEAD) as client:
        give(site, LEAD, Role.LEAD)
        yield client


def give(site: Site, email: str, *roles: Role) -> None:
    with site.store.write() as tx:
        officer = tx.officers.by_email(email)
        assert officer is not None
        tx.officers.set_roles(officer.id, roles)


def call(site: Site, email: str, *names: str) -> None:
    with site.store.write() as tx:
        officer = tx.officers.by_email(email)
        assert officer is not None
        assert tx.officers.set_names(officer.id, names, at=NOW)


def noted(site: Site) -> list[tuple[str, str, str]]:
    with site.store.read() as tx:
        return [(row.action, row.actor, row.subject) for row in tx.audit.rows()]


def test_a_ticket_that_names_an_officer_is_to_them_as_one_that_does_not_exist(site: Site, officer: Visitor) -> None:
    call(site, EMAIL, "Okonkwo")
    hidden = searchable(site, NAMED, "Zebra")
    shown = searchable(site, "Zebra crossing", "Other")
    message = ticket_of(site, hidden).entries[0].inbox_id
    missing, mine = "QM-0000-XX", f"/tickets/{hidden}"

    def same(one: httpx.Response, other: httpx.Response) -> bool:
        return (one.status_code, plain(one.text)) == (other.status_code, plain(other.text)) and one.status_code == 404

    assert same(officer.get(mine), officer.get(f"/tickets/{missing}"))
    assert same(officer.get(mine.lower()), officer.get(f"/tickets/{missing}"))
    for form, fields in (
        ("accept", {"version": 1}),
        ("decide", choice()),
        ("state", {"version": 1, "state": "closed"}),
    ):
        assert same(
            officer.send_form(f"{mine}/{form}", **fields), officer.send_form(f"/tickets/{missing}/{form}", **fields)
        )
    assert same(officer.get(f"/held/{message}/raw"), officer.get("/held/999999/raw"))
    queue = officer.get("/?state=all").text
    assert hidden not in queue
    assert 'New</span><span class="desk-count">1<' in queue
    assert found(officer.get("/search?q=zebra").text) == [shown]
    assert ticket_of(site, hidden).decisions == ()


def test_a_lead_sees_who_is_in_conflict_and_lifts_it_with_a_reason_that_the_chain_does_not_hold(
    site: Site, officer: Visitor, lead: Visitor
) -> None:
    call(site, EMAIL, "Okonkwo")
    reference = open_ticket(site.store, graded(), text=NAMED)
    page = f"/tickets/{reference}"
    assert "has a conflict of interest and does not see it" in plain(lead.get(page).text)
    assert (
        lead.send_form(f"{page}/lift", officer=EMAIL, reason=" ").headers["location"].endswith("done=reason#sees-title")
    )
    assert officer.get(page).status_code == 404

    assert lead.send_form(f"{page}/lift", officer=EMAIL, reason="another Okonkwo").status_code == 303

    assert officer.get(page).status_code == 200
    assert "another Okonkwo" in plain(lead.get(page).text)
    assert (Action.CONFLICT_LIFTED, LEAD, reference) in noted(site)
    with site.store.read() as tx:
        assert "another" not in str([*tx.audit.rows()])


def test_lifting_takes_a_fresh_proof_and_the_way_back_is_to_the_ticket(
    site: Site, officer: Visitor, lead: Visitor
) -> None:
    call(site, EMAIL, "Okonkwo")
    reference = open_ticket(site.store, graded(), text=NAMED)
    site.clock.forward(timedelta(minutes=16))
    answer = lead.send_form(f"/tickets/{reference}/lift", officer=EMAIL, reason="another Okonkwo")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/prove?after=/tickets/{reference}")
    assert officer.get(f"/tickets/{reference}").status_code == 404


def test_an_officer_cannot_lift_or_restrict(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded())
    assert "Who may see it" not in officer.get(f"/tickets/{reference}").text
    for form in ("lift", "restrict", "open-up"):
        answer = officer.send_form(f"/tickets/{reference}/{form}", officer=EMAIL, reason="I say so")
        assert answer.status_code == 403


def test_a_lead_in_conflict_cannot_lift_their_own(site: Site, lead: Visitor) -> None:
    call(site, LEAD, "Okonkwo")
    reference = open_ticket(site.store, graded(), text=NAMED)
    assert lead.send_form(f"/tickets/{reference}/lift", officer=LEAD, reason="not me").status_code == 404


def test_a_restricted_ticket_is_for_those_who_are_named_and_for_leads(
    site: Site, officer: Visitor, lead: Visitor
) -> None:
    reference = open_ticket(site.store, graded())
    page = f"/tickets/{reference}"
    with signed_in(site, "kim@nhs.test") as other:
        assert lead.send_form(f"{page}/restrict", officers=["kim@nhs.test"], reason="delicate").status_code == 303
        assert [who.get(page).status_code for who in (officer, other, lead)] == [404, 200, 200]
        assert reference not in officer.get("/?state=all").text
        assert lead.send_form(f"{page}/open-up").status_code == 303
        assert officer.get(page).status_code == 200
    assert (Action.TICKET_RESTRICTED, LEAD, reference) in noted(site)
    assert (Action.RESTRICTION_LIFTED, LEAD, reference) in noted(site)


def test_a_lead_is_told_how_many_tickets_are_hidden_and_alarmed_when_from_all(site: Site, lead: Visitor) -> None:
    call(site, LEAD, "Okonkwo")
    open_ticket(site.store, graded(), text=NAMED)
    with signed_in(site) as officer:
        told = plain(lead.get("/").text)
        assert "1 open ticket is hidden from you" in told
        assert "nobody may see" not in told
        assert "hidden" not in plain(officer.get("/").text)
    call(site, EMAIL, "Okonkwo")
    assert "1 ticket that nobody may see" in plain(lead.get("/").text)


def test_who_may_only_read_is_offered_no_form_and_can_send_none(site: Site, officer: Visitor) -> None:
    give(site, EMAIL, Role.READ_ONLY)
    reference = open_ticket(site.store, graded())
    page = officer.get(f"/tickets/{reference}")
    assert page.status_code == 200
    assert f'action="/tickets/{reference}' not in page.text
    for form, fields in (
        ("accept", {"version": 1}),
        ("decide", choice()),
        ("state", {"version": 1, "state": "closed"}),
    ):
        assert officer.send_form(f"/tickets/{reference}/{form}", **fields).status_code == 403
    assert officer.get("/held").status_code == 403


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_reads_no_tickets_is_told_so(site: Site, officer: Visitor, role: Role) -> None:
    give(site, EMAIL, role)
    reference = open_ticket(site.store, graded())
    for path in ("/", f"/tickets/{reference}", "/search?q=breaks", "/held"):
        answer = officer.get(path)
        assert (answer.status_code, "This is not open to you" in answer.text) == (403, True)


def test_a_held_message_that_names_an_officer_is_not_downloaded_by_them(
    site: Site, officer: Visitor, lead: Visitor
) -> None:
    call(site, EMAIL, "Okonkwo")
    head = b"From: a@example.test\r\nSubject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    raw = head + b"RHIgT2tvbmt3byBzaG91dGVkLg==\r\n"
    number = hold(site.store, Ending.QUARANTINED, "unreadable", raw)
    assert officer.get(f"/held/{number}/raw").status_code == 404
    assert lead.get(f"/held/{number}/raw").content == raw
    assert (Action.MESSAGE_DOWNLOADED, LEAD, f"message {number}") in noted(site)


def test_reading_deciding_moving_searching_and_signing_in_and_out_stand_in_the_chain(
    site: Site, officer: Visitor
) -> None:
    reference = searchable(site, NIGHTS)
    officer.get(f"/tickets/{reference}")
    officer.send_form(f"/tickets/{reference}/decide", **choice())
    officer.send_form(f"/tickets/{reference}/state", version=2, state="waiting")
    officer.get("/search?q=registrar")
    officer.send_form("/sign-out")
    officer.fill_in("/sign-in", email=EMAIL, password="wrong")
    officer.fill_in("/sign-in", email="who.ever@private.test", password="wrong")
    officer.fill_in("/sign-in", email=EMAIL, password="three random words")

    assert noted(site) == [
        (Action.TICKET_READ, EMAIL, reference),
        (Action.TICKET_DECIDED, EMAIL, reference),
        (Action.TICKET_MOVED, EMAIL, reference),
        (Action.SEARCHED, EMAIL, "search"),
        (Action.SIGNED_OUT, EMAIL, EMAIL),
        (Action.SIGN_IN_FAILED, "desk", EMAIL),
        (Action.SIGN_IN_FAILED, "desk", "no officer"),
        (Action.SIGNED_IN, EMAIL, EMAIL),
    ]
    with site.store.read() as tx:
        assert tx.audit.proof().holds
        kept = str([*tx.audit.rows()])
    assert all(secret not in kept for secret in ("private.test", "alex@student.test", "registrar", choice()["reason"]))


def test_of_two_who_decide_at_the_same_moment_the_second_is_shown_the_firsts_decision(
    site: Site, officer: Visitor
) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    gate = Barrier(2)
    answers: dict[str, httpx.Response] = {}

    def decide(visitor: Visitor, email: str, isf: str) -> None:
        gate.wait()
        fields = choice(isf=isf, reason=f"reason of {email}")
        answers[email] = visitor.send_form(f"/tickets/{reference}/decide", **fields)

    with signed_in(site, "kim@nhs.test") as second:
        threads = [
            Thread(target=decide, args=(officer, EMAIL, "1")),
            Thread(target=decide, args=(second, "kim@nhs.test", "3")),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    by_status = {answer.status_code: email for email, answer in answers.items()}
    assert set(by_status) == {303, 409}
    ticket, decided = ticket_of(site, reference), decision_of(site, reference)
    assert [one.officer for one in ticket.decisions] == [by_status[303]]
    told = plain(answers[by_status[409]].text)
    assert f"{decided.officer} decided category {decided.isf}: reason of {by_status[303]}" in told
    assert f"reason of {by_status[409]}</textarea>" in answers[by_status[409]].text
    assert [one for one in noted(site) if one[0] == Action.TICKET_DECIDED] == [
        (Action.TICKET_DECIDED, by_status[303], reference)
    ]


def test_a_place_that_is_corrected_to_ones_own_takes_the_ticket_away_while_it_is_open(
    site: Site, officer: Visitor
) -> None:
    with site.store.write() as tx:
        mine = tx.officers.by_email(EMAIL)
        assert mine is not None
        tx.officers.attach(mine.id, "RWE", ["RWE"], at=NOW)
    reference = open_ticket(site.store, nights(), text=NIGHTS)
    assert officer.get(f"/tickets/{reference}").status_code == 200
    with signed_in(site, "kim@nhs.test") as other:
        place = "University Hospitals of Leicester NHS Trust (RWE)"
        assert other.send_form(f"/tickets/{reference}/decide", **choice(provider=place)).status_code == 303

    assert officer.send_form(f"/tickets/{reference}/decide", **choice()).status_code == 404
    assert len(ticket_of(site, reference).decisions) == 1
