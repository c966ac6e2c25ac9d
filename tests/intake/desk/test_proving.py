"""Facts about showing again that it is still the officer: what is guarded so, how long it lasts, and what it takes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response

from intake.desk.proving import Proved, ProvedWriter
from intake.desk.shared import hashed
from intake.serving import WebServer
from models.audit import ActFilter, Action
from models.rights import SYSTEM, Right, Role
from models.sign_in import Opening
from tests.intake.desk import who_may
from tests.intake.desk.conftest import EMAIL, PASSWORD, Clock, Site, Visitor, signed_in
from tests.intake.desk.making import NOW, open_ticket
from tests.intake.desk.test_belonging import somebody

LATER = timedelta(minutes=16)


@pytest.fixture
def guarded(listening: tuple[FastAPI, WebServer, Clock]) -> Iterator[None]:
    """A page and a form behind the guard, on the desk of the tests."""
    application, _, _ = listening
    before = list(application.router.routes)

    def show(session: Proved) -> Response:
        return PlainTextResponse(f"a secret for {session.officer.email}")

    def do(session: ProvedWriter) -> Response:
        return PlainTextResponse(f"done by {session.officer.email}")

    application.add_api_route("/guarded", show, methods=["GET"])
    application.add_api_route("/guarded/one/open", do, methods=["POST"])
    yield
    application.router.routes[:] = before


def acts(site: Site) -> list[Action]:
    with site.store.read() as tx:
        return [Action(row.action) for row in tx.audit.find(ActFilter(subject=EMAIL), limit=20)]


@pytest.mark.usefixtures("guarded")
def test_a_proof_is_good_for_a_quarter_of_an_hour_and_the_password_renews_it(site: Site, officer: Visitor) -> None:
    assert officer.get("/guarded").status_code == 200, "who has just signed in is not asked again"
    site.clock.forward(LATER)
    asked = officer.get("/guarded?x=1&y=2")
    assert (asked.status_code, asked.headers["location"]) == (303, "/prove?after=/guarded%3Fx%3D1%26y%3D2")
    wrong = officer.fill_in(asked.headers["location"], proof="wrong")
    assert (wrong.status_code, "That is not right" in wrong.text) == (401, True)
    assert officer.get("/guarded").status_code == 303
    right = officer.fill_in(asked.headers["location"], proof=PASSWORD)
    assert (right.status_code, right.headers["location"]) == (303, "/guarded?x=1&y=2")
    assert officer.get("/guarded").text == f"a secret for {EMAIL}"
    assert {Action.PROOF_FAILED, Action.PROVED_AGAIN} <= set(acts(site))


@pytest.mark.usefixtures("guarded")
def test_a_form_without_a_fresh_proof_does_nothing_and_leads_back_to_its_page(site: Site, officer: Visitor) -> None:
    site.clock.forward(LATER)
    answer = officer.send_form("/guarded/one/open")
    assert (answer.status_code, answer.headers["location"]) == (303, "/prove?after=/guarded")
    assert officer.post("/guarded/one/open", data={"csrf": "made up"}).status_code == 403
    officer.fill_in("/prove", proof=PASSWORD)
    assert officer.send_form("/guarded/one/open").text == f"done by {EMAIL}"


@pytest.mark.usefixtures("guarded")
def test_a_proof_counts_for_one_session_and_guessing_has_an_end(site: Site, officer: Visitor) -> None:
    site.clock.forward(LATER)
    with Visitor(base_url=site.url) as elsewhere:
        elsewhere.fill_in("/sign-in", email=EMAIL, password=PASSWORD)
        assert elsewhere.get("/guarded").status_code == 200
    assert officer.get("/guarded").status_code == 303
    for _ in range(8):
        assert officer.fill_in("/prove", proof="wrong").status_code == 401
    refused = officer.fill_in("/prove", proof=PASSWORD)
    assert (refused.status_code, "Please wait 15 minutes" in refused.text) == (429, True)


def test_a_proof_never_leads_to_somebody_elses_page(officer: Visitor) -> None:
    officer.get("/prove?after=https://evil.test")
    answer = officer.send_form("/prove", proof=PASSWORD, after="//evil.test")
    assert answer.headers["location"] == "/"


def test_what_takes_data_out_or_lifts_protection_takes_a_proof_and_nothing_else_does(site: Site) -> None:
    with signed_in(site, "lee@nhs.test") as able:
        site.add_officer("kim@nhs.test")
        reference = open_ticket(site.store)
        with site.store.write() as tx:
            mine = tx.officers.by_email("lee@nhs.test")
            number = tx.access.ticket_for(SYSTEM, Right.RESTRICT, reference)
            assert mine is not None
            assert number is not None
            tx.officers.set_roles(mine.id, set(Role))
            tx.officers.set_password(mine.id, "")
            tx.access.restrict(number, [], at=NOW, actor="lee@nhs.test")
            tx.retention.hold(number, at=NOW, actor="lee@nhs.test", reason="x")
        asked = set()
        for row, (_, sent) in who_may.TABLE.items():
            if row != "POST /sign-out":
                open_a_session(site, able)
                asked |= {row} if wants_a_proof(able, row, reference, who_may.PROVED.get(row, sent)) else set()
        with site.store.read() as tx:
            assert tx.access.of(number).restricted, "nothing was lifted"
    assert asked == set(who_may.PROVED)


def open_a_session(site: Site, visitor: Visitor) -> None:
    """A session of the officer lee whose proof is too old."""
    with site.store.write() as tx:
        officer = tx.officers.by_email("lee@nhs.test")
        assert officer is not None
        tx.officers.end_sessions(officer.id)
        tx.officers.open_session(
            officer_id=officer.id,
            token_hash=hashed("token"),
            csrf=visitor.csrf,
            expires_at=NOW + timedelta(hours=1),
            opening=Opening(at=NOW, proved_at=NOW - LATER),
        )
    visitor.cookies.set("intake", "token")


def wants_a_proof(visitor: Visitor, row: str, reference: str, sent: dict[str, Any]) -> bool:
    """Whether a page or form leads to the page that asks for a proof."""
    method, _, path = row.partition(" ")
    for name in ("number", "place", "view_id", "name", "what"):
        path = path.replace(f"{{{name}}}", "arrivals" if name == "name" else "1")
    path = path.replace("{reference}", reference)
    answer = visitor.get(path) if method == "GET" else visitor.send_form(path, **sent)
    return str(answer.headers.get("location", "")).startswith("/prove")


def test_a_ticket_is_protected_without_a_proof_and_shown_to_more_people_with_one(site: Site) -> None:
    reference = open_ticket(site.store)
    page = f"/tickets/{reference}"
    with somebody(site, "lee@nhs.test", Role.LEAD) as lead:
        for email in ("kim@nhs.test", "ann@nhs.test"):
            site.add_officer(email)
        site.clock.forward(LATER)
        both = ["kim@nhs.test", "ann@nhs.test"]
        assert "done=restricted" in lead.send_form(f"{page}/restrict", officers=both).headers["location"]
        assert "done=held" in lead.send_form(f"{page}/hold", reason="A court asks.").headers["location"]
        narrower = lead.send_form(f"{page}/restrict", officers=["kim@nhs.test"])
        assert "done=restricted" in narrower.headers["location"]
        assert f'href="/prove?after={page}"' in lead.get(page).text
        for form, sent in (("restrict", {"officers": both}), ("open-up", {}), ("hold", {"lift": "yes"})):
            answer = lead.send_form(f"{page}/{form}", **sent)
            assert answer.headers["location"] == f"/prove?after={page}"
        lead.fill_in("/prove", proof=PASSWORD)
        assert f'href="/prove?after={page}"' not in lead.get(page).text
        assert "done=restricted" in lead.send_form(f"{page}/restrict", officers=both).headers["location"]
        assert "done=opened" in lead.send_form(f"{page}/open-up").headers["location"]
        assert "done=unheld" in lead.send_form(f"{page}/hold", lift="yes").headers["location"]
