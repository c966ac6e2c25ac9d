"""The inbox: what was received is here before anybody upstream is told."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, Select, exists, select, update

from models.message import RawMessage
from models.work import Balance, Ending, InboxItem, InboxRow, Lease, Outcome, Receipt
from storage.claims import claim, settle
from storage.conversations import in_turn, of_a_chat, part_of
from storage.dialect import insert_or_ignore
from storage.errors import LostClaim
from storage.reconcile import balance
from storage.retention_tables import EmptiedTable
from storage.tables import FingerprintTable, InboxTable, LeaseTable, TicketTable


class Inbox:
    """The inbox within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def receive(self, message: RawMessage, lease: Lease | None = None) -> Receipt:
        """Keep a message. The same (channel, account, key) again gives the row that there is.

        With a lease, its epoch must still be the current one: raises LostClaim for a poller that was fenced off.
        """
        if lease is not None:
            self._insist(lease)
        added = insert_or_ignore(self._connection, InboxTable, _row(message))
        if added is not None:
            return Receipt(inbox_id=added, new=True)
        known = self._connection.execute(
            select(InboxTable.id).where(
                InboxTable.channel == message.channel,
                InboxTable.account == message.account,
                InboxTable.key == message.key,
            )
        ).scalar_one()
        return Receipt(inbox_id=known, new=False)

    def claim(
        self, *, worker: str, now: datetime, lease: timedelta, limit: int = 1, chats: bool = False
    ) -> tuple[InboxItem, ...]:
        """Claim messages that wait, oldest first: mail, or with `chats` those of conversations, in their order."""
        rows = claim(
            self._connection,
            InboxTable,
            InboxTable.ending.is_(None) & (in_turn() if chats else ~of_a_chat()),
            worker=worker,
            now=now,
            lease=lease,
            limit=limit,
        )
        return tuple(
            InboxItem(id=row["id"], claim=row["claim"], attempts=row["attempts"], message=_message(row)) for row in rows
        )

    def settle(self, item: InboxItem, outcome: Outcome, now: datetime) -> None:
        """Write how a message ended. Raises LostClaim when the claim is not ours any more."""
        values = {
            "ending": outcome.ending.value,
            "reason": outcome.reason,
            "ticket_id": outcome.ticket_id,
            "settled_at": now,
        }
        settle(self._connection, InboxTable, item.id, item.claim, values)

    def postpone(self, item: InboxItem, *, until: datetime, error: str) -> None:
        """Let the message wait until then. Raises LostClaim when the claim is not ours any more."""
        settle(self._connection, InboxTable, item.id, item.claim, {"due_at": until, "last_error": error})

    def first_with(self, fingerprint: str, inbox_id: int) -> int:
        """The first row that was filed under this fingerprint: `inbox_id` itself when it is the first, from now on."""
        values = {"fingerprint": fingerprint, "inbox_id": inbox_id}
        insert_or_ignore(self._connection, FingerprintTable, values)
        found = select(FingerprintTable.inbox_id).where(FingerprintTable.fingerprint == fingerprint)
        return self._connection.execute(found).scalar_one()

    def message(self, inbox_id: int) -> RawMessage | None:
        """A message as it was received, byte for byte; None when there is none, or when its bytes have gone."""
        gone = exists().where(EmptiedTable.inbox_id == InboxTable.id)
        wanted = select(*InboxTable.__table__.columns).where(InboxTable.id == inbox_id, ~gone)
        found = self._connection.execute(wanted)
        row = found.mappings().first()
        return None if row is None else _message(row)

    def following(self, item: InboxItem, conversation_id: int, *, limit: int) -> tuple[InboxItem, ...]:
        """The messages of the same conversation that wait behind a claimed one, in order; they are not claimed."""
        found = self._connection.execute(
            select(*InboxTable.__table__.columns)
            .where(InboxTable.id > item.id, InboxTable.ending.is_(None), InboxTable.claim.is_(None))
            .where(part_of(conversation_id))
            .order_by(InboxTable.id)
            .limit(limit)
        ).mappings()
        return tuple(
            InboxItem(id=row["id"], claim=item.claim, attempts=row["attempts"], message=_message(row)) for row in found
        )

    def rows(self, *, ending: Ending | None, limit: int = 50, before: int | None = None) -> tuple[InboxRow, ...]:
        """Messages by how they ended (None: still waiting), newest first; `before` is the last id already seen."""
        wanted = _listing().where(InboxTable.ending == (ending.value if ending else None))
        if before is not None:
            wanted = wanted.where(InboxTable.id < before)
        found = self._connection.execute(wanted.order_by(InboxTable.id.desc()).limit(limit)).mappings()
        return tuple(_inbox_row(row) for row in found)

    def row(self, inbox_id: int) -> InboxRow | None:
        """One message as a list shows it."""
        row = self._connection.execute(_listing().where(InboxTable.id == inbox_id)).mappings().first()
        return None if row is None else _inbox_row(row)

    def reopen(self, inbox_id: int, now: datetime) -> bool:
        """Let an ignored or quarantined message wait again; False when it is neither."""
        reopened = self._connection.execute(
            update(InboxTable)
            .where(
                InboxTable.id == inbox_id,
                InboxTable.ending.in_([Ending.IGNORED.value, Ending.QUARANTINED.value]),
            )
            .values(ending=None, reason="", settled_at=None, attempts=0, due_at=now, claim=None, claimed_until=None)
        )
        return reopened.rowcount == 1

    def balance(self) -> Balance:
        """Prove that nothing is lost, or name what is."""
        return balance(self._connection)

    def _insist(self, lease: Lease) -> None:
        held = self._connection.execute(
            select(LeaseTable.epoch)
            .where(LeaseTable.name == lease.name, LeaseTable.holder == lease.holder)
            .with_for_update(read=True)
        ).scalar()
        if held != lease.epoch:
            raise LostClaim(f"the lease {lease.name}")


def _row(message: RawMessage) -> dict[str, object]:
    held = message.held
    return {
        "channel": message.channel,
        "account": message.account,
        "key": message.key,
        "raw": message.raw,
        "size": len(message.raw),
        "sha256": hashlib.sha256(message.raw).hexdigest(),
        "envelope_from": message.envelope_from,
        "envelope_to": list(message.envelope_to),
        "held": held,
        "received_at": message.received_at,
        "due_at": message.received_at,
        "attempts": 0,
        "last_error": "",
        "ending": Ending.QUARANTINED.value if held else None,
        "reason": held or "",
        "settled_at": message.received_at if held else None,
    }


def _message(row: RowMapping) -> RawMessage:
    return RawMessage(
        channel=row["channel"],
        account=row["account"],
        key=row["key"],
        raw=bytes(row["raw"]),
        received_at=row["received_at"],
        envelope_from=row["envelope_from"],
        envelope_to=tuple(row["envelope_to"]),
        held=row["held"],
    )


def _listing() -> Select[tuple[object, ...]]:
    names = ("id", "channel", "account", "received_at", "size", "attempts", "ending", "reason", "last_error")
    columns = [InboxTable.__table__.columns[name] for name in names]
    return select(*columns, TicketTable.reference).outerjoin(TicketTable, TicketTable.id == InboxTable.ticket_id)


def _inbox_row(row: RowMapping) -> InboxRow:
    facts = dict(row)
    return InboxRow(
        ticket_reference=facts.pop("reference"),
        ending=Ending(ending) if (ending := facts.pop("ending")) else None,
        **facts,
    )
