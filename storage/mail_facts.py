"""What mails tell of their senders: kept beside the messages of a ticket."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select

from models.message import Address
from models.rights import Viewer
from models.sender import Authentication, MailFacts, Spoofing, Trust, Witness
from models.ticket import TicketState
from storage.mail_tables import MailFactsTable
from storage.sealing import Place, Seals
from storage.tables import EntryTable, TicketTable
from storage.types import storable
from storage.visibility import visible

_TABLE = MailFactsTable.metadata.tables[MailFactsTable.__tablename__]


class MailFactsOf:
    """The facts of mails within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def add(self, inbox_id: int, facts: MailFacts) -> None:
        """Keep them. Nothing is kept of a mail that tells nothing. Raises KeyFault when it cannot be sealed."""
        if not facts.says_something:
            return
        people = None
        if facts.recipients or facts.original:
            people = {
                "recipients": [[one.name, one.address] for one in facts.recipients],
                "original": [facts.original.name, facts.original.address] if facts.original else None,
            }
        columns = {
            "inbox_id": inbox_id,
            "trust": facts.authentication.trust.value,
            "witness": facts.authentication.witness.value,
            "found": storable(facts.authentication.found),
            "spoofing": [sign.value for sign in facts.spoofing],
            "junk": storable(facts.junk),
        }
        self._connection.execute(insert(_TABLE), {**columns, **self._seals.seal(_TABLE, inbox_id, {"people": people})})

    def of_ticket(self, ticket_id: int) -> dict[int, MailFacts]:
        """Those of a ticket's mails, by the number of the message. Raises SealBroken or KeyFault."""
        mine = select(EntryTable.inbox_id).where(EntryTable.ticket_id == ticket_id)
        wanted = select(_TABLE).where(_TABLE.c.inbox_id.in_(mine)).order_by(_TABLE.c.inbox_id)
        return {row["inbox_id"]: self._facts(row) for row in self._connection.execute(wanted).mappings()}

    def junk_among(self, ticket_ids: list[int]) -> frozenset[int]:
        """Which of these tickets the mail server called junk."""
        wanted = select(TicketTable.id).where(TicketTable.id.in_(ticket_ids), likely_junk())
        return frozenset(self._connection.execute(wanted).scalars())

    def junk_count(self, viewer: Viewer) -> int:
        """How many tickets that are not closed the mail server called junk."""
        still_open = TicketTable.state != TicketState.CLOSED.value
        wanted = select(func.count()).select_from(TicketTable).where(still_open, likely_junk(), visible(viewer))
        return int(self._connection.execute(wanted).scalar_one())

    def _facts(self, row: Any) -> MailFacts:
        people = self._seals.open(Place(_TABLE, "people", row["inbox_id"]), row["people"]) or {}
        original = people.get("original")
        return MailFacts(
            authentication=Authentication(
                trust=Trust(row["trust"]), witness=Witness(row["witness"]), found=row["found"]
            ),
            spoofing=tuple(Spoofing(sign) for sign in row["spoofing"]),
            junk=row["junk"],
            recipients=tuple(Address(name=name, address=address) for name, address in people.get("recipients", [])),
            original=Address(name=original[0], address=original[1]) if original else None,
        )


def likely_junk() -> ColumnElement[bool]:
    """The condition on a ticket that the mail server called one of its mails junk, and no officer has decided since."""
    marked = select(EntryTable.ticket_id).join(_TABLE, _TABLE.c.inbox_id == EntryTable.inbox_id)
    return TicketTable.id.in_(marked.where(_TABLE.c.junk != "")) & TicketTable.decided.is_(False)
