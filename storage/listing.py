"""Lists and counts of tickets within one transaction: what a viewer may see, in the queue's order."""

from datetime import datetime

from sqlalchemy import Connection

from models.rights import Viewer
from models.ticket import QueueFilter, QueuePage, TicketState
from models.unlisted import Mention
from models.verdict import Kind
from storage import queue, unlisted
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

    def naming_unlisted(
        self, viewer: Viewer, *, before: int, span: int, since: datetime | None = None
    ) -> tuple[Mention, ...]:
        """Places in no list that those of the `span` tickets below the number `before` name, the newest first.

        `since` leaves out what arrived earlier.
        """
        return unlisted.mentions(self._connection, visible(viewer), before=before, span=span, since=since)
