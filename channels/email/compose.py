"""A mail of ours as bytes.

The header is written here, not by `email.message`: that one encodes a long message id as if it were words, and then no
program finds the thread again.
"""

import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, quote

from models.message import Outgoing

LINE_LIMIT = 998
"""Octets without the line end, by RFC 5322."""
FOLD_AT = 76
_NAME = re.compile(r"[!-9;-~]+")
_ADDRESS = re.compile(r"[^\s<>,;:@\"()\[\]\\\x00-\x1f\x7f]+@[^\s<>,;:@\"()\\\x00-\x1f\x7f]+")
_QUOTED_ADDRESS = re.compile(r"\"[ -!#-\[\]-~]+\"@[A-Za-z0-9.-]+")
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,900}")
_OURS = frozenset({"date", "from", "to", "subject", "message-id", "reply-to", "in-reply-to", "references"})
_OF_THE_BODY = ("mime-version", "content-")


def compose(outgoing: Outgoing) -> bytes:
    """The whole message by RFC 5322, lines ended by CRLF; ASCII, unless the recipient's address is not.

    Raises ValueError for a line break in any field of the header, for a recipient, sender or Message-ID that is none,
    and for a header that is not the caller's to set. What was only taken over from a foreign mail and cannot be
    written (a broken id among the references) is left out.
    """
    fields = [
        ("Date", format_datetime(localtime())),
        ("From", _mailbox(outgoing.sender)),
        ("To", ascii_domain(outgoing.recipient)),
        ("Subject", _words("Subject", outgoing.subject)),
        ("Message-ID", _own_id(outgoing.message_id)),
        ("Reply-To", _mailbox(outgoing.reply_to) if outgoing.reply_to else ""),
        ("In-Reply-To", _ids("In-Reply-To", (outgoing.in_reply_to,))),
        ("References", _ids("References", outgoing.references)),
        *((_foreign_to_us(name), _words(name, value)) for name, value in outgoing.headers),
    ]
    header = b"".join(_line(name, value) for name, value in fields if value)
    return header + _body(outgoing)


def ascii_domain(address: str) -> str:
    """An address with its domain as DNS has it, so that only a local part can need SMTPUTF8.

    Raises ValueError when it is no single address.
    """
    if not (_ADDRESS.fullmatch(address) or _QUOTED_ADDRESS.fullmatch(address)):
        raise ValueError("an address that is none")
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise ValueError("an address with a domain that cannot be") from None


def address_of(mailbox: str) -> str:
    """The address of `Name <address>`; raises ValueError when there is none."""
    return ascii_domain(mailbox.rpartition("<")[2].removesuffix(">").strip())


def _body(outgoing: Outgoing) -> bytes:
    message = EmailMessage(policy=SMTP)
    message.set_content(outgoing.text, cte="quoted-printable")
    if outgoing.html:
        message.add_alternative(outgoing.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _line(name: str, value: str) -> bytes:
    line = f"{name}: {value}\r\n".encode()
    if any(len(part) > LINE_LIMIT for part in line.split(b"\r\n")):
        raise ValueError(f"{name} is too long")
    return line


def _one_line(name: str, value: str) -> str:
    if len(value.splitlines()) > 1 or value != value.rstrip("\r\n") or "\0" in value:
        raise ValueError(f"a line break in {name}")
    return value


def _words(name: str, value: str) -> str:
    """Text for people: as it is where it is short and plain, otherwise in encoded words, folded."""
    plain = _one_line(name, value)
    if plain.isascii() and plain.isprintable() and "=?" not in plain and len(name) + len(plain) < FOLD_AT:
        return plain
    return Header(plain, "utf-8", maxlinelen=FOLD_AT, header_name=name).encode(linesep="\r\n")


def _mailbox(text: str) -> str:
    """`Name <address>`, where the name may hold anything; or the address alone."""
    address = address_of(_one_line("a sender", text))
    name = text.rpartition("<")[0].strip().strip('"')
    if not name:
        return address
    if name.isascii() and name.isprintable() and "=?" not in name and len(name) < FOLD_AT - len("Reply-To: "):
        return f'"{quote(name)}" <{address}>'
    return f"{_words('Reply-To', name)} <{address}>"


def _own_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(_one_line("Message-ID", text)):
        raise ValueError("a Message-ID that is none")
    return f"<{text}>"


def _ids(name: str, ids: tuple[str, ...]) -> str:
    """Message ids, each on a line of its own: whatever their length, none is broken or encoded."""
    return "\r\n ".join(f"<{one}>" for one in ids if _MESSAGE_ID.fullmatch(_one_line(name, one)))


def _foreign_to_us(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("a header name that is none")
    if name.lower() in _OURS or name.lower().startswith(_OF_THE_BODY):
        raise ValueError(f"{name} among the further headers")
    return name
