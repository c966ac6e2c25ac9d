"""Lists and counts of tickets within one transaction: what a viewer may see, in the queue's order."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from models.rights import Viewer
from models.ticket import QueueFilter, QueuePage, TicketState
from models.verdict import Kind, Verdict
from storage import queue
from storage.packing import as_verdict
from storage.tables import VerdictTable
from storage.visibility import visible


class Listing:
    """The lists. `Tickets` is one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def queue(
        self,
        wanted: QueueFilter,
        viewer: Viewer,
        *,
        limit: int = 50,
        after: str | None = None,
        before: str | None = None,
    ) -> QueuePage:
        """A page of the queue: urgency, clock, age. Raises ValueError for a cursor that is none of ours."""
        return queue.page(self._connection, wanted, visible(viewer), limit=limit, after=after, before=before)

    def newer(self, wanted: QueueFilter, viewer: Viewer, *, than: int) -> tuple[int, int]:
        """How many of these were filed since the ticket with that number, 99 at most, and the newest's number."""
        return queue.newer(self._connection, wanted, visible(viewer), than=than)

    def newest(self) -> int:
        """The number of the ticket that was filed last."""
        return queue.newest(self._connection)

    def counts(self, viewer: Viewer) -> dict[TicketState, int]:
        """How many tickets there are in each state; counting stops at `queue.MOST` + 1, for nobody reads so many."""
        return queue.state_counts(self._connection, visible(viewer))

    def lane_counts(self, viewer: Viewer, state: TicketState | None = None) -> dict[Kind, int]:
        """How many tickets of each kind there are in that state, or in any, counted as far."""
        return queue.lane_counts(self._connection, visible(viewer), state)

    def verdicts_of(self, ids: Sequence[int]) -> dict[int, tuple[Verdict, ...]]:
        """The verdicts on each of these tickets that has any, oldest first; for tickets that a list gave the viewer."""
        wanted = (
            select(*VerdictTable.__table__.columns).where(VerdictTable.ticket_id.in_(ids)).order_by(VerdictTable.id)
        )
        found: dict[int, tuple[Verdict, ...]] = {}
        for row in self._connection.execute(wanted).mappings():
            found[row["ticket_id"]] = (*found.get(row["ticket_id"], ()), as_verdict(row))
        return found
