"""Each role on each page and form, held to a table of its own: nothing opens beyond it, and nothing is shown.

What is tried here is tried by the measure that finds a leak: the last facts plant some, and it finds them.
"""

import io
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from pypdf import PdfReader

from intake.serving import WebServer
from models.links import LinkKind
from models.rights import RIGHTS, SYSTEM, Right, Role
from models.ticket import Reporter
from models.verdict import UNKNOWN_PLACE, Evidence
from models.work import Ending, Outcome
from storage.store import Store
from tests.intake.desk import who_may
from tests.intake.desk.conftest import Clock, Site, Visitor, placed
from tests.intake.desk.hostile import MAIL, read_page
from tests.intake.desk.making import NOW, graded, hold, open_ticket, settle
from tests.intake.desk.who_may import CHOSEN, CONFLICTED, HELD, NAMED, NOBODY, OPEN, RESTRICTED, TABLE, WHO, sees
from tests.keys import SOURCE

WRITER = Reporter(name=f"{WHO} Example", address=f"{WHO}@student.test")
FLAGGED = graded(isf=3, red_flags=("patient_at_risk",), provider="RWE", themes=("rota",))


@dataclass(kw_only=True)
class Desk:
    """A desk with a reader of each kind, who has shown lately that it is them, and what lies on it."""

    site: Site
    readers: dict[str, Visitor]
    tickets: dict[str, str] = field(default_factory=dict)
    held: int = 0

    def ask(self, reader: str, row: str, ticket: str) -> httpx.Response:
        """Call a page or form, about the ticket with this reference."""
        method, _, path = row.partition(" ")
        within = {"reference": ticket, "number": "1", "place": "1", "name": "arrivals", "view_id": "1", "what": "on"}
        if "/held/" in path:
            within["number"] = str(self.held)
        for name, value in within.items():
            path = path.replace(f"{{{name}}}", value)
        visitor = self.readers[reader]
        if method == "GET":
            return visitor.get(path, params={"q": "breaks"} if path == "/search" else None)
        sent: dict[str, Any] = {
            name: str(value).format(open=self.tickets[OPEN]) for name, value in TABLE[row][1].items()
        }
        return visitor.send_form(path, **sent)

    def acts(self) -> int:
        with self.site.store.read() as tx:
            return tx.audit.head().seq


def ticket_with(store: Store, mark: str, *, more: str = "") -> str:
    """A ticket with a word of its own in its subject, text, file's name, place, a note and a tag; and who wrote it."""
    text = f"{mark}: there were no breaks on my last four shifts. {more}"
    place = Evidence(label=UNKNOWN_PLACE, text=f"{mark} Surgery", start=None, end=None, source="rules")
    reference = open_ticket(
        store,
        replace(FLAGGED, evidence=(place,)),
        subject=f"{mark} breaks",
        text=text,
        attachments=(f"{mark}.html",),
        reporter=WRITER,
        raw=MAIL.replace(b"markframe", mark.encode()),
    )
    with store.write() as tx:
        number = tx.access.ticket_for(SYSTEM, Right.READ_TICKETS, reference)
        assert number is not None
        tx.letters.note(number, officer="lead@nhs.test", text=f"{mark} note", at=NOW)
        tx.letters.tag(number, f"{mark} tag", officer="lead@nhs.test", at=NOW)
        tx.search.index(number)
    return reference


def furnish(desk: Desk) -> None:
    """Three tickets that belong together, of which two are not for everybody, and a message that is none."""
    store = desk.site.store
    desk.tickets[OPEN] = ticket_with(store, OPEN)
    desk.tickets[RESTRICTED] = ticket_with(store, RESTRICTED)
    desk.tickets[CONFLICTED] = ticket_with(store, CONFLICTED, more="Dr Okonkwo shouted at me.")
    desk.held = hold(store, Ending.QUARANTINED, f"{HELD}", raw=f"Subject: {HELD}\r\n\r\nx".encode())
    with store.write() as tx:
        found = {mark: tx.access.ticket_for(SYSTEM, Right.DECIDE, one) for mark, one in desk.tickets.items()}
        numbers = {mark: number for mark, number in found.items() if number is not None}
        for mark in (RESTRICTED, CONFLICTED):
            tx.links.link(numbers[OPEN], numbers[mark], LinkKind.RELATED, viewer=SYSTEM, at=NOW)
        chosen = tx.officers.by_email(f"{CHOSEN}@nhs.test")
        assert chosen is not None
        tx.access.restrict(numbers[RESTRICTED], [chosen.id], at=NOW, actor="lead@nhs.test")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("who") / "intake.db"
    shutil.copyfile(migrated, path)
    store = Store(f"sqlite:///{path}", SOURCE)
    yield store
    store.close()


@pytest.fixture(scope="module")
def desk(whole: Store, listening: tuple[FastAPI, WebServer, Clock]) -> Iterator[Desk]:
    """One desk for all facts."""
    site = placed(whole, listening)
    with ExitStack() as stack:
        made = Desk(site=site, readers={NOBODY: stack.enter_context(Visitor(base_url=site.url))})
        for name in sorted(who_may.SIGNED_IN):
            visitor = made.readers[name] = stack.enter_context(Visitor(base_url=site.url))
            token, visitor.csrf = site.session(f"{name}@nhs.test")
            visitor.cookies.set("intake", token)
        with whole.write() as tx:
            for name in (Role.ADMINISTRATOR, *(one for one in Role if one is not Role.ADMINISTRATOR), NAMED, CHOSEN):
                officer = tx.officers.by_email(f"{name}@nhs.test")
                assert officer is not None
                tx.officers.set_roles(officer.id, {Role.OFFICER if name in (NAMED, CHOSEN) else Role(name)})
                tx.officers.set_names(officer.id, ("Okonkwo",) if name == NAMED else (), at=NOW)
        furnish(made)
        yield made


def rows_of(application: FastAPI) -> set[str]:
    """The pages and forms that there are."""
    inside: list[Any] = [
        route for one in application.routes for route in getattr(one, "original_router", application).routes
    ]
    found = {
        f"{method} {one.path}"
        for one in (*inside, *application.routes)
        for method in (getattr(one, "methods", None) or ())
    }
    return {one for one in found if not one.startswith("HEAD")}


def opened(answer: httpx.Response) -> bool:
    """Whether an answer is more than a refusal."""
    away = answer.headers.get("location", "").startswith("/sign-in")
    return answer.status_code not in (401, 403, 404) and not away


def words_in(answer: httpx.Response) -> str:
    """All that an answer tells: its words, its headers, and of a PDF what is printed and written about it."""
    if answer.headers.get("content-type") != "application/pdf":
        return f"{answer.text} {answer.headers}"
    whole = PdfReader(io.BytesIO(answer.content))
    return " ".join([*(page.extract_text() for page in whole.pages), str(whole.metadata)])


def told_too_much(desk: Desk, reader: str, asked: str, answer: httpx.Response) -> list[str]:
    """What an answer holds that is not for its reader: words, and the references of tickets they did not ask for."""
    text = words_in(answer)
    marks = [mark for mark, readers in who_may.READ_BY.items() if mark in text and reader not in readers]
    named = [one for mark, one in desk.tickets.items() if one != asked and one in text and not sees(reader, mark)]
    return [*marks, *named]


def faults_at(desk: Desk, reader: str, row: str, mark: str, *, ticket: str = "") -> list[str]:
    """What is wrong with what a reader gets at a row of the table, for the ticket that has this word in it."""
    asked = ticket or desk.tickets[mark]
    before = desk.acts()
    answer = desk.ask(reader, row, asked)
    allowed = reader in TABLE[row][0] and (row not in who_may.TICKETS or sees(reader, mark))
    what = f"{reader} {row} {mark}: {answer.status_code}"
    faults = [f"{what} tells {one}" for one in told_too_much(desk, reader, asked, answer)]
    if answer.status_code >= 500:
        faults.append(f"{what} fails")
    elif allowed and not opened(answer) and answer.status_code != who_may.ANSWERS.get(row):
        faults.append(f"{what}, though they may")
    elif not allowed and opened(answer):
        faults.append(f"{what}, though they may not")
    elif not allowed and desk.acts() != before:
        faults.append(f"{what}, and something was done")
    return faults


def faults_of_pages(desk: Desk, rows: list[str], readers: set[str]) -> list[str]:
    """What is wrong with what these readers get at these rows, for each ticket that they are about."""
    faults = []
    for row in rows:
        for mark in (OPEN, RESTRICTED, CONFLICTED) if row in who_may.TICKETS else (OPEN,):
            for reader in sorted(readers):
                may = reader in TABLE[row][0] and (row not in who_may.TICKETS or sees(reader, mark))
                if may and row.startswith("POST"):
                    continue  # what they may do is done in a fact of its own, where it leaves the tickets be
                faults += faults_at(desk, reader, row, mark)
    return faults


def test_every_page_and_form_has_a_row_and_each_row_its_page(listening: tuple[FastAPI, WebServer, Clock]) -> None:
    assert rows_of(listening[0]) == set(TABLE)


def test_nobody_opens_a_page_or_form_beyond_their_row_or_reads_what_is_not_theirs(desk: Desk) -> None:
    assert faults_of_pages(desk, sorted(TABLE), who_may.EVERYBODY) == []


def test_each_form_works_for_whom_the_table_names(desk: Desk) -> None:
    faults = []
    for row in sorted(TABLE):
        if row.startswith("POST") and row != "POST /sign-out":
            for reader in sorted(TABLE[row][0] & who_may.SIGNED_IN):
                fresh = open_ticket(desk.site.store, graded()) if row in who_may.TICKETS else ""
                faults += faults_at(desk, reader, row, OPEN, ticket=fresh)
                if row == "POST /held/{number}/again":
                    with desk.site.store.write() as tx:
                        settle(tx, Outcome(ending=Ending.QUARANTINED, reason=HELD), at=NOW)
    assert faults == []


def forms_for(mine: str, hidden: str) -> list[tuple[str, dict[str, str | int | list[str]]]]:
    """Forms that name another ticket beside their own, or several."""
    return [
        (f"/tickets/{mine}/link", {"other": hidden}),
        (f"/tickets/{mine}/unlink", {"other": hidden}),
        (f"/tickets/{mine}/merge", {"other": hidden}),
        ("/bulk", {"do": "assign", "officer": "me", "tickets": [hidden]}),
        ("/bulk", {"do": "close", "tickets": [hidden]}),
        ("/bulk/close", {"tickets": [hidden], "outcome": "no_concern", "step": "close"}),
        ("/bulk/undo", {"do": "reassign", "before": [f"{hidden}:"]}),
    ]


def test_the_ways_at_the_top_and_foot_of_each_page_lead_where_one_may_go(desk: Desk) -> None:
    """A link that ends in a refusal tells of what one has no right to, and is no way."""
    faults = []
    for reader in sorted(who_may.SIGNED_IN):
        page = desk.readers[reader].get("/account").text
        around = page.partition("<main")[0] + page.rpartition("</main>")[2]
        ways = {one.partition("#")[0] for one in read_page(around).links if not one.startswith(("/tickets/", "#"))}
        assert "/account" in ways
        missing = {"/", "/held", "/officers"} & {one for one in TABLE_OF_WAYS if reader in TABLE_OF_WAYS[one]} - ways
        faults += [f"{reader} is not shown {one}" for one in missing]
        faults += [f"{reader} is shown {one}" for one in ways if reader not in TABLE_OF_WAYS[one]]
    assert faults == []


TABLE_OF_WAYS = {row.removeprefix("GET "): readers for row, (readers, _) in TABLE.items() if row.startswith("GET ")}


def test_a_form_that_reaches_for_another_ticket_gets_nothing_of_it(desk: Desk) -> None:
    """Where a form names tickets beside its own, those are closed as well."""
    faults = []
    for reader, mark in ((Role.OFFICER, RESTRICTED), (NAMED, RESTRICTED), (NAMED, CONFLICTED)):
        visitor, hidden = desk.readers[reader], desk.tickets[mark]
        for path, sent in forms_for(desk.tickets[OPEN], hidden):
            before = desk.acts()
            answer = visitor.send_form(path, **sent)
            what = f"{reader} {path} {answer.status_code}"
            faults += [f"{what} tells {one}" for one in told_too_much(desk, reader, hidden, answer)]
            with desk.site.store.read() as tx:
                touched = {row.subject for row in tx.audit.rows() if row.seq > before}
            faults += [f"{what} did something to it"] if hidden in touched else []
        for question in (mark, hidden, "breaks", f"{mark} note", f"{mark} tag"):
            answer = visitor.get("/search", params={"q": question})
            told = told_too_much(desk, reader, hidden if question == hidden else "", answer)
            faults += [f"{reader} finds {one} by {question}" for one in told if one not in question]
    assert faults == []


def test_a_leak_that_is_planted_is_found(
    desk: Desk, listening: tuple[FastAPI, WebServer, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = {Role.READ_ONLY.value}
    with monkeypatch.context() as patch:
        patch.setitem(RIGHTS, Role.READ_ONLY, RIGHTS[Role.READ_ONLY] | {Right.SEE_RESTRICTED, Right.EXPORT})
        found = faults_of_pages(desk, ["GET /", "GET /search", "GET /tickets/{reference}/case.pdf"], readers)
    assert any(f"GET / markopen: 200 tells {RESTRICTED}" in one for one in found)
    assert any(f"GET /search markopen: 200 tells {desk.tickets[RESTRICTED]}" in one for one in found)
    assert any("case.pdf markrestricted: 200, though they may not" in one for one in found)

    application = listening[0]
    before = list(application.router.routes)
    application.add_api_route("/healthz", lambda: PlainTextResponse(f"by {WRITER.address}"), methods=["GET"])
    application.router.routes.insert(0, application.router.routes.pop())
    application.add_api_route("/planted", lambda: PlainTextResponse("x"), methods=["GET", "POST"])
    try:
        found = faults_of_pages(desk, ["GET /healthz"], readers)
        more = rows_of(application) - set(TABLE)
    finally:
        application.router.routes[:] = before
    assert found == [f"read_only GET /healthz {OPEN}: 200 tells {WHO}"]
    assert more == {"GET /planted", "POST /planted"}
