"""What a mail tells of its sender and of who else it went to. Nothing here raises, and nothing here drops a mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from channels.email import headers
from channels.email.dkim import Checked, FindKey, Result, verify
from channels.email.forwards import original_of
from channels.email.structure import header_fields
from channels.email.trust import authentication, domain_of, junk_sign, same_organisation
from models.message import Address, Mail
from models.sender import Authentication, MailFacts, Spoofing, Trust, Witness
from models.thread_tokens import without_plus

MOST_RECIPIENTS = 50
_OF_RESULTS = "authentication-results"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trusted:
    """Whom to believe. `servers` are the authserv-ids of our own receiving servers, in lower case."""

    servers: frozenset[str] = frozenset()
    junk_headers: tuple[tuple[str, str], ...] = ()
    """Further headers that say "junk": a name, and how such a value begins, in lower case."""
    own: frozenset[str] = frozenset()
    """Our own addresses, in lower case."""
    find_key: FindKey | None = None
    """Finds DKIM keys; None where nothing may be looked up."""


def facts_of(raw: bytes, mail: Mail, trusted: Trusted, *, now: float) -> MailFacts:
    """What is worth keeping of a mail beside its words. `now` is in seconds since 1970."""
    fields = _texts(header_fields(raw))
    found = _authentication(raw, fields, mail, trusted, now)
    spoofing = _spoofing(fields, mail, found, trusted.own)
    if Spoofing.SEVERAL_SENDERS in spoofing and found.trust is Trust.CONFIRMED:
        # What was confirmed may be the other sender.
        found = Authentication(trust=Trust.UNKNOWN, witness=found.witness, found=found.found)
    return MailFacts(
        authentication=found,
        spoofing=spoofing,
        junk=junk_sign(fields, trusted.junk_headers),
        recipients=_others(mail, trusted.own),
        original=original_of(raw, mail, trusted.own),
    )


def _texts(fields: Sequence[tuple[str, bytes]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        values = found.setdefault(name, [])
        if len(values) < headers.MOST_VALUES:
            values.append(headers.plain(value))
    return found


def _authentication(
    raw: bytes, fields: dict[str, list[str]], mail: Mail, trusted: Trusted, now: float
) -> Authentication:
    by_server = authentication(fields.get(_OF_RESULTS, []), trusted.servers, mail.sender)
    if by_server is not None:
        return by_server
    domain = domain_of(mail.sender.address) if mail.sender else ""
    if trusted.find_key is None or not domain:
        return Authentication()
    return _judged(verify(raw, trusted.find_key, now=now, first=domain), domain)


def _judged(checked: Sequence[Checked], domain: str) -> Authentication:
    """A signature counts for the sender where it is by the sender's own organisation."""
    own = {one.result for one in checked if same_organisation(one.domain, domain)}
    if Result.PASS in own:
        return Authentication(trust=Trust.CONFIRMED, witness=Witness.SIGNATURE, found="dkim pass")
    if Result.FAIL in own:
        return Authentication(trust=Trust.DOUBTFUL, witness=Witness.SIGNATURE, found="dkim fail")
    if any(one.result is Result.PASS for one in checked):
        return Authentication(witness=Witness.SIGNATURE, found="dkim pass for another domain")
    if checked:
        return Authentication(witness=Witness.SIGNATURE, found=f"dkim {checked[0].result.value}")
    return Authentication()


def _spoofing(
    fields: dict[str, list[str]], mail: Mail, found: Authentication, own: frozenset[str]
) -> tuple[Spoofing, ...]:
    sender = mail.sender or Address(name="", address="")
    domain = domain_of(sender.address)
    ours = {domain_of(address) for address in own}
    named = headers.addresses_of([sender.name]) if "@" in sender.name else ()
    answers = headers.addresses_of(fields.get("reply-to", []))
    signs = {
        Spoofing.FAILED: found.trust is Trust.DOUBTFUL,
        Spoofing.AS_US: bool(domain) and domain in ours and found.trust is not Trust.CONFIRMED,
        Spoofing.NAME_SHOWS_ANOTHER: any(domain_of(one.address) != domain for one in named),
        Spoofing.SEVERAL_SENDERS: len(fields.get("from", [])) > 1,
        Spoofing.ANSWERS_GO_ELSEWHERE: bool(domain)
        and any(not same_organisation(domain_of(one.address), domain) for one in answers),
    }
    return tuple(sign for sign, holds in signs.items() if holds)


def _others(mail: Mail, own: frozenset[str]) -> tuple[Address, ...]:
    """The recipients besides us and the sender, each once."""
    known = set(own) | ({mail.sender.address.lower()} if mail.sender else set())
    found: dict[str, Address] = {}
    for one in (*mail.to, *mail.cc):
        plain = one.address.lower()
        if plain not in known and without_plus(plain) not in known:
            found.setdefault(plain, one)
    return tuple(found.values())[:MOST_RECIPIENTS]
