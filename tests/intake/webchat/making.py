"""The site on a real store, with the work that answers done as soon as a message is on disk; and a visitor without
JavaScript, who sends forms as they stand on the page."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import httpx
from fastapi import FastAPI

from channels.base import Sink
from intake.app import App, assemble
from intake.chatting import chat_room
from intake.classifying import Classify
from intake.commands.common import prepare_store
from intake.config import load_config
from intake.conversing.room import ChatRoom
from intake.conversing.working import ChatWork, TimerWork
from intake.serving import WebServer
from intake.webchat.app import create_web
from intake.webchat.parts import Site
from intake.websites import web_site
from intake.working import Shift
from models.message import RawMessage
from models.rights import SYSTEM
from models.ticket import QueueFilter, Ticket

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
STORY = "I was left alone on the night shift with nobody to ask, and it goes on every week."
SETTINGS = """\
data_dir = {folder}

[web]
port = 0
secure_cookies = false
leave_to = "/"
reply_seconds = 0
"""


@dataclass
class Clock:
    """A clock that a test moves; each look at it is a little later than the last."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@dataclass(kw_only=True)
class Running:
    """A site that listens. `answers` off leaves messages waiting; `fails` is raised by the sink."""

    url: str
    app: App
    site: Site
    application: FastAPI
    room: ChatRoom
    clock: Clock
    answers: bool = True
    fails: Exception | None = None
    received: list[RawMessage] = field(default_factory=list)

    def work(self) -> None:
        """Answer all that waits."""
        shift = Shift(worker="test", lease=timedelta(minutes=1))
        work = ChatWork(room=self.room, shift=shift, attempts=3)
        while work.step(lambda: False) == 0:
            pass
        while TimerWork(room=self.room).step(lambda: False) == 0:
            pass

    def tickets(self) -> list[Ticket]:
        """All tickets, oldest first."""
        with self.app.store.read() as tx:
            rows = tx.tickets.queue(QueueFilter(), SYSTEM, limit=100).rows
            found = [tx.tickets.get(row.reference, SYSTEM) for row in rows]
        return sorted((one for one in found if one is not None), key=lambda one: one.row.id)

    def sink(self, keep: Sink) -> Sink:
        """The product's sink, and then the work that a worker would do."""

        def taken(message: RawMessage) -> None:
            if self.fails is not None:
                raise self.fails
            keep(message)
            self.received.append(message)
            if self.answers:
                self.work()

        return taken


@contextmanager
def running(folder: Path, fast: Classify, more: str = "") -> Iterator[Running]:
    """A site in a folder of its own, on a free port."""
    path = folder / "intake.toml"
    path.write_text(SETTINGS.format(folder=json.dumps(str(folder))) + more, encoding="utf-8")
    clock = Clock()
    app = assemble(load_config(path, {}), clock=clock)
    prepare_store(app)
    site = web_site(app)
    application = create_web(site)
    here = Running(url="", app=app, site=site, application=application, room=chat_room(app, fast), clock=clock)
    here.site = application.state.site = replace(site, sink=here.sink(site.sink))
    server = WebServer(application, host="127.0.0.1", port=0, name="web chat")
    server.start()
    here.url = server.url
    try:
        yield here
    finally:
        server.stop()
        app.store.close()


class Visitor(httpx.Client):
    """A browser without JavaScript."""

    def form(self, html: str, action: str) -> dict[str, str]:
        """The hidden fields of a form on a page."""
        found = re.search(rf'<form[^>]*action="{action}".*?</form>', html, re.DOTALL)
        assert found is not None, html
        return {name: unescape(value) for name, value in HIDDEN.findall(found[0])}

    def fill_in(self, path: str = "/chat", html: str = "", **fields: str) -> httpx.Response:
        """Fill in the form of a page and send it, and follow where it leads."""
        html = html or self.get(path).text
        return self.post(path, data={**self.form(html, path), **fields}, follow_redirects=True)

    def press(self, label: str) -> httpx.Response:
        """Press a button of the chat by its label."""
        html = self.get("/chat").text
        found = {unescape(words).strip(): (name, value) for name, value, words in BUTTON.findall(html)}
        name, value = found[label]
        return self.fill_in(html=html, **{name: value})


HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
BUTTON = re.compile(r'<button[^>]*name="(option|command)" value="([^"]*)">([^<]*)</button>')


def said(html: str) -> str:
    """The words of a page."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def reference_in(html: str) -> str:
    """The first reference on a page."""
    found = re.search(r"QM-[0-9A-Z]{4}-[0-9A-Z]{2}", html.partition("<main")[2])
    assert found is not None, said(html)
    return found[0]


def code_in_page(html: str) -> str:
    """The access code on a page."""
    found = re.search(r"(?:\d{5} ){4}\d{5}", html)
    assert found is not None, said(html)
    return found[0]
