"""The outbox: what is to be sent, written in the transaction that made it necessary."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from models.message import Outgoing
from models.work import Delivery, DeliveryRow, OutboxItem
from storage.addresses import address_key, domain_of
from storage.claims import claim, settle
from storage.errors import SealBroken, StoreError, UnknownKey
from storage.key_checks import is_registered
from storage.message_ids import written_by_us
from storage.packing import as_outgoing, pack_outgoing
from storage.sealing import Place, Purpose, Seals
from storage.tables import OutboxTable, ReporterTable
from storage.types import indexable

_OUTBOX = OutboxTable.metadata.tables[OutboxTable.__tablename__]
_REPORTERS = ReporterTable.metadata.tables[ReporterTable.__tablename__]
_INSERT = insert(OutboxTable).returning(OutboxTable.id)
BROKEN = "Its seal does not open: the store was altered. Nothing was sent."


class Outbox:
    """The outbox within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def add(self, ticket_id: int, outgoing: Outgoing, *, purpose: str, now: datetime) -> int:
        """Queue a mail; it is sent after this transaction is durable."""
        address, row = outgoing.recipient, indexable(outgoing.message_id)
        return self._insert(
            ticket_id,
            purpose,
            now,
            message_id=outgoing.message_id,
            address_index=self._seals.blind(Purpose.ADDRESS, address_key(address)),
            domain_index=self._seals.blind(Purpose.DOMAIN, domain_of(address)),
            **self._seals.seal(_OUTBOX, row, {"outgoing": pack_outgoing(outgoing)}),
            **self._seals.seal(_OUTBOX, row, {"recipient": address}, person=ticket_id),
        )

    def reply(self, ticket_id: int, outgoing: Outgoing, *, purpose: str, now: datetime) -> int:
        """Queue a mail to the reporter of a ticket, whose address nobody here has to open.

        The recipient of `outgoing` must be empty. Raises StoreError when the ticket has nobody to write to.
        """
        table, row = ReporterTable, indexable(outgoing.message_id)
        found = select(table.address, table.address_index, table.domain_index).where(table.ticket_id == ticket_id)
        known = self._connection.execute(found).first()
        if outgoing.recipient or known is None or known.address is None:
            raise StoreError("this ticket has no address to write to")
        recipient = self._seals.copied(
            known.address, Place(_REPORTERS, "address", ticket_id), Place(_OUTBOX, "recipient", row)
        )
        return self._insert(
            ticket_id,
            purpose,
            now,
            message_id=outgoing.message_id,
            address_index=known.address_index,
            domain_index=known.domain_index,
            recipient=recipient,
            **self._seals.seal(_OUTBOX, row, {"outgoing": pack_outgoing(outgoing)}),
        )

    def withhold(self, ticket_id: int, *, purpose: str, reason: str, now: datetime) -> int:
        """Note that a mail was not written, and why; officers see it. To whom is not kept: nobody was written to."""
        return self._insert(ticket_id, purpose, now, state=Delivery.WITHHELD.value, error=reason, settled_at=now)

    def claim(self, *, worker: str, now: datetime, lease: timedelta, limit: int = 1) -> tuple[OutboxItem, ...]:
        """Claim mails that wait, oldest first."""
        rows = claim(
            self._connection,
            OutboxTable,
            OutboxTable.state == Delivery.WAITING.value,
            worker=worker,
            now=now,
            lease=lease,
            limit=limit,
        )
        items = ((row, self._readable(row, now)) for row in rows)
        return tuple(
            OutboxItem(
                id=row["id"],
                claim=row["claim"],
                attempts=row["attempts"],
                ticket_id=row["ticket_id"],
                outgoing=outgoing,
                purpose=row["purpose"],
            )
            for row, outgoing in items
            if outgoing is not None
        )

    def sent(self, item: OutboxItem, now: datetime) -> None:
        """The other side has taken it. Raises LostClaim when the claim is not ours any more."""
        values = {"state": Delivery.SENT.value, "settled_at": now, "error": ""}
        settle(self._connection, OutboxTable, item.id, item.claim, values)

    def postpone(self, item: OutboxItem, *, until: datetime, error: str, counts: bool = True) -> None:
        """Try again then; `counts` is whether this was a try. Raises LostClaim when the claim is not ours any more."""
        attempts = item.attempts if counts else item.attempts - 1
        values = {"due_at": until, "error": error, "attempts": attempts}
        settle(self._connection, OutboxTable, item.id, item.claim, values)

    def fail(self, item: OutboxItem, *, error: str, now: datetime) -> None:
        """It will not go; `error` says why. Raises LostClaim when the claim is not ours any more."""
        values = {"state": Delivery.FAILED.value, "settled_at": now, "error": error or "no reason given"}
        settle(self._connection, OutboxTable, item.id, item.claim, values)

    def came_back(self, message_ids: Sequence[str], *, error: str, now: datetime) -> tuple[int, ...]:
        """Mark mails of ours that were taken by the other side and came back later; the tickets that they belong to."""
        returned = (
            update(OutboxTable)
            .where(OutboxTable.message_id.in_(message_ids[:50]), OutboxTable.state == Delivery.SENT.value)
            .values(state=Delivery.FAILED.value, error=error, settled_at=now)
            .returning(OutboxTable.ticket_id)
        )
        return tuple(sorted(set(self._connection.execute(returned).scalars())))

    def is_ours(self, message_ids: Sequence[str]) -> bool:
        """Whether one of these Message-IDs is of a mail that we wrote."""
        return written_by_us(self._connection, message_ids)

    def written_to(self, address: str, since: datetime) -> int:
        """How many mails were written to an address since then; those withheld do not count."""
        return self._count(
            OutboxTable.address_index.in_(self._seals.blinds(Purpose.ADDRESS, address_key(address))), since
        )

    def written_to_domain(self, domain: str, since: datetime) -> int:
        """How many mails were written to a domain since then; those withheld do not count."""
        same = self._seals.blinds(Purpose.DOMAIN, domain_of(domain))
        return self._count(OutboxTable.domain_index.in_(same), since)

    def counts(self) -> dict[Delivery, int]:
        """How many mails there are in each state."""
        found = self._connection.execute(select(OutboxTable.state, func.count()).group_by(OutboxTable.state))
        counted = {Delivery(state): number for state, number in found}
        return {state: counted.get(state, 0) for state in Delivery}

    def deliveries(self, ticket_id: int) -> tuple[DeliveryRow, ...]:
        """What was written to a ticket's reporter, and how it went."""
        table = OutboxTable
        found = self._connection.execute(
            select(table.purpose, table.state, table.attempts, table.created_at, table.settled_at, table.error)
            .where(table.ticket_id == ticket_id)
            .order_by(table.id)
        )
        return tuple(
            DeliveryRow(
                purpose=row.purpose,
                state=Delivery(row.state),
                attempts=row.attempts,
                at=row.settled_at or row.created_at,
                error=row.error,
            )
            for row in found
        )

    def _readable(self, row: RowMapping, now: datetime) -> Outgoing | None:
        """The mail of a claimed row. One whose seal is broken fails, and hinders no other."""
        key = row["message_id"]
        try:
            recipient = self._seals.open(Place(_OUTBOX, "recipient", key), row["recipient"], person=row["ticket_id"])
            return as_outgoing(self._seals.open(Place(_OUTBOX, "outgoing", key), row["outgoing"]), recipient)
        except UnknownKey as fault:
            if is_registered(self._connection, fault.key_id):
                raise
        except SealBroken:
            pass
        values = {"state": Delivery.FAILED.value, "settled_at": now, "error": BROKEN}
        settle(self._connection, OutboxTable, row["id"], row["claim"], values)
        return None

    def _count(self, whose: object, since: datetime) -> int:
        written = OutboxTable.state != Delivery.WITHHELD.value
        found = select(func.count()).where(whose, written, OutboxTable.created_at >= since)  # type: ignore[arg-type]
        return int(self._connection.execute(found).scalar_one())

    def _insert(self, ticket_id: int, purpose: str, now: datetime, **values: object) -> int:
        columns = {
            "ticket_id": ticket_id,
            "purpose": purpose,
            "message_id": None,
            "address_index": None,
            "domain_index": None,
            "recipient": None,
            "outgoing": None,
            "settled_at": None,
            "created_at": now,
            "due_at": now,
            "attempts": 0,
            "state": Delivery.WAITING.value,
            "error": "",
            **values,
        }
        return int(self._connection.execute(_INSERT, columns).scalar_one())
