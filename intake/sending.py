"""From the outbox to the world: one mail, with no transaction open while talking to the network."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from channels.base import Gone, Refused, Retry, Sender
from intake.retry import Again, GiveUp, next_try
from models.letters import Purpose
from models.ticket import Event, EventKind
from models.work import OutboxItem
from storage.store import Store

LETTERS = frozenset(Purpose)
"""What mails of officers are for; all others are acknowledgements."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PostRoom:
    """What sending needs. `most` is how often a mail is tried before a person is told."""

    store: Store
    sender: Sender
    clock: Callable[[], datetime]
    most: int
    observe: Callable[[str], None]


def send_one(room: PostRoom, item: OutboxItem) -> bool:
    """Send one claimed mail and settle its row; True when it went out. Raises StoreError.

    A crash after the other side took it and before the row is settled sends it once more, with the same Message-ID.
    """
    room.observe("claimed")
    try:
        room.sender.send(item.outgoing)
    except Retry as trouble:
        _later(room, item, str(trouble), after=trouble.after)
        return False
    except (Gone, Refused) as trouble:
        _failed(room, item, str(trouble))
        return False
    except Exception as fault:  # noqa: BLE001 - one mail that breaks the sender must never stop the next
        _later(room, item, f"sending it broke ({type(fault).__name__})")
        return False
    room.observe("delivered")
    now = room.clock()
    with room.store.write() as tx:
        tx.outbox.sent(item, now)
        kind = EventKind.LETTER_SENT if item.purpose in LETTERS else EventKind.ACKNOWLEDGEMENT_SENT
        tx.tickets.add_event(item.ticket_id, Event(at=now, kind=kind))
        room.observe("settled")
    room.observe("committed")
    return True


def _later(room: PostRoom, item: OutboxItem, trouble: str, *, after: timedelta | None = None) -> None:
    if after is not None:  # the other side is there and says when
        with room.store.write() as tx:
            tx.outbox.postpone(item, until=room.clock() + after, error=trouble, counts=False)
        return
    plan = next_try(now=room.clock(), attempts=item.attempts, most=room.most)
    match plan:
        case Again(at=at):
            with room.store.write() as tx:
                tx.outbox.postpone(item, until=at, error=trouble)
        case GiveUp():
            _failed(room, item, trouble)
        case _:
            assert_never(plan)


def _failed(room: PostRoom, item: OutboxItem, trouble: str) -> None:
    now = room.clock()
    with room.store.write() as tx:
        tx.outbox.fail(item, error=trouble, now=now)
        detail = {"reason": trouble}
        kind = EventKind.LETTER_FAILED if item.purpose in LETTERS else EventKind.ACKNOWLEDGEMENT_FAILED
        tx.tickets.add_event(item.ticket_id, Event(at=now, kind=kind, detail=detail))
