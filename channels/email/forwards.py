"""Who seems to have written what somebody forwards to us: a suggestion for an officer, never taken for the sender.

It goes by what the forwarder's mail program wrote above the forwarded words, which anybody can change.
"""

from collections.abc import Sequence

from channels.email import headers, quotes
from channels.email.structure import Part, take_apart
from models.message import Address, Mail

LARGEST = 5_000_000
"""Bytes. In a larger mail no attached mail is looked for."""
_MOST_LINES = 2_000
_HEAD = 8
"""Lines below the mark of a forward in which its author stands."""


def original_of(raw: bytes, mail: Mail, own: frozenset[str]) -> Address | None:
    """Who wrote what is forwarded, inline or as an attachment; None for no forward, or for one of our own mails."""
    if mail.automatic is not None:
        return None
    found = _attached(raw) if len(raw) <= LARGEST else None
    # The new words hold what was forwarded and what is brought as evidence, and no quote of a mail of ours.
    found = found or _inline(mail.new_text.split("\n")[:_MOST_LINES])
    known = own | ({mail.sender.address.lower()} if mail.sender else set())
    return found if found and found.address.lower() not in known else None


def _attached(raw: bytes) -> Address | None:
    stack: list[Part] = [take_apart(raw, {})]
    while stack:
        part = stack.pop()
        if part.kind in {"message/rfc822", "message/global"} and part.children:
            inner = part.children[0]
            return headers.sender_of([headers.plain(value) for value in inner.values("from")])
        if part.kind.startswith("multipart/"):
            stack.extend(reversed(part.children))
    return None


def _inline(lines: Sequence[str]) -> Address | None:
    for place, line in enumerate(lines):
        if quotes.is_forward(line):
            return _author(lines[place + 1 : place + 1 + _HEAD])
        bare = line.lstrip(" >\t")
        if bare and quotes.block([one.lstrip(" >\t") for one in lines[place : place + 16]], 0):
            return _author(lines[place : place + _HEAD])
    return None


def _author(head: Sequence[str]) -> Address | None:
    """The author that these lines name: "From: Name <address>", where the address may stand on the next line."""
    bare = [line.strip(" >\t*|") for line in head]
    for place, line in enumerate(bare):
        value = quotes.author_line(line)
        if value is None:
            continue
        after = bare[place + 1] if place + 1 < len(bare) and "@" in bare[place + 1] else ""
        text = value if "@" in value or quotes.is_key(after) else f"{value} {after}"
        return headers.sender_of([_without_mailto(text)])
    return None


def _without_mailto(text: str) -> str:
    """Outlook writes `Name [mailto:address]` and `address<mailto:address>`."""
    text = text.replace("[mailto:", "<").replace("<mailto:", "<").replace("]", ">").replace("*", "")
    return text if "<" in text or "@" not in text else text.replace("(", "<").replace(")", ">")
