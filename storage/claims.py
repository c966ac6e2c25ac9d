"""Claiming rows: many workers, each row to one of them, for a while."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update
from sqlalchemy.engine import RowMapping

from storage.chat_tables import FileFetchTable, ReplyTable, SecondReadingTable
from storage.errors import LostClaim
from storage.interface_tables import HookCallTable
from storage.tables import InboxTable, OutboxTable

Claimable = (
    type[InboxTable]
    | type[OutboxTable]
    | type[ReplyTable]
    | type[SecondReadingTable]
    | type[FileFetchTable]
    | type[HookCallTable]
)


def claim(
    connection: Connection,
    table: Claimable,
    waiting: ColumnElement[bool],
    *,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int,
) -> list[RowMapping]:
    """Claim up to `limit` due rows, oldest first; rows whose claim has run out are taken over."""
    token = f"{worker}#{secrets.token_hex(8)}"
    free = or_(table.claimed_until.is_(None), table.claimed_until < now)
    # Materialised, for a planner may run a plain subquery again for every row, and each run would claim one more.
    due = (
        select(table.id)
        .where(and_(waiting, table.due_at <= now, free))
        .order_by(table.due_at, table.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED")
    )
    taken = (
        update(table)
        .where(table.id.in_(select(due.c.id)))
        .values(claim=token, claimed_until=now + lease, attempts=table.attempts + 1)
        .returning(*table.__table__.columns)
    )
    rows = connection.execute(taken).mappings().all()
    return sorted(rows, key=lambda row: (row["due_at"], row["id"]))


def claim_these(
    connection: Connection,
    table: Claimable,
    ids: list[int],
    waiting: ColumnElement[bool],
    *,
    worker: str,
    until: datetime,
) -> list[RowMapping]:
    """Claim these rows, in their order, as far as they still wait; that they are free is known already."""
    if not ids:
        return []
    token = f"{worker}#{secrets.token_hex(8)}"
    taken = (
        update(table)
        .where(table.id.in_(ids), waiting)
        .values(claim=token, claimed_until=until, attempts=table.attempts + 1)
        .returning(*table.__table__.columns)
    )
    rows = connection.execute(taken).mappings().all()
    return sorted(rows, key=lambda row: ids.index(row["id"]))


def settle(connection: Connection, table: Claimable, row_id: int, token: str, values: dict[str, Any]) -> None:
    """Change a row that is ours by `token`, and let go of it; raises LostClaim when it is not ours any more."""
    plain = table.metadata.tables[table.__tablename__]
    mine = update(plain).where(plain.c.id == row_id, plain.c.claim == token)
    changed = connection.execute(mine, {"claim": None, "claimed_until": None, **values})
    if changed.rowcount != 1:
        raise LostClaim(f"{table.__tablename__} row {row_id}")
