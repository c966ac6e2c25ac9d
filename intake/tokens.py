"""Signed thread tokens: what a mail of ours carries so that the answer finds its ticket, and nobody else's does.

A token is bound to the ticket and to the address that the mail went to. Who got it by a forwarded mail has another
address, and for that one it is no token. It stands in our Message-IDs and, where the mail server delivers that,
behind a plus in our Reply-To: some phones forget which mail they answer, and none forgets whom.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence

BITS = 100
_SIGNS = BITS // 5
_SHAPE = re.compile(rf"(?<![a-z0-9])t([1-9a-f][0-9a-f]{{0,15}})-([a-z2-7]{{{_SIGNS}}})(?![a-z0-9])")
_MOST = 50
"""Things that look like a token in one mail that are tried."""


def token(secret: bytes, ticket_id: int, address_key: str) -> str:
    """The token of a ticket for one address: `t` and the ticket's number in hexadecimal, a dash, 100 bits."""
    return f"t{ticket_id:x}-{_signature(secret, ticket_id, address_key)}"


def plus_address(address: str, marked: str) -> str:
    """Our address with a token behind a plus."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{marked}@{domain}"


def without_plus(address: str) -> str:
    """An address without what stands behind a plus."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def ticket_of(secrets: Sequence[bytes], address_key: str, places: Iterable[str]) -> int | None:
    """The ticket for which one of these texts (recipients, Message-IDs) carries a token of this address.

    `secrets` are the key in use and those before it. Good tokens of two tickets are none: nobody writes such a mail.
    """
    if not address_key:
        return None
    found: set[int] = set()
    tried = 0
    for place in places:
        for match in _SHAPE.finditer(place.lower()):
            tried += 1
            if tried > _MOST:
                return None
            ticket_id = int(match[1], 16)
            if any(hmac.compare_digest(_signature(secret, ticket_id, address_key), match[2]) for secret in secrets):
                found.add(ticket_id)
    return found.pop() if len(found) == 1 else None


def _signature(secret: bytes, ticket_id: int, address_key: str) -> str:
    said = b"\0".join((b"thread", str(ticket_id).encode(), address_key.encode("utf-8", "surrogatepass")))
    digest = hmac.new(secret, said, hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:_SIGNS]
