"""Whether a mail comes from whom it names, and whether it is junk, as our own receiving server found (RFC 8601).

Only the topmost Authentication-Results of a server that the settings name counts: anybody can write such a line below
it. What is found is shown to officers. It never keeps a concern from being taken.
"""

import re
from collections.abc import Mapping, Sequence

from models.message import Address
from models.sender import Authentication, Trust, Witness

_METHOD = re.compile(r"^\s*([a-z][a-z0-9-]{1,30})(?:/\d+)?\s*=\s*([a-z]{2,20})\b(.*)$", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(
    r"\b(?:header\.(?:from|d|i)|smtp\.(?:mailfrom|helo)|policy\.[a-z-]+)\s*=\s*\"?([^\s;\"]{1,320})", re.IGNORECASE
)
_SHARED = frozenset(
    {"ac", "co", "com", "edu", "gov", "gob", "gouv", "go", "net", "nhs", "org", "or", "sch", "ltd", "plc"}
)
"""First names of endings that many organisations share, such as co.uk."""
_MOST = 20
"""Results of one line that are read."""
JUNK_HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("x-spam-flag", re.compile(r"^\s*yes\b", re.IGNORECASE)),
    ("x-spam-status", re.compile(r"^\s*yes\b", re.IGNORECASE)),
    ("x-spam", re.compile(r"^\s*yes\b", re.IGNORECASE)),
    ("x-ms-exchange-organization-scl", re.compile(r"^\s*[5-9]\s*$")),
    (
        "x-forefront-antispam-report",
        re.compile(r"\b(?:SFV:(?:SPM|SKB)|CAT:(?:SPM|HSPM|PHSH|HPHISH|HPHSH|MALW|BULK|SPOOF))\b"),
    ),
    ("x-rspamd-action", re.compile(r"^\s*(?:reject|add header|rewrite subject)\b", re.IGNORECASE)),
)
"""Headers by which well-known filters say that a mail is junk."""


def authentication(lines: Sequence[str], servers: frozenset[str], sender: Address | None) -> Authentication | None:
    """What our server found; `lines` are the Authentication-Results in the order in which they stand.

    `servers` are the names (authserv-id) of our own servers, in lower case. None when no line is of one of them.
    """
    for line in lines:
        name, results = _taken_apart(line)
        if name in servers:
            return _judged(results, sender)
    return None


def junk_sign(headers: Mapping[str, Sequence[str]], further: Sequence[tuple[str, str]] = ()) -> str:
    """The header by which our server says that this is junk, or an empty text.

    `further` are headers of the settings: a name, and how a value begins that says so, both in lower case.
    """
    for name, pattern in JUNK_HEADERS:
        if any(pattern.search(value) for value in headers.get(name, [])[:1]):
            return f"header {name}"
    for name, beginning in further:
        if any(value.strip().lower().startswith(beginning) for value in headers.get(name, [])[:1]):
            return f"header {name}"
    return ""


def domain_of(value: str) -> str:
    """The domain of an address, or the value itself, in lower case."""
    return value.rpartition("@")[2].strip("<>").lower().rstrip(".")


def same_organisation(one: str, other: str) -> bool:
    """Equal, or one below the other; never by a public ending that they share, such as ac.uk."""
    if not one or one == other:
        return bool(one)
    above, below = sorted((one, other), key=len)
    return below.endswith(f".{above}") and not _is_public_ending(above)


def _is_public_ending(domain: str) -> bool:
    first, _, rest = domain.partition(".")
    return not rest or (first in _SHARED and "." not in rest)


def _without_comments(line: str) -> str:
    """The line without comments, which may stand in each other, and without what stands in quotes."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for sign in line:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif quoted or (sign == '"' and not depth):
            quoted = sign != '"' if quoted else True
        elif sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1))
            kept.append(" ")
        elif not depth:
            kept.append(sign)
    return "".join(kept)


def _taken_apart(line: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The server's name, and each method with its result and the domain that it is about."""
    bare = " ".join(_without_comments(line[:20_000]).split())
    name, *parts = bare.split(";")
    found = []
    for part in parts[:_MOST]:
        method = _METHOD.match(part)
        if method:
            domain = _PROPERTY.search(method[3])
            found.append((method[1].lower(), method[2].lower(), domain_of(domain[1]) if domain else ""))
    return name.strip().split(" ")[0].strip('"').lower().rstrip("."), found


def _judged(results: list[tuple[str, str, str]], sender: Address | None) -> Authentication:
    by_method: dict[str, str] = {}
    for method, result, _ in results:
        if by_method.get(method) != "pass":
            by_method[method] = result
    domain = domain_of(sender.address) if sender else ""
    passed = [about for method, result, about in results if result == "pass" and method in {"dkim", "spf"}]
    if by_method.get("dmarc") == "pass":
        trust = Trust.CONFIRMED
    elif by_method.get("dmarc") in {"fail", "permerror"}:
        trust = Trust.DOUBTFUL
    elif domain and any(same_organisation(about, domain) for about in passed):
        trust = Trust.CONFIRMED
    elif by_method.get("spf") in {"fail", "softfail"} or by_method.get("dkim") == "fail":
        trust = Trust.DOUBTFUL
    else:
        trust = Trust.UNKNOWN
    shown = ", ".join(f"{method} {by_method[method]}" for method in ("spf", "dkim", "dmarc") if method in by_method)
    return Authentication(trust=trust, witness=Witness.SERVER, found=shown)
