"""What candidates would have said, beside what the live classifier said. Nothing here changes a ticket."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, ScalarSelect, exists, func, select
from sqlalchemy.orm import aliased

from models.learning import Shadow, Unshadowed
from models.verdict import Verdict
from storage.dialect import insert_or_ignore
from storage.entries import open_entry
from storage.learning_tables import ShadowTable
from storage.packing import as_verdict, pack_verdict
from storage.sealing import Seals
from storage.tables import EntryTable, TicketTable, VerdictTable


class Shadows:
    """The shadow verdicts within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def missing(self, model: str, *, since: datetime, limit: int) -> tuple[Unshadowed, ...]:
        """First messages of tickets received since then that the candidate has not read yet, newest first."""
        read = exists().where(ShadowTable.ticket_id == TicketTable.id, ShadowTable.model == model)
        wanted = (
            select(
                TicketTable.id,
                EntryTable.inbox_id,
                EntryTable.channel,
                EntryTable.subject,
                EntryTable.text,
                EntryTable.new_text,
                VerdictTable.verdict,
            )
            .select_from(TicketTable)
            .join(EntryTable, EntryTable.id == _first(EntryTable))
            .join(VerdictTable, VerdictTable.id == _first(VerdictTable))
            .where(TicketTable.received_at >= since, ~read)
            .order_by(TicketTable.received_at.desc(), TicketTable.id.desc())
            .limit(limit)
        )
        return tuple(self._unshadowed(row) for row in self._connection.execute(wanted).mappings())

    def add(self, ticket_id: int, model: str, verdict: Verdict, at: datetime) -> bool:
        """Keep a candidate's verdict without its evidence; False when another process has kept one already."""
        packed = pack_verdict(ticket_id, replace(verdict, evidence=(), personal_data=()), at)
        del packed["classifier"]
        return insert_or_ignore(self._connection, ShadowTable, {**packed, "model": model}) is not None

    def all(self, model: str) -> tuple[Shadow, ...]:
        """Every verdict of a candidate beside the live one, oldest first."""
        live = VerdictTable.verdict.label("live")
        wanted = (
            select(TicketTable.id, TicketTable.reference, ShadowTable.at, ShadowTable.verdict, live)
            .select_from(TicketTable)
            .join(ShadowTable, ShadowTable.ticket_id == TicketTable.id)
            .join(VerdictTable, VerdictTable.id == _first(VerdictTable))
            .where(ShadowTable.model == model)
            .order_by(ShadowTable.id)
        )
        return tuple(
            Shadow(
                ticket_id=row["id"],
                reference=row["reference"],
                at=row["at"],
                model=model,
                live=as_verdict({"verdict": row["live"]}),
                candidate=as_verdict(row),
            )
            for row in self._connection.execute(wanted).mappings()
        )

    def _unshadowed(self, row: RowMapping) -> Unshadowed:
        names = ("subject", "text", "new_text")
        opened = {name: open_entry(self._seals, row["inbox_id"], name, row[name]) for name in names}
        return Unshadowed(
            ticket_id=row["id"],
            channel=row["channel"],
            subject=opened["subject"],
            text=opened["new_text"] or opened["text"],
            live=as_verdict(row),
        )


def _first(table: type[EntryTable] | type[VerdictTable]) -> ScalarSelect[int]:
    """The id of a ticket's first row in a table."""
    inner = aliased(table)
    return select(func.min(inner.id)).where(inner.ticket_id == TicketTable.id).correlate(TicketTable).scalar_subquery()
