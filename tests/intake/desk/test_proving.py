"""Facts about showing again that it is still the officer: what is guarded so, how long it lasts, and what it takes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response

from intake.desk.proving import Proved, ProvedWriter
from intake.serving import WebServer
from models.audit import ActFilter, Action
from tests.intake.desk.conftest import EMAIL, PASSWORD, Clock, Site, Visitor

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
