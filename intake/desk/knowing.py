"""What we know of the senders of a ticket's mails, ready to show."""

from dataclasses import dataclass

from intake.desk.wording import SPOOFING, TRUST, UNSURE_WHO
from models.message import Address
from models.sealing import Anonymity
from models.sender import MailFacts, Spoofing
from models.ticket import Ticket
from storage.store import KeyFault, SealBroken, Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownMail:
    """One mail of a ticket, by its number among the ticket's messages, in words."""

    number: int
    trust: str
    found: str
    doubtful: bool
    """It may come from somebody else than it says."""
    warnings: tuple[str, ...]
    junk: str
    recipients: tuple[Address, ...]
    original: Address | None


def mails_of(tx: Transaction, ticket: Ticket) -> tuple[KnownMail, ...]:
    """What is known of each mail; nothing of those about which nothing is. It opens what is sealed of other people.

    Where the reporter wants to stay anonymous, nobody sees whom else they wrote to.
    """
    try:
        facts = tx.mail_facts.of_ticket(ticket.row.id)
    except (KeyFault, SealBroken):
        return ()
    numbers = {entry.inbox_id: number for number, entry in enumerate(ticket.entries, start=1)}
    hides = ticket.reporter.anonymity is Anonymity.ANONYMOUS
    return tuple(_known(number, facts[row], hides=hides) for row, number in numbers.items() if row in facts)


def _known(number: int, facts: MailFacts, *, hides: bool) -> KnownMail:
    found = facts.authentication
    return KnownMail(
        number=number,
        trust=TRUST.get((found.trust, found.witness), UNSURE_WHO),
        found=found.found,
        doubtful=bool({Spoofing.FAILED, Spoofing.AS_US} & set(facts.spoofing)),
        warnings=tuple(SPOOFING[sign] for sign in facts.spoofing),
        junk=facts.junk,
        recipients=() if hides else facts.recipients,
        original=None if hides else facts.original,
    )
