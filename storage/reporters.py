"""Who wrote: sealed so that whoever files can write it, and only the sender's process and custodians can open it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update

from models.sealing import Anonymity
from models.ticket import Reporter, SealedReporter
from storage.addresses import address_key, domain_of
from storage.chat_tables import ConversationTicketTable
from storage.conversations import CONVERSATIONS as _CHATS
from storage.conversations import open_address
from storage.sealing import Place, Purpose, Seals
from storage.tables import ReporterTable

REPORTERS = ReporterTable.metadata.tables[ReporterTable.__tablename__]


class Reporters:
    """The reporters of tickets within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def add(self, ticket_id: int, reporter: Reporter) -> None:
        """Keep who wrote. What is empty is not kept at all: of an anonymous reporter with no way back, nothing is."""
        identity = {"name": reporter.name or None, "address": reporter.address or None}
        columns = {
            "ticket_id": ticket_id,
            "anonymity": reporter.anonymity.value,
            **self._seals.seal(REPORTERS, ticket_id, identity, person=ticket_id),
            **indexes_of(self._seals, reporter.address),
        }
        self._connection.execute(insert(REPORTERS), columns)

    def sealed(self, ticket_id: int) -> SealedReporter:
        """What may be told of a ticket's reporter without opening the seal."""
        table = REPORTERS.c
        # A chat that the ticket is tied to is a way back, too.
        has_address = or_(table.address.is_not(None), _chats(ticket_id).where(_CHATS.c.address.is_not(None)).exists())
        wanted = select(table.anonymity, table.name.is_not(None), has_address)
        row = self._connection.execute(wanted.where(table.ticket_id == ticket_id)).one()
        return SealedReporter(anonymity=Anonymity(row[0]), has_name=row[1], has_address=row[2])

    def opened(self, ticket_id: int) -> Reporter:
        """Who wrote. Raises SealBroken, or KeyFault where the private half of the address key is not at hand."""
        row = self._connection.execute(select(REPORTERS).where(REPORTERS.c.ticket_id == ticket_id)).mappings().one()
        name, address = (
            self._seals.open(Place(REPORTERS, column, ticket_id), row[column], person=ticket_id) or ""
            for column in ("name", "address")
        )
        return Reporter(name=name, address=address, anonymity=Anonymity(row["anonymity"]))

    def chats(self, ticket_id: int) -> tuple[str, ...]:
        """The chats that a ticket is tied to, as channel and address. Raises as `opened` does."""
        rows = self._connection.execute(_chats(ticket_id).order_by(_CHATS.c.id)).mappings()
        opened = ((row["channel"], open_address(self._seals, row["id"], row["address"])) for row in rows)
        return tuple(f"{channel} {address}" for channel, address in opened if address is not None)

    def promise(self, ticket_id: int, anonymity: Anonymity) -> None:
        """What the reporter is promised from now on."""
        mine = update(REPORTERS).where(REPORTERS.c.ticket_id == ticket_id)
        self._connection.execute(mine.values(anonymity=anonymity.value))

    def change(self, ticket_id: int, *, name: str | None, address: str | None) -> None:
        """Write what a reporter said of themselves later; None leaves it as it is, an empty text takes it away."""
        given = {key: value for key, value in (("name", name), ("address", address)) if value is not None}
        identity = {key: value or None for key, value in given.items()}
        columns = self._seals.seal(REPORTERS, ticket_id, identity, person=ticket_id)
        if address is not None:
            columns |= indexes_of(self._seals, address)
        if columns:
            self._connection.execute(update(REPORTERS).where(REPORTERS.c.ticket_id == ticket_id).values(**columns))

    def newest_of(self, address: str, tickets: Collection[int]) -> int | None:
        """The newest of these tickets whose reporter has this address."""
        same = REPORTERS.c.address_index.in_(self._seals.blinds(Purpose.ADDRESS, address_key(address)))
        wanted = select(REPORTERS.c.ticket_id).where(REPORTERS.c.ticket_id.in_(tickets), same)
        return self._connection.execute(wanted.order_by(REPORTERS.c.ticket_id.desc()).limit(1)).scalar()


def _chats(ticket_id: int) -> Select[Any]:
    tied = ConversationTicketTable.conversation_id == _CHATS.c.id
    wanted = select(_CHATS.c.id, _CHATS.c.channel, _CHATS.c.address).join(ConversationTicketTable, tied)
    return wanted.where(ConversationTicketTable.ticket_id == ticket_id)


def indexes_of(seals: Seals, address: str) -> dict[str, str | None]:
    """The blind indexes of an address and of its domain; none of an empty one."""
    key = address_key(address)
    return {
        "address_index": seals.blind(Purpose.ADDRESS, key) if key else None,
        "domain_index": seals.blind(Purpose.DOMAIN, domain_of(key)) if key else None,
    }
