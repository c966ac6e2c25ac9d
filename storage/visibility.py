"""Which tickets an officer may see, in SQL: for everything that lists, counts or searches tickets.

Add `visible(viewer)` to the WHERE of any statement that selects from `tickets`; it has exactly the meaning of
`models.rights.may(viewer, right, access)`, which tests hold it to on both engines. A statement on another table joins
`tickets` first, or asks for `ticket_id IN (SELECT id FROM tickets WHERE visible(viewer))`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true, union

from models.rights import Right, Viewer
from storage.rights_tables import ConflictTable, RestrictedToTable, RestrictionTable
from storage.tables import TicketTable


def visible(viewer: Viewer, right: Right = Right.READ_TICKETS, ticket_id: Any = TicketTable.id) -> ColumnElement[bool]:
    """The condition on rows of `tickets` that the viewer has this right on them.

    `ticket_id` is the column that names the ticket, where the rows are those of another table.
    """
    if viewer.officer_id is None:
        return true()
    if right not in viewer.rights or not viewer.screened:
        return false()
    conflicts = select(ConflictTable.ticket_id).where(
        ConflictTable.officer_id == viewer.officer_id, ConflictTable.lifted_at.is_(None)
    )
    no_conflict: ColumnElement[bool] = ticket_id.not_in(conflicts)
    if Right.SEE_RESTRICTED in viewer.rights:
        return no_conflict
    named = select(RestrictedToTable.ticket_id).where(RestrictedToTable.officer_id == viewer.officer_id)
    restricted = select(RestrictionTable.ticket_id)
    return and_(no_conflict, or_(ticket_id.not_in(restricted), ticket_id.in_(named)))


def visible_to_nobody(viewers: Sequence[Viewer], right: Right = Right.DECIDE) -> ColumnElement[bool]:
    """The condition on rows of `tickets` that none of these viewers has this right on them."""
    able = [one for one in viewers if one.officer_id is None or (right in one.rights and one.screened)]
    if not able:
        return true()
    # Most tickets are guarded by nothing: they are left out before each viewer is asked about the rest.
    open_conflicts = select(ConflictTable.ticket_id).where(ConflictTable.lifted_at.is_(None))
    guarded = union(open_conflicts, select(RestrictionTable.ticket_id)).subquery()
    return and_(TicketTable.id.in_(select(guarded.c.ticket_id)), *(~visible(viewer, right) for viewer in able))
