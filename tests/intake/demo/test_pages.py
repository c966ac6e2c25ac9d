"""Facts about the demo's own pages: the form really mails, and what was captured can be read by officers only."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from intake.demo.mailserver import EmbeddedMail
from intake.demo.pages import demo_pages
from intake.demo.sample_mails import Road, send
from intake.desk.app import create_desk
from intake.desk.settings import DeskSettings
from intake.desk.shared import hashed
from intake.serving import WebServer
from models.reference import load_reference
from storage.store import Store

OURS = "quality.me@intake.test"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def mail() -> Iterator[EmbeddedMail]:
    server = EmbeddedMail({OURS: "secret"})
    server.start()
    yield server
    server.stop()


@pytest.fixture
def visitor(mail: EmbeddedMail, sqlite_store: Store) -> Iterator[httpx.Client]:
    settings = DeskSettings(secure_cookies=False, extra_pages=(demo_pages(mail, OURS),))
    desk = create_desk(store=sqlite_store, reference=load_reference(None), settings=settings, clock=lambda: NOW)
    server = WebServer(desk, host="127.0.0.1", port=0)
    server.start()
    with httpx.Client(base_url=server.url) as client:
        yield client
    server.stop()


@pytest.fixture
def officer(visitor: httpx.Client, sqlite_store: Store) -> httpx.Client:
    with sqlite_store.write() as tx:
        known = tx.officers.add(email="officer@intake.test", name="Demo officer")
        tx.officers.open_session(
            officer_id=known.id, token_hash=hashed("token"), csrf="form", expires_at=NOW + timedelta(hours=1)
        )
    visitor.cookies.set("intake", "token")
    return visitor


@pytest.mark.parametrize("path", ["/demo", "/demo/mails/1"])
def test_who_is_not_signed_in_sees_no_captured_mail(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?after={path}")


def test_the_form_puts_a_real_mail_into_the_mailbox(officer: httpx.Client, mail: EmbeddedMail) -> None:
    form = {"csrf": "form", "sender": "me@student.test", "subject": "Nights\r\nBcc: x@y.test", "text": "Alone again. ☹"}
    answer = officer.post("/demo", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/demo?sent=1")
    assert mail.folder(OURS) == 1
    assert "on its way" in officer.get("/demo?sent=1").text


@pytest.mark.parametrize("sender", ["", "me", "me@", "@test", "a@b@c", "me @x.test", "me@x.test\r\nBcc: x", "ü@x.test"])
def test_a_sender_that_is_no_plain_address_is_named_and_nothing_is_sent(
    officer: httpx.Client, mail: EmbeddedMail, sender: str
) -> None:
    answer = officer.post("/demo", data={"csrf": "form", "sender": sender, "text": "kept words"})
    assert answer.status_code == 422
    assert "Give an e-mail address to send it from" in answer.text
    assert "kept words" in answer.text
    assert mail.folder(OURS) == 0


def test_a_form_without_its_token_is_refused(officer: httpx.Client, mail: EmbeddedMail) -> None:
    answer = officer.post("/demo", data={"csrf": "", "sender": "me@student.test", "text": "words"})
    assert (answer.status_code, mail.folder(OURS)) == (403, 0)


def test_a_captured_mail_is_shown_decoded_and_escaped(officer: httpx.Client, mail: EmbeddedMail) -> None:
    content = (
        b"Subject: =?utf-8?q?We_have_=E2=9C=93?=\r\nX-Odd: <script>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        b"<script>alert(1)</script>\r\n"
    )
    send(mail.sink_port, Road.SMTP, sender="", recipient="learner@student.test", content=content)
    page = officer.get("/demo/mails/1").text
    assert "We have ✓" in page
    assert "learner@student.test" in page
    assert re.findall(r"<script(?![^>]*nonce=)", page) == []
    assert officer.get("/demo/mails/2").status_code == 404
    assert officer.get("/demo/mails/0").status_code == 404
