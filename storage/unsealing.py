"""Asking to open a seal, agreeing, and opening: each step is an act in the audit chain, in the same transaction."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from models.audit import Act, Action
from models.rights import Right, Viewer
from models.sealing import ASKED_FOR, OPEN_FOR, Unsealing, UnsealRefused, checked_reason, needs_two
from models.unsealed import Unsealed
from storage.access import AccessRules
from storage.audit import Audit
from storage.entries import Entries
from storage.reporters import Reporters
from storage.sealed_rows import unsealing_bound
from storage.sealing import Place, Seals
from storage.sealing_tables import UnsealingTable
from storage.tables import TicketTable

_TABLE = UnsealingTable.metadata.tables[UnsealingTable.__tablename__]


class Unsealings:
    """The questions to open seals within one transaction. Every method raises NotForViewer without the right."""

    def __init__(self, connection: Connection, seals: Seals, audit: Audit) -> None:
        self._connection = connection
        self._seals = seals
        self._audit = audit
        self._access = AccessRules(connection)
        self._entries = Entries(connection, seals)
        self._reporters = Reporters(connection, seals)

    def ask(self, ticket_id: int, viewer: Viewer, reason: str, now: datetime) -> Unsealing:
        """Ask to open a ticket's seal. Raises UnsealRefused when the reason says too little."""
        self._access.insist(viewer, Right.UNSEAL, ticket_id)
        two = needs_two(self._reporters.sealed(ticket_id).anonymity)
        facts = {"ticket_id": ticket_id, "asked_by": viewer.email, "asked_at": now}
        sealed = self._seals.seal(_TABLE, unsealing_bound(facts), {"reason": checked_reason(reason)})
        columns = {**facts, **sealed, "expires_at": now + (ASKED_FOR if two else OPEN_FOR), "needs_approval": two}
        self._connection.execute(insert(_TABLE), columns)
        asked = self.newest(ticket_id)
        assert asked is not None
        self._note(Action.UNSEAL_ASKED, asked, viewer, now)
        return asked

    def newest(self, ticket_id: int) -> Unsealing | None:
        """The newest question about a ticket, whatever became of it."""
        wanted = select(_TABLE).where(_TABLE.c.ticket_id == ticket_id).order_by(_TABLE.c.id.desc()).limit(1)
        row = self._connection.execute(wanted).mappings().first()
        return None if row is None else self._unsealing(row)

    def approve(self, asked: Unsealing, viewer: Viewer, now: datetime) -> None:
        """Agree, as the second person; from now on it can be opened for a day. Raises UnsealRefused."""
        self._access.insist(viewer, Right.APPROVE_UNSEALING, asked.ticket_id)
        asked.may_be_answered_by(viewer.email, now)
        self._change(asked, approved_by=viewer.email, approved_at=now, expires_at=now + OPEN_FOR)
        self._note(Action.UNSEAL_APPROVED, asked, viewer, now)

    def refuse(self, asked: Unsealing, viewer: Viewer, now: datetime) -> None:
        """Say no, as the second person. Raises UnsealRefused when it has been answered."""
        self._access.insist(viewer, Right.APPROVE_UNSEALING, asked.ticket_id)
        asked.may_be_answered_by(viewer.email, now)
        self._change(asked, refused_by=viewer.email)
        self._note(Action.UNSEAL_REFUSED, asked, viewer, now)

    def open(self, asked: Unsealing, viewer: Viewer, now: datetime) -> Unsealed:
        """Who wrote, and what they wrote. Raises UnsealRefused, SealBroken, or KeyFault without the private half."""
        self._access.insist(viewer, Right.UNSEAL, asked.ticket_id)
        asked.may_be_opened_by(viewer.email, now)
        opened = Unsealed(
            reporter=self._reporters.opened(asked.ticket_id),
            entries=self._entries.opened(asked.ticket_id),
            chats=self._reporters.chats(asked.ticket_id),
        )
        self._connection.execute(update(_TABLE).where(_TABLE.c.id == asked.id).values(opened_at=now))
        self._note(Action.UNSEALED, asked, viewer, now)
        return opened

    def _change(self, asked: Unsealing, **values: object) -> None:
        free = (_TABLE.c.approved_by.is_(None), _TABLE.c.refused_by.is_(None))
        changed = self._connection.execute(update(_TABLE).where(_TABLE.c.id == asked.id, *free).values(**values))
        if changed.rowcount != 1:
            raise UnsealRefused("Somebody has answered this already.")

    def _note(self, action: Action, asked: Unsealing, viewer: Viewer, now: datetime) -> None:
        reference = select(TicketTable.reference).where(TicketTable.id == asked.ticket_id)
        subject = self._connection.execute(reference).scalar_one()
        detail = {"question": asked.id, "two_persons": asked.needs_approval}
        self._audit.append(Act(at=now, actor=viewer.email, action=action, subject=subject, detail=detail))

    def _unsealing(self, row: RowMapping) -> Unsealing:
        place = Place(_TABLE, "reason", unsealing_bound(row))
        return Unsealing(
            id=row["id"],
            ticket_id=row["ticket_id"],
            asked_by=row["asked_by"],
            reason=self._seals.open(place, row["reason"]),
            asked_at=row["asked_at"],
            expires_at=row["expires_at"],
            needs_approval=row["needs_approval"],
            approved_by=row["approved_by"],
            refused_by=row["refused_by"],
            opened_at=row["opened_at"],
        )
