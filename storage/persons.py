"""One reporter within one transaction: what is theirs, and taking it away."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, func, select

from models.erasure import Mode
from models.message import Outgoing, RawMessage
from models.ticket import TicketState
from models.work import Delivery, Ending
from storage.addresses import address_key
from storage.anonymising import anonymise
from storage.chat_tables import ConversationTicketTable
from storage.erasers import ERASERS
from storage.erasing import Scrub
from storage.inbox import Inbox
from storage.link_tables import SplitTable
from storage.packing import as_outgoing
from storage.retention import Retention
from storage.sealing import Place, Purpose, Seals
from storage.tables import Base, InboxTable, OutboxTable, ReporterTable, TicketTable

ERASED = "erased"
AT_ONCE = 100
_OUTBOX = Base.metadata.tables[OutboxTable.__tablename__]


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What an erasure did, by table: how many rows it removed or changed, and the SHA-256 of the keys of theirs."""

    counts: Mapping[str, int]
    digests: Mapping[str, str]


class Persons:
    """Reporters within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals
        self._retention = Retention(connection, seals)
        self._inbox = Inbox(connection, seals)

    def tickets_of(self, address: str) -> tuple[int, ...]:
        """The tickets whose reporter has this address, oldest first."""
        key = address_key(address)
        if not key:
            return ()
        same = ReporterTable.address_index.in_(self._seals.blinds(Purpose.ADDRESS, key))
        found = self._connection.execute(select(ReporterTable.ticket_id).where(same)).scalars()
        return self._with_splits(set(found))

    def of_same_chat(self, ticket_id: int) -> tuple[int, ...]:
        """The tickets of the conversations that a ticket belongs to, itself among them, oldest first."""
        link = ConversationTicketTable
        mine = select(link.conversation_id).where(link.ticket_id == ticket_id)
        found = self._connection.execute(select(link.ticket_id).where(link.conversation_id.in_(mine))).scalars()
        return self._with_splits({ticket_id, *found})

    def _with_splits(self, ticket_ids: set[int]) -> tuple[int, ...]:
        """These tickets and those made of their messages, oldest first: what was split off is theirs, too."""
        while True:
            made = select(SplitTable.ticket_id).where(SplitTable.from_id.in_(ticket_ids))
            more = set(self._connection.execute(made).scalars()) - ticket_ids
            if not more:
                return tuple(sorted(ticket_ids))
            ticket_ids = ticket_ids | more

    def references(self, ticket_ids: Sequence[int]) -> tuple[str, ...]:
        """Their references, oldest first."""
        found = select(TicketTable.reference).where(TicketTable.id.in_(ticket_ids)).order_by(TicketTable.id)
        return tuple(self._connection.execute(found).scalars())

    def not_closed(self, ticket_ids: Sequence[int]) -> tuple[str, ...]:
        """The references of those that are still open."""
        is_open = TicketTable.state != TicketState.CLOSED.value
        found = select(TicketTable.reference).where(TicketTable.id.in_(ticket_ids), is_open)
        return tuple(self._connection.execute(found.order_by(TicketTable.id)).scalars())

    def mails_to(self, ticket_id: int) -> tuple[tuple[datetime, Delivery, Outgoing], ...]:
        """Our mails about a ticket that are still kept, oldest first, without their recipient. Raises SealBroken."""
        mine = select(_OUTBOX).where(_OUTBOX.c.ticket_id == ticket_id, _OUTBOX.c.outgoing.is_not(None))
        rows = self._connection.execute(mine.order_by(_OUTBOX.c.id)).mappings()
        return tuple(
            (
                row["settled_at"] or row["created_at"],
                Delivery(row["state"]),
                as_outgoing(self._seals.open(Place(_OUTBOX, "outgoing", row["message_id"]), row["outgoing"]), ""),
            )
            for row in rows
        )

    def strays(self) -> Iterator[tuple[int, RawMessage]]:
        """Every message that became no ticket, opened, oldest first: whose it is stands only in its bytes."""
        after = 0
        ended = InboxTable.ending.in_([Ending.IGNORED.value, Ending.QUARANTINED.value])
        while True:
            some = select(InboxTable.id).where(ended, InboxTable.id > after).order_by(InboxTable.id).limit(AT_ONCE)
            numbers = self._connection.execute(some).scalars().all()
            for number in numbers:
                message = self._inbox.message(number)
                if message is not None:
                    yield number, message
            if len(numbers) < AT_ONCE:
                return
            after = numbers[-1]

    def waiting(self) -> int:
        """How many messages have not been filed yet: nobody knows whose they are."""
        found = select(func.count()).select_from(InboxTable).where(InboxTable.ending.is_(None))
        return int(self._connection.execute(found).scalar_one())

    def erase(
        self, ticket_ids: Sequence[int], strays: Sequence[int], *, mode: Mode, scrub: Scrub, now: datetime
    ) -> Erased:
        """Take a person out of tickets, or remove these whole, and remove their other messages."""
        digests = self._digests(ticket_ids, strays)
        rows = self._retention.remove_messages(strays, why=ERASED, now=now) if strays else {}
        if mode is Mode.FULL:
            done = self._retention.remove(ticket_ids, why=ERASED, now=now)
        else:
            done = anonymise(self._connection, self._seals, ticket_ids, scrub=scrub, now=now)
        counts = {table: rows.get(table, 0) + done.get(table, 0) for table in sorted({*rows, *done})}
        return Erased(
            counts={table: number for table, number in counts.items() if number},
            digests={table: digests[table] for table, number in counts.items() if number},
        )

    def _digests(self, ticket_ids: Sequence[int], strays: Sequence[int]) -> dict[str, str]:
        """Table -> SHA-256 of the keys of the rows that are theirs."""
        mine = select(InboxTable.id).where(InboxTable.ticket_id.in_(ticket_ids))
        messages = [*self._connection.execute(mine).scalars(), *strays]
        return {one.table.name: self._digest(one.table, ticket_ids, messages) for one in ERASERS()}

    def _digest(self, table: Table, ticket_ids: Sequence[int], messages: Sequence[int]) -> str:
        owner, numbers = next(iter(table.primary_key)), ticket_ids
        if "ticket_id" in table.c and table.name != InboxTable.__tablename__:
            owner = table.c.ticket_id
        elif table.name != TicketTable.__tablename__:
            owner, numbers = table.c.inbox_id if "inbox_id" in table.c else table.c.id, messages
        keys = select(*table.primary_key).where(owner.in_(numbers)).order_by(*table.primary_key)
        lines = ("\t".join(map(str, row)) + "\n" for row in self._connection.execute(keys))
        return hashlib.sha256("".join(lines).encode()).hexdigest()
