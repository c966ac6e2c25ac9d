"""Thread tokens: what a mail of ours carries so that the answer finds its ticket, and nobody else's does.

A token is bound to the ticket and to the address that the mail went to. Who got it by a forwarded mail has another
address, and for that one it is no token. It stands in our Message-IDs and, where the mail server delivers that,
behind a plus in our Reply-To: some phones forget which mail they answer, and none forgets whom. Here is its shape;
`storage/thread_tokens.py` signs.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator

BITS = 100
_SIGNS = BITS // 5
_SHAPE = re.compile(rf"(?<![a-z0-9])t([1-9a-f][0-9a-f]{{0,15}})-([a-z2-7]{{{_SIGNS}}})(?![a-z0-9])")
MOST = 50
"""Things that look like a token in one mail that are tried."""


def written(ticket_id: int, signature: str) -> str:
    """The token: `t`, the ticket's number in hexadecimal, a dash, and 100 bits of a secret signature."""
    return f"t{ticket_id:x}-{shortened(signature)}"


def shortened(signature: str) -> str:
    """100 bits of a signature, in signs that survive in the local part of every address."""
    return base64.b32encode(hashlib.sha256(signature.encode()).digest()).decode("ascii").lower()[:_SIGNS]


def found_in(places: Iterable[str]) -> Iterator[tuple[int, str]]:
    """What looks like a token in these texts, at most fifty: the ticket's number and the shortened signature."""
    tried = 0
    for place in places:
        for match in _SHAPE.finditer(place.lower()):
            tried += 1
            if tried > MOST:
                return
            yield int(match[1], 16), match[2]


def plus_address(address: str, marked: str) -> str:
    """Our address with a token behind a plus."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{marked}@{domain}"


def without_plus(address: str) -> str:
    """An address without what stands behind a plus."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
