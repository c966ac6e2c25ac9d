"""The demo's own pages on the desk: the mail that was captured, and a form to send a message of one's own."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, make_msgid
from smtplib import SMTPException
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from intake.demo.mailserver import Captured, EmbeddedMail
from intake.demo.sample_mails import Road, send
from intake.desk.settings import ExtraPages
from intake.desk.shared import DeskParts, NotThere, Reader, Writer, page

PATH = "/demo"
NEWEST = 100
Line = Annotated[str, Form(max_length=200)]
Text = Annotated[str, Form(max_length=20_000)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A captured mail as the page shows it."""

    number: int
    at: datetime
    recipient: str
    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str


def demo_pages(mail: EmbeddedMail, ours: str) -> ExtraPages:
    """The pages, for officers who are signed in. `ours` is the address that messages go to."""
    router = APIRouter(prefix=PATH)

    @router.get("")
    def show(request: Request, session: Reader, sent: str = "") -> Response:
        return page(request, "demo.html", {"letters": _letters(mail), "sent": bool(sent), "ours": ours})

    @router.get("/mails/{number}")
    def show_mail(request: Request, session: Reader, number: int) -> Response:
        if not 1 <= number <= len(mail.sink.mails):
            raise NotThere
        return page(request, "demo_mail.html", {"letter": read_letter(number, mail.sink.mails[number - 1])})

    @router.post("")
    def write(
        request: Request, desk: DeskParts, session: Writer, sender: Line = "", subject: Line = "", text: Text = ""
    ) -> Response:
        asked = {"sender": sender.strip(), "subject": " ".join(subject.split()), "text": text}
        problems = _problems(asked)
        if not problems:
            content = write_mail(**asked, recipient=ours, at=desk.clock())
            try:
                send(mail.delivery_port, Road.SMTP, sender=asked["sender"], recipient=ours, content=content)
            except (OSError, SMTPException):
                problems = {"text": "The demo's mail server did not take it. Please try again"}
        if problems:
            facts = {"asked": asked, "problems": problems, "letters": _letters(mail), "ours": ours}
            return page(request, "demo.html", facts, status=422)
        return RedirectResponse(f"{PATH}?sent=1", status_code=303)

    return ExtraPages(router=router, path=PATH, name="Demo", package="intake.demo")


def read_letter(number: int, captured: Captured) -> Letter:
    """A captured mail, its headers decoded and its plain text taken out."""
    message = BytesParser(policy=policy.default).parsebytes(captured.content)
    body = message.get_body(("plain",))
    return Letter(
        number=number,
        at=captured.at,
        recipient=", ".join(captured.recipients),
        subject=str(message["Subject"] or ""),
        headers=(("Return-Path", f"<{captured.sender}>"), *((name, str(value)) for name, value in message.items())),
        text=str(body.get_content()) if body else "",
    )


def write_mail(*, sender: str, subject: str, text: str, recipient: str, at: datetime) -> bytes:
    """The mail that the form sends. `sender` must be a plain address and `subject` one line."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = sender, recipient, subject
    message["Date"], message["Message-ID"] = format_datetime(at), make_msgid(domain="form.test")
    message.set_content(text)
    return message.as_bytes()


def _letters(mail: EmbeddedMail) -> list[Letter]:
    newest = list(enumerate(mail.sink.mails, 1))[-NEWEST:]
    return [read_letter(number, one) for number, one in reversed(newest)]


def _problems(asked: dict[str, str]) -> dict[str, str]:
    problems = {}
    local, at, domain = asked["sender"].partition("@")
    plain = asked["sender"].isascii() and not any(c.isspace() or c in '<>,;:"\\()' for c in asked["sender"])
    if not (local and at and domain and "@" not in domain and plain):
        problems["sender"] = "Give an e-mail address to send it from, such as me@student.test"
    if not asked["text"].strip():
        problems["text"] = "Write a message"
    return problems
