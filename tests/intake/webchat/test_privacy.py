"""Nothing of the person stays: after an anonymous report with the link cut, all that was written is looked through."""

import logging
import re
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import logs
from storage.store import StoreBusy
from tests.intake.webchat.making import STORY, Running, Visitor, code_in_page, reference_in, said

ADDRESS = "203.0.113.77"
AGENT = "Curious-Browser/7.3 (Sam's phone)"
HEADERS = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "X-Real-IP": ADDRESS, "Forwarded": f"for={ADDRESS}"}


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What the product logs in one test, as it logs in service; no logger keeps the file beyond the test."""
    configure, handlers, level = structlog.configure, logging.root.handlers[:], logging.root.level
    path = tmp_path / "log"
    with path.open("w", buffering=1, encoding="utf-8") as file, monkeypatch.context() as meanwhile:
        meanwhile.setattr(sys, "stderr", file)
        meanwhile.setattr(
            structlog, "configure", lambda **how: configure(**{**how, "cache_logger_on_first_use": False})
        )
        logs.set_up_logs(level="debug", style="json")
        yield path
        structlog.reset_defaults()
        logging.basicConfig(handlers=handlers, level=level, force=True)


def report_and_cut(site: Running) -> tuple[str, str, str]:
    """Report, cut the link and send; gives the cookie, the code and the reference."""
    with Visitor(base_url=site.url, headers=HEADERS) as visitor:
        page = visitor.fill_in("/form", text=STORY, risk="no", identity="anonymous", name="Sam Person")
        cookie = next(iter(visitor.cookies.jar)).value or ""
        reference = reference_in(page.text)
        code = code_in_page(visitor.press("Cut the link").text)
        visitor.press("I have saved it")
        assert "The link between this chat" in said(visitor.press("Yes, send it").text)
        visitor.post("/end")
    return cookie, code, reference


def test_after_the_cut_nothing_of_the_person_is_anywhere(site: Running, log: Path, tmp_path: Path) -> None:
    cookie, code, reference = report_and_cut(site)
    token = cookie.partition(".")[0]
    with sqlite3.connect(tmp_path / "intake.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        dump = "\n".join(database.iterdump())
    database.close()
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "web.key")
    written = log.read_text(encoding="utf-8")
    for secret in (ADDRESS, AGENT, "Curious-Browser", token, code, code.replace(" ", ""), "Sam Person"):
        assert secret not in dump, "in the database"
        assert secret.encode() not in files, "in a file"
        assert secret not in written, "in a log"
    assert reference in dump
    assert STORY not in written


def test_after_the_cut_no_conversation_leads_to_the_report_and_the_code_still_does(site: Running) -> None:
    _, code, reference = report_and_cut(site)
    (ticket,) = site.tickets()
    with site.app.store.read() as tx:
        assert tx.conversations.about(ticket.row.id) == ()
        assert tx.inbox.balance().holds
    with Visitor(base_url=site.url) as later:
        assert "is now open in this chat" in said(later.fill_in("/return", reference=reference, code=code).text)


def test_faults_tell_nothing_to_the_log_or_the_page(site: Running, log: Path) -> None:
    for fault in (StoreBusy(STORY), RuntimeError(STORY)):
        site.fails = fault
        with Visitor(base_url=site.url, headers=HEADERS) as visitor:
            page = visitor.fill_in(text="Words that nobody may log. " + STORY)
            assert page.status_code in (500, 503)
            assert "Traceback" not in page.text
    written = log.read_text(encoding="utf-8")
    assert "web." in written
    for secret in (STORY, "nobody may log", ADDRESS, AGENT):
        assert secret not in written


def test_every_answer_is_guarded(site: Running, visitor: Visitor) -> None:
    for path in ("/", "/chat", "/nowhere", "/static/web.js"):
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
    assert visitor.get("/chat").headers["cache-control"] == "no-store"
    assert site.received == []


def test_what_somebody_writes_is_never_mark_up(visitor: Visitor) -> None:
    page = visitor.fill_in(text="<script>alert(1)</script> \"'><img src=x onerror=alert(1)> {{ 7*7 }} on the ward")
    assert "<script>alert(1)" not in page.text
    assert "<img src=x" not in page.text
    assert "{{ 7*7 }}" in page.text


FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "token",
            "work",
            "text",
            "option",
            "command",
            "nonce",
            "seen",
            "risk",
            "identity",
            "provider",
            "reference",
            "code",
        ]
    ),
    st.text(max_size=300)
    | st.sampled_from(["/status", "/code", "yes", "9" * 30, "-1", "\x00", "\ud7ff", "QM-7K3F-2R"]),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(["/chat", "/form", "/return", "/end"]), fields=FIELDS, signed=st.booleans())
def test_no_form_breaks_the_site(
    site: Running, visitor: Visitor, path: str, fields: dict[str, str], *, signed: bool
) -> None:
    if signed and path != "/end":
        fields = {**fields, **{k: v for k, v in visitor.form(visitor.get(path).text, path).items() if k == "token"}}
    answer = visitor.post(path, data=fields)
    assert answer.status_code in (200, 303, 409, 422, 429), answer.text
    assert re.search(r"Something went wrong|Traceback", answer.text) is None
    with site.app.store.read() as tx:
        balance = tx.inbox.balance()
    assert balance.holds
    assert balance.quarantined == 0
