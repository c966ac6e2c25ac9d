"""Facts about a case as PDF: whole, inert, named on every page, and only for those who may export."""

import io
import json

import pytest
from pypdf import PdfReader

from intake.desk.case_pdf import UNKNOWN, shown
from models.audit import ActFilter, Action
from models.rights import Role
from tests.intake.desk.conftest import Site, Visitor
from tests.intake.desk.making import NIGHTS, nights, open_ticket
from tests.intake.desk.test_belonging import somebody
from tests.intake.desk.test_faults import HOSTILE

STRANGE = "中文 🙂 العربية \u202egnp.exe \x00\x07 ﷽ \ud800".replace("\ud800", "\U0001f9ff")


def read(raw: bytes) -> tuple[str, list[str]]:
    """The words of a PDF, and those of each page."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages]
    return " ".join(" ".join(pages).split()), pages


def test_a_case_holds_all_that_was_said_and_decided_and_nothing_of_who_wrote(site: Site) -> None:
    reference = open_ticket(site.store, nights(), text=NIGHTS, subject="Nights")
    with somebody(site, "lee@nhs.test", Role.LEAD) as lead:
        lead.send_form(f"/tickets/{reference}/note", note="I rang the ward.")
        given = lead.get(f"/tickets/{reference}/case.pdf")
    words, pages = read(given.content)
    assert given.headers["content-type"] == "application/pdf"
    for said in ("moved to intensive care", "I rang the ward.", "3: Major concern", "Message received", reference):
        assert said in words
    for page in pages:
        assert f"Confidential · {reference} · printed by lee@nhs.test, 24 November 2026, 09:00" in page
    assert "Alex Example" not in words
    assert "alex@student.test" not in words
    with site.store.read() as tx:
        [act] = tx.audit.find(ActFilter(action=Action.EXPORTED))
    assert (act.actor, act.subject, json.loads(act.detail)) == ("lee@nhs.test", reference, {"as": "pdf"})


@pytest.mark.parametrize("text", [HOSTILE, STRANGE, "word " * 5_000, "W" * 2_000, ""])
def test_whatever_was_written_is_only_text_in_it(site: Site, text: str) -> None:
    reference = open_ticket(site.store, text=text, subject=text[:2_000], attachments=(f"{text[:50]} (image/svg+xml)",))
    with somebody(site, "lee@nhs.test", Role.LEAD) as lead:
        given = lead.get(f"/tickets/{reference}/case.pdf")
    assert given.status_code == 200
    assert "Timeline" in read(given.content)[0]
    for live in (b"/JavaScript", b"/JS", b"/EmbeddedFile", b"/URI", b"/Launch"):
        assert live not in given.content
    opens = PdfReader(io.BytesIO(given.content)).root_object.get("/OpenAction", [])
    assert isinstance(opens, list), "a place to begin to read, and no action"


def test_what_the_font_lacks_is_a_mark_and_what_turns_the_text_is_gone() -> None:
    known = frozenset(map(ord, "abc é\N{REPLACEMENT CHARACTER}"))
    assert shown("abc \u202eé\u200b中🙂\x00\nb", known) == f"abc é{UNKNOWN}{UNKNOWN}\nb"


def test_who_may_not_export_gets_no_case(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    assert officer.get(f"/tickets/{reference}/case.pdf").status_code == 403
    assert "case.pdf" not in officer.get(f"/tickets/{reference}").text
