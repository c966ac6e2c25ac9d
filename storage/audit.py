"""The audit chain within one transaction.

Acts are collected and written when everything else of their transaction is, as the last statements before its commit.
The lock on the chain's head is therefore the last lock that any transaction takes: whoever holds it waits for nobody,
so that no circle of waiting transactions can go through it, and it is held for two short statements and the commit.
Sequence numbers are without gaps, since what is rolled back gives its number back with the lock.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from models.audit import GENESIS, Act, Checkpoint, Head, Row, canonical, moment
from storage.audit_tables import AuditCheckpointTable, AuditHeadTable, AuditTable
from storage.errors import StoreError
from storage.types import indexable, storable

BATCH = 1_000


class Audit:
    """The audit chain within one transaction."""

    def __init__(self, connection: Connection, *, writes: bool) -> None:
        self._connection = connection
        self._writes = writes
        self._acts: list[Act] = []

    def append(self, act: Act) -> None:
        """Add an act to the chain: durable with the rest of the transaction, or not at all.

        It gets its place when the transaction ends, so that it cannot be read before. Raises StoreError in a
        transaction that only reads: an act must never be lost without a word.
        """
        if not self._writes:
            raise StoreError("an act can only be noted in a transaction that writes")
        self._acts.append(act)

    def write_out(self) -> None:
        """Write what was collected. The store calls it once, last of all."""
        if not self._acts:
            return
        locked = select(AuditHeadTable.seq, AuditHeadTable.hash).with_for_update()
        found = self._connection.execute(locked).first()
        if found is None:
            raise StoreError("the audit chain has no head; somebody has removed it")
        last = Head(seq=found.seq, hash=found.hash)
        rows: list[dict[str, Any]] = []
        for act in self._acts:
            row = _chained(act, last)
            rows.append(row)
            last = Head(seq=row["seq"], hash=row["hash"])
        self._connection.execute(insert(AuditTable), rows)
        self._connection.execute(update(AuditHeadTable).values(seq=last.seq, hash=last.hash))
        self._acts.clear()

    def head(self) -> Head:
        """The end of the chain as it says itself. Raises StoreError when it has none."""
        found = self._connection.execute(select(AuditHeadTable.seq, AuditHeadTable.hash)).first()
        if found is None:
            raise StoreError("the audit chain has no head; somebody has removed it")
        return Head(seq=found.seq, hash=found.hash)

    def checkpoint(self) -> Checkpoint:
        """Where the chain that is still there begins."""
        newest = select(AuditCheckpointTable.seq, AuditCheckpointTable.hash).order_by(AuditCheckpointTable.seq.desc())
        found = self._connection.execute(newest.limit(1)).first()
        return Checkpoint() if found is None else Checkpoint(seq=found.seq, hash=found.hash)

    def rows(self) -> Iterator[Row]:
        """The whole chain, oldest first, in pieces that fit into memory."""
        after: int | None = None
        while True:
            wanted = select(*AuditTable.__table__.columns).order_by(AuditTable.seq).limit(BATCH)
            if after is not None:
                wanted = wanted.where(AuditTable.seq > after)
            found = self._connection.execute(wanted).mappings().all()
            yield from (_row(one) for one in found)
            if len(found) < BATCH:
                return
            after = found[-1]["seq"]


def _chained(act: Act, last: Head) -> dict[str, Any]:
    row = Row(
        seq=last.seq + 1,
        at=moment(act.at),
        actor=indexable(act.actor),
        action=act.action.value,
        subject=indexable(act.subject),
        detail=storable(canonical(act.detail)),
        previous=last.hash or GENESIS,
        hash="",
    )
    return {
        "seq": row.seq,
        "at": row.at,
        "actor": row.actor,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
        "previous": row.previous,
        "hash": row.digest,
    }


def _row(found: RowMapping) -> Row:
    # Text that somebody turned into bytes behind our back must be found as altered, not break the search.
    facts: dict[str, Any] = {
        name: value if isinstance(value, str | int) else repr(value) for name, value in found.items()
    }
    return Row(**facts)
