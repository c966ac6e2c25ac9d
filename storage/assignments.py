"""Whose ticket it is, within one transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from models.audit import Act, Action
from models.desk_work import About
from models.officer import Officer, able_among
from models.rights import Right, Viewer
from models.ticket import Event, EventKind
from storage.access import AccessRules
from storage.audit import Audit
from storage.errors import NotForOfficer
from storage.notices import Notices
from storage.officers import Officers
from storage.tables import TicketTable
from storage.timeline import write_line


class Assignments:
    """Assignment within one transaction."""

    def __init__(
        self, connection: Connection, access: AccessRules, officers: Officers, notices: Notices, audit: Audit
    ) -> None:
        self._connection = connection
        self._access = access
        self._officers = officers
        self._notices = notices
        self._audit = audit

    def assign(
        self, ticket_id: int, officer_id: int | None, *, viewer: Viewer, at: datetime, moves_on: bool = True
    ) -> bool:
        """Give a ticket to an officer, or with None take it from whoever has it; False when nothing changes by that.

        It is noted in the timeline and in the audit chain, and the officer is told as they wish. Raises NotForViewer
        when the viewer may not decide on this ticket, and NotForOfficer when that officer may not: they are locked
        out, have no right to decide, are in conflict with it, or it is restricted to others. `moves_on` is false where
        it is part of an act that has moved the ticket's version on already.
        """
        self._access.insist(viewer, Right.DECIDE, ticket_id)
        officer = None if officer_id is None else self._able(ticket_id, officer_id)
        wanted = select(TicketTable.assignee_id, TicketTable.reference).where(TicketTable.id == ticket_id)
        row = self._connection.execute(wanted.with_for_update()).one()
        if row.assignee_id == officer_id:
            return False
        self._connection.execute(
            update(TicketTable)
            .where(TicketTable.id == ticket_id)
            .values(assignee_id=officer_id, version=TicketTable.version + int(moves_on))
        )
        to = officer.email if officer else ""
        event = Event(at=at, kind=EventKind.ASSIGNED, actor=viewer.email, detail={"to": to})
        write_line(self._connection, ticket_id, event)
        act = Act(
            at=at, actor=viewer.email, action=Action.TICKET_ASSIGNED, subject=row.reference, detail={"to": to[:200]}
        )
        self._audit.append(act)
        if officer and officer.id != viewer.officer_id:
            self._notices.add(officer.id, About.ASSIGNED, ticket_id, at)
        return True

    def assignee(self, ticket_id: int) -> Officer | None:
        """Whose ticket it is."""
        number = self._connection.execute(select(TicketTable.assignee_id).where(TicketTable.id == ticket_id)).scalar()
        return None if number is None else next((one for one in self._officers.all() if one.id == number), None)

    def able(self, ticket_id: int) -> Sequence[Officer]:
        """The officers who may be given a ticket, by name."""
        return able_among(self._officers.all(), self._access.of(ticket_id))

    def _able(self, ticket_id: int, officer_id: int) -> Officer:
        found = next((one for one in self.able(ticket_id) if one.id == officer_id), None)
        if found is None:
            raise NotForOfficer
        return found
