"""Finding one reporter's tickets and messages, taking the person away, and certifying it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.audit import Act, Action
from models.erasure import Certificate, ErasureRefused, Mode, Person
from models.masked_message import FindPersonal
from models.masking import PersonalKind, masked
from models.message import Mail
from models.rights import Right, Viewer
from models.searchable import name_words, without_person
from storage.addresses import address_key
from storage.store import Transaction

Read = Callable[[bytes], Mail]
_OF_PERSONS = frozenset({PersonalKind.PHONE, PersonalKind.ADDRESS})


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """Who looks for a person, and what is needed to look."""

    viewer: Viewer
    right: Right
    read: Read


def person_of_ticket(tx: Transaction, reference: str, looking: Looking) -> Person:
    """Who wrote a ticket, with all their other tickets. Raises ErasureRefused, SealBroken or KeyFault."""
    ticket_id = tx.access.ticket_for(looking.viewer, looking.right, reference.upper())
    if ticket_id is None:
        raise ErasureRefused(f"There is no ticket {reference.upper()} for this officer.")
    reporter = tx.tickets.reporters.opened(ticket_id)
    if not reporter.address:
        return _person(tx, tx.persons.of_same_chat(ticket_id), "", looking)
    return _person(tx, tx.persons.tickets_of(reporter.address) or (ticket_id,), reporter.address, looking)


def person_of_address(tx: Transaction, address: str, looking: Looking) -> Person:
    """All that somebody with this address sent us. Raises ErasureRefused when that is nothing."""
    person = _person(tx, tx.persons.tickets_of(address), address, looking)
    if not (person.ticket_ids or person.strays):
        raise ErasureRefused("Nothing of this address is kept here.")
    return person


def _person(tx: Transaction, ticket_ids: tuple[int, ...], address: str, looking: Looking) -> Person:
    names = dict.fromkeys(tx.tickets.reporters.opened(ticket_id).name for ticket_id in ticket_ids)
    return Person(
        name=" ".join(name for name in names if name),
        address=address,
        ticket_ids=ticket_ids,
        references=tx.persons.references(ticket_ids),
        strays=_strays(tx, address, looking.read) if address else (),
    )


def _strays(tx: Transaction, address: str, read: Read) -> tuple[int, ...]:
    key = address_key(address)
    found: list[int] = []
    for number, message in tx.persons.strays():
        sender = read(message.raw).sender
        if key in {address_key(message.envelope_from or ""), address_key(sender.address if sender else "")}:
            found.append(number)
    return tuple(found)


def check(tx: Transaction, person: Person, mode: Mode) -> None:
    """Raises ErasureRefused when something stands in the way."""
    held = tx.retention.held(person.ticket_ids)
    if held:
        names = ", ".join(one.reference for one in held)
        raise ErasureRefused(f"{names}: on legal hold. End the hold first ('intake hold … --lift'), or wait.")
    still_open = tx.persons.not_closed(person.ticket_ids) if mode is Mode.FULL else ()
    if still_open:
        raise ErasureRefused(f"{', '.join(still_open)}: still open. Decide and close first, or use 'pseudonymise'.")


def scrub_of(person: Person, find: FindPersonal) -> Callable[[str], str]:
    """What takes the person out of a text: their names, every e-mail address, and phone numbers and streets."""
    words = name_words(person.name, person.address)

    def scrub(text: str) -> str:
        return without_person(masked(text, (one for one in find(text) if one.kind in _OF_PERSONS)), words)

    return scrub


def erase(tx: Transaction, person: Person, *, mode: Mode, by: str, find: FindPersonal, now: datetime) -> Certificate:
    """Erase a person and note it in the audit chain, in this transaction. Raises ErasureRefused.

    `find` looks for phone numbers and addresses. Everything that is read again afterwards is read from what stays.
    """
    check(tx, person, mode)
    rows = tx.persons.erase(person.ticket_ids, person.strays, mode=mode, scrub=scrub_of(person, find), now=now)
    certificate = Certificate(
        number=secrets.token_hex(8),
        at=now,
        by=by,
        mode=mode,
        references=person.references,
        messages_of_no_ticket=len(person.strays),
        rows=rows.counts,
        digests=rows.digests,
    )
    for subject in person.references or ("no ticket",):
        detail = {"mode": mode.value, "certificate": certificate.number, "digest": certificate.digest}
        tx.audit.append(Act(at=now, actor=by, action=Action.ERASED, subject=subject, detail=detail))
    return certificate
