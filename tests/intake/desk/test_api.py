"""Facts about the interface for programs: who gets in, what they see, and that a decision goes the desk's own way."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import ViewportSize, expect

from intake.api.app import PREFIX, document
from intake.api.calling import Pace
from intake.api.filters import FAULTS, Wanted
from intake.desk.asked import Asked
from intake.serving import WebServer
from intake.settings.api import ApiConfig
from intake.tokens import Wish, make_token
from models.audit import ActFilter
from models.interface import Scope
from models.rights import SYSTEM, Right, Role
from tests.intake.desk.browser import DESKTOP, PHONE, barriers, sticks_out
from tests.intake.desk.conftest import EMAIL, Clock, OpenTab, Site, Visitor
from tests.intake.desk.making import NIGHTS, NOW, graded, nights, open_ticket

ALL = tuple(Scope)


@dataclass(frozen=True)
class Program:
    """A program with a token."""

    http: httpx.Client

    def get(self, path: str, **asked: Any) -> httpx.Response:
        return self.http.get(f"{PREFIX}{path}", params=asked or None)

    def decide(self, reference: str, key: str = "a-key-of-mine", **facts: Any) -> httpx.Response:
        body = {"version": 1, "kind": "concern", "isf": 2, "reason": "Read twice.", **facts}
        return self.http.post(f"{PREFIX}/tickets/{reference}/decisions", json=body, headers={"Idempotency-Key": key})


class Api:
    """The interface on a store, with programs that use it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._clients: list[httpx.Client] = []

    def token(self, *scopes: Scope, role: Role | None = None, email: str = "", days: int = 30) -> str:
        with self.site.store.write() as tx:
            officer = tx.officers.by_email(email) if email else None
            able = [one for one in ALL if role is not Role.READ_ONLY or one is not Scope.DECISIONS_WRITE]
            wish = Wish(name="A program", scopes=scopes or able, officer=officer, role=role, days=days)
            return make_token(tx, wish, actor="test", now=NOW, longest_days=365)

    def program(self, *scopes: Scope, role: Role | None = Role.OFFICER, email: str = "") -> Program:
        return self.with_token(self.token(*scopes, role=None if email else role, email=email))

    def with_token(self, token: str) -> Program:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._clients.append(httpx.Client(base_url=self.site.url, headers=headers, timeout=30))
        return Program(self._clients[-1])

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def acts(self) -> list[tuple[str, str, str]]:
        with self.site.store.read() as tx:
            return [(row.actor, row.action, row.subject) for row in tx.audit.find(ActFilter(), limit=100)]


def fresh(listening: tuple[FastAPI, WebServer, Clock], *, a_minute: int = 10_000) -> None:
    state = listening[0].state.api.state
    state.pace, state.settings = Pace(), ApiConfig(a_minute=a_minute)


@pytest.fixture
def api(site: Site, listening: tuple[FastAPI, WebServer, Clock]) -> Iterator[Api]:
    fresh(listening)
    with closing(Api(site)) as made:
        yield made


def is_problem(answer: httpx.Response, status: int) -> bool:
    body = answer.json()
    kind = answer.headers["content-type"] == "application/problem+json"
    return kind and answer.status_code == body["status"] == status and bool(body["title"] and body["detail"])


def test_nobody_gets_in_without_a_good_token_and_no_cookie_opens_anything(api: Api) -> None:
    reference = open_ticket(api.site.store)
    session, _ = api.site.session()
    good = api.token(role=Role.OFFICER)
    for token in ("", "nonsense", good[:-1] + ("a" if good[-1] != "a" else "b"), good.replace("qmi_", "qmi_x"), "é"):
        with httpx.Client(base_url=api.site.url, cookies={"intake": session}) as client:
            headers = {b"Authorization": f"Bearer {token}".encode()} if token else {}
            for path in ("/tickets", f"/tickets/{reference}", "/statistics", "/token", "/search?q=breaks"):
                answer = client.get(f"{PREFIX}{path}", headers=headers)
                assert is_problem(answer, 401), (token, path)
                assert answer.headers["www-authenticate"] == "Bearer"
                api.site.clock.forward(timedelta(minutes=1))
    assert api.with_token(good).get("/tickets").status_code == 200


def test_a_token_ends_by_itself_when_revoked_and_with_its_officer(api: Api) -> None:
    officer = api.site.add_officer()
    program = api.program(email=EMAIL)
    other = api.program(role=Role.READ_ONLY)
    assert program.get("/token").json()["actor"] == EMAIL
    assert other.get("/token").json()["scopes"] == [
        "reporter:read",
        "search:read",
        "statistics:read",
        "tickets:read",
    ]
    with api.site.store.write() as tx:
        tx.officers.set_active(officer.id, active=False)
        (service,) = [one for one in tx.tokens.all() if one.officer_id is None]
        assert service.last_used_at == NOW
        tx.tokens.revoke(service.id, NOW)
    assert is_problem(program.get("/token"), 401)
    assert is_problem(other.get("/token"), 401)
    late = api.program()
    assert late.get("/token").status_code == 200
    api.site.clock.forward(timedelta(days=30))
    assert is_problem(late.get("/token"), 401)


def test_the_store_keeps_no_token(api: Api) -> None:
    token = api.token(role=Role.OFFICER)
    with api.site.store.read() as tx:
        (kept,) = tx.tokens.all()
    assert token.split("_", 2)[2] not in repr(kept)
    assert kept.prefix in token


def test_a_scope_opens_only_what_it_names(api: Api) -> None:
    reference = open_ticket(api.site.store)
    paths = {
        Scope.TICKETS_READ: "/tickets",
        Scope.SEARCH_READ: "/search?q=breaks",
        Scope.STATISTICS_READ: "/statistics",
    }
    for scope in ALL:
        program = api.program(scope)
        opened = {one for one, path in paths.items() if program.get(path).status_code == 200}
        assert opened == {scope} & set(paths)
        assert [
            path for one, path in paths.items() if one is not scope and not is_problem(program.get(path), 403)
        ] == []
        assert (program.decide(reference).status_code == 403) == (scope is not Scope.DECISIONS_WRITE)


def test_a_ticket_comes_masked_and_its_reporter_only_by_a_scope_of_its_own(api: Api) -> None:
    reference = open_ticket(api.site.store, nights(), text=NIGHTS, subject="Nights")
    whole = api.program(Scope.TICKETS_READ).get(f"/tickets/{reference.lower()}")
    assert whole.status_code == 200
    ticket = whole.json()
    assert (ticket["reference"], ticket["isf"], ticket["reporter"]) == (reference, 3, None)
    assert [one["kind"] for one in ticket["timeline"]] == ["received", "pregraded"]
    assert ticket["verdicts"][0]["evidence"][0]["text"] in NIGHTS
    assert "alex@student.test" not in whole.text
    assert "Alex" not in whole.text
    told = api.program(Scope.TICKETS_READ, Scope.REPORTER_READ).get(f"/tickets/{reference}")
    assert told.json()["reporter"] == {"anonymity": "named", "has_name": True, "has_address": True}
    assert "alex@student.test" not in told.text
    assert ("service:A program", "ticket_read", reference) in api.acts()


def test_what_is_restricted_or_in_conflict_is_not_there_for_a_token_either(api: Api) -> None:
    secret, plain = open_ticket(api.site.store), open_ticket(api.site.store)
    api.site.add_officer()
    with api.site.store.write() as tx:
        number = tx.access.ticket_for(SYSTEM, Right.READ_TICKETS, secret)
        assert number is not None
        tx.access.restrict(number, [], at=NOW, actor="lead@nhs.test")
    for program in (api.program(role=Role.OFFICER), api.program(email=EMAIL)):
        assert [one["reference"] for one in program.get("/tickets").json()["tickets"]] == [plain]
        assert is_problem(program.get(f"/tickets/{secret}"), 404)
        assert is_problem(program.decide(secret), 404)
    assert api.program(role=Role.LEAD).get(f"/tickets/{secret}").status_code == 200


def test_pages_and_filters_are_those_of_the_queue(api: Api) -> None:
    made = [open_ticket(api.site.store, graded(isf=number % 3, themes=("rota",))) for number in range(7)]
    program = api.program()
    seen, after = [], None
    while True:
        page = program.get("/tickets", limit=3, **({"after": after} if after else {})).json()
        seen += [one["reference"] for one in page["tickets"]]
        after = page["after"]
        if after is None:
            break
    assert sorted(seen) == sorted(made)
    assert {one["isf"] for one in program.get("/tickets", isf=2, theme="rota").json()["tickets"]} == {2}
    assert program.get("/tickets", theme="bullying").json()["tickets"] == []
    for wrong in ({"after": "nonsense"}, {"provider": "HOGWARTS"}, {"limit": 0}, {"isf": 9}, {"state": "lost"}):
        assert is_problem(program.get("/tickets", **wrong), 422), wrong


def test_a_program_has_every_filter_of_the_queue_and_what_is_unknown_is_named(api: Api) -> None:
    officer = api.site.add_officer()
    old, taken = open_ticket(api.site.store, age=timedelta(days=20)), open_ticket(api.site.store)
    with api.site.store.write() as tx:
        number = tx.access.ticket_for(SYSTEM, Right.READ_TICKETS, taken)
        assert number is not None
        tx.assignments.assign(number, officer.id, viewer=SYSTEM, at=NOW)
        tx.letters.tag(number, "rota", officer=EMAIL, at=NOW)
    service, own = api.program(), api.program(email=EMAIL)

    def found(program: Program, **asked: Any) -> list[str]:
        return [one["reference"] for one in program.get("/tickets", **asked).json()["tickets"]]

    assert found(service, officer=EMAIL) == found(own, officer="me") == found(service, tag="  ROTA ") == [taken]
    assert found(service, officer="nobody") == found(service, age="over_week") == found(service, clock="late") == [old]
    assert found(service, age="week") == found(service, received_since="2026-11-20") == [taken]
    assert found(service, channel="e-mail") == found(service, channel="imap", junk=False)
    assert found(service, clock="paused") == found(service, site="RWEAA") == found(service, channel="telegram") == []
    strange = {
        "colour": "is no filter",
        "officer": FAULTS["officer"],
        "site": FAULTS["site"],
        "theme": FAULTS["theme"],
        "specialty": FAULTS["specialty"],
        "channel": FAULTS["channel"],
    }
    for path in ("/tickets", "/search?q=breaks"):
        for name, why in strange.items():
            refused = service.http.get(f"{PREFIX}{path}", params={"q": "breaks", name: "nonsense"})
            assert is_problem(refused, 422)
            assert refused.json()["faults"] == {f"query.{name}": why}
    assert is_problem(service.get("/tickets", officer="me"), 422), "a service is nobody's 'me'"
    assert is_problem(service.get("/tickets", age="old"), 422)


def test_the_document_names_every_filter_that_the_queue_has(listening: tuple[FastAPI, WebServer, Clock]) -> None:
    call = document(listening[0].state.api)["paths"]["/tickets"]["get"]
    told = {one["name"] for one in call["parameters"]}
    renamed = {"person": "needs_person"}
    assert {renamed.get(one.name, one.name) for one in fields(Asked)} <= told
    assert {one.name for one in fields(Wanted)} <= told


def test_a_decision_goes_the_desks_own_way_and_once(api: Api) -> None:
    reference = open_ticket(api.site.store, graded(isf=1))
    program = api.program()
    unsaid = program.decide(reference, reason="")
    assert is_problem(unsaid, 422)
    assert unsaid.json()["faults"] == {"body.reason": "Say in a few words why you decided so"}
    assert "body.themes" in program.decide(reference, themes=["magic"]).json()["faults"]
    first, again = program.decide(reference), program.decide(reference)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() == {"reference": reference, "version": 2, "state": "being_read", "isf": 2}
    assert is_problem(program.decide(reference, isf=3), 422)
    assert is_problem(program.decide(reference, key="another-key"), 409)
    with api.site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
        corrections = tx.corrections.all()
    assert ticket is not None
    assert [(one.officer, one.isf, one.reason) for one in ticket.decisions] == [("service:A program", 2, "Read twice.")]
    assert [one.decision.isf for one in corrections] == [2]
    assert api.acts().count(("service:A program", "ticket_decided", reference)) == 1
    without = program.http.post(
        f"{PREFIX}/tickets/{reference}/decisions", json={"version": 2, "kind": "concern", "isf": 1}
    )
    assert is_problem(without, 422)
    assert is_problem(api.program(role=Role.READ_ONLY).decide(reference, version=2), 403)


def test_a_program_that_decides_ends_no_call_since_it_is_no_person_but_an_officer_by_a_token_does(api: Api) -> None:
    reference = open_ticket(api.site.store, graded(red_flags=("violence",)))
    assert api.program().decide(reference).status_code == 201
    with api.site.store.read() as tx:
        assert [one.reference for one in tx.alerts.open_for(SYSTEM)] == [reference]
    someone = api.site.add_officer("kim.officer@nhs.test")
    own = api.program(email=someone.email).decide(reference, key="by-a-person", version=2, reason="Mine.", isf=2)
    assert (own.status_code, own.json()["version"]) == (201, 3)
    with api.site.store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
        assert tx.alerts.open_for(SYSTEM) == ()
    assert ticket is not None
    assert (ticket.row.assignee_id, ticket.row.version) == (someone.id, 3)


def test_the_search_and_the_figures_answer_as_the_desk_does(api: Api) -> None:
    reference = open_ticket(api.site.store, nights(), text=NIGHTS)
    for number in range(3):
        open_ticket(api.site.store, graded(isf=1), subject=f"Breaks {number}")
    with api.site.store.write() as tx:
        for ticket_id in tx.search.tickets():
            tx.search.index(ticket_id)
    program = api.program()
    found = program.get("/search", q=reference).json()
    assert [hit["ticket"]["reference"] for hit in found["hits"]] == [reference]
    tables = {one["name"]: one for one in program.get("/statistics").json()["tables"]}
    grades = dict(zip(tables["grades"]["columns"], tables["grades"]["rows"][-1]["numbers"], strict=True))
    assert grades["Category 3"] is None
    assert grades["Category 1"] is None
    assert tables["arrivals"]["rows"][-1]["numbers"][0] == 4
    assert is_problem(program.get("/statistics", provider="HOGWARTS"), 422)
    assert is_problem(program.get("/statistics", specialty="potions"), 422)


def test_who_calls_too_often_is_asked_to_wait(api: Api, listening: tuple[FastAPI, WebServer, Clock]) -> None:
    fresh(listening, a_minute=3)
    program, other = api.program(), api.program()
    assert [program.get("/token").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert is_problem(program.get("/token"), 429)
    assert program.get("/token").headers["retry-after"] == "60"
    assert other.get("/token").status_code == 200
    api.site.clock.forward(timedelta(minutes=1))
    assert program.get("/token").status_code == 200
    stranger = api.with_token("")
    assert {stranger.get("/token").status_code for _ in range(30)} == {401}
    assert stranger.get("/token").status_code == 429


def test_the_document_is_for_officers_and_token_holders(api: Api) -> None:
    session, _ = api.site.session()
    path = f"{PREFIX}/openapi.json"
    assert is_problem(httpx.get(f"{api.site.url}{path}"), 401)
    assert httpx.get(f"{api.site.url}{path}", cookies={"intake": session}).json()["openapi"].startswith("3.")
    assert "/tickets" in api.program(Scope.STATISTICS_READ).get("/openapi.json").json()["paths"]


def test_tokens_are_made_on_the_desk_shown_once_and_revoked(api: Api) -> None:
    session, csrf = api.site.session()
    with Visitor(base_url=api.site.url, cookies={"intake": session}) as desk:
        desk.csrf = csrf
        assert desk.get("/programs").status_code == 403
        with api.site.store.write() as tx:
            officer = tx.officers.by_email(EMAIL)
            assert officer is not None
            tx.officers.set_roles(officer.id, (Role.ADMINISTRATOR,))
        refused = desk.send_form(
            "/programs/tokens", name="Register", whose="role custodian", days="9", scopes=["tickets:read"]
        )
        assert refused.status_code == 422
        wrong = desk.send_form("/programs/tokens", name="Register", whose=EMAIL, days="9", scopes=["tickets:read"])
        assert "may not read tickets" in wrong.text
        made = desk.send_form(
            "/programs/tokens", name="Register", whose="role read_only", days="9", scopes=["tickets:read"]
        )
        token = made.text.partition('readonly value="')[2].partition('"')[0]
        program = api.with_token(token)
        assert program.get("/tickets").status_code == 200
        listed = desk.get("/programs").text
        assert token.split("_")[1] in listed
        assert token not in listed
        with api.site.store.read() as tx:
            (kept,) = tx.tokens.all()
        assert desk.send_form(f"/programs/tokens/{kept.id}/revoke").status_code == 303
        assert desk.send_form(f"/programs/tokens/{kept.id}/revoke").status_code == 404
    assert is_problem(program.get("/tickets"), 401)
    assert {("token_made", kept.prefix), ("token_revoked", kept.prefix)} <= {(act[1], act[2]) for act in api.acts()}


def test_a_webhook_is_added_on_the_desk_its_secret_shown_once_and_removed(api: Api) -> None:
    session, csrf = api.site.session()
    with Visitor(base_url=api.site.url, cookies={"intake": session}) as desk:
        desk.csrf = csrf
        facts: dict[str, Any] = {"name": "Register", "role": "read_only", "events": ["ticket.created"]}
        assert desk.send_form("/programs/webhooks", url="https://register.test/", **facts).status_code == 403
        with api.site.store.write() as tx:
            officer = tx.officers.by_email(EMAIL)
            assert officer is not None
            tx.officers.set_roles(officer.id, (Role.ADMINISTRATOR,))
        assert (
            "must begin with https" in desk.send_form("/programs/webhooks", url="http://register.test/", **facts).text
        )
        added = desk.send_form("/programs/webhooks", url="https://register.test/", **facts)
        secret = added.text.partition('readonly value="')[2].partition('"')[0]
        assert len(secret) > 40
        listed = desk.get("/programs").text
        assert "https://register.test/" in listed
        assert secret not in listed
        assert desk.send_form("/programs/webhooks/1/on").status_code == 404
        assert desk.send_form("/programs/webhooks/1/remove").status_code == 303
    with api.site.store.read() as tx:
        assert tx.webhooks.all() == ()
    assert {"webhook_added", "webhook_removed"} <= {act[1] for act in api.acts()}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_of_programs_has_no_barrier(
    site: Site, listening: tuple[FastAPI, WebServer, Clock], open_tab: OpenTab, size: ViewportSize
) -> None:
    session, _ = site.session()
    with site.store.write() as tx:
        officer = tx.officers.by_email(EMAIL)
        assert officer is not None
        tx.officers.set_roles(officer.id, (Role.ADMINISTRATOR, Role.OFFICER))
    page = open_tab(size=size, token=session)
    page.goto("/programs")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Name", exact=True).fill("W" * 60)
    page.get_by_label("Whose rights it has").select_option("role read_only")
    page.get_by_label("Read tickets, masked").check()
    page.get_by_role("button", name="Make the token").click()
    page.get_by_label("Name of the program").fill("W" * 60)
    page.get_by_label("Address").fill(f"https://{'w' * 60}.test/hook")
    page.get_by_label("Which tickets it may hear of").select_option("read_only")
    page.get_by_label("A new ticket").check()
    page.get_by_role("button", name="Tell it").click()
    assert page.get_by_label("Secret that signs").input_value().startswith("qmw_")
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
    assert barriers(page) == []
    assert sticks_out(page) == []
