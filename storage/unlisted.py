"""Tickets that name a place which was in no list, piece by piece: no question reads more than so many tickets."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, cast, select

from models.unlisted import Mention
from models.verdict import UNKNOWN_PLACE, Kind
from storage.tables import TicketTable, VerdictTable


def mentions(
    connection: Connection, seen: ColumnElement[bool], *, before: int, span: int, since: datetime | None
) -> tuple[Mention, ...]:
    """The mentions in those of the `span` tickets below this number for which `seen` holds, the newest ticket first.

    What belongs to nobody's lane does not count: junk mail names places as well.
    """
    wanted = (
        select(TicketTable.id, TicketTable.reference, TicketTable.received_at, VerdictTable.verdict)
        .join(VerdictTable, VerdictTable.ticket_id == TicketTable.id)
        .where(TicketTable.id < before, TicketTable.id >= before - span, seen)
        # Said of both tables: no plan then begins with all the verdicts there are.
        .where(VerdictTable.ticket_id < before, VerdictTable.ticket_id >= before - span)
        .where(TicketTable.kind != Kind.IRRELEVANT.value)
        # The engine looks at the text of the document, so that only the few that name such a place are sent and read.
        .where(cast(VerdictTable.verdict, Text).contains(UNKNOWN_PLACE))
        .order_by(TicketTable.id.desc(), VerdictTable.id)
    )
    if since is not None:
        wanted = wanted.where(TicketTable.received_at >= since)
    return tuple(
        Mention(ticket_id=number, reference=reference, at=at, text=one["text"])
        for number, reference, at, verdict in connection.execute(wanted)
        for one in verdict.get("evidence", ())
        if one["label"] == UNKNOWN_PLACE
    )
