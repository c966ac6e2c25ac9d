"""Whatever a program sends, by whatever token: no fault of ours, no shape but those promised, nothing beyond its right.

schemathesis makes the calls, from the document of the interface. Each goes with the token of every officer and service
by every scope, and with none; what must come of it stands in a table apart from the product.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from intake.api.app import PREFIX, document
from intake.serving import WebServer
from intake.tokens import hashed
from models.interface import Scope
from models.rights import RIGHTS, SYSTEM, Right, Role
from storage.store import Store
from tests.intake.desk import who_may
from tests.intake.desk.conftest import Clock, Site, placed
from tests.intake.desk.hostile import BLINDFOLD, FILE, FORMULA, WORDS
from tests.intake.desk.making import NOW, graded, open_ticket
from tests.intake.desk.test_api import fresh
from tests.intake.desk.test_who_may import ticket_with
from tests.intake.desk.thrown import calls_in, cases_of
from tests.intake.desk.who_may import CALLS, CHOSEN, CONFLICTED, NAMED, NOBODY, OPEN, RESTRICTED
from tests.keys import SOURCE

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
SERVICES = {"service read_only": who_may.READ_ONLY, "service officer": who_may.OFFICER, "service lead": who_may.LEAD}
"""A service -> the reader whose rights it has. Nobody can name it in a message, nor on a ticket."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program: whose rights its token has, and what the token opens."""

    whose: str
    scopes: frozenset[str]
    token: str

    @property
    def reader(self) -> str:
        """The reader of the table."""
        return SERVICES.get(self.whose, self.whose)

    def may(self, row: str) -> bool:
        """Whether a call is open to it."""
        scope, readers = CALLS[row]
        return self.reader in readers and (not scope or scope in self.scopes)


@dataclass(frozen=True, kw_only=True)
class Interface:
    """The interface, the tickets that lie behind it, and who calls it."""

    site: Site
    tickets: dict[str, str]
    programs: list[Program]


def programs_of(site: Site) -> Iterator[Program]:
    """One for each officer and service by each scope, by all, and one without a token."""
    yield Program(whose=NOBODY, scopes=frozenset(), token="")
    wishes: list[tuple[Scope, ...]] = [*((scope,) for scope in Scope), tuple(Scope)]
    for whose in (*sorted(who_may.SIGNED_IN), *SERVICES):
        for scopes in wishes:
            with site.store.write() as tx:
                officer = tx.officers.by_email(f"{whose}@nhs.test")
                token = f"qmi_{len(tx.tokens.all()):04d}_secret"
                tx.tokens.add(
                    name=whose,
                    prefix=token.split("_")[1],
                    token_hash=hashed(token),
                    scopes=scopes,
                    officer_id=officer.id if officer else None,
                    role=None if officer else Role(SERVICES[whose]),
                    made_by="test",
                    at=NOW,
                    expires_at=NOW.replace(year=2027),
                )
            yield Program(whose=whose, scopes=frozenset(scopes), token=token)


@pytest.fixture(scope="module")
def interface(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, listening: tuple[FastAPI, WebServer, Clock]
) -> Iterator[Interface]:
    path = tmp_path_factory.mktemp("api") / "intake.db"
    shutil.copyfile(migrated, path)
    store = Store(f"sqlite:///{path}", SOURCE)
    fresh(listening)
    site = placed(store, listening)
    for name in (who_may.ADMINISTRATOR, *sorted(who_may.SIGNED_IN - {who_may.ADMINISTRATOR})):
        officer = site.add_officer(f"{name}@nhs.test", password="")
        with store.write() as tx:
            tx.officers.set_roles(officer.id, {Role.OFFICER if name in (NAMED, CHOSEN) else Role(name)})
            tx.officers.set_names(officer.id, ("Okonkwo",) if name == NAMED else (), at=NOW)
    tickets = {mark: ticket_with(store, mark) for mark in (OPEN, RESTRICTED)}
    tickets[CONFLICTED] = ticket_with(store, CONFLICTED, more="Dr Okonkwo shouted at me.")
    with store.write() as tx:
        number = tx.access.ticket_for(SYSTEM, Right.READ_TICKETS, tickets[RESTRICTED])
        chosen = tx.officers.by_email(f"{CHOSEN}@nhs.test")
        assert number is not None
        assert chosen is not None
        tx.access.restrict(number, [chosen.id], at=NOW, actor="lead@nhs.test")
    yield Interface(site=site, tickets=tickets, programs=list(programs_of(site)))
    store.close()


def there(program: Program, mark: str) -> bool:
    """Whether a ticket is there for a program. A service is nobody whom a ticket could name or be restricted to."""
    return who_may.sees(program.reader, mark)


def told_too_much(program: Program, tickets: dict[str, str], asked: str, text: str) -> list[str]:
    """What an answer holds that is not for the program: words, and references that it did not ask for."""
    marks = [mark for mark, readers in who_may.READ_BY.items() if mark in text and program.reader not in readers]
    return [
        *marks,
        *(one for mark, one in tickets.items() if one in text and one != asked and not there(program, mark)),
    ]


def faults_of(program: Program, row: str, mark: str, asked: str, answer: Any, tickets: dict[str, str]) -> list[str]:
    """What is wrong with an answer to a program, after a call about the ticket that has this word in it."""
    what = f"{program.whose} by {sorted(program.scopes)} {row} {mark}: {answer.status_code}"
    faults = [f"{what} tells {one}" for one in told_too_much(program, tickets, asked, answer.text)]
    if program.whose == NOBODY:
        wanted = answer.status_code == 401
    elif not program.may(row):
        wanted = answer.status_code == 403
    elif mark and not there(program, mark):
        wanted = answer.status_code in (404, 422)
    else:
        wanted = answer.status_code not in (401, 403, 404)
    (kind,), (sniff,) = answer.headers["content-type"], answer.headers["x-content-type-options"]
    guarded = kind in ("application/json", "application/problem+json") and sniff == "nosniff"
    return [*faults, *([] if wanted else [what]), *([] if guarded else [f"{what} can be taken for a page"])]


def send(interface: Interface, case: Any, row: str, programs: list[Program]) -> list[str]:
    """Send a case by each of these programs, about each ticket if it is about one."""
    faults = []
    with_ticket = "reference" in (case.path_parameters or {})
    for mark in interface.tickets if with_ticket else ("",):
        asked = interface.tickets.get(mark, "")
        if with_ticket:
            case.path_parameters["reference"] = asked
        for program in programs:
            headers = {"Authorization": f"Bearer {program.token}"} if program.token else {}
            answer = case.call(base_url=f"{interface.site.url}{PREFIX}", headers=headers)
            case.validate_response(answer, checks=CHECKS)
            faults += faults_of(program, row, mark, asked, answer, interface.tickets)
    return faults


def calls_of(listening: tuple[FastAPI, WebServer, Clock]) -> dict[str, Any]:
    """The calls that the interface's document tells of."""
    return calls_in(document(listening[0].state.api))


def test_a_right_too_many_is_found(
    interface: Interface, listening: tuple[FastAPI, WebServer, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RIGHTS, Role.READ_ONLY, RIGHTS[Role.READ_ONLY] | {Right.SEE_RESTRICTED})
    [program] = [one for one in interface.programs if one.whose == "service read_only" and len(one.scopes) == 5]
    row = "GET /tickets/{reference}"
    [case] = cases_of(calls_of(listening)[row], 1)
    found = send(interface, case, row, [program])
    assert any(f"tells {RESTRICTED}" in one for one in found)


def test_hostile_words_are_values_of_json_and_nothing_else(interface: Interface) -> None:
    words = f"{FORMULA} {WORDS} {BLINDFOLD}"
    reference = open_ticket(
        interface.site.store, graded(), subject=words, text=words, attachments=(FILE, f"{WORDS}.html", BLINDFOLD)
    )
    long = open_ticket(interface.site.store, graded(), subject="A" * 1_000_000, text="A" * 1_000_000)
    [program] = [one for one in interface.programs if one.whose == "lead" and len(one.scopes) == 5]
    with httpx.Client(base_url=f"{interface.site.url}{PREFIX}") as client:
        client.headers["Authorization"] = f"Bearer {program.token}"
        answers = [
            client.get(path) for path in (f"/tickets/{reference}", f"/tickets/{long}", "/tickets", "/search?q=A")
        ]
    for answer in answers:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "x-hostile" not in answer.headers
        assert answer.json()
    assert answers[0].json()["subject"].startswith("=HYPERLINK")


def test_every_token_gets_what_the_table_says_and_the_document_promises(
    interface: Interface, listening: tuple[FastAPI, WebServer, Clock]
) -> None:
    calls = calls_of(listening)
    assert set(calls) == set(CALLS)
    faults = []
    for row, call in calls.items():
        for case in cases_of(call, 2):
            faults += send(interface, case, row, interface.programs)
    assert faults == []
