"""Retention within one transaction: what is due, what is overdue, what goes, and what is held."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select

from models.retention import Due, Kept, LegalHold, Overdue, Schedule
from models.ticket import TicketState
from storage.anonymising import anonymise
from storage.chat_erasers import cut_chat
from storage.dialect import insert_or_ignore
from storage.due import DUE, held, looked_at, old_quarantined
from storage.emptying import empty_outbox, empty_raw
from storage.erasers import ERASERS
from storage.erasing import Subject
from storage.learning_tables import CorrectionTable, ShadowTable
from storage.retention_tables import LegalHoldTable, TombstoneTable
from storage.sealing import Seals
from storage.tables import Base, InboxTable, OneTimeTable, SessionTable, SignInFailureTable, TicketTable

SHOWN = 20
_OF_TICKETS = (Kept.TICKETS, Kept.IDENTITY, Kept.CHAT_LINKS)
_OF_INBOX = (Kept.RAW, Kept.IGNORED, Kept.QUARANTINED)


class Retention:
    """Retention within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def due(self, kept: Kept, now: datetime, schedule: Schedule) -> Due:
        """What would go of a class now. Acts of the audit chain go by `Audit.retire`, and are none of these."""
        if kept not in schedule or kept not in DUE:
            return Due(kept=kept, count=0)
        ids = DUE[kept](now - schedule[kept])
        return Due(kept=kept, count=self._number_of(ids), first=self._named(kept, ids))

    def expire(self, kept: Kept, now: datetime, schedule: Schedule, *, limit: int = 100) -> int:
        """Let up to `limit` things of a class go; gives how many went. What came back to life meanwhile stays."""
        if kept not in schedule or kept not in DUE:
            return 0
        cutoff = now - schedule[kept]
        wanted = DUE[kept](cutoff).limit(limit)
        if kept in _OF_TICKETS:
            # Whoever adds to a ticket changes its row: so it is either seen here, or waits until this is done.
            wanted = wanted.with_for_update(of=TicketTable, skip_locked=True)
        ids = tuple(self._connection.execute(wanted).scalars())
        if kept is Kept.SIGN_INS:
            self._end_sign_ins(cutoff)
        if ids:
            self._steps(now)[kept](ids)
        return len(ids)

    def remove(self, ticket_ids: Sequence[int], *, why: str, now: datetime) -> dict[str, int]:
        """Remove tickets with all that belongs to them, and leave tombstones; gives the rows removed, by table."""
        messages = select(InboxTable.id).where(InboxTable.ticket_id.in_(ticket_ids))
        return self._remove(tuple(ticket_ids), tuple(self._connection.execute(messages).scalars()), why, now)

    def remove_messages(self, inbox_ids: Sequence[int], *, why: str, now: datetime) -> dict[str, int]:
        """Remove messages that became no ticket, and leave tombstones; gives the rows removed, by table."""
        return self._remove((), tuple(inbox_ids), why, now)

    def overdue(self, now: datetime, schedule: Schedule) -> tuple[Overdue, ...]:
        """What is older than its period and may not go by itself, so that a person looks."""
        return tuple(one for one in self._overdue(now, schedule) if one.count)

    def hold(self, ticket_id: int, *, at: datetime, actor: str, reason: str) -> bool:
        """Put a ticket on hold; False when it is already."""
        values = {"ticket_id": ticket_id, "at": at, "actor": actor, "reason": reason}
        return insert_or_ignore(self._connection, LegalHoldTable, values) is not None

    def lift(self, ticket_id: int) -> bool:
        """End a hold; False when there was none."""
        gone = self._connection.execute(delete(LegalHoldTable).where(LegalHoldTable.ticket_id == ticket_id))
        return gone.rowcount == 1

    def held(self, ticket_ids: Sequence[int] | None = None) -> tuple[LegalHold, ...]:
        """The holds there are, or those on these tickets."""
        columns = (TicketTable.reference, LegalHoldTable.at, LegalHoldTable.actor, LegalHoldTable.reason)
        wanted = select(*columns).join(LegalHoldTable, LegalHoldTable.ticket_id == TicketTable.id)
        if ticket_ids is not None:
            wanted = wanted.where(TicketTable.id.in_(ticket_ids))
        found = self._connection.execute(wanted.order_by(LegalHoldTable.at))
        return tuple(LegalHold(reference=row[0], at=row[1], actor=row[2], reason=row[3]) for row in found)

    def _steps(self, now: datetime) -> dict[Kept, Callable[[tuple[int, ...]], Any]]:
        connection = self._connection
        return {
            Kept.RAW: lambda ids: empty_raw(connection, ids, now),
            Kept.OUTBOX: lambda ids: empty_outbox(connection, ids),
            Kept.CHAT_LINKS: lambda ids: cut_chat(connection, ids, now),
            Kept.SHADOWS: lambda ids: self._delete(ShadowTable, ids),
            Kept.CORRECTIONS: lambda ids: self._delete(CorrectionTable, ids),
            Kept.IDENTITY: lambda ids: anonymise(connection, self._seals, ids, scrub=None, now=now),
            Kept.TICKETS: lambda ids: self.remove(ids, why=Kept.TICKETS.value, now=now),
            Kept.IGNORED: lambda ids: self.remove_messages(ids, why=Kept.IGNORED.value, now=now),
            Kept.QUARANTINED: lambda ids: self.remove_messages(ids, why=Kept.QUARANTINED.value, now=now),
            Kept.SIGN_INS: lambda ids: self._delete(SignInFailureTable, ids),
        }

    def _delete(self, table: type[Base], ids: tuple[int, ...]) -> None:
        plain = Base.metadata.tables[table.__tablename__]
        self._connection.execute(plain.delete().where(plain.c.id.in_(ids)))

    def _end_sign_ins(self, cutoff: datetime) -> None:
        self._connection.execute(delete(SessionTable).where(SessionTable.expires_at < cutoff))
        self._connection.execute(delete(OneTimeTable).where(OneTimeTable.expires_at < cutoff))

    def _remove(
        self, ticket_ids: tuple[int, ...], inbox_ids: tuple[int, ...], why: str, now: datetime
    ) -> dict[str, int]:
        ended = (
            select(InboxTable.id, InboxTable.ending, TicketTable.reference)
            .outerjoin(TicketTable, TicketTable.id == InboxTable.ticket_id)
            .where(InboxTable.id.in_(inbox_ids), InboxTable.ending.is_not(None))
            .with_for_update(of=InboxTable)
        )
        rows = [
            {"inbox_id": row.id, "ending": row.ending, "reference": row.reference, "why": why, "at": now}
            for row in self._connection.execute(ended)
        ]
        if rows:
            self._connection.execute(insert(TombstoneTable), rows)
        subject = Subject(ticket_ids=ticket_ids, inbox_ids=tuple(int(str(row["inbox_id"])) for row in rows))
        return {one.table.name: one.remove(self._connection, subject) for one in ERASERS()}

    def _number_of(self, ids: Select[Any]) -> int:
        return int(self._connection.execute(select(func.count()).select_from(ids.subquery())).scalar_one())

    def _named(self, kept: Kept, ids: Select[Any]) -> tuple[str, ...]:
        if kept in _OF_TICKETS:
            named = select(TicketTable.reference).where(TicketTable.id.in_(ids)).order_by(TicketTable.id)
            return tuple(self._connection.execute(named.limit(SHOWN)).scalars())
        if kept not in _OF_INBOX:
            return ()
        listed = select(InboxTable.id, TicketTable.reference).outerjoin(
            TicketTable, TicketTable.id == InboxTable.ticket_id
        )
        found = self._connection.execute(listed.where(InboxTable.id.in_(ids)).order_by(InboxTable.id).limit(SHOWN))
        return tuple(f"message {row.id}" + (f" of {row.reference}" if row.reference else "") for row in found)

    def _overdue(self, now: datetime, schedule: Schedule) -> Iterator[Overdue]:
        if Kept.TICKETS in schedule:
            old = select(TicketTable.id).where(TicketTable.received_at < now - schedule[Kept.TICKETS])
            still_open = old.where(TicketTable.state != TicketState.CLOSED.value)
            yield self._late(Kept.TICKETS, still_open, "are older than tickets_days and still open; close them or act")
            yield self._late(Kept.TICKETS, old.where(held), "are older than tickets_days and on legal hold")
        if Kept.QUARANTINED in schedule:
            unread = old_quarantined(now - schedule[Kept.QUARANTINED]).where(~looked_at)
            yield self._late(Kept.QUARANTINED, unread, "lie in quarantine, and nobody has looked at them")
        if Kept.IGNORED in schedule:
            waiting = select(InboxTable.id).where(
                InboxTable.ending.is_(None), InboxTable.received_at < now - schedule[Kept.IGNORED]
            )
            yield self._late(Kept.IGNORED, waiting, "still wait to be filed")

    def _late(self, kept: Kept, ids: Select[Any], why: str) -> Overdue:
        return Overdue(kept=kept, count=self._number_of(ids), why=why, first=self._named(kept, ids))
