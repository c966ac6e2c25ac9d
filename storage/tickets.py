"""Tickets: opened, followed up, pre-graded, decided, queued."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from models.interface import HookEvent
from models.rights import Viewer
from models.ticket import (
    Decision,
    Entry,
    Event,
    EventKind,
    NewTicket,
    Ticket,
    TicketState,
)
from models.verdict import Verdict
from storage import figuring, hooking, indexing
from storage.conflicts import Conflicts
from storage.desk_work import DeskWork
from storage.dialect import insert_or_ignore
from storage.entries import Entries
from storage.errors import ReferenceTaken, StaleTicket
from storage.listing import Listing
from storage.merging import parts_of, whole_of, whole_row
from storage.message_ids import tickets_knowing
from storage.packing import (
    as_decision,
    as_ticket_row,
    as_verdict,
    pack_decision,
    pack_verdict,
    queue_columns,
)
from storage.raising import raised
from storage.reporters import Reporters
from storage.sealing import Seals
from storage.tables import (
    DecisionTable,
    EventTable,
    TicketTable,
    VerdictTable,
)
from storage.timeline import timeline, write_line
from storage.visibility import visible


class Tickets(Listing):
    """The tickets within one transaction."""

    def __init__(self, connection: Connection, seals: Seals, conflicts: Conflicts, desk: DeskWork) -> None:
        super().__init__(connection)
        self._seals = seals
        self._conflicts = conflicts
        self._desk = desk
        self._entries = Entries(connection, seals)
        self.reporters = Reporters(connection, seals)

    def open(self, new: NewTicket) -> int:
        """Open a ticket with its first message, its reporter and its verdict. Raises ReferenceTaken."""
        self._conflicts.hold_officers()
        verdict = new.verdict
        values = {
            "reference": new.reference,
            "version": 1,
            "state": TicketState.NEW.value,
            "channel": new.channel,
            "received_at": new.received_at,
            "subject": new.entry.masked_subject,
            "decided": False,
            **queue_columns(verdict, new.urgency),
        }
        ticket_id = insert_or_ignore(self._connection, TicketTable, values)
        if ticket_id is None:
            raise ReferenceTaken
        self._entries.add(ticket_id, new.entry)
        self.reporters.add(ticket_id, new.reporter)
        self._insert(VerdictTable, pack_verdict(ticket_id, verdict, new.received_at))
        indexing.add_first(self._connection, ticket_id, new)
        figuring.add_first(self._connection, ticket_id, new.received_at, verdict)
        self._conflicts.of_entry(ticket_id, new.entry, new.received_at)
        self._conflicts.of_verdict(ticket_id, verdict, new.received_at)
        self._desk.opened(int(ticket_id), new)
        self._flagged(ticket_id, new.received_at, now=bool(verdict.red_flags))
        return int(ticket_id)

    def append(self, ticket_id: int, entry: Entry) -> None:
        """Add a message that followed. A ticket that is closed or waits for the reporter is new again.

        Of a ticket that is part of another, the whole is new again, and is hidden from whoever the message names.
        """
        self._conflicts.hold_officers()
        self._entries.add(ticket_id, entry)
        indexing.add_entry(self._connection, ticket_id, entry)
        whole_id = whole_of(self._connection, ticket_id)
        if not self._back_to_new(whole_id, (TicketState.CLOSED, TicketState.WAITING), entry.at):
            self._touch(whole_id)
        for one in {ticket_id, whole_id}:
            self._conflicts.of_entry(one, entry, entry.at)

    def stop_waiting(self, ticket_id: int, at: datetime) -> None:
        """The reporter will not answer: a ticket that waits for them is new again."""
        self._back_to_new(ticket_id, (TicketState.WAITING,), at)

    def add_event(self, ticket_id: int, event: Event) -> None:
        """Add a line to the timeline. Service clocks and alerts follow it: those of the whole, where it is a part."""
        write_line(self._connection, ticket_id, event)
        self._desk.happened(whole_of(self._connection, ticket_id), event)
        figuring.acknowledged(self._connection, ticket_id, event)

    def add_verdict(self, ticket_id: int, verdict: Verdict, urgency: int, at: datetime) -> None:
        """Keep a further verdict beside the others. The queue follows it only upwards, and never over a decision."""
        self._conflicts.hold_officers()
        self._insert(VerdictTable, pack_verdict(ticket_id, verdict, at))
        for one in sorted({ticket_id, whole_of(self._connection, ticket_id)}):
            was_decided = self._raise(one, verdict, urgency, at)
            self._conflicts.of_verdict(one, verdict, at)
            self._desk.judged(one, verdict, at, decided=was_decided)

    def _raise(self, ticket_id: int, verdict: Verdict, urgency: int, at: datetime) -> bool:
        """Let the queue follow a verdict; gives whether the ticket was decided."""
        held = select(*TicketTable.__table__.columns).where(TicketTable.id == ticket_id).with_for_update()
        row = self._connection.execute(held).mappings().one()
        values = {"version": row["version"] + 1, **raised(row, verdict, urgency)}
        self._connection.execute(update(TicketTable).where(TicketTable.id == ticket_id).values(**values))
        figuring.count_anew(self._connection, ticket_id)
        self._flagged(ticket_id, at, before=row["flagged"], now=values.get("flagged", False))
        return bool(row["decided"])

    def decide(self, ticket_id: int, decision: Decision, *, version: int, urgency: int) -> None:
        """Write an officer's decision beside the verdicts. Raises StaleTicket when the ticket has moved on.

        A new ticket is being read from then on. Red flags change only where the officer was asked for them.
        """
        self._conflicts.hold_officers()
        was_new, had_flags = self._state(ticket_id) is TicketState.NEW, self._has_flags(ticket_id)
        flags = decision.red_flags
        self._change(
            ticket_id,
            version,
            kind=decision.kind.value,
            provider=decision.provider,
            site=decision.site,
            isf=decision.isf,
            decided=True,
            needs_person=False,
            rank=-urgency,
            **({"state": TicketState.BEING_READ.value} if was_new else {}),
            **({} if flags is None else {"red_flags": list(flags), "flagged": bool(flags)}),
        )
        self._insert(DecisionTable, pack_decision(ticket_id, decision))
        indexing.index(self._connection, ticket_id)
        self._desk.decided(ticket_id, decision)
        figuring.count_anew(self._connection, ticket_id)
        detail = {"isf": decision.isf, "reason": decision.reason}
        self.add_event(ticket_id, Event(at=decision.at, kind=EventKind.DECIDED, actor=decision.officer, detail=detail))
        self._flagged(ticket_id, decision.at, before=had_flags, now=bool(flags))
        self._conflicts.of_decision(ticket_id, decision, decision.at)

    def set_state(self, ticket_id: int, state: TicketState, *, version: int, event: Event) -> None:
        """Move a ticket to another state. Raises StaleTicket when it has moved on."""
        self._change(ticket_id, version, state=state.value)
        self.add_event(ticket_id, event)
        figuring.count_anew(self._connection, ticket_id)

    def claim_version(self, ticket_id: int, version: int) -> None:
        """Note that something was done to a ticket. Raises StaleTicket when it has moved on."""
        self._change(ticket_id, version)

    def get(self, reference: str, viewer: Viewer) -> Ticket | None:
        """A ticket as officers see it, by its reference; None when there is none, or when it is not for this viewer.

        No seal is opened.
        """
        found = self._connection.execute(
            select(*TicketTable.__table__.columns).where(TicketTable.reference == reference, visible(viewer))
        )
        row = found.mappings().first()
        if row is None:
            return None
        ticket_id, seen = row["id"], visible(viewer)
        parts = parts_of(self._connection, ticket_id, seen)
        is_part, whole = whole_row(self._connection, ticket_id, seen)
        numbers = (ticket_id, *(one.id for one in parts))
        own, theirs = self._entries.masked(ticket_id), [one for part in parts for one in self._entries.masked(part.id)]
        return Ticket(
            row=as_ticket_row(row),
            entries=(*own, *theirs),
            of_parts=frozenset(one.inbox_id for one in theirs),
            reporter=self.reporters.sealed(ticket_id),
            verdicts=tuple(as_verdict(part) for number in numbers for part in self._parts(VerdictTable, number)),
            decisions=tuple(as_decision(part) for part in self._parts(DecisionTable, ticket_id)),
            events=timeline(self._connection, numbers, viewer),
            parts=parts,
            is_part=is_part,
            whole=whole,
        )

    def originals(self, ticket_id: int) -> tuple[Entry, ...]:
        """A ticket's messages as they were written, oldest first: opened. Raises SealBroken or KeyFault."""
        return self._entries.opened(ticket_id)

    def last_message_ids(self, ticket_id: int, *, most: int) -> tuple[str, ...]:
        """The Message-IDs of the reporter's last mails, oldest first. Raises SealBroken or KeyFault."""
        return self._entries.last_message_ids(ticket_id, most=most)

    def reference_of(self, ticket_id: int) -> str | None:
        """The reference of a ticket."""
        return self._connection.execute(select(TicketTable.reference).where(TicketTable.id == ticket_id)).scalar()

    def closed_at(self, ticket_id: int) -> datetime | None:
        """When a ticket that is closed was closed; None for one that is not."""
        found = self._connection.execute(select(TicketTable.state).where(TicketTable.id == ticket_id)).scalar()
        if found != TicketState.CLOSED.value:
            return None
        kinds = (EventKind.CLOSED.value, EventKind.STATE.value)
        last = select(func.max(EventTable.at)).where(EventTable.ticket_id == ticket_id, EventTable.kind.in_(kinds))
        return self._connection.execute(last).scalar()

    def exists(self, reference: str) -> bool:
        """Whether there is a ticket of this reference."""
        found = self._connection.execute(select(TicketTable.id).where(TicketTable.reference == reference))
        return found.first() is not None

    def joined_by(self, message_ids: Sequence[str], address: str) -> int | None:
        """The newest ticket that knows one of these Message-IDs and whose reporter has this address."""
        known = tickets_knowing(self._connection, self._seals, message_ids) if address.strip() else set()
        return self.reporters.newest_of(address, known) if known else None

    def mentioned_by(self, message_ids: Sequence[str]) -> tuple[str, ...]:
        """References of the tickets that know one of these Message-IDs, whoever asks: a hint for officers only."""
        known = tickets_knowing(self._connection, self._seals, message_ids)
        found = select(TicketTable.reference).where(TicketTable.id.in_(known)).order_by(TicketTable.id)
        return tuple(self._connection.execute(found).scalars())

    def _change(self, ticket_id: int, version: int, **values: Any) -> None:
        changed = self._connection.execute(
            update(TicketTable)
            .where(TicketTable.id == ticket_id, TicketTable.version == version)
            .values(version=version + 1, **values)
        )
        if changed.rowcount != 1:
            raise StaleTicket

    def _state(self, ticket_id: int) -> TicketState:
        held = select(TicketTable.state).where(TicketTable.id == ticket_id).with_for_update()
        return TicketState(self._connection.execute(held).scalar_one())

    def _has_flags(self, ticket_id: int) -> bool:
        flagged = select(TicketTable.flagged).where(TicketTable.id == ticket_id)
        return bool(self._connection.execute(flagged).scalar_one())

    def _back_to_new(self, ticket_id: int, states: tuple[TicketState, ...], at: datetime) -> bool:
        """Make a ticket in one of these states new again, with a line in its timeline; False when it is in none."""
        before = self._state(ticket_id)
        if before not in states:
            return False
        self._connection.execute(
            update(TicketTable)
            .where(TicketTable.id == ticket_id)
            .values(state=TicketState.NEW.value, version=TicketTable.version + 1)
        )
        detail = {"from": before.value, "to": TicketState.NEW.value}
        self.add_event(ticket_id, Event(at=at, kind=EventKind.STATE, detail=detail))
        figuring.count_anew(self._connection, ticket_id)
        return True

    def _flagged(self, ticket_id: int, at: datetime, *, before: bool = False, now: bool) -> None:
        if now and not before:
            hooking.tell(self._connection, ticket_id, HookEvent.FLAGGED, at)

    def _touch(self, ticket_id: int) -> None:
        self._connection.execute(
            update(TicketTable).where(TicketTable.id == ticket_id).values(version=TicketTable.version + 1)
        )

    def _insert(self, table: Any, values: dict[str, Any]) -> None:
        self._connection.execute(table.__table__.insert(), values)

    def _parts(self, table: Any, ticket_id: int) -> Any:
        wanted = select(*table.__table__.columns).where(table.ticket_id == ticket_id).order_by(table.id)
        return self._connection.execute(wanted).mappings().all()
