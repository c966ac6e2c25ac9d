"""A mail of ours as bytes."""

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, localtime, parseaddr

from models.message import Outgoing

_LINE_BREAK = re.compile(r"[\r\n\0]")


def compose(outgoing: Outgoing) -> bytes:
    """The whole message by RFC 5322, lines ended by CRLF. Raises ValueError for a line break in a header field."""
    fields = {
        "From": _mailbox(outgoing.sender),
        "To": outgoing.recipient,
        "Subject": outgoing.subject,
        "Message-ID": f"<{outgoing.message_id}>",
        "Reply-To": outgoing.reply_to,
        "In-Reply-To": f"<{outgoing.in_reply_to}>" if outgoing.in_reply_to else "",
        "References": " ".join(f"<{one}>" for one in outgoing.references),
        **dict(outgoing.headers),
    }
    message = EmailMessage(policy=SMTP.clone(max_line_length=200))
    message["Date"] = localtime()
    for name, value in fields.items():
        if _LINE_BREAK.search(value):
            raise ValueError(f"a line break in {name}")
        if value:
            message[name] = value
    message.set_content(outgoing.text, cte="quoted-printable")
    if outgoing.html:
        message.add_alternative(outgoing.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _mailbox(text: str) -> str:
    name, address = parseaddr(text)
    return formataddr((name, address)) if name.isascii() else f"{name} <{address}>"
