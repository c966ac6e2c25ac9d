"""The desk on a real store, asked by HTTP and by a real browser."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from intake.acknowledging import Identity
from intake.commands.officers import make_link
from intake.desk.app import create_desk
from intake.desk.settings import DeskSettings
from intake.desk.shared import hashed, new_token
from intake.letters import LetterRoom
from intake.serving import WebServer
from models.framework import Reference
from models.officer import Officer
from models.reference import load_reference
from models.sign_in import Opening
from storage.store import Store
from tests.intake.conversing.making import Chats
from tests.intake.desk.browser import DESKTOP, PATIENCE, Watch, chromium
from tests.intake.desk.making import NOW
from tests.keys import SOURCE

EMAIL = "sam.officer@nhs.test"
PASSWORD = "three random words"
IDENTITY = Identity(address="quality.me@intake.test", name="Quality.me", domain="intake.test")
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Real Argon2 with little work, since many tests sign in."""


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@dataclass(frozen=True, kw_only=True)
class Site:
    """A desk that listens, with its store and its clock."""

    url: str
    store: Store
    clock: Clock

    def add_officer(self, email: str = EMAIL, *, password: str = PASSWORD) -> Officer:
        """Somebody who may sign in."""
        hashed_password = QUICK.hash(password) if password else ""
        with self.store.write() as tx:
            return tx.officers.add(email=email, name=email.partition("@")[0].title(), password_hash=hashed_password)

    def session(self, email: str = EMAIL) -> tuple[str, str]:
        """Add an officer who is signed in; gives the cookie's value and the form token."""
        officer = self.add_officer(email)
        token, csrf = f"token-of-{email}", f"csrf-of-{email}"
        now = self.clock()
        with self.store.write() as tx:
            tx.officers.open_session(
                officer_id=officer.id,
                token_hash=hashed(token),
                csrf=csrf,
                expires_at=now + timedelta(hours=10),
                opening=Opening(at=now, proved_at=now),
            )
        return token, csrf

    def one_time_link(self, officer: Officer, *, lasts: timedelta = timedelta(hours=1)) -> str:
        """The path and query of a link that signs an officer in, as `intake officers` makes it."""
        token = new_token()
        with self.store.write() as tx:
            tx.officers.add_one_time(officer_id=officer.id, token_hash=hashed(token), expires_at=self.clock() + lasts)
        return make_link("", token)


@contextmanager
def serving(store: Store, words: Reference, settings: DeskSettings) -> Iterator[Site]:
    """A desk on a free port, as the daemon serves it."""
    clock = Clock()
    server = WebServer(
        create_desk(store=store, reference=words, settings=settings, clock=clock), host="127.0.0.1", port=0
    )
    server.start()
    try:
        yield Site(url=server.url, store=store, clock=clock)
    finally:
        server.stop()


class Visitor(httpx.Client):
    """Somebody with a cookie jar who fills in forms."""

    csrf = ""

    def send_form(self, path: str, **fields: str | int | list[str]) -> httpx.Response:
        """Send a form of a signed-in officer, with its token."""
        return self.post(path, data={"csrf": self.csrf, **fields})

    def fill_in(self, path: str, **fields: str) -> httpx.Response:
        """Load a page and send the first form of its content, with the hidden fields that stand in it."""
        content = self.get(path).text.partition("<main")[2]
        action, form = re.findall(r'<form method="post" action="([^"]+)"(.*?)</form>', content, re.DOTALL)[0]
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
        hidden = {name: unescape(value) for name, value in hidden.items()}
        return self.post(action, data={**hidden, **fields})


@pytest.fixture(scope="session")
def words() -> Reference:
    """The reference data."""
    return load_reference(None)


@pytest.fixture(scope="session")
def listening(words: Reference) -> Iterator[tuple[FastAPI, WebServer, Clock]]:
    """One desk for all tests, without TLS on loopback, five tickets a page; it has no store yet."""
    clock, settings = Clock(), DeskSettings(secure_cookies=False, page_size=5)
    application = create_desk(store=Store("sqlite://"), reference=words, settings=settings, clock=clock)
    server = WebServer(application, host="127.0.0.1", port=0)
    server.start()
    yield application, server, clock
    server.stop()


@pytest.fixture
def site(sqlite_store: Store, listening: tuple[FastAPI, WebServer, Clock]) -> Site:
    """The desk, on a store of the test's own."""
    return placed(sqlite_store, listening)


@pytest.fixture
def either(store: Store, listening: tuple[FastAPI, WebServer, Clock]) -> Site:
    """The desk, on a store of the test's own, on each engine in turn."""
    return placed(store, listening)


def placed(store: Store, listening: tuple[FastAPI, WebServer, Clock]) -> Site:
    """The desk on a store, from which reporters can be written to by mail and by chat."""
    application, server, clock = listening
    clock.now = NOW
    desk = application.state.desk
    room = LetterRoom(words=desk.words, identity=IDENTITY, chat=Chats(store, start=NOW, clock=clock).room)
    application.state.desk = replace(desk, store=store, letters=room)
    return Site(url=server.url, store=store, clock=clock)


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    """Somebody who is not signed in."""
    with Visitor(base_url=site.url) as client:
        yield client


@pytest.fixture
def officer(site: Site) -> Iterator[Visitor]:
    """An officer who is signed in."""
    with signed_in(site) as client:
        yield client


@contextmanager
def signed_in(site: Site, email: str = EMAIL) -> Iterator[Visitor]:
    """An officer, added and signed in."""
    with Visitor(base_url=site.url) as client:
        token, client.csrf = site.session(email)
        client.cookies.set("intake", token)
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests of a file; no longer, for as long as it is there no other event loop can run."""
    with chromium() as started:
        yield started


OpenTab = Callable[..., Page]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store in a SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("store") / "intake.db"
    store = Store(f"sqlite:///{path}", SOURCE)
    store.migrate()
    store.close()
    return path


@pytest.fixture
def sqlite_store(sqlite_url: str, migrated: Path) -> Iterator[Store]:
    """A fresh, migrated, empty store in a SQLite file: a copy, since there are many tests here."""
    shutil.copyfile(migrated, sqlite_url.removeprefix("sqlite:///"))
    store = Store(sqlite_url, SOURCE)
    yield store
    store.close()


@pytest.fixture
def open_tab(browser: Browser, site: Site) -> Iterator[OpenTab]:
    """Opens a tab in a browser of its own. What goes wrong in any of them fails the test in the end."""
    watch = Watch(origin=site.url)
    contexts: list[BrowserContext] = []

    def open_one(*, size: ViewportSize = DESKTOP, token: str = "", javascript: bool = True) -> Page:
        context = browser.new_context(viewport=size, base_url=site.url, java_script_enabled=javascript)
        contexts.append(context)
        if token:
            context.add_cookies([{"name": "intake", "value": token, "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch.over(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert watch.faults == []
