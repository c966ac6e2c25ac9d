"""What a delivery failure says: which mail came back, and why (RFC 3464, and the many that keep to no standard)."""

import re

from channels.email import headers
from channels.email.structure import Part
from models.message import Returned

LONGEST = 200_000
"""Bytes of one part that are searched."""
MOST_IDS = 20
_ID = re.compile(rb"^[ \t>]*message-id[ \t]*:[ \t\r\n]*<([^<>\s]{3,400})>", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(rb"^action[ \t]*:[ \t]*([a-z]+)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(rb"^status[ \t]*:[ \t]*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_ANY_STATUS = re.compile(rb"\b(5\.\d{1,2}\.\d{1,3})\b")
_NOT_YET = frozenset({"delayed", "relayed", "delivered", "expanded"})


def returned(root: Part) -> Returned:
    """The Message-IDs of what came back and the status; none when it only says that it goes on trying."""
    ids: dict[str, None] = {}
    actions: list[str] = []
    statuses: list[str] = []
    for part in _all(root):
        if part is root and not part.kind.startswith(("text/", "multipart/")):
            continue
        body = part.body(LONGEST)
        if part.kind == "message/delivery-status":
            actions += [found.decode().lower() for found in _ACTION.findall(body)]
            statuses += [found.decode() for found in _STATUS.findall(body)]
        elif part.kind.startswith("message/"):
            inner = part.children[0].values("message-id") if part.children else []
            ids.update(dict.fromkeys(one for raw in inner for one in headers.ids_of([headers.plain(raw)])))
        elif part.kind.startswith("text/"):
            ids.update(dict.fromkeys(found.decode("ascii", "replace") for found in _ID.findall(body)))
            statuses += [found.decode() for found in _ANY_STATUS.findall(body)][:1] if not statuses else []
    if actions and all(action in _NOT_YET for action in actions):
        return Returned()
    return Returned(message_ids=tuple(ids)[:MOST_IDS], status=statuses[0] if statuses else "")


def _all(root: Part) -> list[Part]:
    """All parts, also those of what came back, outermost first; bounded as the tree is."""
    found, stack = [], [root]
    while stack:
        part = stack.pop()
        found.append(part)
        if part.kind.startswith("multipart/"):
            stack.extend(reversed(part.children))
    return found
