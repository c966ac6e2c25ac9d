"""The outbox of the chat: replies written in the transaction that made them necessary, sent in order to each chat."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from models.chat import ChatReply, Option, Policy, ReplyItem
from models.work import Delivery, DeliveryRow
from storage.chat_tables import ConversationTable, ConversationTicketTable, ReplyTable
from storage.claims import claim, settle
from storage.conversations import open_address
from storage.dialect import insert_or_ignore, next_id
from storage.errors import SealBroken, UnknownKey
from storage.key_checks import is_registered
from storage.sealing import Place, Seals

PARTING = frozenset({"RECEIPT.cut", "DEL.done", "GROUP.leave"})
"""Prompts after which a conversation that is tied to no ticket is forgotten."""
NOBODY = "the conversation has no address any more"
BROKEN = "its seal does not open: the store was altered"
_REPLIES = ReplyTable.metadata.tables[ReplyTable.__tablename__]


class Replies:
    """The replies within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def add(
        self,
        conversation_id: int,
        reply: ChatReply,
        *,
        key: str,
        prompt: str,
        policy: Policy,
        now: datetime,
        ticket_id: int | None = None,
        secret: bool = False,
        question_id: int | None = None,
    ) -> int | None:
        """Queue a reply; it is sent after this transaction is durable. None when there is one of this key already."""
        number = next_id(self._connection, _REPLIES)
        columns = {
            "id": number,
            "key": key,
            "conversation_id": conversation_id,
            "ticket_id": ticket_id,
            "prompt": prompt,
            "policy": policy.value,
            **self._seals.seal(_REPLIES, number, {"body": _packed(reply)}),
            "secret": secret,
            "question_id": question_id,
            "created_at": now,
            "due_at": now,
            "attempts": 0,
            "state": Delivery.WAITING.value,
            "error": "",
        }
        made = insert_or_ignore(self._connection, ReplyTable, columns)
        return None if made is None else int(made)

    def claim(
        self,
        *,
        channel: str,
        worker: str,
        now: datetime,
        lease: timedelta,
        limit: int = 1,
        conversation_id: int | None = None,
        apart: timedelta = timedelta(0),
    ) -> tuple[ReplyItem, ...]:
        """Claim replies that wait in a channel, oldest first, and of each conversation only its oldest.

        Where the last one of a conversation went less than `apart` ago, the next has to wait.
        Whoever fetches those of one conversation knows where they go: then they hold no address, and no private half
        of the address key is needed. Else raises KeyFault without it. One whose seal is broken fails, and hinders none.
        """
        wanted = [ReplyTable.state == Delivery.WAITING.value, _of_channel(channel), _first_of_its_conversation()]
        if conversation_id is not None:
            wanted.append(ReplyTable.conversation_id == conversation_id)
        if apart:
            wanted.append(~_spoken_since(now - apart))
        rows = claim(self._connection, ReplyTable, and_(*wanted), worker=worker, now=now, lease=lease, limit=limit)
        items = (self._item(row, fetched=conversation_id is not None, now=now) for row in rows)
        return tuple(item for item in items if item is not None)

    def _item(self, row: RowMapping, *, fetched: bool, now: datetime) -> ReplyItem | None:
        table = ConversationTable
        whose = select(table.channel, table.account, table.address).where(table.id == row["conversation_id"])
        conversation = self._connection.execute(whose).one()
        why = NOBODY
        try:
            if conversation.address is not None:
                why = BROKEN
                address = None if fetched else open_address(self._seals, row["conversation_id"], conversation.address)
                return _item(
                    row, conversation.channel, conversation.account, open_reply(self._seals, row, address or "")
                )
        except UnknownKey as fault:
            if is_registered(self._connection, fault.key_id):
                raise
        except SealBroken:
            pass
        values = {"state": Delivery.FAILED.value, "settled_at": now, "error": why}
        settle(self._connection, ReplyTable, row["id"], row["claim"], values)
        return None

    def sent(self, item: ReplyItem, now: datetime, *, external: str = "") -> None:
        """The other side has taken it; a secret is wiped. Raises LostClaim when the claim is not ours any more."""
        values = {"state": Delivery.SENT.value, "settled_at": now, "error": "", "external": external or None}
        settle(self._connection, ReplyTable, item.id, item.claim, values)
        secret = and_(ReplyTable.id == item.id, ReplyTable.secret)
        self._connection.execute(update(ReplyTable).where(secret).values(body=None))

    def postpone(self, item: ReplyItem, *, until: datetime, error: str, counts: bool = True) -> None:
        """Try again then; `error` says why it surely did not arrive. A try need not count. Raises LostClaim."""
        attempts = item.attempts if counts else item.attempts - 1
        values = {"due_at": until, "error": error, "attempts": attempts}
        settle(self._connection, ReplyTable, item.id, item.claim, values)

    def fail(self, item: ReplyItem, *, error: str, now: datetime) -> None:
        """It will not go; `error` says why. Raises LostClaim when the claim is not ours any more."""
        values = {"state": Delivery.FAILED.value, "settled_at": now, "error": error or "no reason given"}
        settle(self._connection, ReplyTable, item.id, item.claim, values)

    def announcement(self, question_id: int) -> str:
        """The channel's own number of the message that announced an officer's question; empty if none has gone yet."""
        table = ReplyTable
        found = select(table.external).where(table.question_id == question_id, table.external.is_not(None))
        return self._connection.execute(found.order_by(table.id).limit(1)).scalar() or ""

    def shown(self, conversation_id: int, *, limit: int) -> tuple[ChatReply, ...]:
        """The last replies of a conversation, oldest first, for a page that shows the talk; none holds an address."""
        table = ReplyTable
        ours = and_(table.conversation_id == conversation_id, table.state != Delivery.FAILED.value)
        wanted = select(table.id, table.body).where(ours).order_by(table.id.desc()).limit(limit)
        rows = list(self._connection.execute(wanted).mappings())
        return tuple(open_reply(self._seals, row) for row in reversed(rows) if row["body"] is not None)

    def is_last_of_a_cut(self, item: ReplyItem) -> bool:
        """Whether a conversation is tied to no ticket any more, and this was the last that it had to be told."""
        row = self._connection.execute(
            select(ReplyTable.secret, ReplyTable.prompt).where(ReplyTable.id == item.id)
        ).one()
        waits = exists().where(
            ReplyTable.conversation_id == item.conversation_id, ReplyTable.state == Delivery.WAITING.value
        )
        tied = exists().where(ConversationTicketTable.conversation_id == item.conversation_id)
        return row.prompt in PARTING and not self._connection.execute(select(or_(waits, tied))).scalar_one()

    def waiting(self) -> int:
        """How many replies wait."""
        waiting = ReplyTable.state == Delivery.WAITING.value
        return int(self._connection.execute(select(func.count()).where(waiting)).scalar_one())

    def deliveries(self, ticket_id: int) -> tuple[DeliveryRow, ...]:
        """What was said about a ticket, and how it went; never the words."""
        table = ReplyTable
        found = self._connection.execute(select(table).where(table.ticket_id == ticket_id).order_by(table.id))
        return tuple(
            DeliveryRow(
                purpose=row["prompt"],
                state=Delivery(row["state"]),
                attempts=row["attempts"],
                at=row["settled_at"] or row["created_at"],
                error=row["error"],
            )
            for row in found.mappings()
        )

    def wipe(self, conversation_id: int, ticket_id: int) -> None:
        """Destroy the words of what was said about a ticket, once it has gone, and its tie to the ticket."""
        table = ReplyTable
        ours = and_(table.conversation_id == conversation_id, table.ticket_id == ticket_id)
        gone = and_(ours, table.state != Delivery.WAITING.value)
        self._connection.execute(update(table).where(gone).values(body=None, external=None))
        self._connection.execute(update(table).where(ours).values(ticket_id=None, secret=True))
        # The key names the message that made a reply necessary, and so the ticket which that message is part of.
        mine = update(table).where(table.conversation_id == conversation_id)
        self._connection.execute(mine.values(key=literal("cut-") + cast(table.id, Text)))


def _item(row: RowMapping, channel: str, account: str, reply: ChatReply) -> ReplyItem:
    return ReplyItem(
        id=row["id"],
        claim=row["claim"],
        attempts=row["attempts"],
        channel=channel,
        account=account,
        conversation_id=row["conversation_id"],
        ticket_id=row["ticket_id"],
        prompt=row["prompt"],
        policy=Policy(row["policy"]),
        ambiguous=row["attempts"] > 1 and not row["error"],
        reply=reply,
    )


def _of_channel(channel: str) -> ColumnElement[bool]:
    same = and_(ConversationTable.id == ReplyTable.conversation_id, ConversationTable.channel == channel)
    return exists().where(same)


def _spoken_since(moment: datetime) -> ColumnElement[bool]:
    other = aliased(ReplyTable)
    same = other.conversation_id == ReplyTable.conversation_id
    return exists().where(same, other.state == Delivery.SENT.value, other.settled_at > moment)


def _first_of_its_conversation() -> ColumnElement[bool]:
    earlier = aliased(ReplyTable)
    same = and_(earlier.conversation_id == ReplyTable.conversation_id, earlier.id < ReplyTable.id)
    return ~exists().where(same, earlier.state == Delivery.WAITING.value)


def _packed(reply: ChatReply) -> dict[str, object]:
    facts = asdict(replace(reply, address=""))
    return {**facts, "options": [[one.id, one.label] for one in reply.options]}


def open_reply(seals: Seals, row: RowMapping, address: str = "") -> ChatReply:
    """A reply from the `id` and `body` of its row. Raises SealBroken or KeyFault."""
    facts: dict[str, Any] = seals.open(Place(_REPLIES, "body", row["id"]), row["body"]) or {}
    options = tuple(Option(id=one, label=label) for one, label in facts.pop("options", []))
    return ChatReply(**{"text": "", **facts, "address": address, "options": options})
