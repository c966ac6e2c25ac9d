"""The queue, page by page: the place of a row is the cursor, both ways, so that no page costs more than the first."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, tuple_

from models.ticket import QueueFilter, QueuePage, TicketRow, TicketState
from models.verdict import Kind
from storage.moments import NEVER, minute
from storage.packing import as_ticket_row
from storage.queue_filter import conditions
from storage.tables import TicketTable
from storage.types import Moment

MOST = 1_000
"""Counting stops beyond this."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ORDER = (TicketTable.rank, TicketTable.due, TicketTable.received_at, TicketTable.id)
Key = TypeVar("Key")
NO_PAGE = "that is no page of the queue"


def page(
    connection: Connection,
    wanted: QueueFilter,
    seen: ColumnElement[bool],
    *,
    limit: int,
    after: str | None,
    before: str | None = None,
) -> QueuePage:
    """One page of the tickets for which `seen` holds: urgency falling, then clock, received_at and id rising.

    It begins after one cursor, or ends before the other. Raises ValueError for a broken cursor.
    """
    numbers: Select[Any] = select(TicketTable.id).where(*conditions(wanted), seen)
    backwards = before is not None
    order = [column.desc() for column in _ORDER] if backwards else [*_ORDER]
    cursor = before if backwards else after
    if cursor is not None:
        place = _place(cursor)
        numbers = numbers.where(tuple_(*_ORDER) < place if backwards else tuple_(*_ORDER) > place)
    # An index that knows the order finds the numbers without a look at the rows; only those of the page are fetched.
    on_page = numbers.order_by(*order).limit(limit + 1).subquery()
    query = select(*TicketTable.__table__.columns).join(on_page, on_page.c.id == TicketTable.id).order_by(*order)
    found = connection.execute(query).mappings().all()
    rows = [as_ticket_row(row) for row in found[:limit]]
    more = len(found) > limit
    if backwards:
        rows.reverse()
    if not rows:
        return QueuePage(rows=(), after=None)
    return QueuePage(
        rows=tuple(rows),
        after=_cursor(rows[-1]) if more or backwards else None,
        before=_cursor(rows[0]) if (more if backwards else after is not None) else None,
    )


def newer(
    connection: Connection, wanted: QueueFilter, seen: ColumnElement[bool], *, than: int, most: int = 99
) -> tuple[int, int]:
    """How many tickets of this filter were filed since the one with the number `than`, and the newest's number."""
    fits = select(TicketTable.id).where(TicketTable.id > than, *conditions(wanted), seen)
    numbers = connection.execute(fits.order_by(TicketTable.id).limit(most)).scalars().all()
    return len(numbers), numbers[-1] if numbers else than


def newest(connection: Connection) -> int:
    """The number of the ticket that was filed last, 0 without any."""
    return int(connection.execute(select(func.coalesce(func.max(TicketTable.id), 0))).scalar_one())


def state_counts(connection: Connection, seen: ColumnElement[bool]) -> dict[TicketState, int]:
    """How many there are in each state, at most MOST + 1."""
    wanted = {state: (seen, TicketTable.state == state.value) for state in TicketState}
    return _counts(connection, wanted, _ORDER)


def lane_counts(connection: Connection, seen: ColumnElement[bool], state: TicketState | None) -> dict[Kind, int]:
    """How many of each kind there are in that state, or in any, at most MOST + 1."""
    in_state = () if state is None else (TicketTable.state == state.value,)
    wanted = {kind: (seen, TicketTable.kind == kind.value, *in_state) for kind in Kind}
    return _counts(connection, wanted, (TicketTable.kind, TicketTable.state, *_ORDER))


def _counts(
    connection: Connection, wanted: Mapping[Key, Sequence[ColumnElement[bool]]], order: Sequence[Any]
) -> dict[Key, int]:
    """All of them by one statement; each stops at MOST + 1.

    The order is an index's: without it, a database that expects to find so many soon reads the rows themselves.
    """
    some = [
        select(TicketTable.id).where(*conditions).order_by(*order).limit(MOST + 1).subquery()
        for conditions in wanted.values()
    ]
    counting = [select(func.count()).select_from(one).scalar_subquery() for one in some]
    found = connection.execute(select(*counting)).one()
    return dict(zip(wanted, found, strict=True))


def _cursor(row: TicketRow) -> str:
    due = NEVER if row.due_at is None else minute(row.due_at)
    place = [row.urgency, due, (row.received_at - _EPOCH) // _MICROSECOND, row.id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str) -> Any:
    urgency, due, received_at, row_id = _read_cursor(cursor)
    return tuple_(literal(-urgency), literal(due), literal(received_at, Moment()), literal(row_id))


def _read_cursor(text: str) -> tuple[int, int, datetime, int]:
    try:
        padded = text + "=" * (-len(text) % 4)
        urgency, due, micros, row_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        place = int(urgency), int(due), _EPOCH + int(micros) * _MICROSECOND, int(row_id)
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
        raise ValueError(NO_PAGE) from None
    if abs(place[0]) >= 2**31 or not 0 <= place[1] <= NEVER or abs(place[3]) >= 2**63:
        raise ValueError(NO_PAGE)
    return place
