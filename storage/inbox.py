"""The inbox: what was received is here before anybody upstream is told."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, Select, and_, exists, func, select, update

from models.message import RawMessage
from models.work import Balance, Ending, InboxItem, InboxRow, Lease, Outcome, Receipt
from storage.chat_tables import ChatMessageTable
from storage.claims import claim, claim_these, settle
from storage.dialect import insert_or_ignore, next_id
from storage.errors import LostClaim, SealBroken, UnknownKey
from storage.key_checks import is_registered
from storage.reconcile import balance
from storage.retention_tables import EmptiedTable, TombstoneTable
from storage.sealing import Place, Purpose, Seals
from storage.tables import FingerprintTable, InboxTable, LeaseTable, TicketTable
from storage.turns import Turns
from storage.types import indexable

_LAST_GONE = select(func.max(TombstoneTable.inbox_id))
_INBOX = InboxTable.metadata.tables[InboxTable.__tablename__]
_FINGERPRINTS = FingerprintTable.metadata.tables[FingerprintTable.__tablename__]
_AT_ONCE = 200
"""Keys in one question."""
BROKEN = "Its seal does not open: the store was altered. Restore this message from a backup, then file it again."


class Inbox:
    """The inbox within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def receive(self, message: RawMessage, lease: Lease | None = None) -> Receipt:
        """Keep a message. The same (channel, account, key) again gives the row that there is.

        With a lease, its epoch must still be the current one: raises LostClaim for a poller that was fenced off. Raises
        KeyFault, to be tried again, when there is no key to seal it with: nothing is ever kept unsealed.
        """
        if lease is not None:
            self._insist(lease)
        indexes = self._seals.blinds(Purpose.RECEIPT, message.key)
        known = self._known(message, indexes) if len(indexes) > 1 else None
        if known is None:
            added = insert_or_ignore(self._connection, InboxTable, self._row(message))
            if added is not None:
                return Receipt(inbox_id=added, new=True)
            known = self._known(message, indexes)
        assert known is not None
        return Receipt(inbox_id=known, new=False)

    def known(self, channel: str, account: str, keys: list[str]) -> frozenset[str]:
        """Those of the keys under which a message of this channel and account was kept, and has not gone since."""
        found: set[str] = set()
        for start in range(0, len(keys), _AT_ONCE):
            indexes = {
                index: key
                for key in keys[start : start + _AT_ONCE]
                for index in self._seals.blinds(Purpose.RECEIPT, key)
            }
            kept = select(InboxTable.key_index).where(
                InboxTable.channel == indexable(channel),
                InboxTable.account == indexable(account),
                InboxTable.key_index.in_(indexes),
            )
            found.update(indexes[index] for index in self._connection.execute(kept).scalars())
        return frozenset(found)

    def claim(
        self, *, worker: str, now: datetime, lease: timedelta, limit: int = 1, chats: bool = False
    ) -> tuple[InboxItem, ...]:
        """Claim messages that wait, oldest first: mail, or with `chats` those of conversations, in their order."""
        waits = InboxTable.ending.is_(None)
        if chats:
            heads = Turns(self._connection).take(now=now, until=now + lease, limit=limit)
            rows = claim_these(self._connection, InboxTable, heads, waits, worker=worker, until=now + lease)
        else:
            mail = and_(waits, InboxTable.chat.is_(False))
            rows = claim(self._connection, InboxTable, mail, worker=worker, now=now, lease=lease, limit=limit)
        items = ((row, self._readable(row, now)) for row in rows)
        return tuple(
            InboxItem(id=row["id"], claim=row["claim"], attempts=row["attempts"], message=message)
            for row, message in items
            if message is not None
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
        indexes = self._seals.blinds(Purpose.FINGERPRINT, fingerprint)
        known = self._under(indexes)
        if not known:
            source = self._seals.seal(_FINGERPRINTS, inbox_id, {"source": fingerprint})
            # Under every index key, oldest first: a worker that has not seen the newest yet finds it all the same.
            for index in indexes:
                row = {"fingerprint": index, "inbox_id": inbox_id, **source}
                insert_or_ignore(self._connection, FingerprintTable, row)
            known = self._under(indexes) - {inbox_id}
        return inbox_id if not known or inbox_id in known else min(known)

    def message(self, inbox_id: int) -> RawMessage | None:
        """A message as it was received, byte for byte; None when there is none, or when its bytes have gone."""
        gone = exists().where(EmptiedTable.inbox_id == InboxTable.id)
        wanted = select(_INBOX).where(InboxTable.id == inbox_id, ~gone)
        found = self._connection.execute(wanted)
        row = found.mappings().first()
        return None if row is None else self._message(row)

    def following(self, item: InboxItem, conversation_id: int, *, limit: int) -> tuple[InboxItem, ...]:
        """The messages of the same conversation that wait behind a claimed one, in order; they are not claimed."""
        table = ChatMessageTable
        found = self._connection.execute(
            select(*InboxTable.__table__.columns)
            .join(table, table.inbox_id == InboxTable.id)
            .where(table.conversation_id == conversation_id, table.inbox_id > item.id)
            .where(InboxTable.ending.is_(None), InboxTable.claim.is_(None))
            .order_by(table.inbox_id)
            .limit(limit)
        ).mappings()
        return tuple(
            InboxItem(id=row["id"], claim=item.claim, attempts=row["attempts"], message=self._message(row))
            for row in found
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
        talk = select(ChatMessageTable.conversation_id).where(ChatMessageTable.inbox_id == inbox_id)
        conversation_id = self._connection.execute(talk).scalar()
        again = {"ending": None, "reason": "", "settled_at": None, "attempts": 0, "due_at": now, "claim": None}
        reopened = self._connection.execute(
            update(InboxTable)
            .where(
                InboxTable.id == inbox_id,
                InboxTable.ending.in_([Ending.IGNORED.value, Ending.QUARANTINED.value]),
            )
            .values(**again, claimed_until=None, chat=conversation_id is not None)
        )
        if reopened.rowcount and conversation_id is not None:
            Turns(self._connection).wait(conversation_id, inbox_id, now)
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

    def _under(self, fingerprints: list[str]) -> set[int]:
        found = select(FingerprintTable.inbox_id).where(FingerprintTable.fingerprint.in_(fingerprints))
        return set(self._connection.execute(found).scalars())

    def _known(self, message: RawMessage, indexes: list[str]) -> int | None:
        return self._connection.execute(
            select(InboxTable.id).where(
                InboxTable.channel == indexable(message.channel),
                InboxTable.account == indexable(message.account),
                InboxTable.key_index.in_(indexes),
            )
        ).scalar()

    def _readable(self, row: RowMapping, now: datetime) -> RawMessage | None:
        """The message of a claimed row. One whose seal is broken goes to quarantine, and hinders no other."""
        try:
            return self._message(row)
        except UnknownKey as fault:
            if is_registered(self._connection, fault.key_id):
                raise
            reason = BROKEN
        except SealBroken:
            reason = BROKEN
        values = {"ending": Ending.QUARANTINED.value, "reason": reason, "settled_at": now}
        settle(self._connection, InboxTable, row["id"], row["claim"], values)
        return None

    def _message(self, row: RowMapping) -> RawMessage:
        names = ("key", "raw", "envelope_from", "envelope_to")
        opened = {name: self._seals.open(Place(_INBOX, name, row["id"]), row[name]) for name in names}
        return RawMessage(
            channel=row["channel"],
            account=row["account"],
            key=opened["key"],
            raw=opened["raw"] or b"",
            received_at=row["received_at"],
            envelope_from=opened["envelope_from"],
            envelope_to=tuple(opened["envelope_to"] or ()),
            held=row["held"],
        )

    def _next(self) -> int:
        """A number that no message ever had: SQLite would give that of its newest row again once that has gone."""
        number = next_id(self._connection, _INBOX)
        if self._connection.dialect.name == "postgresql":
            return number
        gone = self._connection.execute(_LAST_GONE).scalar()
        return max(number, (gone or 0) + 1)

    def _row(self, message: RawMessage) -> dict[str, object]:
        inbox_id = self._next()
        sealed = {
            "key": message.key,
            "raw": message.raw,
            "envelope_from": message.envelope_from,
            "envelope_to": list(message.envelope_to),
        }
        return {
            "id": inbox_id,
            "key_index": self._seals.blind(Purpose.RECEIPT, message.key),
            **self._seals.seal(_INBOX, inbox_id, sealed),
            **_columns(message),
        }


def _columns(message: RawMessage) -> dict[str, object]:
    held = message.held
    return {
        "channel": message.channel,
        "account": message.account,
        "size": len(message.raw),
        "held": held,
        "received_at": message.received_at,
        "due_at": message.received_at,
        "attempts": 0,
        "last_error": "",
        "ending": Ending.QUARANTINED.value if held else None,
        "reason": held or "",
        "settled_at": message.received_at if held else None,
    }


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
