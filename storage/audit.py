"""The audit chain within one transaction.

Acts are collected and written when everything else of their transaction is, as the last statements before its commit.
The lock on the chain's head is therefore the last lock that any transaction takes: whoever holds it waits for nobody,
so that no circle of waiting transactions can go through it, and it is held for two short statements and the commit.
Sequence numbers are without gaps, since what is rolled back gives its number back with the lock.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, delete, func, insert, select, update

from models.audit import GENESIS, Act, ActFilter, Action, Checkpoint, Head, Row, canonical, moment
from models.chain import Proof, Published, verify
from storage.audit_tables import AuditCheckpointTable, AuditHeadTable, AuditTable
from storage.errors import StoreError
from storage.types import indexable, storable

BATCH = 1_000
_LOCK_HEAD = select(AuditHeadTable.seq, AuditHeadTable.hash).with_for_update()
_ADD = insert(AuditTable.__table__)  # type: ignore[arg-type]  # a declared class has a plain table
_MOVE_HEAD = update(AuditHeadTable).values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))
"""Built once: the head is locked while they run."""


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
        found = self._connection.execute(_LOCK_HEAD).first()
        if found is None:
            raise StoreError("the audit chain has no head; somebody has removed it")
        last = Head(seq=found.seq, hash=found.hash)
        rows: list[dict[str, Any]] = []
        for act in self._acts:
            row = _chained(act, last)
            rows.append(row)
            last = Head(seq=row["seq"], hash=row["hash"])
        self._connection.execute(_ADD, rows)
        self._connection.execute(_MOVE_HEAD, {"new_seq": last.seq, "new_hash": last.hash})
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

    def proof(self, published: Published | None = None) -> Proof:
        """Prove the chain, in one consistent view, against heads that were published if there are any."""
        return verify(self.rows(), head=self.head(), checkpoint=self.checkpoint(), published=published)

    def find(self, wanted: ActFilter, *, limit: int = 100, before: int | None = None) -> tuple[Row, ...]:
        """Acts, newest first; `before` is the last sequence number already seen."""
        query = select(*AuditTable.__table__.columns).where(*_conditions(wanted))
        if before is not None:
            query = query.where(AuditTable.seq < before)
        found = self._connection.execute(query.order_by(AuditTable.seq.desc()).limit(limit)).mappings()
        return tuple(_row(one) for one in found)

    def last_before(self, then: datetime) -> int:
        """The last act of the oldest segment whose acts are all older than that moment; 0 when there is none."""
        younger = select(func.min(AuditTable.seq)).where(AuditTable.at >= moment(then))
        first = self._connection.execute(younger).scalar()
        # The newest act stays whatever its age: the chain goes on from it.
        return max((first if first is not None else self.head().seq) - 1, 0)

    def retire(self, upto: int, *, at: datetime, actor: str) -> int:
        """Remove the oldest segment of the chain, up to and including an act; gives how many acts it had.

        An act of the chain and a checkpoint vouch for it, so that the rest can still be proven; nothing else may be
        deleted. Raises StoreError where the segment is not whole, or would leave no chain: then nothing is removed.
        """
        checkpoint, head = self.checkpoint(), self.head()
        if not checkpoint.seq < upto < head.seq:
            raise StoreError("no such segment of the audit chain can be removed")
        segment = [*takewhile(lambda row: row.seq <= upto, self.rows())]
        end = Head(seq=upto, hash=segment[-1].hash if segment else "")
        # The act that vouches for the checkpoint before this one may be younger than the segment.
        faults = [
            fault for fault in verify(segment, head=end, checkpoint=checkpoint).faults if fault.seq > checkpoint.seq
        ]
        if faults:
            raise StoreError(f"the audit chain is not whole at act {faults[0].seq}; nothing was removed")
        made = Checkpoint(seq=upto, hash=end.hash)
        detail = {"seq": made.seq, "hash": made.hash}
        self.append(Act(at=at, actor=actor, action=Action.AUDIT_CHECKPOINT, subject="audit", detail=detail))
        row = {"seq": made.seq, "hash": made.hash, "at": moment(at)}
        self._connection.execute(insert(AuditCheckpointTable).values(row))
        self._connection.execute(delete(AuditTable).where(AuditTable.seq <= upto))
        return len(segment)


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


def _conditions(wanted: ActFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.actor:
        yield AuditTable.actor == wanted.actor
    if wanted.action is not None:
        yield AuditTable.action == wanted.action.value
    if wanted.subject:
        yield AuditTable.subject == wanted.subject
    if wanted.since is not None:
        yield AuditTable.at >= moment(wanted.since)
    if wanted.until is not None:
        yield AuditTable.at < moment(wanted.until)


def _row(found: RowMapping) -> Row:
    # Text that somebody turned into bytes behind our back must be found as altered, not break the search.
    facts: dict[str, Any] = {
        name: value if isinstance(value, str | int) else repr(value) for name, value in found.items()
    }
    return Row(**facts)
