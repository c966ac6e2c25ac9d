"""What candidates would have said, beside what the live classifier said. Nothing here changes a ticket."""

from datetime import datetime

from sqlalchemy import Connection, ScalarSelect, exists, func, select
from sqlalchemy.orm import aliased

from models.learning import Shadow, Unshadowed
from models.verdict import Verdict
from storage.dialect import insert_or_ignore
from storage.learning_tables import ShadowTable
from storage.packing import as_verdict, pack_verdict
from storage.tables import EntryTable, TicketTable, VerdictTable


class Shadows:
    """The shadow verdicts within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def missing(self, model: str, *, since: datetime, limit: int) -> tuple[Unshadowed, ...]:
        """First messages of tickets received since then that the candidate has not read yet, newest first."""
        read = exists().where(ShadowTable.ticket_id == TicketTable.id, ShadowTable.model == model)
        wanted = (
            select(
                TicketTable.id,
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
        return tuple(
            Unshadowed(
                ticket_id=row["id"],
                channel=row["channel"],
                subject=row["subject"],
                text=row["new_text"] or row["text"],
                live=as_verdict(row),
            )
            for row in self._connection.execute(wanted).mappings()
        )

    def add(self, ticket_id: int, model: str, verdict: Verdict, at: datetime) -> bool:
        """Keep a candidate's verdict; False when another process has kept one already."""
        packed = pack_verdict(ticket_id, verdict, at)
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


def _first(table: type[EntryTable] | type[VerdictTable]) -> ScalarSelect[int]:
    """The id of a ticket's first row in a table."""
    inner = aliased(table)
    return select(func.min(inner.id)).where(inner.ticket_id == TicketTable.id).correlate(TicketTable).scalar_subquery()
