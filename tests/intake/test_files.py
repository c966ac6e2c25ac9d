"""Facts about attached files: their words count, what could harm is locked, the mail itself is always taken."""

from email.message import EmailMessage
from functools import partial
from itertools import count
from typing import Any

import pytest

from channels.scanning import ClamdScanner
from intake.files import examine
from models.ticket import EventKind, Ticket
from models.work import Ending
from storage.store import Store
from tests.channels.scanner import SIGNATURE, clamd_on_a_port
from tests.channels.test_extracting import pdf, word
from tests.intake.making import LEARNER, OURS, READING, Office

DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")
PDF = ("application", "pdf")
_numbers = count(1)


def letter(*files: tuple[str, tuple[str, str], bytes], text: str = "Please see attached.") -> bytes:
    """A mail with files."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Lee Learner <{LEARNER}>", OURS, "Nights"
    message["Message-ID"] = f"<files-{next(_numbers)}@student.test>"
    message.set_content(text)
    for name, (kind, sub), data in files:
        message.add_attachment(data, maintype=kind, subtype=sub, filename=name)
    return bytes(message)


def filed(office: Office, raw: bytes) -> Ticket:
    office.file(raw)
    [ticket] = office.tickets()
    return ticket


def acknowledged(office: Office) -> str:
    """What the sender was told."""
    office.send()
    return office.post.sent[0].text


def locked(ticket: Ticket) -> list[tuple[str, str]]:
    return [(e.detail["name"], e.detail["why"]) for e in ticket.events if e.kind is EventKind.FILE_LOCKED]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def with_scanner(store: Store, port: int) -> Office:
    scanner = ClamdScanner(host="127.0.0.1", port=port, seconds=5)
    reading: dict[str, Any] = {name: getattr(READING, name) for name in READING.__slots__}
    return Office(store, examine=partial(examine, type(READING)(**{**reading, "malware_in": scanner.malware_in})))


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("what happened.docx", DOCX, word("He held a knife to my side.")),
        ("what happened.pdf", PDF, pdf("He held a knife to my side.")),
        ("notes.txt", ("text", "csv"), b"He held a knife to my side."),
    ],
)
def test_the_words_of_a_document_are_graded_and_shown(
    office: Office, name: str, kind: tuple[str, str], data: bytes
) -> None:
    ticket = filed(office, letter((name, kind, data)))
    assert ticket.row.red_flags == ("violence",)
    assert "He held a knife to my side." in ticket.entries[0].text
    assert ticket.entries[0].text.startswith("Please see attached.")
    assert ticket.entries[0].attachments[0].endswith(": its words stand below the message")


def test_a_program_is_locked_by_its_bytes_and_by_its_name_and_the_concern_is_taken(office: Office) -> None:
    ticket = filed(office, letter(("rota.pdf", PDF, b"MZ\x90\0" + b"\0" * 300), ("rota.xlsm", PDF, b"PK\3\4")))
    assert locked(ticket) == [
        ("rota.pdf", "a program, or a file that can hold one"),
        ("rota.xlsm", "a program, or a file that can hold one"),
    ]
    assert "We could not open everything that you attached." in acknowledged(office)


def test_malware_is_locked_and_clean_files_are_read(store: Store) -> None:
    with clamd_on_a_port() as port:
        office = with_scanner(store, port)
        ticket = filed(office, letter(("a.docx", DOCX, word("A knife.")), ("b.txt", ("text", "csv"), SIGNATURE)))
    assert locked(ticket) == [("b.txt", "malware was found in it (Eicar-Test-Signature)")]
    assert "A knife." in ticket.entries[0].text


def test_without_an_answer_of_the_scanner_nothing_is_opened_and_the_concern_is_taken(store: Store) -> None:
    with clamd_on_a_port() as port:
        pass
    ticket = filed(with_scanner(store, port), letter(("a.docx", DOCX, word("A knife."))))
    assert "knife" not in ticket.entries[0].text
    assert ticket.entries[0].attachments[0].endswith(": not checked for malware: the scanner did not answer")


def test_a_picture_is_kept_and_nobody_is_asked_about_it(office: Office) -> None:
    ticket = filed(office, letter(("rota.png", ("image", "png"), b"\x89PNG\r\n\x1a\n" + b"\0" * 50)))
    assert ticket.entries[0].attachments[0].endswith(": not opened")
    assert "could not open" not in acknowledged(office)


def test_more_files_than_are_looked_into_are_named(office: Office) -> None:
    ticket = filed(office, letter(*((f"{n}.txt", ("text", "csv"), b"words") for n in range(7))))
    states = [one.rpartition(": ")[2] for one in ticket.entries[0].attachments]
    assert states == ["its words stand below the message"] * 5 + ["the mail brings too many files"] * 2


def test_a_mail_that_is_encrypted_waits_for_a_person_and_its_sender_is_told(office: Office) -> None:
    raw = letter(text="-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----")
    ticket = filed(office, raw)
    assert [e.kind for e in ticket.events if e.kind is EventKind.ENCRYPTED] == [EventKind.ENCRYPTED]
    assert "Your mail is encrypted, so we cannot read it." in acknowledged(office)


def test_a_mail_sealed_by_smime_is_a_ticket_for_a_person(office: Office) -> None:
    head = f"From: {LEARNER}\r\nTo: {OURS}\r\nSubject: x\r\nMessage-ID: <e@s.test>\r\n"
    kind = 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\n\r\nx'
    row = office.file((head + kind).encode())
    [ticket] = office.tickets()
    assert row.ending is Ending.TICKET
    assert (ticket.row.graded, ticket.row.needs_person) == (False, True)
    assert ticket.verdicts[0].needs_person_reasons == ("The mail is encrypted. Nobody here can read it.",)
