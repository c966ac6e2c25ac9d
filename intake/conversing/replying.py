"""From the outbox of the chat to a channel: one reply, with no transaction open while talking to the network."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.base import ChatSender, Gone, Refused, Retry
from intake.retry import Again, next_try
from models.chat import ChatReply, Policy, ReplyItem
from storage.store import Store, Transaction

PUZZLING = "nobody knows whether it arrived, and a second copy would puzzle"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyRoom:
    """What sending replies in one channel needs. `most` is how often one is tried."""

    store: Store
    sender: ChatSender
    clock: Callable[[], datetime]
    most: int
    observe: Callable[[str], None]


def send_reply(room: ReplyRoom, item: ReplyItem) -> bool:
    """Send one claimed reply and settle its row; True when it went out. Raises StoreError.

    A crash after the other side took it leaves the row claimed. Then its policy decides: what matters is sent again,
    small talk is dropped.
    """
    room.observe("claimed")
    if item.ambiguous and item.policy is Policy.DROP:
        _failed(room, item, PUZZLING)
        return False
    try:
        external = room.sender.reply(item.reply)
    except Retry as trouble:
        if trouble.maybe_delivered and item.policy is Policy.DROP:
            _failed(room, item, PUZZLING)
        else:
            _later(room, item, str(trouble), after=trouble.after)
        return False
    except (Gone, Refused) as trouble:
        _failed(room, item, str(trouble))
        return False
    except Exception as fault:  # noqa: BLE001 - one reply that breaks the sender must never stop the next
        _later(room, item, f"sending it broke ({type(fault).__name__})")
        return False
    room.observe("delivered")
    with room.store.write() as tx:
        settle_sent(tx, item, room.clock(), external)
        room.observe("settled")
    room.observe("committed")
    return True


def settle_sent(tx: Transaction, item: ReplyItem, now: datetime, external: str = "") -> None:
    """The other side has it. The last reply of a conversation that is tied to nothing takes the address with it."""
    tx.replies.sent(item, now, external=external)
    if tx.replies.is_last_of_a_cut(item):
        tx.conversations.forget_address(item.conversation_id)


def collect(store: Store, *, channel: str, conversation_id: int, now: datetime) -> tuple[ChatReply, ...]:
    """The replies that wait in one conversation, oldest first, for a channel that fetches them; they count as sent."""
    found: list[ChatReply] = []
    with store.write() as tx:
        while items := tx.replies.claim(
            channel=channel,
            worker="collecting",
            now=now,
            lease=timedelta(minutes=1),
            conversation_id=conversation_id,
        ):
            for item in items:
                settle_sent(tx, item, now)
                found.append(item.reply)
    return tuple(found)


def _later(room: ReplyRoom, item: ReplyItem, trouble: str, *, after: timedelta | None = None) -> None:
    if after is not None:  # the other side is there and says when
        with room.store.write() as tx:
            tx.replies.postpone(item, until=room.clock() + after, error=trouble, counts=False)
        return
    match next_try(now=room.clock(), attempts=item.attempts, most=room.most):
        case Again(at=at):
            with room.store.write() as tx:
                tx.replies.postpone(item, until=at, error=trouble)
        case _:
            _failed(room, item, trouble)


def _failed(room: ReplyRoom, item: ReplyItem, trouble: str) -> None:
    with room.store.write() as tx:
        tx.replies.fail(item, error=trouble, now=room.clock())
