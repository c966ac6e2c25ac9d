"""Splitting a message off from its ticket, within one transaction: it becomes a ticket of its own.

The new ticket has no reporter of its own: who wrote stays sealed at the first, where they are written to. Everybody who
is kept from the first is kept from the new one, too. To undo it, the new ticket is merged back.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from models.interface import HookEvent
from models.links import CannotMerge
from models.rights import Right, Viewer
from models.ticket import Event, EventKind, TicketState
from models.verdict import Verdict
from models.work import Ending
from storage import figuring, hooking, indexing
from storage.access import AccessRules
from storage.alerts import Alerts
from storage.clocks import Clocks
from storage.dialect import insert_or_ignore
from storage.errors import ReferenceTaken
from storage.labels import add_labels, labels_of
from storage.link_tables import SplitTable
from storage.outbox import Outbox
from storage.packing import pack_verdict
from storage.rights_tables import ConflictTable
from storage.sealing import Seals
from storage.search_tables import SearchEntryTable
from storage.tables import EntryTable, InboxTable, ReporterTable, TicketTable, VerdictTable
from storage.timeline import write_line

ACKNOWLEDGED = "It was split off from a ticket that was acknowledged."


class Splits:
    """Splitting within one transaction."""

    def __init__(self, connection: Connection, seals: Seals, clocks: Clocks, alerts: Alerts) -> None:
        self._connection = connection
        self._clocks = clocks
        self._alerts = alerts
        self._access = AccessRules(connection)
        self._outbox = Outbox(connection, seals)

    def split(
        self,
        ticket_id: int,
        inbox_id: int,
        *,
        reference: str,
        verdict: Verdict,
        urgency: int,
        viewer: Viewer,
        at: datetime,
    ) -> int:
        """Make a ticket of one message of another that is not its first; gives its number.

        Raises NotForViewer, ReferenceTaken, and CannotMerge when there is no such message to split off.
        """
        self._access.insist(viewer, Right.DECIDE, ticket_id)
        old, moved = self._held(ticket_id, inbox_id)
        new_id = self._open(old, moved, reference, verdict, urgency)
        self._move(inbox_id, new_id)
        self._connection.execute(insert(VerdictTable), pack_verdict(new_id, verdict, at))
        self._connection.execute(
            insert(SplitTable), {"ticket_id": new_id, "from_id": ticket_id, "officer": viewer.email, "at": at}
        )
        self._reporter(ticket_id, new_id)
        add_labels(self._connection, new_id, labels_of(verdict.themes, verdict.specialties))
        self._clocks.start(new_id, channel="", at=moved.at)
        self._guard(ticket_id, new_id, at=at, actor=viewer.email)
        self._outbox.withhold(new_id, purpose="acknowledgement", reason=ACKNOWLEDGED, now=at)
        for one in (ticket_id, new_id):
            indexing.index(self._connection, one)
        touched = update(TicketTable).where(TicketTable.id == ticket_id)
        self._connection.execute(touched.values(version=TicketTable.version + 1))
        self._call(new_id, verdict, at)
        self._tell(ticket_id, viewer, at, reference=reference)
        self._tell(new_id, viewer, at, reference=old["reference"])
        figuring.count_anew(self._connection, new_id)
        return new_id

    def _held(self, ticket_id: int, inbox_id: int) -> tuple[Any, Any]:
        """The ticket, locked so that nobody splits the same message twice, and the message."""
        wanted = select(*TicketTable.__table__.columns).where(TicketTable.id == ticket_id).with_for_update()
        old = self._connection.execute(wanted).mappings().one()
        mine = select(EntryTable.inbox_id, EntryTable.masked_subject, EntryTable.channel, EntryTable.at)
        entries = self._connection.execute(mine.where(EntryTable.ticket_id == ticket_id).order_by(EntryTable.id)).all()
        moved = next((one for one in entries[1:] if one.inbox_id == inbox_id), None)
        if moved is None:
            raise CannotMerge("Only a message that came after the first can be split off.")
        return old, moved

    def _open(self, old: Any, moved: Any, reference: str, verdict: Verdict, urgency: int) -> int:
        values = {
            "reference": reference,
            "version": 1,
            "state": TicketState.NEW.value,
            "channel": moved.channel,
            "received_at": moved.at,
            "subject": moved.masked_subject,
            "kind": verdict.kind.value,
            "provider": verdict.provider or old["provider"],
            "site": verdict.site if verdict.provider else old["site"],
            "isf": verdict.isf,
            "decided": False,
            "needs_person": True,
            "graded": verdict.graded,
            "flagged": bool(verdict.red_flags),
            "red_flags": list(verdict.red_flags),
            "rank": -urgency,
        }
        new_id = insert_or_ignore(self._connection, TicketTable, values)
        if new_id is None:
            raise ReferenceTaken
        return int(new_id)

    def _move(self, inbox_id: int, new_id: int) -> None:
        for table, column in ((EntryTable, EntryTable.inbox_id), (SearchEntryTable, SearchEntryTable.inbox_id)):
            self._connection.execute(update(table).where(column == inbox_id).values(ticket_id=new_id))
        # Each ticket has one message that opened it: now it is this one's turn.
        opened = {"ticket_id": new_id, "ending": Ending.TICKET.value}
        self._connection.execute(update(InboxTable).where(InboxTable.id == inbox_id).values(**opened))

    def _reporter(self, ticket_id: int, new_id: int) -> None:
        promised = select(ReporterTable.anonymity).where(ReporterTable.ticket_id == ticket_id)
        row = {"ticket_id": new_id, "anonymity": self._connection.execute(promised).scalar_one()}
        nothing = dict.fromkeys(("name", "address", "address_index", "domain_index"))
        self._connection.execute(insert(ReporterTable), {**row, **nothing})

    def _guard(self, ticket_id: int, new_id: int, *, at: datetime, actor: str) -> None:
        access = self._access.of(ticket_id)
        theirs = select(ConflictTable.officer_id, ConflictTable.kind, ConflictTable.source).where(
            ConflictTable.ticket_id == ticket_id, ConflictTable.lifted_at.is_(None)
        )
        rows = [{**row, "ticket_id": new_id, "found_at": at} for row in self._connection.execute(theirs).mappings()]
        if rows:
            self._connection.execute(insert(ConflictTable), rows)
        if access.restricted:
            self._access.restrict(new_id, access.named - access.conflicts, at=at, actor=actor)

    def _call(self, new_id: int, verdict: Verdict, at: datetime) -> None:
        """A ticket like any other new one: programs are told, and people are called for its red flags.

        Also where somebody takes care of the first: nobody has said so of this one, and it may go to somebody else.
        """
        hooking.tell(self._connection, new_id, HookEvent.CREATED, at)
        if verdict.red_flags:
            hooking.tell(self._connection, new_id, HookEvent.FLAGGED, at)
        self._alerts.raise_for(new_id, verdict.red_flags, at)

    def _tell(self, ticket_id: int, viewer: Viewer, at: datetime, **detail: Any) -> None:
        event = Event(at=at, kind=EventKind.SPLIT, actor=viewer.email, detail=detail)
        write_line(self._connection, ticket_id, event)
