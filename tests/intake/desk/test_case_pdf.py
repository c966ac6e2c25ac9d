"""Facts about a case as PDF: whole, inert, named on every page, and only for those who may export."""

import io
import json
import unicodedata

from fpdf import FPDF
from pypdf import PdfReader

from intake.desk.case_pdf import UNKNOWN, shown
from models.audit import ActFilter, Action
from models.rights import Role
from tests.intake.desk.conftest import Site, Visitor
from tests.intake.desk.hostile import BLINDFOLD, FILE, FORMULA, HANDLER, SUM, TAG, WORDS, live_in
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


LONG = "A" * 1_000_000
EVERY = (HOSTILE, STRANGE, f"{FORMULA} {WORDS}{BLINDFOLD}", "word " * 5_000, "W" * 2_000, "")


def test_whatever_was_written_is_only_text_in_it(site: Site) -> None:
    """Wherever somebody's words may stand: subject, text, a file's name, a note, an officer's own address."""
    with somebody(site, "lee<q/onq=1>@nhs.test", Role.LEAD) as lead:
        for text in (*EVERY, LONG):
            subject = text if text is LONG else text[:2_000]
            names = (f"{text[:50]} (image/svg+xml)", FILE, BLINDFOLD)
            reference = open_ticket(site.store, text=text, subject=subject, attachments=names)
            lead.send_form(f"/tickets/{reference}/note", note=text[:500] or "-")
            given = lead.get(f"/tickets/{reference}/case.pdf")
            assert (given.status_code, given.headers["content-type"]) == (200, "application/pdf")
            assert given.headers["content-disposition"] == f'attachment; filename="{reference}.pdf"'
            assert live_in(given.content) == set()
            words, _ = read(given.content)
            assert "Timeline" in words
            assert SUM not in words
            assert [sign for sign in words if unicodedata.category(sign) in {"Cc", "Cf", "Cn", "Co", "Cs"}] == []


def test_words_that_would_do_harm_on_a_page_stand_in_it_as_they_were_written(site: Site) -> None:
    reference = open_ticket(site.store, text=WORDS, subject=FORMULA)
    with somebody(site, "lee@nhs.test", Role.LEAD) as lead:
        words, _ = read(lead.get(f"/tickets/{reference}/case.pdf").content)
    for said in (f"<{TAG} {HANDLER}=1>", "{{7*7191}}", "javascript:hostile()", "=HYPERLINK"):
        assert said in words


def test_the_measure_finds_what_would_do_harm() -> None:
    live = FPDF()
    live.add_page()
    live.set_font("helvetica")
    live.cell(text="x", link="https://evil.test")
    live.embed_file(bytes=b"x", basename="x.exe")
    assert {"/URI", "/Annots", "/EmbeddedFiles"} <= live_in(bytes(live.output()))


def test_what_the_font_lacks_is_a_mark_and_what_turns_the_text_is_gone() -> None:
    known = frozenset(map(ord, "abc é\N{REPLACEMENT CHARACTER}"))
    assert shown("abc \u202eé\u200b中🙂\x00\nb", known) == f"abc é{UNKNOWN}{UNKNOWN}\nb"


def test_who_may_not_export_gets_no_case(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store)
    assert officer.get(f"/tickets/{reference}/case.pdf").status_code == 403
    assert "case.pdf" not in officer.get(f"/tickets/{reference}").text
