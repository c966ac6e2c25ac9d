"""Every page that each kind of officer can come to, with hostile words on it and hostile ids in its address.

No page fails, none shows what is not for its reader, and nothing on any page does more than be read.
"""

import re
import shutil
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from intake.serving import WebServer
from models.rights import SYSTEM, Right, Role
from models.ticket import Reporter
from models.verdict import UNKNOWN_PLACE, Evidence
from models.work import Ending
from storage.store import Store
from tests.intake.desk.browser import DESKTOP, PATIENCE, Watch, chromium
from tests.intake.desk.conftest import Clock, Site, Visitor, placed
from tests.intake.desk.hostile import (
    BLINDFOLD,
    FILE,
    FORMULA,
    HANDLER,
    IDS,
    MAIL,
    TAG,
    WORDS,
    formulas,
    live_in,
    read_page,
)
from tests.intake.desk.making import NOW, graded, hold, open_ticket
from tests.intake.desk.who_may import CONFLICTED, HELD, NAMED, NOBODY, OPEN, READ_BY, RESTRICTED, WHO
from tests.keys import SOURCE

MOST = 36
"""Kinds of pages that a lead is led to; the others are led to a quarter as many, beside where they start."""
PLACE = f"<{TAG} {HANDLER}=1>\"' $(x) {{{{7*7191}}}} {BLINDFOLD} Surgery"
"""Harmful words that are short enough for a place's name."""
ALIKE = 2
"""Addresses of one kind that are looked at."""

Crawled = tuple[Site, dict[str, str], tuple[str, str, str]]
"""A desk, the cookie of each reader, and the tickets on it."""


def seed(store: Store) -> tuple[str, str, str]:
    """Hostile words wherever somebody else's words may stand; gives the tickets: open, restricted, conflicted."""
    everywhere = f"{WORDS}{BLINDFOLD}"
    who = Reporter(name=f"{WHO} {everywhere}", address=f"{WHO}@student.test")
    place = Evidence(label=UNKNOWN_PLACE, text=PLACE, start=None, end=None, source=WORDS)
    facts: dict[str, Any] = {
        "attachments": (f"{WORDS}.html", FILE, BLINDFOLD),
        "defects": (everywhere,),
        "reporter": who,
    }
    first = open_ticket(
        store,
        graded(evidence=(place,)),
        subject=f"{FORMULA} {OPEN} {everywhere}",
        text=f"{OPEN}\n{everywhere}",
        raw=MAIL,
        **facts,
    )
    open_ticket(store, graded(isf=3), subject=FORMULA, text=f"@SUM(1) {FORMULA}")
    second = open_ticket(store, subject=RESTRICTED, text=f"{RESTRICTED} {everywhere}", **facts)
    third = open_ticket(store, subject=CONFLICTED, text=f"{CONFLICTED}: Dr Okonkwo shouted at me.", **facts)
    hold(store, Ending.QUARANTINED, f"{HELD} {everywhere}", raw=f"Subject: {HELD} {WORDS}\r\n\r\nx".encode())
    hold(store, Ending.IGNORED, f"{HELD} {everywhere}")
    with store.write() as tx:
        for reference in (first, second):
            ticket_id = tx.access.ticket_for(SYSTEM, Right.READ_TICKETS, reference)
            assert ticket_id is not None
            tx.letters.note(ticket_id, officer=f"{WORDS}@nhs.test", text=everywhere, at=NOW)
            tx.letters.tag(ticket_id, WORDS[:60], officer="x", at=NOW)
        assert ticket_id is not None
        tx.access.restrict(ticket_id, [], at=NOW, actor=WORDS)
    return first, second, third


@pytest.fixture(scope="module")
def crawled(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, listening: tuple[FastAPI, WebServer, Clock]
) -> Iterator[Crawled]:
    """One seeded store for all, the cookie of each reader, and the tickets."""
    path = tmp_path_factory.mktemp("crawl") / "intake.db"
    shutil.copyfile(migrated, path)
    store = Store(f"sqlite:///{path}", SOURCE)
    site = placed(store, listening)
    cookies = {NOBODY: ""}
    for name in (*Role, NAMED):
        cookies[name], _ = site.session(f"{name}@nhs.test")
        role = Role.OFFICER if name == NAMED else Role(name)
        with store.write() as tx:
            officer = tx.officers.by_email(f"{name}@nhs.test")
            assert officer is not None
            tx.officers.set_roles(officer.id, {role, Role.OFFICER} if role is Role.ADMINISTRATOR else {role})
            tx.officers.set_names(officer.id, ("Okonkwo",) if name == NAMED else (), at=NOW)
    with store.write() as tx:
        admin = tx.officers.by_email("administrator@nhs.test")
        assert admin is not None
        tx.officers.set_roles(admin.id, {Role.ADMINISTRATOR})
    yield site, cookies, seed(store)
    store.close()


def patterns(application: FastAPI) -> list[str]:
    """The addresses of all pages there are, with the names of what varies in them."""
    inside: list[Any] = [
        route for one in application.routes for route in getattr(one, "original_router", application).routes
    ]
    return sorted(
        {one.path for one in (*inside, *application.routes) if "GET" in (getattr(one, "methods", None) or ())}
    )


def kind_of(address: str) -> str:
    """What addresses have in common that differ in an id or a value only."""
    parts = urlsplit(address)
    names = ",".join(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    return f"{re.sub(r'QM-[A-Z0-9-]+|[0-9]+', '*', parts.path)}?{names}"


def crawl(visitor: Visitor, starts: list[str], most: int) -> Iterator[tuple[str, httpx.Response]]:
    """Every page that one comes to from these by links and by forms that only ask, a few of each kind."""
    waiting, known, kinds = deque(starts), set(starts), Counter[str]()
    while waiting:
        address = waiting.popleft()
        answer = visitor.get(address)
        yield address, answer
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        page = read_page(answer.text)
        asked = [
            f"{action or address.partition('?')[0]}?{filled}" for action, names in page.forms for filled in fill(names)
        ]
        for link in (*page.links, *asked):
            wanted = urljoin(address, link).partition("#")[0]
            kind = kind_of(wanted)
            more = kinds[kind] < ALIKE and (kind in kinds or len(kinds) < most)
            if wanted.startswith("/") and wanted not in known and more:
                known.add(wanted)
                kinds[kind] += 1
                waiting.append(wanted)


def fill(names: list[str]) -> list[str]:
    """What to ask of a form: words that harm, and numbers that are none."""
    return [urlencode([(name, value) for name in names], errors="replace") for value in (WORDS[:150], "9" * 30)]


def test_no_page_fails_or_shows_what_is_not_for_its_reader_or_does_more_than_be_read(
    crawled: Crawled, listening: tuple[FastAPI, WebServer, Clock]
) -> None:
    site, cookies, references = crawled
    tickets = [f"/tickets/{reference}" for reference in references]
    pages = patterns(listening[0])
    assert {"/", "/tickets/{reference}", "/held/{number}/raw", "/account", "/sign-in/with/{name}"} <= set(pages)
    plain = [path for path in pages if "{" not in path]
    wild = [re.sub(r"\{[^}]*\}", one, path) for path in pages if "{" in path for one in IDS]
    faults, seen = [], {}
    for reader, cookie in cookies.items():
        with Visitor(base_url=site.url, cookies={"intake": cookie} if cookie else {}) as visitor:
            starts = [*plain, *tickets, f"{tickets[0]}/messages/1", f"{tickets[0]}/messages/1/html", "/held/5/raw"]
            starts += wild if reader == Role.LEAD else wild[:: len(IDS)] if reader == NOBODY else []
            shown = ""
            for address, answer in crawl(visitor, starts, MOST if reader == Role.LEAD else MOST // 4):
                shown += answer.text
                faults += [f"{reader} {address[:100]}: {fault}" for fault in faults_of(answer)]
            seen[reader] = {mark for mark in READ_BY if mark in shown}
    assert faults == []
    assert seen == {reader: {mark for mark, readers in READ_BY.items() if reader in readers} for reader in cookies}


def faults_of(answer: httpx.Response) -> list[str]:
    kind, text = answer.headers.get("content-type", ""), answer.text
    faults = [f"status {answer.status_code}"] if answer.status_code >= 500 else []
    if "x-hostile" in answer.headers or TAG in str(answer.headers.get("content-disposition")):
        faults.append("a file's name became a header")
    if kind.startswith("text/html"):
        faults += read_page(text).faults
    elif kind == "application/pdf":
        faults += [f"a PDF with {one}" for one in live_in(answer.content)]
    elif kind.startswith("text/csv"):
        faults += [f"the formula {cell[:40]}" for cell in formulas(text)]
    elif answer.status_code == 200 and TAG in text:
        kept = answer.headers.get("content-disposition", "").startswith("attachment")
        faults += [] if kept and kind == "application/octet-stream" else [f"hostile words as {kind}"]
    return faults


def test_the_measure_finds_what_would_do_harm() -> None:
    harmful = (
        f"<p>{WORDS}</p>",
        "<a href=' javascript:x()'>x</a>",
        "<p onclick=x>",
        "<p style='x'>",
        "<script>x</script>",
        "<p>50337</p>",
        "<iframe></iframe>",
        "<p>a\u202eb</p>",
    )
    assert all(read_page(one).faults for one in harmful)
    assert read_page('<a href="/x">x</a><script nonce="n"></script><bdi>a\u202eb</bdi>').faults == []
    assert formulas("1,-2.5\r\n=SUM(1)\r\n@x\r\n'=x\r\n") == ["=SUM(1)", "@x"]


def test_a_subject_of_a_megabyte_is_shown_and_harms_no_page(crawled: Crawled) -> None:
    site, cookies, _ = crawled
    reference = open_ticket(site.store, graded(isf=3), subject="A" * 1_000_000, text="A" * 1_000_000)
    with Visitor(base_url=site.url, cookies={"intake": cookies[Role.OFFICER]}) as visitor:
        for path in ("/", f"/tickets/{reference}", f"/search?q={quote('A' * 1_500)}"):
            answer = visitor.get(path)
            assert (answer.status_code < 500, read_page(answer.text).faults) == (True, []), path


def test_a_real_browser_reads_hostile_words_as_words(crawled: Crawled) -> None:
    site, cookies, (reference, _, _) = crawled
    watch = Watch(origin=site.url)
    with chromium() as browser:
        context = browser.new_context(viewport=DESKTOP, base_url=site.url)
        context.add_cookies([{"name": "intake", "value": cookies[Role.LEAD], "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch.over(page)
        page.on("dialog", lambda dialog: watch.faults.append(f"a script ran: {dialog.message}"))
        for path in (
            "/",
            f"/tickets/{reference}",
            "/held",
            "/places",
            f"/tickets/{reference}/messages/1",
            "/search?q=markopen",
            "/account",
        ):
            page.goto(path)
            assert page.locator(TAG).count() == 0, path
            assert page.locator("[onhostile]").count() == 0, path
        page.goto(f"/tickets/{reference}")
        assert "javascript:hostile()" in page.locator("main").inner_text()
    assert watch.faults == []
